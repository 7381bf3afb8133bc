"""A form that comes without its token, from elsewhere, or over https without a Referer: told truly, never locked out."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from governance.village.staff import Role
from tests.factories import PASSWORD, make_staff, make_village

SECURE = "https://hemei.example"


@pytest.fixture
def village(app, monkeypatch):
    with app.app_context():
        village = make_village(homes=0)
        make_staff(Role.OFFICER, village.grids[0], "officer1")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return village


@pytest.fixture
def browser(app, village):
    """A browser that has opened the sign-in over https; `post` sends the form with its token."""
    client = app.test_client()
    page = client.get("/login", base_url=SECURE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    def post(headers=None, **fields):
        typed = {"username": "officer1", "password": PASSWORD, "csrf_token": token}
        return client.post("/login", data=typed | fields, base_url=SECURE, headers=headers or {})

    return SimpleNamespace(client=client, token=token, post=post)


@pytest.mark.parametrize(
    "headers",
    [
        {},  # neither Referer nor Origin: some browsers and many proxies keep both to themselves
        {"Origin": SECURE},
        {"Origin": "null"},  # what a privacy setting makes of it; the token decides
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": SECURE, "Referer": "https://elsewhere.example/"},
    ],
)
def test_a_form_of_ours_passes_over_https_whatever_the_browser_keeps_to_itself(browser, headers):
    assert browser.post(headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://hemei.example.evil.example"},
        {"Origin": "https://hemei.example:8443"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(browser, headers):
    answer = browser.post(headers)
    assert answer.status_code == 403
    assert "不是从本网站的页面交来的" in answer.text
    assert "放得太久" not in answer.text
    assert browser.client.get("/officer/", base_url=SECURE).status_code == 302


def test_the_address_that_qr_codes_point_to_is_ours_too(app, browser, monkeypatch):
    """A proxy that does not pass the Host on must not lock a village out."""
    monkeypatch.setitem(app.config, "BASE_URL", "https://points.example")
    assert browser.post({"Origin": "https://points.example"}).status_code == 303


def test_a_form_without_its_token_says_so(browser):
    answer = browser.post(csrf_token="")
    assert answer.status_code == 400
    assert "少了防伪码" in answer.text
    assert "放得太久" not in answer.text


def test_a_browser_that_keeps_no_cookie_is_told_so(app, browser):
    typed = {"username": "officer1", "password": PASSWORD, "csrf_token": browser.token}
    answer = app.test_client().post("/login", data=typed, base_url=SECURE)
    assert answer.status_code == 400
    assert "没有保存 Cookie" in answer.text


def test_a_form_opened_before_another_sign_in_is_told_so(app, browser):
    other = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"',
        app.test_client().get("/login", base_url=SECURE).text,
    )[1]
    answer = browser.post(csrf_token=other)
    assert answer.status_code == 400
    assert "重新登录或者退出过" in answer.text


def test_a_token_that_is_none_is_told_to_be_old(browser):
    answer = browser.post(csrf_token="spoilt")
    assert answer.status_code == 400
    assert "认不出来了" in answer.text


def test_the_phone_is_told_in_its_own_words(browser):
    sent = {"json": {"items": []}, "base_url": SECURE}
    assert browser.client.post("/officer/sync", **sent).json["error"]["code"] == "signed_out"
    assert browser.post().status_code == 303
    old = browser.client.post("/officer/sync", headers={"X-CSRFToken": "old"}, **sent)
    assert (old.status_code, old.json["error"]["code"]) == (400, "stale_form")
    away = browser.client.post("/officer/sync", headers={"Origin": "https://evil.example"}, **sent)
    assert (away.status_code, away.json["error"]["code"]) == (403, "foreign_form")
