"""The entrance: sign-in and its locks, the two codes of a household, language and type, errors in our words."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.base import clock
from governance.base.database import db
from governance.village import cardlock, codes, households, signing, staff
from governance.village.staff import Role
from governance.web.frame import access
from tests.conftest import make_app
from tests.factories import PASSWORD, make_staff, sign_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def village(village):
    home = village.homes[0]
    village.door = codes.code_in_use(village.id, home.id, "door").token
    card = codes.code_in_use(village.id, home.id, "card")
    village.card, village.number = card.token, card.number
    return village


def login(client, password=PASSWORD, username="officer1", **more):
    return client.post("/login", data={"username": username, "password": password, **more})


# --- sign-in ------------------------------------------------------------------------------------


def test_a_stranger_sees_the_ways_in_and_no_name(client, village):
    page = client.get("/").text
    assert "工作人员登录" in page
    assert "王秀兰" not in page


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.OFFICER, "/officer/"),
        (Role.COMMITTEE, "/desk/{code}/"),
        (Role.SUPERVISOR, "/desk/{code}/"),
        (Role.STOREKEEPER, "/shop/"),
        (Role.TOWN, "/area/"),
        (Role.COUNTY, "/area/"),
        (Role.ADMIN, "/admin/"),
    ],
)
def test_every_role_begins_the_day_at_its_own_door(client, village, role, home):
    place = {Role.TOWN: village.town, Role.COUNTY: village.county}.get(role, village.place)
    person = make_staff(role, place)
    sign_in(client, person)
    first = client.get("/")
    assert first.location == home.format(code=village.place.code)
    assert client.get(first.location).status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_told_alike(client, village):
    wrong, unknown = login(client, "wrong-one"), login(client, username="nobody")
    assert wrong.status_code == unknown.status_code == 403
    for answer in (wrong, unknown):
        assert "用户名或密码不对" in answer.text
    assert "officer1" in wrong.text  # what was typed is kept, but for the password
    assert "wrong-one" not in wrong.text


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(client, village):
    start = clock.now()
    with clock.set_to(start):
        for _ in range(signing.LOCK.most):
            assert login(client, "wrong-one").status_code == 403
        locked = login(client)
        assert locked.status_code == 429
        assert "15 分钟" in locked.text.replace("16", "15")
    with clock.set_to(start + timedelta(minutes=14)):
        assert login(client).status_code == 429
    with clock.set_to(start + timedelta(minutes=15, seconds=1)):
        assert login(client).status_code == 303


def test_four_wrong_passwords_and_a_right_one_start_the_count_again(client, village):
    for _ in range(2):
        for _ in range(signing.LOCK.most - 1):
            login(client, "wrong-one")
        assert login(client).status_code == 303


def test_guessing_from_one_address_is_slowed_down_but_not_a_known_device(app, client, village):
    known = sign_in(app.test_client(), village.officer)
    known.post("/logout")
    with clock.set_to(clock.now()):
        answers = [login(client, username=f"nobody{n}").status_code for n in range(31)]
        assert answers[:30] == [403] * 30
        assert answers[30] == 429
        assert "过一会儿再试" in login(client).text
        assert client.get("/login").status_code == 200  # looking is not guessing
        assert login(known).status_code == 303


def test_an_assembly_hall_behind_one_address_signs_in(app, village):
    crowd = [make_staff(Role.OFFICER, village.grids[0], f"hall{n}") for n in range(65)]
    with clock.set_to(clock.now()):
        for person in crowd:
            assert login(app.test_client(), username=person.username).status_code == 303


def test_a_stranger_elsewhere_locks_nobody_out(app, client, village):
    stranger = app.test_client()
    for _ in range(signing.LOCK.most + 1):
        answer = stranger.post(
            "/login",
            data={"username": "officer1", "password": "wrong-one"},
            environ_base={"REMOTE_ADDR": "2001:db8::1"},
        )
    assert answer.status_code == 429
    assert login(client).status_code == 303


def test_two_workers_count_together(app, tmp_path, village):
    """Each worker is an application of its own: what one has counted, the other knows."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    workers = [make_app(url, tmp_path) for _ in range(2)]
    answers = [
        login(workers[n % 2].test_client(), "wrong-one").status_code
        for n in range(signing.LOCK.most + 1)
    ]
    for worker in workers:
        with worker.app_context():
            db.engine.dispose()
    assert answers == [403] * signing.LOCK.most + [429]


def test_card_numbers_are_slowed_down_too(app, client, village):
    wrong = "0" * 8 if village.number != "0" * 8 else "1" * 8
    with clock.set_to(clock.now()):
        for _ in range(cardlock.LOCK.most):
            assert client.post(f"/h/{village.door}", data={"number": wrong}).status_code == 403
        again = client.post(f"/h/{village.door}", data={"number": village.number})
        assert again.status_code == 429
        elsewhere = app.test_client().post(
            f"/h/{village.door}",
            data={"number": village.number},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )
        assert elsewhere.status_code == 303


def cookie(answer):
    return next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session="))


def test_a_remembered_sign_in_lasts_30_days_and_another_ends_with_the_browser(app, village):
    remembered = cookie(login(app.test_client(), remember="1"))
    assert "Expires=" in remembered
    passing = cookie(login(app.test_client()))
    assert "Expires=" not in passing
    for one in (remembered, passing):
        assert "HttpOnly" in one
        assert "SameSite=Lax" in one


def test_signing_out_closes_the_door(client, village):
    login(client)
    assert client.get("/officer/").status_code == 200
    assert client.post("/logout").location == "/"
    assert client.get("/officer/").status_code == 302
    assert client.get("/logout").status_code == 405


def test_the_demo_password_opens_nothing_outside_the_demo(app, client, village, monkeypatch):
    staff.add_staff("demo", "演示", "hemei-demo", [(Role.OFFICER, village.grids[0])])
    assert login(app.test_client(), "hemei-demo", "demo").status_code == 303
    monkeypatch.setitem(app.config, "DEMO", False)
    answer = login(client, "hemei-demo", "demo")
    assert answer.status_code == 403
    assert "演示密码不能在正式环境使用" in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http://localhost.evil.example/",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie: a=b\r\n",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client, village, elsewhere):
    answer = login(client, next=elsewhere)
    assert answer.status_code == 303
    assert answer.location == "/"


def test_signing_in_leads_back_to_where_the_visitor_was_going(client, village):
    asked = client.get(f"/officer/household/{village.homes[0].id}?category=x")
    assert asked.status_code == 302
    assert asked.location.startswith("/login?next=")
    assert "next" in client.get(asked.location).text
    answer = login(client, next=f"/officer/household/{village.homes[0].id}")
    assert answer.location == f"/officer/household/{village.homes[0].id}"


def test_the_local_path_of_this_site_is_a_path(app):
    with app.test_request_context("/", base_url="http://hemei.test"):
        assert access.local_path("http://hemei.test/officer/") == "/officer/"
        assert access.local_path("http://hemei.test//evil.example") is None
        assert access.local_path(None) is None


# --- one's own password -------------------------------------------------------------------------


def change(client, old=PASSWORD, new="brand-new-one", again=None):
    return client.post("/password", data={"old": old, "password": new, "again": again or new})


def test_a_new_password_ends_the_other_sign_ins_and_keeps_this_one(app, village):
    here, there = (
        sign_in(app.test_client(), village.officer),
        sign_in(app.test_client(), village.officer),
    )
    assert change(here).status_code == 303
    assert "密码已修改" in here.get("/officer/").text
    assert there.get("/officer/").status_code == 302
    assert login(app.test_client()).status_code == 403
    assert login(app.test_client(), "brand-new-one").status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "wrong-one"}, "现在的密码不对"),
        ({"new": "short"}, "密码至少 8 位"),
        ({"new": "x" * 201}, "密码太长"),
        ({"new": "brand-new-one", "again": "another-one"}, "两次输入的新密码不一样"),
        ({"new": ""}, "请填写这一栏"),
    ],
)
def test_a_password_that_cannot_be_is_refused_at_its_field(client, village, typed, sentence):
    login(client)
    answer = change(client, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert login(client).status_code == 303


def test_the_demo_password_is_not_chosen_outside_the_demo(app, client, village, monkeypatch):
    login(client)
    monkeypatch.setitem(app.config, "DEMO", False)
    answer = change(client, new="hemei-demo")
    assert answer.status_code == 422
    assert "演示密码" in answer.text


def test_a_stranger_changes_no_password(client):
    assert client.get("/password").location.startswith("/login")
    assert change(client).location.startswith("/login")


# --- the door code and the card -----------------------------------------------------------------


def test_the_door_code_shows_a_stranger_the_village_and_no_name(client, village):
    page = client.get(f"/h/{village.door}").text
    assert "石家村" in page
    assert "王秀兰" not in page
    assert "1组1号" not in page


def test_the_door_code_leads_an_officer_to_the_household_after_signing_in(client, village):
    login(client, next=f"/h/{village.door}")
    assert client.get(f"/h/{village.door}").location == f"/officer/household/{village.homes[0].id}"


def test_the_door_code_and_the_card_number_open_the_passbook(client, village):
    spaced = f"{village.number[:4]} {village.number[4:]}"
    assert client.post(f"/h/{village.door}", data={"number": spaced}).location == "/my/"
    assert client.get("/my/").status_code == 200


def test_another_households_number_does_not_open_this_door(client, village):
    other = codes.code_in_use(village.id, village.homes[1].id, "card").number
    answer = client.post(f"/h/{village.door}", data={"number": other})
    assert answer.status_code == 403
    assert "户卡号不对" in answer.text


@pytest.mark.parametrize("number", ["", "1234567", "123456789012", "abcdefgh", "１２３４"])
def test_what_is_no_card_number_is_told_so(client, village, number):
    assert client.post(f"/h/{village.door}", data={"number": number}).status_code == 422


def test_five_wrong_card_numbers_lock_the_number_but_not_the_card(app, client, village):
    wrong = "0" * 8 if village.number != "0" * 8 else "1" * 8
    start = clock.now()
    with clock.set_to(start):
        for _ in range(cardlock.LOCK.most):
            assert client.post(f"/h/{village.door}", data={"number": wrong}).status_code == 403
        locked = client.post(f"/h/{village.door}", data={"number": village.number})
        assert locked.status_code == 429
        assert "15 分钟" in locked.text
        assert app.test_client().get(f"/c/{village.card}").location == "/my/"
    with clock.set_to(start + timedelta(minutes=15, seconds=1)):
        answer = client.post(f"/h/{village.door}", data={"number": village.number})
        assert answer.status_code == 303


def test_the_card_opens_the_passbook_until_it_is_replaced(client, village):
    client.get(f"/c/{village.card}")
    assert client.get("/my/").status_code == 200
    codes.replace_codes(village.place, [village.homes[0].id], "card")
    ended = client.get("/my/")
    assert ended.location == "/card"
    assert client.get("/card").status_code == 401
    assert "请扫一下户卡上的码" in client.get("/card").text


@pytest.mark.parametrize(("kind", "path"), [("door", "h"), ("card", "c")])
def test_a_replaced_code_says_so(client, village, kind, path):
    codes.replace_codes(village.place, [village.homes[0].id], kind)
    answer = client.get(f"/{path}/{getattr(village, kind)}")
    assert answer.status_code == 404
    assert "这个码已经换新" in answer.text


def test_the_codes_of_a_closed_household_say_so(client, village):
    households.close_household(households.get_household(village.id, village.homes[0].id))
    for address in (f"/h/{village.door}", f"/c/{village.card}"):
        assert "这个码已经换新" in client.get(address).text


def test_a_door_code_does_not_pass_for_a_card_nor_the_other_way_round(client, village):
    assert client.get(f"/c/{village.door}").status_code == 404
    assert client.get(f"/h/{village.card}").status_code == 404
    assert client.get("/my/").location == "/card"


@pytest.mark.parametrize(
    "token", ["x", "x" * 17, "x" * 500, "..%2f..", "码码码码码码", "'or'1'='1"]
)
def test_what_is_no_code_is_told_so(client, village, token):
    for path in ("h", "c"):
        answer = client.get(f"/{path}/{token}")
        assert answer.status_code == 404
        assert "没有" in answer.text or "不是本系统的码" in answer.text


def test_a_forged_session_opens_nothing(client, village):
    client.set_cookie("session", "eyJob3VzZWhvbGQiOlsieCIsInkiXX0.aaaa.bbbb")
    assert client.get("/my/").location == "/card"
    with client.session_transaction() as session:
        session["household"] = [str(village.id), "nosuchtoken"]
        session["sign_in"] = "nonsense"
    assert client.get("/my/").location == "/card"
    assert client.get("/officer/").status_code == 302


def test_signing_out_closes_the_passbook_too(client, village):
    client.get(f"/c/{village.card}")
    client.post("/logout")
    assert client.get("/my/").location == "/card"


# --- language and type --------------------------------------------------------------------------


def test_one_click_makes_it_english_and_one_click_back(client, village):
    assert client.get("/login").headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'lang="zh-CN"' in client.get("/login").text
    answer = client.post(
        "/language", data={"language": "en"}, headers={"Referer": "http://localhost/login"}
    )
    assert answer.location == "/login"
    assert '<html lang="en"' in client.get("/login").text
    client.post("/language", data={"language": "zh"})
    assert '<html lang="zh-CN"' in client.get("/login").text


def test_the_language_stays_through_signing_in_and_out(client, village):
    client.post("/language", data={"language": "en"})
    login(client)
    assert '<html lang="en"' in client.get("/officer/").text
    client.post("/logout")
    assert '<html lang="en"' in client.get("/").text


@pytest.mark.parametrize("language", ["fr", "", "<b>", "../../etc"])
def test_an_unknown_language_is_chinese(client, language):
    assert client.post("/language", data={"language": language}).status_code == 303
    assert '<html lang="zh-CN"' in client.get("/").text


def test_large_type_is_one_click_away_and_back(client, village):
    client.get(f"/c/{village.card}")
    assert 'class="large"' not in client.get("/my/").text
    client.post("/type", data={"large": "1"}, headers={"Referer": "http://localhost/my/"})
    assert 'class="large"' in client.get("/my/").text
    client.post("/type", data={"large": "0"})
    assert 'class="large"' not in client.get("/my/").text


def test_going_back_after_a_click_never_leads_elsewhere(client):
    for path in ("/language", "/type"):
        answer = client.post(path, headers={"Referer": "https://evil.example/"})
        assert answer.location == "/"


# --- forgery, errors, headers -------------------------------------------------------------------


@pytest.fixture
def strict(app, monkeypatch):
    """Forms want their token, as in service; the tests run without."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/language", "/officer/award/x/withdraw", "/admin/county"]
)
def test_a_form_without_its_token_is_refused_in_our_words(client, village, strict, path):
    answer = client.post(path, data={"username": "officer1", "password": PASSWORD})
    assert answer.status_code in (400, 404)
    if "award/x" not in path:
        assert "防伪码" in answer.text
        assert "<form" in answer.text or "回首页" in answer.text


def test_a_stale_form_at_a_guarded_door_is_told_and_not_broken(app, village, strict):
    client = app.test_client()
    for path in (
        f"/desk/{village.place.code}/team/add",
        "/admin/county",
        "/shop/",
        "/area/",
        "/declare/",
    ):
        assert client.post(path).status_code in (400, 405)


def test_a_form_with_its_token_passes(client, village, strict):
    page = client.get("/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    assert login(client, csrf_token=token).status_code == 303
    assert re.search(r'<meta name="csrf-token" content="[^"]+"', client.get("/officer/").text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_address_that_is_not_there_has_a_page_of_ours(client, language):
    client.post("/language", data={"language": language})
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert 'class="card stop"' in answer.text
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text


def test_a_wrong_method_has_a_page_of_ours(client):
    answer = client.get("/logout")
    assert answer.status_code == 405
    assert "这个地址不能这样打开" in answer.text


def test_too_much_at_once_has_a_page_of_ours(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = client.post("/login", data={"username": "x" * 2000})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_a_fault_of_ours_is_told_without_a_trace(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(signing, "sign_in", lambda *_: 1 // 0)
    answer = login(client)
    assert answer.status_code == 500
    assert "系统出了差错" in answer.text
    assert "Traceback" not in answer.text
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/login", "/no/such/page", "/logout", "/officer/", "/static/style.css", "/card"]
)
def test_every_answer_carries_the_strict_headers(client, path):
    headers = client.get(path, buffered=True).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    if not path.startswith("/static/"):
        assert headers["Cache-Control"] == "private, no-store"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/login", ("username", "password", "remember", "next")),
        ("/password", ("old", "password", "again")),
        ("/language", ("language",)),
        ("/type", ("large",)),
        ("/h/{door}", ("number",)),
    ],
)
def test_nothing_that_is_typed_breaks_the_entrance(app, village, path, fields, data):
    client = (
        sign_in(app.test_client(), village.officer) if path == "/password" else app.test_client()
    )
    filled = {
        name: data.draw(st.text(max_size=30), name).encode("utf-8", "replace").decode()
        for name in fields
    }
    answer = client.post(path.format(door=village.door), data=filled)
    assert answer.status_code in (303, 400, 403, 422, 429), answer.text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(token=st.text(min_size=1, max_size=40), kind=st.sampled_from("hcv"))
def test_no_token_breaks_the_entrance(app, village, token, kind):
    answer = app.test_client().get(f"/{kind}/" + token.encode("utf-8", "replace").decode())
    assert answer.status_code in (200, 302, 308, 400, 404, 405)


class TestSearch:
    """What is searched for stays out of the address."""

    def test_the_words_go_into_the_session_and_the_filters_into_the_address(self, client):
        fields = {"back": "/officer/?page=3", "q": "王秀兰", "grid": "01", "status": ""}
        answer = client.post("/search", data=fields)
        assert answer.status_code == 303
        assert answer.location == "/officer/?grid=01&s=1"

    def test_an_empty_search_is_the_whole_list(self, client):
        assert client.post("/search", data={"back": "/shop/", "q": " "}).location == "/shop/"

    def test_a_search_never_leads_to_another_site(self, client):
        for back in ("https://evil.example/", "//evil.example/", ""):
            answer = client.post("/search", data={"back": back, "q": "x"})
            assert answer.location.startswith("/?")

    def test_no_page_has_a_search_form_that_shows_in_the_address(self):
        for template in (ROOT / "templates").rglob("*.html"):
            for form in re.findall(r"<form[^>]*role=\"search\"[^>]*>", template.read_text()):
                assert 'method="post"' in form, template.name


@pytest.mark.parametrize(
    ("proxies", "proxy", "seen"),
    [
        (0, "127.0.0.1", "127.0.0.1"),
        (1, "127.0.0.1", "203.0.113.7"),
        (1, "192.0.2.9", "127.0.0.1"),  # who asks is not the proxy
    ],
)
def test_a_visitors_address_is_taken_from_the_proxies_that_are_there(
    tmp_path, proxies, proxy, seen
):
    """Without a proxy in front, or past it, nobody chooses the address that the limits count."""
    where = {"PROXIES": proxies, "PROXY_ADDRESS": proxy}
    app = make_app(f"sqlite:///{tmp_path / 'proxy.sqlite3'}", tmp_path, **where)
    addresses = []
    app.before_request(lambda: addresses.append(request.remote_addr))
    app.test_client().get("/", headers={"X-Forwarded-For": "203.0.113.7"})
    assert addresses == [seen]
