"""However large what is sent: no door breaks on it, and no address or cookie grows with it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from governance.base.text import DIGITS, LONG_DIGITS, long_whole, whole
from tests.web.table import TABLE
from tests.web.test_every_form import FINE, Listening
from tests.web.visitors import allowed, routes, told

ROUNDS = 4  # to each page; at first it is heard what it asks for
LARGE = (
    "9" * 400,
    "-" + "9" * 5000,  # more than Python itself reads
    "9" * 20,  # more than 64 bits
    "9" * 11,  # more than 32 bits
    "x" * 60_000,
)


@pytest.fixture
def listening(app, monkeypatch):
    """The application hears what pages ask for, and answers a fault as visitors are answered."""
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Listening)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def test_whatever_is_sent_in_any_size(stage, listening):
    asked, broken = defaultdict(set), []
    for rule, method in routes(stage.app):
        names = asked[rule.endpoint]
        for who in allowed(rule, method)[:1]:
            address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
            for step in range(ROUNDS):
                sent = filled(sorted(names), step)
                answer = send(stage, who, method, address, sent)
                names |= Listening.asked - {"csrf_token"}
                if not is_sound(answer):
                    broken.append((told(who, method, address, answer), step, sorted(names)))
    assert broken == []


def filled(names, step):
    """Something large for every field a page asks for, in each round another, and two it does not ask for."""
    sent = {name: LARGE[(place + step) % len(LARGE)] for place, name in enumerate(names)}
    paths = {name: "/" + LARGE[-1] for name in ("back", "next") if name in sent}
    return {**sent, **paths, "more": LARGE[-1], f"members-{'9' * 5000}-name": "²"}


def send(stage, who, method, address, sent):
    Listening.asked.clear()
    client = stage.app.test_client()
    if stage.cookies[who]:
        client.set_cookie("session", stage.cookies[who])
    where = {"query_string": sent} if method == "GET" else {"data": sent}
    return client.open(address, method=method, buffered=True, **where)


def is_sound(answer):
    cookies = answer.headers.getlist("Set-Cookie")
    return (
        answer.status_code in (*FINE, 401)
        and len(answer.headers.get("Location", "")) <= 600
        and all(len(cookie) <= 1500 for cookie in cookies)
    )


def test_what_is_searched_for_is_cut_before_anything_is_made_of_it(stage):
    answer = send(
        stage,
        "committee",
        "POST",
        "/search",
        {"back": "/officer/", "q": "王" * 20_000, "grid": "1", **{f"x{n}": "1" for n in range(99)}},
    )
    assert answer.location.startswith("/officer/?grid=1&")
    assert answer.location.endswith("&s=1")
    assert is_sound(answer)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" +７ ", 7), ("−12", -12), ("0" * 20 + "5", 5), ("9" * DIGITS, 999_999_999)],
)
def test_a_whole_number_is_read_as_people_type_it(text, number):
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "1.5", "1e3", "٣", "²", "9" * (DIGITS + 1), "0" * 40 + "1", "--1", "0x1"]
)
def test_what_is_no_whole_number_or_has_too_many_digits_is_refused(text):
    with pytest.raises(ValueError, match="no whole number"):
        whole(text)


def test_a_longer_column_takes_more_digits_and_no_more():
    assert long_whole("9" * LONG_DIGITS) < 2**63
    with pytest.raises(ValueError, match="no whole number"):
        long_whole("9" * (LONG_DIGITS + 1))


def test_a_number_that_is_too_long_is_refused_with_its_fields_name(stage):
    address = f"/desk/{stage.mine.codes['village']}/households/new"
    answer = send(stage, "committee", "POST", address, {"size": "9" * 400})
    assert answer.status_code == 422
    assert "「家庭人口」应为整数，最多 9 位。" in answer.text
    assert "9" * 100 not in answer.text
