"""What the field page takes along beside the pack: in a few statements, initials as people type them, no code that opens a page."""

from __future__ import annotations

import json

from governance.affairs.awards.items import Scorer
from governance.affairs.field import extras
from governance.base import clock
from governance.village import codes
from tests.factories import make_award, make_household, make_public_place, make_rule
from tests.reads import statements


def test_field_json_costs_the_same_statements_for_one_household_as_for_many(village, officer):
    def count():
        with statements() as asked:
            extras.make_field(officer)
        return len(asked)

    few = count()
    for _ in range(15):
        make_household(village)
    assert count() == few


def test_the_initials_are_those_people_type():
    assert [extras.initials(name) for name in ("王秀兰", "Li", "")] == ["wxl", "li", ""]


def test_a_card_is_known_again_and_no_page_is_opened_with_what_the_phone_knows(village, officer):
    token = codes.code_in_use(village.id, village.homes[0].id, "card").token
    field = extras.make_field(officer)
    assert field["homes"][str(village.homes[0].id)]["card"] == extras.card_mark(token)
    assert token not in json.dumps(field)
    assert extras.card_mark(None) == ""


def test_the_last_lines_of_the_last_half_year_are_taken_along(village, home, officer):
    old, *new = (make_rule(village, behaviour=f"第{n}件事") for n in range(5))
    with clock.set_to(clock.now() - clock.days(extras.LATELY + 1)):
        make_award(officer, home, make_rule(village, since=clock.today()))
    make_award(officer, home, old)
    for rule in new:
        make_award(officer, home, rule, note="补记" if rule is new[-1] else "")
    last = extras.make_field(officer)["homes"][str(home.id)]["last"]
    assert [line["text"] for line in last] == ["第4件事（补记）", "第3件事", "第2件事"]
    assert {(line["day"], line["points"]) for line in last} == {("2026-11-22", 5)}


def test_only_ones_own_grids_are_taken_along(village, officer):
    make_public_place(village, "水渠", grid=1)
    here = Scorer(officer.staff_id, village.id, frozenset({village.grids[0].id}))
    field = extras.make_field(here)
    assert set(field["homes"]) == {str(village.homes[n].id) for n in (0, 2)}
    assert field["places"] == []
    assert [one["name"] for one in extras.make_field(officer)["places"]] == ["水渠"]
