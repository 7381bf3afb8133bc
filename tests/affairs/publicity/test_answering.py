"""Answering: by somebody uninvolved, with reasons; upheld ends the award, dismissed frees it; supervision is last."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from governance.affairs.acts import Act
from governance.affairs.awards import checking, life, reversal
from governance.affairs.awards.refusals import CapReached, NotResident, ReasonMissing, UndoneByTwo
from governance.affairs.figures import passbook
from governance.affairs.publicity import answering, closing, notices, objecting, objections, posting
from governance.affairs.publicity.answering import Answer, OwnDoing, OwnEntry, Remedy
from governance.affairs.publicity.objecting import MISSING, Thing
from governance.affairs.publicity.objections import Channel
from governance.affairs.shop import handover
from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import BadInput
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village import households, kin
from governance.village.rules.rulebook import RuleNotThere
from governance.village.staff import Role
from tests.factories import (
    give_points,
    hand_over,
    make_award,
    make_filed,
    make_gift,
    make_notice,
    make_objection,
    make_rule,
    make_staff,
    make_village,
)
from tests.moments import MONDAY
from tests.reads import figures_of, state_of

NO, YES = Answer(False, "查了签到表，没有到场"), Answer(True, "查了签到表，确实到场")


def publish(village, home, **words):
    """An award on a notice that hangs; both."""
    award_id = make_filed(village, home, **words)
    checking.check(village.id, village.people[0], [award_id])
    return award_id, make_notice(village)


def decide(village, objection, answer=NO, by=None):
    return answering.decide(village.id, by or village.people[1], objection.id, answer)


def finally_(village, objection, answer=NO, by=None):
    return answering.decide_finally(village.id, by or village.supervisor, objection.id, answer)


def appeal(village, objection, words=""):
    return answering.appeal(village.id, objection.household_id, objection.id, words)


def award(village, award_id):
    db.session.rollback()
    return life.get_award(village.id, award_id)


def attempts():
    return db.session.scalars(db.select(Act).where(Act.refused != "")).all()


# --- the effects ----------------------------------------------------------------------------------


def test_an_upheld_objection_rejects_an_award_that_was_not_booked(village, home):
    award_id, notice = publish(village, home)
    made = make_objection(village, home, award_id=award_id)
    answered = decide(village, made, Answer(True, "  记错了人家  "))
    assert (answered.state, answered.answer) == ("upheld", "记错了人家")
    assert (answered.decided_by, answered.decided_at) == (village.people[1], MONDAY)
    ended = award(village, award_id)
    assert (ended.state, ended.reason, ended.ended_by) == (
        "rejected",
        "记错了人家",
        village.people[1],
    )
    with clock.set_to(notice.closes_at):
        assert closing.close_due(village.id) == 0
    assert figures_of(village, home) == Figures(0, 0)


@pytest.mark.parametrize("checks", [0, 1])
def test_an_award_that_still_waits_for_checks_is_rejected_too(village, home, checks):
    award_id = make_filed(village, home, "second")
    checking.check(village.id, village.people[0], [award_id][:checks])
    decide(village, make_objection(village, home, award_id=award_id), YES)
    assert award(village, award_id).state == "rejected"


def test_an_upheld_objection_takes_a_booked_award_back_in_the_book(village, home):
    award_id = make_filed(village, home, "auto", points=-5)
    decide(village, make_objection(village, home, award_id=award_id), YES)
    assert award(village, award_id).state == "reversed"
    line = passbook.read(village.id, home.id)[0]
    assert (line.kind, line.standing, line.memo) == ("reversal", 5, "冲正：参加义务劳动")
    assert line.note == "查了签到表，确实到场"
    assert figures_of(village, home) == Figures(0, 0)


def test_what_was_spent_already_is_owed(village, home):
    award_id = make_filed(village, home, "auto")
    gift, keeper = make_gift(village, points=4), make_staff(Role.STOREKEEPER, village.place)
    hand_over(village, keeper, home, {gift: 1})
    decide(village, make_objection(village, home, award_id=award_id), YES)
    assert figures_of(village, home) == Figures(0, 0, 4)


def test_a_dismissed_objection_books_what_its_notice_would_have_booked_meanwhile(village, home):
    award_id, notice = publish(village, home)
    made = make_objection(village, home, award_id=award_id)
    with clock.set_to(notice.closes_at):
        closing.close_due(village.id)
        assert award(village, award_id).state == "published"
        decide(village, made)
    assert award(village, award_id).state == "booked"
    assert figures_of(village, home) == Figures(5, 5)


def test_a_dismissed_objection_leaves_to_its_notice_what_still_hangs(village, home):
    award_id, notice = publish(village, home)
    decide(village, make_objection(village, home, award_id=award_id))
    assert award(village, award_id).state == "published"
    with clock.set_to(notice.closes_at):
        assert closing.close_due(village.id) == 1


def test_a_second_objection_to_the_same_award_holds_it_still(village, home):
    award_id, notice = publish(village, home)
    mine = make_objection(village, home, award_id=award_id)
    thing = Thing(notice_id=notice.id, position=1)
    theirs = objecting.file_objection(village.id, village.homes[1].id, thing, "他家没有来")
    with clock.set_to(notice.closes_at):
        closing.close_due(village.id)
        decide(village, mine)
        assert award(village, award_id).state == "published"
        decide(village, theirs)
    assert award(village, award_id).state == "booked"


def test_two_objections_upheld_end_the_award_once(village, home):
    award_id, notice = publish(village, home)
    mine = make_objection(village, home, award_id=award_id)
    thing = Thing(notice_id=notice.id, position=1)
    theirs = objecting.file_objection(village.id, village.homes[1].id, thing, "他家没有来")
    decide(village, mine, YES)
    decide(village, theirs, YES, by=village.people[2])
    assert award(village, award_id).ended_by == village.people[1]


def test_a_line_without_an_award_is_only_answered(village, home):
    give_points(village, home, 10)
    thing = Thing(line_seq=book.last_lines(village.id, home.id)[0].seq)
    made = objecting.file_objection(village.id, home.id, thing, "兑换扣多了")
    assert decide(village, made, YES).state == "upheld"
    assert figures_of(village, home) == Figures(10, 10)


# --- the remedy -----------------------------------------------------------------------------------


def test_a_corrected_award_is_filed_anew_by_the_decider_and_goes_its_ordinary_way(village, home):
    rule = make_rule(village, review="first", points_max=8)
    award_id = make_award(village.scorer, home, rule, points=5)
    made = make_objection(village, home, award_id=award_id)
    with clock.set_to(datetime(2026, 3, 5, 2, tzinfo=UTC)):
        decide(village, made, Answer(True, "应记 8 分", Remedy(rule.id, 8)))
    new = award(village, made.remedy_id)
    assert (new.points, new.state, new.filed_by) == (8, "filed", village.people[1])
    assert (new.household_id, new.seen_on) == (home.id, date(2026, 3, 2))
    assert new.note == "异议2026年第1号"
    assert award(village, award_id).state == "rejected"
    verdicts = checking.check(village.id, village.people[1], [new.id])
    assert verdicts[0].error.code == "own_award"
    assert checking.check(village.id, village.people[2], [new.id])[0].state == "checked"


def test_a_missing_award_is_remedied_for_the_household_that_misses_it(village, home):
    made, rule = make_objection(village, home), make_rule(village)
    decide(village, made, Answer(True, "补记", Remedy(rule.id)))
    assert award(village, made.remedy_id).state == "booked"
    assert figures_of(village, home) == Figures(5, 5)


def test_the_corrected_award_of_a_neighbour_is_the_neighbours(village, home):
    _, notice = publish(village, home)
    thing = Thing(notice_id=notice.id, position=1)
    made = objecting.file_objection(village.id, village.homes[1].id, thing, "他家只该 3 分")
    decide(village, made, Answer(True, "记多了", Remedy(make_rule(village, points=3).id)))
    assert award(village, made.remedy_id).household_id == home.id
    assert figures_of(village, village.homes[1]) == Figures(0, 0)


def test_the_award_that_was_wrong_does_not_count_towards_the_cap(village, home):
    rule = make_rule(village, review="first", points_max=8, cap_count=1, cap_period="month")
    award_id = make_award(village.scorer, home, rule, points=5)
    made = make_objection(village, home, award_id=award_id)
    decide(village, made, Answer(True, "应记 8 分", Remedy(rule.id, 8)))
    assert award(village, made.remedy_id).points == 8


def test_a_rejection_that_was_unjust_is_put_right_by_a_new_award(village, home):
    rule = make_rule(village, review="first")
    award_id = make_award(village.scorer, home, rule)
    checking.reject(village.id, village.people[0], [award_id], "没有看到")
    made = make_objection(village, home, award_id=award_id)
    with pytest.raises(answering.OwnDoing):
        decide(village, made, YES, by=village.people[0])  # who rejected it does not answer
    decide(village, made, Answer(True, "有照片为证", Remedy(rule.id)))
    assert award(village, award_id).state == "rejected"
    assert award(village, made.remedy_id).state == "filed"


def test_a_rule_that_came_later_dates_the_new_award_to_the_answer(village, home):
    award_id = make_filed(village, home)
    made = make_objection(village, home, award_id=award_id)
    with clock.set_to(datetime(2026, 3, 5, 2, tzinfo=UTC)):
        rule = make_rule(village, since=date(2026, 3, 4))
        decide(village, made, Answer(True, "按新细则记", Remedy(rule.id)))
    assert award(village, made.remedy_id).seen_on == date(2026, 3, 5)


def test_when_the_remedy_is_refused_nothing_happens(village, home):
    rule = make_rule(village, cap_count=1, cap_period="month")
    make_award(village.scorer, home, rule)
    award_id = make_filed(village, home)
    made = make_objection(village, home, award_id=award_id)
    other = make_village("白家村")
    for remedy, refusal in (
        (Remedy(rule.id), CapReached),
        (Remedy(make_rule(village, points_max=8).id, 99), BadInput),
        (Remedy(make_rule(other).id), RuleNotThere),
    ):
        with pytest.raises(refusal):
            decide(village, made, Answer(True, "补记", remedy))
    db.session.rollback()
    assert objections.get_objection(village.id, made.id, lock=True).state == "open"
    assert award(village, award_id).state == "filed"
    assert figures_of(village, home) == Figures(5, 5)


def test_a_household_that_lives_away_gets_no_new_award(village):
    away = next(one for one in village.homes if one is not village.homes[0])
    made, rule = make_objection(village, away), make_rule(village)
    details = households.Details(away.group_no, away.number, head=away.head, status="away")
    with households.editing(away):
        households.edit_household(away, away.grid_id, details)
    with pytest.raises(NotResident):
        decide(village, made, Answer(True, "补记", Remedy(rule.id)))


def test_a_dismissal_brings_no_remedy(village, home):
    made, rule = make_objection(village, home), make_rule(village)
    with pytest.raises(answering.RemedyWithoutCause):
        decide(village, made, Answer(False, "没有来", Remedy(rule.id)))
    assert figures_of(village, home) == Figures(0, 0)


# --- who answers ----------------------------------------------------------------------------------


def test_who_filed_or_checked_it_does_not_answer(village, home):
    award_id = make_filed(village, home, "second")
    for one in (village.people[0], village.people[2]):
        checking.check(village.id, one, [award_id])
    made = make_objection(village, home, award_id=award_id)
    for one in (village.scorer.staff_id, village.people[0], village.people[2]):
        assert isinstance(answering.why_not(made, one), answering.OwnDoing)
        with pytest.raises(answering.OwnDoing):
            decide(village, made, by=one)
    assert answering.why_not(made, village.people[1]) is None
    decide(village, made)


def test_who_wrote_the_line_does_not_answer(village, home):
    give_points(village, home, 10)
    gift = make_gift(village, points=4)
    pieces = {gift.id: 1}
    handover.hand_over(village.id, village.people[1], new_id(), home.id, pieces, no_card="忘带了")
    thing = Thing(line_seq=book.last_lines(village.id, home.id)[0].seq)
    made = objecting.file_objection(village.id, home.id, thing, "没有领到")
    with pytest.raises(answering.OwnDoing):
        decide(village, made)
    decide(village, made, by=village.people[2])


@pytest.mark.parametrize("whose", ["objecting", "concerned"])
@pytest.mark.parametrize("relation", ["own", "relative"])
def test_nobody_answers_for_their_own_or_a_relatives_household_and_the_attempt_is_kept(
    village, home, whose, relation
):
    award_id, notice = publish(village, home)
    thing = Thing(notice_id=notice.id, position=1)
    made = objecting.file_objection(village.id, village.homes[1].id, thing, "他家没有来")
    mine = home if whose == "concerned" else village.homes[1]
    kin.declare_kin(village.people[1], mine, relation)
    with pytest.raises(answering.KinOfOne):
        decide(village, made)
    db.session.rollback()
    [tried] = attempts()
    assert (tried.staff_id, tried.what, tried.refused) == (
        village.people[1],
        "answer",
        "own_household",
    )
    assert (tried.household_id, tried.subject_id) == (village.homes[1].id, award_id)


def test_a_supervisor_does_not_decide_for_kin_either(village, home):
    made = make_objection(village, home)
    decide(village, made)
    appeal(village, made)
    kin.declare_kin(village.supervisor, home, "own")
    with pytest.raises(answering.KinOfOne):
        finally_(village, made)
    db.session.rollback()
    assert [one.staff_id for one in attempts()] == [village.supervisor]
    assert objections.get_objection(village.id, made.id).state == "appealed"


def test_who_asked_to_reverse_it_does_not_reverse_it_by_an_answer(village, home):
    award_id = make_filed(village, home, "auto")
    reversal.ask_reversal(village.id, village.people[1], award_id, "记错了")
    made = make_objection(village, home, award_id=award_id)
    with pytest.raises(UndoneByTwo):
        decide(village, made, YES)
    decide(village, made, YES, by=village.people[2])
    assert award(village, award_id).state == "reversed"


@pytest.mark.parametrize("reasons", ["", "  \n ", "\u200b"])
def test_an_answer_without_reasons_is_refused(village, home, reasons):
    made = make_objection(village, home)
    for upheld in (True, False):
        with pytest.raises(ReasonMissing):
            decide(village, made, Answer(upheld, reasons))
    with pytest.raises(BadInput, match="500"):
        decide(village, made, Answer(False, "字" * 501))
    decide(village, made, Answer(False, "字" * 500))


def test_an_answer_is_given_once_and_sent_twice_is_one(village, home):
    made = make_objection(village, home)
    assert {decide(village, made).state for _ in range(3)} == {"dismissed"}
    for answer, by in (
        (YES, village.people[1]),
        (NO, village.people[2]),
        (Answer(False, "另外的话"), None),
    ):
        with pytest.raises(answering.AlreadyAnswered):
            decide(village, made, answer, by)
    with pytest.raises(objections.UnknownObjection):
        answering.decide(make_village("白家村").id, village.people[1], made.id, NO)


# --- the appeal -----------------------------------------------------------------------------------


def test_a_household_turns_to_supervision_once_and_it_is_held_again(village, home):
    award_id, notice = publish(village, home)
    made = make_objection(village, home, award_id=award_id)
    decide(village, made)
    assert objections.contested_awards(village.id, [award_id]) == set()
    assert answering.last_day_to_appeal(made) == date(2026, 3, 11)
    for _ in range(2):  # the button pressed twice
        appealed = appeal(village, made, " 签到表上有我 ")
    assert (appealed.state, appealed.appeal_words) == ("appealed", "签到表上有我")
    assert appealed.final_due_on == date(2026, 3, 11)
    assert objections.contested_awards(village.id, [award_id]) == {award_id}
    with clock.set_to(notice.closes_at):
        assert closing.close_due(village.id) == 0
        finally_(village, made)
    assert award(village, award_id).state == "booked"
    with pytest.raises(answering.NothingToAppeal):
        appeal(village, made)


def test_the_final_decision_may_uphold_with_a_remedy_and_ends_it(village, home):
    award_id = make_filed(village, home, "auto", points=-5)
    made = make_objection(village, home, award_id=award_id)
    decide(village, made)
    appeal(village, made)
    with pytest.raises(answering.AlreadyAnswered):
        decide(village, made, YES, by=village.people[2])
    rule = make_rule(village, review="first")
    ended = finally_(village, made, Answer(True, "改记", Remedy(rule.id)))
    assert (ended.state, ended.final_by, ended.final_answer) == (
        "upheld",
        village.supervisor,
        "改记",
    )
    assert (ended.decided_by, ended.answer) == (village.people[1], NO.reasons)
    assert award(village, award_id).state == "reversed"
    assert award(village, made.remedy_id).filed_by == village.supervisor
    assert (
        finally_(village, made, Answer(True, "改记", Remedy(rule.id))).remedy_id == made.remedy_id
    )
    with pytest.raises(answering.NotAppealed):
        finally_(village, made, NO)
    with pytest.raises(objecting.DecidedFinally):
        make_objection(village, home, "还是不服", award_id)


def test_a_final_decision_sent_twice_is_one(village, home):
    made = make_objection(village, home)
    decide(village, made)
    appeal(village, made)
    assert {finally_(village, made).state for _ in range(3)} == {"dismissed"}


def test_supervision_decides_only_what_was_brought_before_it(village, home):
    made = make_objection(village, home)
    with pytest.raises(answering.NotAppealed):
        finally_(village, made)
    decide(village, made)
    with pytest.raises(answering.NotAppealed):
        finally_(village, made)


def test_who_dismissed_it_does_not_decide_on_the_appeal(village, home):
    made = make_objection(village, home)
    decide(village, made)
    appeal(village, made)
    with pytest.raises(answering.OwnDoing):
        finally_(village, made, by=village.people[1])


def test_only_a_dismissed_objection_is_appealed(village, home):
    made = make_objection(village, home)
    for _ in range(2):
        with pytest.raises(answering.NothingToAppeal):
            appeal(village, made)
        assert answering.last_day_to_appeal(made) is None
        decide(village, made, YES)


def test_the_eighth_working_day_is_too_late_to_appeal(village, home):
    late, late_2 = make_objection(village, home), make_objection(village, village.homes[1])
    for one in (late, late_2):
        decide(village, one)
    with clock.set_to(datetime(2026, 3, 11, 15, 59, tzinfo=UTC)):
        appeal(village, late)
    after = clock.set_to(datetime(2026, 3, 11, 16, 0, tzinfo=UTC))
    with after, pytest.raises(answering.AppealTooLate, match="2026-03-11"):
        appeal(village, late_2)


def test_an_objection_of_others_is_not_appealed(village, home):
    made = make_objection(village, home)
    decide(village, made)
    with pytest.raises(objections.UnknownObjection):
        answering.appeal(village.id, village.homes[1].id, made.id)
    with pytest.raises(objecting.WordsMissing):
        appeal(village, made, "错")


def test_after_new_year_the_days_go_on(village, home):
    with clock.set_to(datetime(2026, 12, 29, 2, tzinfo=UTC)):
        made = objecting.file_objection(village.id, home.id, MISSING, "年底的没有记")
    assert made.due_on > date(2027, 1, 6)
    assert made.year == 2026


@pytest.mark.parametrize("answer", [YES, NO])
def test_who_wrote_an_objection_down_does_not_answer_it(village, home, answer):
    award_id = make_filed(village, home, "auto")
    made = objecting.file_objection(
        village.id,
        village.homes[1].id,
        MISSING,
        "上次修路没有记",
        channel=Channel.SPOKEN,
        entered_by=village.people[0],
    )
    own = objecting.file_objection(
        village.id,
        home.id,
        Thing(award_id=award_id),
        "没有做过",
        channel=Channel.PHONED,
        entered_by=village.people[0],
    )
    for one in (made, own):
        assert isinstance(answering.why_not(one, village.people[0]), OwnEntry)
        with pytest.raises(OwnEntry):
            answering.decide(village.id, village.people[0], one.id, answer)
    assert state_of(village, award_id) == "booked"
    answering.decide(village.id, village.people[1], own.id, answer)


def test_neither_who_asked_nor_who_confirmed_a_reversal_answers_for_it(village, home):
    award_id = make_filed(village, home, "auto")
    reversal.ask_reversal(village.id, village.people[0], award_id, "记错了户")
    reversal.confirm_reversal(village.id, village.people[1], award_id)
    made = make_objection(village, home, award_id=award_id)
    for one in village.people[:2]:
        with pytest.raises(OwnDoing):
            answering.decide(village.id, one, made.id, NO)
    answering.decide(village.id, village.people[2], made.id, NO)


def test_what_is_objected_to_stays_held_through_a_withdrawal_and_the_next_notice(village, home):
    award_id = make_filed(village, home)
    checking.check(village.id, village.people[0], [award_id])
    first = make_notice(village, village.people[0])
    made = make_objection(village, home, award_id=award_id)
    draft = notices.correct_notice(village.id, village.people[0], first.id, "印错了")
    second = posting.post_notice(village.id, village.people[0], draft.id)
    answering.decide(village.id, village.people[1], made.id, NO)
    assert state_of(village, award_id) == "published"  # the first notice books nothing any more
    answering.appeal(village.id, home.id, made.id)
    with clock.set_to(second.closes_at):
        assert closing.close_due(village.id) == 0
        assert objections.appealed(village.id) == 1
    assert state_of(village, award_id) == "published"
    assert book.find_figures(village.id, home.id).spendable == 0
