"""Objecting: to one's own, to what hangs, to what is missing; once, held meanwhile, due in 7 working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from governance.affairs.awards import checking, life
from governance.affairs.publicity import answering, closing, objecting, objections
from governance.affairs.publicity.objecting import MISSING, Thing
from governance.affairs.publicity.objections import Channel
from governance.affairs.shop import counter, handover
from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import BadInput
from governance.ledger import audit, book
from governance.village.households import UnknownHousehold
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_gift,
    make_notice,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday; no public holiday for weeks


@pytest.fixture
def village(ctx):
    with clock.set_to(MONDAY):
        village = make_village(homes=3)
        village.officer = make_scorer(village)
        village.clerks = [make_staff(Role.COMMITTEE, village.place).id for _ in range(3)]
        yield village
    proof = audit.audit_book(village.id)
    assert proof.fault is None, proof.fault


@pytest.fixture
def home(village):
    return village.homes[0]


def file(village, home, level="first", **words):
    return make_award(village.officer, home, make_rule(village, review=level, **words))


def check(village, *award_ids):
    checking.check(village.id, village.clerks[0], award_ids)


def state(village, award_id):
    db.session.rollback()
    return life.get_award(village.id, award_id).state


def object_to(village, home, thing, words="这一条记得不对", **more):
    return objecting.file_objection(village.id, home.id, thing, words, **more)


def test_a_household_objects_to_its_own_award_that_waits(village, home):
    award_id = file(village, home)
    made = object_to(village, home, Thing(award_id=award_id), "  我家没有参加  ")
    assert (made.award_id, made.words, made.state) == (award_id, "我家没有参加", "open")
    assert (made.year, made.number, made.channel, made.entered_by) == (2026, 1, "page", None)
    assert made.due_on == date(2026, 3, 11)
    assert objections.contested_awards(village.id, [award_id]) == {award_id}


def test_numbers_run_through_the_village_and_begin_again_at_new_year(village, home):
    first, second = (make_objection(village, one).number for one in village.homes[:2])
    with clock.set_to(datetime(2027, 1, 4, 2, tzinfo=UTC)):
        again = make_objection(village, home, "扫雪没有记")
    assert (first, second, again.year, again.number) == (1, 2, 2027, 1)


def test_a_line_that_books_an_award_stands_for_the_award(village, home):
    award_id = file(village, home, "auto")
    seq = book.last_lines(village.id, home.id)[0].seq
    made = object_to(village, home, Thing(line_seq=seq))
    assert (made.award_id, made.line_seq) == (award_id, None)


def test_a_line_without_an_award_is_named_itself(village, home):
    give_points(village, home, 10)
    seq = book.last_lines(village.id, home.id)[0].seq
    made = object_to(village, home, Thing(line_seq=seq))
    assert (made.award_id, made.line_seq) == (None, seq)


@pytest.mark.parametrize("seq", [0, -5, 99, 2**70])
def test_a_line_that_is_not_there_is_refused(village, home, seq):
    with pytest.raises(objecting.NothingToObjectTo):
        object_to(village, home, Thing(line_seq=seq))


def test_another_households_line_or_waiting_award_is_not_found(village, home):
    other = village.homes[1]
    give_points(village, other, 10)
    seq, award_id = book.last_lines(village.id, other.id)[0].seq, file(village, other)
    for thing in (Thing(line_seq=seq), Thing(award_id=award_id), Thing(award_id=new_id())):
        with pytest.raises(objecting.NothingToObjectTo):
            object_to(village, home, thing)


def test_a_neighbours_item_is_objected_to_while_it_hangs(village, home):
    award_id = file(village, village.homes[1])
    check(village, award_id)
    notice = make_notice(village)
    thing = Thing(notice_id=notice.id, position=1)
    [item] = objecting.hanging_items(village.id, village.homes[1].id)
    assert (item.notice_id, item.position) == (notice.id, 1)
    assert object_to(village, home, thing).award_id == award_id
    with clock.set_to(notice.closes_at):
        assert objecting.hanging_items(village.id, village.homes[1].id) == []
    with pytest.raises(objecting.NothingToObjectTo):
        object_to(village, home, Thing(notice_id=notice.id, position=9))
    with pytest.raises(objecting.NothingToObjectTo):
        object_to(village, home, Thing(notice_id=new_id(), position=1))


def test_after_the_publicity_only_the_household_itself_objects(village, home):
    award_id = file(village, home)
    check(village, award_id)
    notice = make_notice(village)
    thing = Thing(notice_id=notice.id, position=1)
    with clock.set_to(notice.closes_at):  # the time is over, though nobody has closed it yet
        with pytest.raises(objecting.PublicityOver):
            object_to(village, village.homes[1], thing)
        assert object_to(village, home, thing).award_id == award_id


def test_a_rejected_award_may_be_objected_to_by_its_household(village, home):
    award_id = file(village, home)
    checking.reject(village.id, village.clerks[0], [award_id], "没有看到")
    assert [one.id for one in objecting.ended_awards(village.id, home.id)] == [award_id]
    assert object_to(village, home, Thing(award_id=award_id)).award_id == award_id


def test_a_missing_award_is_words_only(village, home):
    made = object_to(village, home, MISSING, "修水渠我家去了两个人")
    assert (made.award_id, made.line_seq) == (None, None)


@pytest.mark.parametrize("words", ["", " ", "错", "错\u200b\u200b", "字" * 501, "\n\n"])
def test_words_are_2_to_500_characters(village, home, words):
    with pytest.raises(objecting.WordsMissing):
        object_to(village, home, MISSING, words)


def test_the_same_household_objects_to_the_same_thing_once_while_it_waits(village, home):
    award_id = file(village, home, "auto")
    first = object_to(village, home, Thing(award_id=award_id))
    seq = book.last_lines(village.id, home.id)[0].seq
    with pytest.raises(objecting.AlreadyObjected) as refused:
        object_to(village, home, Thing(line_seq=seq), "还是不对")
    assert refused.value.objection_id == first.id
    assert "2026年第1号" in str(refused.value)
    subject = objecting.find_subject(village.id, home.id, Thing(award_id=award_id))
    assert objecting.find_earlier(village.id, home.id, subject).objection_id == first.id


def test_the_same_missing_award_is_asked_for_once_while_it_waits(village, home):
    object_to(village, home, MISSING, "修水渠没有记")
    with pytest.raises(objecting.AlreadyObjected):
        object_to(village, home, MISSING, "修水渠没有记")
    assert object_to(village, home, MISSING, "扫雪没有记").number == 2
    assert objecting.find_earlier(village.id, home.id, None) is None


def test_what_was_dismissed_goes_to_supervision_and_not_to_the_committee_again(village, home):
    award_id = file(village, home)
    check(village, award_id)
    first = object_to(village, home, Thing(award_id=award_id))
    answering.decide(village.id, village.clerks[1], first.id, answering.Answer(False, "查过了"))
    with pytest.raises(objecting.AnsweredBefore) as refused:
        object_to(village, home, Thing(award_id=award_id), "还是不对")
    assert refused.value.objection_id == first.id
    check_other = Thing(notice_id=make_notice(village).id, position=1)
    assert object_to(village, village.homes[1], check_other).number == 2


def test_what_was_turned_down_after_a_dismissal_is_a_new_matter(village, home):
    award_id = file(village, home)
    first = object_to(village, home, Thing(award_id=award_id))
    answering.decide(village.id, village.clerks[1], first.id, answering.Answer(False, "查过了"))
    with clock.set_to(clock.now() + clock.days(1)):
        checking.reject(village.id, village.clerks[0], [award_id], "没有看到")
        assert object_to(village, home, Thing(award_id=award_id)).number == 2


def test_two_households_object_to_the_same_item_each(village, home):
    check(village, file(village, village.homes[2]))
    thing = Thing(notice_id=make_notice(village).id, position=1)
    assert [object_to(village, one, thing).number for one in village.homes[:2]] == [1, 2]


def test_the_same_form_sent_twice_is_one_objection(village, home):
    key = new_id()
    made = [object_to(village, home, MISSING, objection_id=key) for _ in range(3)]
    assert {one.id for one in made} == {key}
    assert objections.count_open(village.id) == 1
    with pytest.raises(objecting.NothingToObjectTo):
        object_to(village, village.homes[1], MISSING, objection_id=key)


def test_ten_undecided_are_the_most(village, home):
    for n in range(10):
        object_to(village, home, MISSING, f"第{n}次没有记")
    with pytest.raises(objecting.TooManyOpen):
        object_to(village, home, MISSING, "还有一次没有记")
    object_to(village, village.homes[1], MISSING, "别人家不受影响")


def test_what_is_entered_for_a_villager_says_how_it_came_and_by_whom(village, home):
    clerk = village.clerks[0]
    made = object_to(village, home, MISSING, channel=Channel.SPOKEN, entered_by=clerk)
    assert (made.channel, made.entered_by) == ("spoken", clerk)
    for wrong in ({"channel": Channel.PHONED}, {"entered_by": clerk}):
        with pytest.raises(BadInput):
            object_to(village, home, MISSING, "随便写写", **wrong)


def test_a_household_of_another_village_is_not_known(village):
    other = make_village("白家村")
    with pytest.raises(UnknownHousehold):
        object_to(village, other.homes[0], MISSING)
    with pytest.raises(objections.UnknownObjection):
        objections.get_objection(other.id, make_objection(village, village.homes[0]).id)
    with pytest.raises(objections.UnknownObjection):
        objections.get_detail(other.id, new_id())


def test_what_is_objected_to_is_not_booked_when_its_notice_closes(village, home):
    held_id, free_id = file(village, home), file(village, home)
    check(village, held_id, free_id)
    notice = make_notice(village)
    object_to(village, home, Thing(award_id=held_id))
    with clock.set_to(notice.closes_at):
        assert closing.close_due(village.id) == 1
    assert (state(village, held_id), state(village, free_id)) == ("published", "booked")


def test_booked_points_that_are_objected_to_are_not_spent_before_the_answer(village, home):
    """Booked at once, objected to by a neighbour: the rest may be spent, these points may not."""
    award_id = file(village, home, "auto", points=5)
    give_points(village, home, 10)
    gift = make_gift(village, points=4, stock=9)
    keeper = make_staff(Role.STOREKEEPER, village.place).id
    made = object_to(
        village,
        village.homes[1],
        Thing(notice_id=make_notice(village).id, position=1),
    )
    assert objections.contested_points(village.id, home.id) == 5

    def take(pieces):
        return handover.hand_over(village.id, keeper, new_id(), home.id, {gift.id: pieces})

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
    answering.decide(village.id, village.clerks[0], made.id, answering.Answer(False, "查过了"))
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
    answering.decide(village.id, village.clerks[0], made.id, answering.Answer(False, "查过了"))
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
                village.id, village.clerks[0], one.id, answering.Answer(False, "查过了")
            )
    rows, total = objections.listed(village.id)
    assert ([row.number for row in rows], total) == ([2, 4, 3, 1], 4)
    rows, total = objections.listed(village.id, limit=2, offset=2)
    assert ([row.number for row in rows], total) == ([3, 1], 4)
    assert objections.count_open(village.id) == 2


def test_a_household_reads_its_own_and_that_others_object_to_its_awards(village, home):
    neighbour = village.homes[1]
    award_id = file(village, home)
    check(village, award_id)
    theirs = object_to(village, neighbour, Thing(notice_id=make_notice(village).id, position=1))
    mine = make_objection(village, home)
    assert [one.id for one in objections.made_by(village.id, home.id)] == [mine.id]
    assert [one.id for one in objections.made_about(village.id, home.id)] == [theirs.id]
    assert objections.made_about(village.id, neighbour.id) == []
    assert [one.id for one in objections.made_against(village.id, award_id)] == [theirs.id]
    assert objections.get_detail(village.id, theirs.id).owner_id == home.id
