"""What every answer says to browsers and caches: nothing of a visitor is kept, https stays https."""

from __future__ import annotations

import pytest

from tests.web.table import TABLE
from tests.web.visitors import routes

KEPT = {"static", "field.shell", "field.service_worker"}  # the same bytes for everybody


def test_every_answer_that_is_not_static_is_private_and_kept_nowhere(stage):
    wrong = []
    for rule, method in routes(stage.app):
        row = TABLE[rule.endpoint]
        if method != "GET" or rule.endpoint in KEPT:
            continue
        address = stage.address(rule, stage.mine.values(row))
        for who in ("stranger", *row.look[:1]):
            said = stage.ask(who, method, address).headers["Cache-Control"]
            if said != "private, no-store":
                wrong.append(f"{who} {address}: {said}")
    assert wrong == []


@pytest.mark.parametrize("path", ["/", "/login", "/no/such/page", "/officer/", "/static/style.css"])
def test_https_stays_https(client, path):
    secure = client.get(path, base_url="https://hemei.example", buffered=True).headers
    assert "max-age=31536000" in secure["Strict-Transport-Security"]
    plain = client.get(path, base_url="http://hemei.example", buffered=True).headers
    assert "Strict-Transport-Security" not in plain


def cookies(answer):
    return [one for one in answer.headers.getlist("Set-Cookie") if "session=" in one]


def test_under_https_no_other_site_can_set_or_read_the_cookie(app):
    [made] = cookies(app.test_client().get("/login", base_url="https://hemei.example"))
    name, _, rest = made.partition("=")
    assert name == "__Host-session"
    said = {part.strip() for part in rest.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= said
    assert not any(part.startswith("Domain") for part in said)


def test_in_a_village_without_https_the_cookie_still_holds(app):
    client = app.test_client()
    [made] = cookies(client.get("/login", base_url="http://192.0.2.7:8000"))
    assert made.startswith("session=")
    assert "Secure" not in made
