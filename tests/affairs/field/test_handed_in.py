"""What was handed in, as the pages show it: who waits longest first, what was decided last first."""

from __future__ import annotations

import pytest

from governance.affairs.field import deciding, handed_in
from governance.affairs.field.handed_in import OTHER, STATE_NAMES, WHY, HandedInState, why_text
from governance.affairs.field.inspecting import award_id_of
from tests.factories import make_checklist, make_held, make_rule, make_village
from tests.moments import later

DECIDED = (HandedInState.ACCEPTED, HandedInState.DROPPED)


def listed(village, *states, **more):
    rows, total = handed_in.listed(village.id, states or [HandedInState.HELD], **more)
    return [row.id for row in rows], total


def test_who_waits_longest_stands_first_what_was_decided_last_stands_first(
    village, home, officer, clerk
):
    rule = make_rule(village)
    ids = []
    for hours in range(4):
        with later(0, hours=hours):
            ids.append(make_held(officer, home, rule))
    assert listed(village) == (ids, 4)
    assert listed(village, limit=2, offset=1) == (ids[1:3], 4)
    with later(1):
        deciding.accept(village.id, clerk.id, ids[1])
    with later(2):
        deciding.drop(village.id, clerk.id, ids[0], "重复")
    assert listed(village, *DECIDED) == ([ids[0], ids[1]], 2)
    assert listed(village) == (ids[2:], 2)
    assert handed_in.count_handed_in(village.id) == 2


def test_an_officer_reads_what_they_handed_in_last(village, home, officer):
    rule = make_rule(village)
    first = make_held(officer, home, rule)
    with later(0, hours=1):
        second = make_held(officer, home, rule)
    mine = handed_in.handed_in_by(village.id, officer.staff_id, 1)
    assert [(row.id, row.head, row.behaviour) for row in mine] == [
        (second, "王秀兰", "参加义务劳动")
    ]
    assert len(handed_in.handed_in_by(village.id, officer.staff_id, 9)) == 2
    assert handed_in.get_listed(village.id, first).filer == "李志明"


def test_nothing_of_another_village_is_listed_or_found(village, home, officer):
    handed_id, other = make_held(officer, home, make_rule(village)), make_village("白家村")
    assert listed(other) == ([], 0)
    for read in (handed_in.get_handed_in, handed_in.get_listed):
        with pytest.raises(handed_in.UnknownHandedIn):
            read(other.id, handed_id)


def test_the_award_of_an_item_is_itself_and_of_an_inspection_its_own(village, home, officer):
    item = make_held(officer, home, make_rule(village))
    seen = make_held(
        officer,
        home,
        make_rule(village),
        kind="inspection",
        sheet=str(make_checklist(village).id),
        findings=[],
        consent=True,
    )
    assert handed_in.award_of(handed_in.get_handed_in(village.id, item)) == item
    assert handed_in.award_of(handed_in.get_handed_in(village.id, seen)) == award_id_of(seen)


def test_every_reason_and_state_has_its_words():
    assert set(STATE_NAMES) == set(HandedInState)
    assert all(why_text(code) == words for code, words in WHY.items())
    assert why_text("something_new") == OTHER
