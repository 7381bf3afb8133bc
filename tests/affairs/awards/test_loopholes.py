"""Loopholes: what one person alone could have bent, what came to light too late, and what was meant differently."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.affairs.awards import checking, life, reversal
from governance.affairs.awards.refusals import PostedMeanwhile
from governance.affairs.field import undo
from governance.affairs.publicity import answering, closing, notices, objecting, objections, posting
from governance.affairs.publicity.answering import Answer, OwnDoing, OwnEntry
from governance.affairs.publicity.objecting import MISSING, NothingToObjectTo, Thing
from governance.affairs.publicity.objections import Channel
from governance.affairs.recusal import FiledByKin
from governance.base import clock
from governance.base.database import db
from governance.ledger import audit, book
from governance.village import kin
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_objection,
    make_posted,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
YES, NO = Answer(True, "查了，确实记错"), Answer(False, "查了，没有错")


@pytest.fixture
def village(ctx):
    with clock.set_to(MONDAY):
        village = make_village(homes=4)
        village.officer = make_scorer(village)
        village.people = [make_staff(Role.COMMITTEE, village.place) for _ in range(4)]
        village.ids = [one.id for one in village.people]
        yield village
    proof = audit.audit_book(village.id)
    assert proof.fault is None, proof.fault


@pytest.fixture
def home(village):
    return village.homes[0]


def file(village, home, level="first", **words):
    return make_award(village.officer, home, make_rule(village, review=level, **words))


def state(village, award_id):
    db.session.rollback()
    return life.get_award(village.id, award_id).state


# --- one person alone -----------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [YES, NO])
def test_who_wrote_an_objection_down_does_not_answer_it(village, home, answer):
    award_id = file(village, home, "auto")
    made = objecting.file_objection(
        village.id,
        village.homes[1].id,
        MISSING,
        "上次修路没有记",
        channel=Channel.SPOKEN,
        entered_by=village.ids[0],
    )
    own = objecting.file_objection(
        village.id,
        home.id,
        Thing(award_id=award_id),
        "没有做过",
        channel=Channel.PHONED,
        entered_by=village.ids[0],
    )
    for one in (made, own):
        assert isinstance(answering.why_not(one, village.ids[0]), OwnEntry)
        with pytest.raises(OwnEntry):
            answering.decide(village.id, village.ids[0], one.id, answer)
    assert state(village, award_id) == "booked"
    answering.decide(village.id, village.ids[1], own.id, answer)


def test_neither_who_asked_nor_who_confirmed_a_reversal_answers_for_it(village, home):
    award_id = file(village, home, "auto")
    reversal.ask_reversal(village.id, village.ids[0], award_id, "记错了户")
    reversal.confirm_reversal(village.id, village.ids[1], award_id)
    made = make_objection(village, home, award_id=award_id)
    for one in village.ids[:2]:
        with pytest.raises(OwnDoing):
            answering.decide(village.id, one, made.id, NO)
    answering.decide(village.id, village.ids[2], made.id, NO)


def test_what_everybody_could_read_an_officer_does_not_take_back_alone(village, home):
    award_id = file(village, home, "auto")
    award = life.get_award(village.id, award_id)
    assert undo.can_withdraw(award, award_id)
    notice = make_posted(village, village.people[0])
    assert not undo.can_withdraw(award, award_id)
    with pytest.raises(PostedMeanwhile):
        undo.withdraw(village.officer, award_id)
    notices.withdraw_notice(village.id, village.ids[0], notice.id, "日期写错了")
    with pytest.raises(PostedMeanwhile):
        undo.withdraw(village.officer, award_id)
    assert book.find_figures(village.id, home.id).spendable == 5


# --- kin declared too late ------------------------------------------------------------------------


def test_what_somebody_filed_for_kin_declared_later_is_not_approved(village, home):
    award_id = file(village, home)
    kin.declare_kin(village.officer.staff_id, home, "relative")
    [verdict] = checking.check(village.id, village.ids[0], [award_id])
    assert isinstance(verdict.error, FiledByKin)
    assert state(village, award_id) == "filed"
    [verdict] = checking.reject(village.id, village.ids[0], [award_id], "由别人来记")
    assert verdict.state == "rejected"


def test_nor_what_somebody_checked_for_kin_declared_later(village, home):
    award_id, other_id = (file(village, one, "second") for one in village.homes[:2])
    checking.check(village.id, village.ids[0], [award_id, other_id])
    kin.declare_kin(village.ids[0], home, "own")
    refused, passed = checking.check(village.id, village.ids[1], [award_id, other_id])
    assert isinstance(refused.error, FiledByKin)
    assert passed.state == "checked"
    assert state(village, award_id) == "filed"


# --- equal deductions on one line -----------------------------------------------------------------


@pytest.fixture
def equals(village):
    """Three households of one group lose the same: the wall shows one line."""
    rule = make_rule(village, review="first", points=-5, behaviour="乱堆乱倒")
    homes = [village.homes[0], village.homes[2]]
    ids = [make_award(village.officer, one, rule) for one in homes]
    checking.check(village.id, village.ids[0], ids)
    village.notice = make_posted(village, village.people[0])
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


# --- a notice corrected while a later one hangs ---------------------------------------------------


def test_a_notice_is_corrected_although_a_later_one_hangs(village, home):
    award_id = file(village, home)
    checking.check(village.id, village.ids[0], [award_id])
    first = make_posted(village, village.people[0])
    with clock.set_to(MONDAY + timedelta(days=1)):
        later = file(village, village.homes[1])
        checking.check(village.id, village.ids[0], [later])
        second = make_posted(village, village.people[0])
        draft = notices.correct_notice(village.id, village.ids[0], first.id, "组别印错了")
        assert (draft.first_on, draft.last_on) == (first.first_on, first.last_on)
        notices.edit_draft(village.id, draft.id, date(2026, 3, 1), 5)
        assert draft.first_on == date(2026, 3, 1)
        notices.edit_draft(village.id, draft.id, first.last_on, 5)
        with pytest.raises(notices.BadInput):
            notices.edit_draft(village.id, draft.id, date(2026, 3, 4), 5)
        posted = posting.post_notice(village.id, village.ids[0], draft.id)
        assert (posted.number, posted.first_on) == (3, first.first_on)
        assert [state(village, one) for one in (award_id, later)] == ["published"] * 2
        assert second.number == 2


def test_without_a_notice_to_replace_the_days_stay_taken(village, home):
    checking.check(village.id, village.ids[0], [file(village, home)])
    make_posted(village, village.people[0])
    with pytest.raises(notices.PeriodTaken):
        notices.make_notice(village.id, village.ids[0], clock.today(), 3)


# --- withdrawn while somebody objects -------------------------------------------------------------


def test_what_is_objected_to_stays_held_through_a_withdrawal_and_the_next_notice(village, home):
    award_id = file(village, home)
    checking.check(village.id, village.ids[0], [award_id])
    first = make_posted(village, village.people[0])
    made = make_objection(village, home, award_id=award_id)
    draft = notices.correct_notice(village.id, village.ids[0], first.id, "印错了")
    second = posting.post_notice(village.id, village.ids[0], draft.id)
    answering.decide(village.id, village.ids[1], made.id, NO)
    assert state(village, award_id) == "published"  # the first notice books nothing any more
    answering.appeal(village.id, home.id, made.id)
    with clock.set_to(second.closes_at):
        assert closing.close_due(village.id) == 0
        assert objections.appealed(village.id) == 1
    assert state(village, award_id) == "published"
    assert book.find_figures(village.id, home.id).spendable == 0
