"""Objecting: to one's own, to what hangs, to what is missing; once while it waits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from governance.affairs.awards import checking
from governance.affairs.publicity import answering, objecting, objections
from governance.affairs.publicity.objecting import MISSING, NothingToObjectTo, Thing
from governance.affairs.publicity.objections import Channel
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.ledger import book
from governance.village.households import UnknownHousehold
from tests.factories import (
    give_points,
    make_award,
    make_filed,
    make_notice,
    make_objection,
    make_rule,
    make_village,
)


def check(village, *award_ids):
    checking.check(village.id, village.people[0], award_ids)


def object_to(village, home, thing, words="这一条记得不对", **more):
    return objecting.file_objection(village.id, home.id, thing, words, **more)


def test_a_household_objects_to_its_own_award_that_waits(village, home):
    award_id = make_filed(village, home)
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
    award_id = make_filed(village, home, "auto")
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
    seq, award_id = book.last_lines(village.id, other.id)[0].seq, make_filed(village, other)
    for thing in (Thing(line_seq=seq), Thing(award_id=award_id), Thing(award_id=new_id())):
        with pytest.raises(objecting.NothingToObjectTo):
            object_to(village, home, thing)


def test_a_neighbours_item_is_objected_to_while_it_hangs(village, home):
    award_id = make_filed(village, village.homes[1])
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
    award_id = make_filed(village, home)
    check(village, award_id)
    notice = make_notice(village)
    thing = Thing(notice_id=notice.id, position=1)
    with clock.set_to(notice.closes_at):  # the time is over, though nobody has closed it yet
        with pytest.raises(objecting.PublicityOver):
            object_to(village, village.homes[1], thing)
        assert object_to(village, home, thing).award_id == award_id


def test_a_rejected_award_may_be_objected_to_by_its_household(village, home):
    award_id = make_filed(village, home)
    checking.reject(village.id, village.people[0], [award_id], "没有看到")
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
    award_id = make_filed(village, home, "auto")
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
    award_id = make_filed(village, home)
    check(village, award_id)
    first = object_to(village, home, Thing(award_id=award_id))
    answering.decide(village.id, village.people[1], first.id, answering.Answer(False, "查过了"))
    with pytest.raises(objecting.AnsweredBefore) as refused:
        object_to(village, home, Thing(award_id=award_id), "还是不对")
    assert refused.value.objection_id == first.id
    check_other = Thing(notice_id=make_notice(village).id, position=1)
    assert object_to(village, village.homes[1], check_other).number == 2


def test_what_was_turned_down_after_a_dismissal_is_a_new_matter(village, home):
    award_id = make_filed(village, home)
    first = object_to(village, home, Thing(award_id=award_id))
    answering.decide(village.id, village.people[1], first.id, answering.Answer(False, "查过了"))
    with clock.set_to(clock.now() + clock.days(1)):
        checking.reject(village.id, village.people[0], [award_id], "没有看到")
        assert object_to(village, home, Thing(award_id=award_id)).number == 2


def test_two_households_object_to_the_same_item_each(village, home):
    check(village, make_filed(village, village.homes[2]))
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
    clerk = village.people[0]
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


@pytest.fixture
def equals(village):
    """Two households of one group lose the same: the wall shows one line."""
    rule = make_rule(village, review="first", points=-5, behaviour="乱堆乱倒")
    homes = [village.homes[0], village.homes[2]]
    ids = [make_award(village.scorer, one, rule) for one in homes]
    checking.check(village.id, village.people[0], ids)
    village.notice = make_notice(village, village.people[0])
    return dict(zip([one.id for one in homes], ids, strict=True))


def test_who_points_at_a_line_that_stands_for_several_means_their_own(village, equals):
    for household_id, award_id in equals.items():
        for position in (1, 2):
            thing = Thing(notice_id=village.notice.id, position=position)
            subject = objecting.find_subject(village.id, household_id, thing)
            assert (subject.award_id, subject.own) == (award_id, True)


def test_a_stranger_to_the_line_means_the_one_pointed_at(village, equals):
    thing = Thing(notice_id=village.notice.id, position=2)
    subject = objecting.find_subject(village.id, village.homes[1].id, thing)
    assert subject.award_id in equals.values()
    assert not subject.own
    beyond = Thing(notice_id=village.notice.id, position=3)
    with pytest.raises(NothingToObjectTo):
        objecting.find_subject(village.id, village.homes[1].id, beyond)


def test_whose_own_is_held_already_means_the_neighbours(village, equals, home):
    """The line that is left without a mark is not theirs any more."""
    make_objection(village, home, award_id=equals[home.id])
    theirs = next(award_id for one, award_id in equals.items() if one != home.id)
    position = next(
        n
        for n in (1, 2)
        if not objecting.find_subject(
            village.id, home.id, Thing(notice_id=village.notice.id, position=n)
        ).own
    )
    made = objecting.file_objection(
        village.id, home.id, Thing(notice_id=village.notice.id, position=position), "他家改好了"
    )
    assert made.award_id == theirs
