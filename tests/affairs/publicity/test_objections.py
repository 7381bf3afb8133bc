"""Objections: what they hold up meanwhile, the day they are due, and who reads which."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.affairs.awards import checking
from governance.affairs.publicity import answering, closing, objecting, objections
from governance.affairs.publicity.objecting import Thing
from governance.affairs.shop import counter, handover
from governance.base import clock
from governance.ledger import book
from governance.village.staff import Role
from tests.factories import (
    give_points,
    hand_over,
    make_filed,
    make_gift,
    make_notice,
    make_objection,
    make_staff,
    make_village,
)
from tests.reads import state_of


def object_to(village, home, thing, words="这一条记得不对", **more):
    return objecting.file_objection(village.id, home.id, thing, words, **more)


def check(village, *award_ids):
    checking.check(village.id, village.people[0], award_ids)


def test_what_is_objected_to_is_not_booked_when_its_notice_closes(village, home):
    held_id, free_id = make_filed(village, home), make_filed(village, home)
    check(village, held_id, free_id)
    notice = make_notice(village)
    object_to(village, home, Thing(award_id=held_id))
    with clock.set_to(notice.closes_at):
        assert closing.close_due(village.id) == 1
    assert (state_of(village, held_id), state_of(village, free_id)) == ("published", "booked")


def test_booked_points_that_are_objected_to_are_not_spent_before_the_answer(village, home):
    """Booked at once, objected to by a neighbour: the rest may be spent, these points may not."""
    award_id = make_filed(village, home, "auto", points=5)
    give_points(village, home, 10)
    gift = make_gift(village, points=4, stock=9)
    keeper = make_staff(Role.STOREKEEPER, village.place)
    made = object_to(
        village,
        village.homes[1],
        Thing(notice_id=make_notice(village).id, position=1),
    )
    assert objections.contested_points(village.id, home.id) == 5

    def take(pieces):
        return hand_over(village, keeper, home, {gift: pieces})

    with pytest.raises(handover.PointsObjectedTo) as refused:
        take(3)
    assert "现在能用的是 10 分" in str(refused.value)
    with pytest.raises(handover.PointsObjectedTo):
        counter.bill_of(village.id, home.id, {gift.id: 3})
    dear = make_gift(village, points=12)
    found = {one.gift.id: one for one in counter.offers_to(village.id, home.id)}
    assert found[gift.id].most == 2
    assert (found[dear.id].why, found[dear.id].values["held"]) == (counter.OBJECTED_TO, 5)
    assert take(2).left == 7
    with pytest.raises(book.NotEnoughPoints):
        take(2)
    answering.decide(village.id, village.people[0], made.id, answering.Answer(False, "查过了"))
    assert take(1).left == 3
    assert made.award_id == award_id


def test_days_are_counted_down_and_what_is_overdue_is_counted_by_village(village, home):
    made, quiet = make_objection(village, home), make_village("白家村")
    both = [village.id, quiet.id]
    for moment, left, late in (
        (datetime(2026, 3, 2, 2, tzinfo=UTC), 7, {}),
        (datetime(2026, 3, 7, 2, tzinfo=UTC), 3, {}),  # a Saturday
        (datetime(2026, 3, 11, 15, 59, tzinfo=UTC), 0, {}),
        (datetime(2026, 3, 11, 16, 0, tzinfo=UTC), -1, {village.id: 1}),  # midnight in the village
        (datetime(2026, 3, 16, 2, tzinfo=UTC), -3, {village.id: 1}),
    ):
        with clock.set_to(moment):
            assert objections.days_left(made) == left
            assert objections.overdue(both) == late
    assert objections.overdue([]) == {}


def test_an_appeal_has_its_own_seven_days(village, home):
    made = make_objection(village, home)
    answering.decide(village.id, village.people[0], made.id, answering.Answer(False, "查过了"))
    assert objections.days_left(made) is None
    with clock.set_to(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        answering.appeal(village.id, home.id, made.id)
        assert objections.appealed(village.id) == 1
    with clock.set_to(datetime(2026, 3, 17, 2, tzinfo=UTC)):
        assert (objections.days_left(made), objections.overdue([village.id])) == (2, {})
    with clock.set_to(datetime(2026, 3, 20, 2, tzinfo=UTC)):
        assert objections.overdue([village.id]) == {village.id: 1}


def test_the_list_begins_with_what_is_due_first_and_ends_with_what_was_answered_first(village):
    homes = village.homes
    made = [make_objection(village, homes[0])]
    for day in (3, 4, 5):
        with clock.set_to(datetime(2026, 3, day, 2, tzinfo=UTC)):
            made.append(make_objection(village, homes[day % 3], "又一次没有记"))
    for day, one in ((6, made[0]), (9, made[2])):
        with clock.set_to(datetime(2026, 3, day, 2, tzinfo=UTC)):
            answering.decide(
                village.id, village.people[0], one.id, answering.Answer(False, "查过了")
            )
    rows, total = objections.listed(village.id)
    assert ([row.number for row in rows], total) == ([2, 4, 3, 1], 4)
    rows, total = objections.listed(village.id, limit=2, offset=2)
    assert ([row.number for row in rows], total) == ([3, 1], 4)
    assert objections.count_open(village.id) == 2


def test_a_household_reads_its_own_and_that_others_object_to_its_awards(village, home):
    neighbour = village.homes[1]
    award_id = make_filed(village, home)
    check(village, award_id)
    theirs = object_to(village, neighbour, Thing(notice_id=make_notice(village).id, position=1))
    mine = make_objection(village, home)
    assert [one.id for one in objections.made_by(village.id, home.id)] == [mine.id]
    assert [one.id for one in objections.made_about(village.id, home.id)] == [theirs.id]
    assert objections.made_about(village.id, neighbour.id) == []
    assert [one.id for one in objections.made_against(village.id, award_id)] == [theirs.id]
    assert objections.get_detail(village.id, theirs.id).owner_id == home.id
