"""What the demo shows of inspections: monthly rounds that give points, public places, an item to decide."""

from __future__ import annotations

from governance.affairs.awards.life import awards
from governance.affairs.field import handed_in
from governance.affairs.field.handed_in import HandedInState
from governance.affairs.field.inspections import inspections
from governance.base.database import db
from governance.demo import looks
from governance.village import publicplaces
from governance.village.checklists import lists


def test_the_shipped_checklists_and_the_squares_are_set_up(village):
    assert {one.code for one in lists.checklists_in_force(village.id)} == {
        "household_60",
        "three_clean",
        "three_clean_public",
    }
    named = {place.name for place in publicplaces.public_places(village.id)}
    assert named == {name for _, name in looks.SQUARES}


def test_every_round_is_an_inspection_and_most_give_what_the_score_gives(village, count):
    given = count(inspections, inspections.c.award_id.is_not(None))
    assert given > 100
    assert count(inspections) > given
    by_rule = awards.c.rule_code.in_(looks.INSPECTED)
    assert count(awards, by_rule, awards.c.note == "") == 0  # the score stands beside it


def test_each_public_place_was_looked_at_twice(village, count):
    squares = [place.id for place in publicplaces.public_places(village.id)]
    seen = count(inspections, inspections.c.public_place_id.in_(squares))
    assert seen == len(squares) * len(looks.ROUNDS)


def test_one_item_waits_for_the_committee(village):
    [item], total = handed_in.listed(village.id, [HandedInState.HELD])
    assert (total, item.why) == (1, "not_resident")
    assert db.session.get(handed_in.HandedIn, (village.id, item.id)).item["note"]
