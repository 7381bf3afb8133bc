"""The pages of the fair process: whatever is typed, ticked or written into an address, nothing breaks the door."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.affairs.awards import checking
from governance.ledger import audit
from governance.village.codes import code_in_use
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_draft,
    make_notice,
    make_objection,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_sample,
    make_scorer,
    make_staff,
    make_village,
    sign_in,
)


@pytest.fixture
def world(app):
    """A village with one of everything the process names, and a browser for each who takes part."""
    with app.app_context():
        village = make_village(homes=4)
        people = {
            role.value: make_staff(role, village.place)
            for role in (Role.OFFICER, Role.COMMITTEE, Role.SUPERVISOR)
        }
        scorer, home = make_scorer(village, people["officer"]), village.homes[0]
        rule = make_rule(village, review="first")
        hung = make_award(scorer, home, rule)
        checking.check(village.id, make_staff(Role.COMMITTEE, village.place).id, [hung])
        posted = make_notice(village, people["committee"].id)
        booked = make_award(scorer, home, make_rule(village))
        draft, draft_rule = make_draft(village)
        names = {
            "desk": f"/desk/{village.place.code}",
            "code": village.place.code,
            "home": home.id,
            "filed": make_award(scorer, home, rule),
            "booked": booked,
            "posted": posted.id,
            "year": posted.year,
            "number": posted.number,
            "rule": rule.id,
            "objection": make_objection(village, home, award_id=hung).id,
            "reminder": make_reminder(scorer, home, make_reminder_rule(village)).id,
            "sample": make_sample(village, [booked], people["supervisor"]).id,
            "set": draft.id,
            "draft_rule": draft_rule.id,
        }
        card = code_in_use(village.id, home.id, "card").token
    browsers = {who: sign_in(app.test_client(), person) for who, person in people.items()}
    browsers["household"], browsers["stranger"] = app.test_client(), app.test_client()
    browsers["household"].get(f"/c/{card}")
    yield names, browsers
    with app.app_context():
        assert audit.audit_book(village.id).fault is None


FORMS = {
    ("committee", "{desk}/notices/make"): ("last_on", "days"),
    ("committee", "{desk}/notices/{posted}/edit"): ("last_on", "days"),
    ("committee", "{desk}/notices/{posted}/withdraw"): ("reason", "correct"),
    ("committee", "{desk}/awards/check"): ("award", "back"),
    ("committee", "{desk}/awards/reject"): ("award", "reason", "back"),
    ("committee", "{desk}/awards/{booked}/reverse"): ("reason",),
    ("committee", "{desk}/objections/{objection}/decide"): ("outcome", "reasons", "rule", "points"),
    ("committee", "{desk}/objections/enter/{home}"): ("key", "channel", "thing", "words"),
    ("supervisor", "{desk}/appeals/{objection}/decide"): ("outcome", "reasons", "rule", "points"),
    ("committee", "{desk}/reminders/{reminder}/correct"): ("correct-note",),
    ("committee", "{desk}/reminders/{reminder}/deduct"): ("deduct-points", "deduct-note"),
    ("committee", "{desk}/reminders/{reminder}/withdraw"): ("withdraw-reason",),
    ("supervisor", "{desk}/supervision/samples"): ("size",),
    ("supervisor", "{desk}/supervision/samples/{sample}/1"): ("result", "note"),
    ("committee", "{desk}/rulesets/{set}/adopt"): (
        "kind",
        "held_on",
        "called_on",
        "entitled",
        "present",
        "votes_for",
        "votes_against",
        "since",
        "note",
    ),
    ("officer", "/officer/household/{home}/remind/{rule}"): ("once", "note"),
    ("officer", "/officer/reminders/{reminder}/deduct"): ("deduct-points", "deduct-note"),
    ("officer", "/officer/checks/approve"): ("award", "back"),
    ("officer", "/officer/checks/turn-down"): ("award", "reason", "back"),
    ("household", "/my/objections/new"): ("key", "words"),
    ("household", "/my/objections/{objection}/appeal"): ("words",),
    ("stranger", "/v/{code}/complaint"): ("key", "words", "contact"),
    ("stranger", "/v/{code}/complaint/answer"): ("number",),
}
PAGES = {
    ("committee", "{desk}/awards/"): ("grid", "rule", "stage", "late", "page", "all"),
    ("committee", "{desk}/awards/decided"): ("state", "page"),
    ("committee", "{desk}/notices/"): ("page",),
    ("committee", "{desk}/objections/"): ("page",),
    ("committee", "{desk}/objections/enter/{home}"): ("about", "s"),
    ("committee", "{desk}/reminders/"): ("grid", "show", "page"),
    ("committee", "{desk}/reminders/slips"): ("grid", "reminder"),
    ("committee", "{desk}/complaints/"): ("page", "show"),
    ("supervisor", "{desk}/supervision/log"): ("kind", "page"),
    ("supervisor", "{desk}/supervision/consistency"): ("now",),
    ("household", "/my/objections/new"): ("award", "line", "notice", "position"),
    ("stranger", "/complaint"): ("county",),
    ("stranger", "/v/{code}/notices"): ("page",),
    ("stranger", "/v/{code}/notices/{year}-{number}"): ("page",),
}
NAMED = ("home", "filed", "booked", "posted", "rule", "objection", "reminder")
PLAIN = [
    "",
    "0",
    "-1",
    "1",
    "3",
    "7",
    "99999999999999999999",
    "1e9",
    "０",
    "１",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "upheld",
    "dismissed",
    "missing",
    "award:",
    "line:x",
    "line:1",
    "item:::",
    "spoken",
    "page",
    "true",
    "doubt",
    "\x00",
    "\ud800x",
    "=1+1",
    "<b>",
    "//evil.example",
    "x" * 600,
]
TYPED = st.sampled_from([*PLAIN, *NAMED]) | st.text(max_size=40)
FINE = (200, 302, 303, 400, 403, 404, 409, 422, 429)
FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def test_every_address_is_one(app, world):
    names, _ = world
    for method, addresses in (("POST", FORMS), ("GET", PAGES)):
        for _, address in addresses:
            assert app.url_map.bind("localhost").match(address.format(**names), method)


def typed(data, names, fields):
    """Something for each field: nonsense, or the id of a thing that is there."""
    drawn = {name: data.draw(TYPED, name) for name in fields if data.draw(st.booleans(), name)}
    return {
        name: str(names.get(value, value)).encode("utf-8", "replace").decode()
        for name, value in drawn.items()
    }


@FEW
@given(data=st.data())
@pytest.mark.parametrize(("who", "address"), FORMS)
def test_nothing_that_is_typed_breaks_a_form(world, who, address, data):
    names, browsers = world
    filled = typed(data, names, FORMS[who, address])
    answer = browsers[who].post(address.format(**names), data=filled)
    assert answer.status_code in FINE, filled
    assert "evil" not in answer.headers.get("Location", "")


@FEW
@given(data=st.data())
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_nothing_in_an_address_breaks_a_page(world, who, address, data):
    names, browsers = world
    asked = typed(data, names, PAGES[who, address])
    answer = browsers[who].get(address.format(**names), query_string=asked)
    assert answer.status_code in FINE, asked
