"""Every route x every visitor: who may look, who may act, and that nobody reaches another village's anything.

A new page is a new line in the `table.py`; a page without a line fails the first test.
"""

from __future__ import annotations

import uuid

import pytest

from governance.village.places import Level
from governance.village.register import uploads
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_staff,
)
from tests.web.table import DESK, EVERYBODY, PUBLIC, TABLE
from tests.web.visitors import (
    World,
    allowed,
    objects,
    routes,
    snapshot,
    told,
    turned_away,
)


def test_every_route_has_its_line_and_every_line_its_route(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(TABLE) == set(), "write a line in TABLE: who may look, who may act"
    assert set(TABLE) - endpoints == set()
    for endpoint, row in TABLE.items():
        methods = {m for rule, m in routes(app) if rule.endpoint == endpoint}
        assert bool(row.look) == ("GET" in methods), endpoint
        assert bool(row.act) == bool(methods - {"GET"}), endpoint


def test_who_may_look_sees_and_who_may_not_is_turned_away(stage):
    wrong = []
    for rule, method in routes(stage.app):
        if method != "GET":
            continue
        row = TABLE[rule.endpoint]
        address = stage.address(rule, stage.mine.values(row))
        for who in EVERYBODY:
            answer = stage.ask(who, method, address)
            if who in row.look:
                fine = (
                    answer.status_code == row.status
                    if row.status
                    else answer.status_code in (200, 302) and not turned_away(answer)
                )
            else:
                fine = turned_away(answer)
            if not fine:
                wrong.append(told(who, method, address, answer))
    assert wrong == []


def test_who_may_not_act_is_turned_away_and_changes_nothing(stage):
    before, wrong = snapshot(stage.app), []
    for rule, method in routes(stage.app):
        if method == "GET":
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        for who in set(EVERYBODY) - set(allowed(rule, method)):
            answer = stage.ask(who, method, address)
            if not turned_away(answer):
                wrong.append(told(who, method, address, answer))
    assert wrong == []
    assert snapshot(stage.app) == before


def test_the_supervisor_reads_every_desk_and_changes_only_what_is_the_supervisors(stage):
    before = snapshot(stage.app)
    for rule, method in routes(stage.app):
        if not rule.rule.startswith("/desk/") or method == "GET":
            continue
        if "supervisor" in allowed(rule, method):
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        assert stage.ask("supervisor", method, address).status_code == 403, address
    homes = [one for one in TABLE if one.endswith(".home") and TABLE[one].look == DESK]
    assert len(homes) >= 6
    assert snapshot(stage.app) == before


def test_who_may_act_is_not_turned_away_at_the_door(stage):
    """An empty form may be refused in its own words, but the door is open."""
    wrong = []
    for rule, method in routes(stage.app):
        if method == "GET":
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        for who in allowed(rule, method):
            answer = stage.ask(who, method, address)
            shut = answer.status_code == 401 or (
                answer.status_code == 403 and "您没有办理这件事的权限" in answer.text
            )
            if shut or answer.status_code >= 500 or answer.status_code == 405:
                wrong.append(told(who, method, address, answer))
    assert wrong == []


def beyond(rule, row, mine, other):
    """The address with all its parameters, and each of them, taken from the other village."""
    own, theirs = mine.values(row), other.values(row)
    yield theirs
    if len(rule.arguments) > 1:
        for name in sorted(rule.arguments):
            if theirs[name] == own[name]:  # a size of paper is no thing of a village
                continue
            yield own | {name: theirs[name]}


def test_nothing_of_another_village_is_reached_by_anybody_of_this_one(stage):
    """Everybody is asked with an address wholly of the other village; with a mixed one, whom the page is for."""
    before, wrong = snapshot(stage.app), []
    for rule, method in routes(stage.app):
        row = TABLE[rule.endpoint]
        if rule.endpoint in PUBLIC or not rule.arguments or rule.endpoint == "api.take_photo":
            continue
        visitors = set(EVERYBODY) - {"root"}  # who governs both villages
        for values in beyond(rule, row, stage.mine, stage.other):
            address = stage.address(rule, values)
            for who in visitors:
                answer = stage.ask(who, method, address)
                if not (turned_away(answer) or answer.status_code == row.gone):
                    wrong.append(told(who, method, address, answer))
            visitors &= {*row.look, *row.act}
    assert wrong == []
    assert snapshot(stage.app) == before


def test_an_upload_of_another_village_stays_as_it_is(stage):
    mine, upload = stage.mine.codes["village"], stage.other.ids["upload_id"]
    for act in ("", "/drop"):
        stage.ask("committee", "POST", f"/desk/{mine}/households/register/{upload}{act}")
    folder = stage.app.config["DATA_DIR"] / "uploads"
    assert uploads.read_upload(folder, stage.other.village.id, uuid.UUID(upload))


def test_a_photo_of_another_village_is_not_overwritten(stage):
    """Ids are made by the phone: the same id in two villages is two photos."""
    photo = stage.other.ids["photo_id"]
    stage.ask("officer", "PUT", f"/officer/photos/{photo}")
    assert stage.ask("officer", "GET", f"/officer/photos/{photo}").status_code == 404


@pytest.fixture
def neighbour(stage):
    """What grid 2 of the officer's own village holds."""
    with stage.app.app_context():
        village = stage.mine.village
        colleague = make_staff(Role.OFFICER, village.grids[1])
        world = World(village, people={**stage.mine.people, "officer": colleague})
        return objects(stage.app, world, village.homes[1], village.grids[1])


def test_an_officer_of_grid_1_neither_sees_nor_scores_grid_2(stage, neighbour):
    before = snapshot(stage.app)
    own = stage.mine.ids
    household, rule = neighbour["household_id"], own["rule_id"]
    for method, address in (
        ("GET", f"/officer/household/{household}"),
        ("POST", f"/officer/household/{household}/award"),
        ("GET", f"/officer/household/{household}/rule/{rule}"),
        ("POST", f"/officer/household/{household}/rule/{rule}"),
        ("POST", f"/officer/award/{neighbour['award_id']}/withdraw"),
        ("GET", f"/officer/photos/{neighbour['photo_id']}"),
    ):
        answer = stage.ask("officer", method, address)
        assert answer.status_code in (403, 404), told("officer", method, address, answer)
    for address in ("/officer/", "/officer/pack.json", "/officer/mine"):
        assert household not in stage.ask("officer", "GET", address).text
    assert snapshot(stage.app) == before


def test_a_household_sees_its_own_page_and_not_the_neighbours(stage):
    with stage.app.app_context():
        village = stage.mine.village
        give_points(village, village.homes[1], 777)
    for address in ("/my/", "/my/gifts"):
        assert ">777<" not in stage.ask("household", "GET", address).text


def test_the_desks_of_an_unknown_village_are_not_there(stage):
    for village in ("999999999999", "x", stage.mine.codes[Level.TOWN.value]):
        for rule, method in routes(stage.app):
            if rule.rule.startswith("/desk/") and rule.endpoint.endswith(".home"):
                address = stage.address(
                    rule, stage.mine.values(TABLE[rule.endpoint]) | {"village": village}
                )
                for who in DESK:
                    answer = stage.ask(who, method, address)
                    assert answer.status_code in (403, 404), told(who, method, address, answer)


def test_every_page_is_served_with_the_strict_headers(stage):
    for rule, method in routes(stage.app):
        if method == "GET":
            address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
            for who in (*allowed(rule, method)[:1], "stranger"):
                headers = stage.ask(who, method, address).headers
                assert "default-src 'self'" in headers["Content-Security-Policy"], address
                assert "unsafe-" not in headers["Content-Security-Policy"], address
                assert headers["X-Content-Type-Options"] == "nosniff", address
