"""Reversal: one person asks with a reason, a second confirms, the opposite line stays beside the first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.affairs.acts import acts
from governance.affairs.awards import reversal
from governance.affairs.awards.life import IllegalMove, UnknownAward
from governance.affairs.awards.refusals import NobodyAsked, ReasonMissing, UndoneByTwo
from governance.affairs.figures import passbook
from governance.affairs.recusal import OwnAward, OwnHousehold
from governance.base.database import atomic, db, new_id
from governance.ledger import book
from governance.ledger.book import Figures
from governance.ledger.lines import Kind
from governance.village import kin
from tests.factories import give_points, make_award, make_rule, make_scorer, make_village
from tests.reads import figures_of


def booked(village, officer, home, **words):
    return make_award(officer, home, make_rule(village, **words))


def reverse(village, people, award_id, reason="记错户"):
    reversal.ask_reversal(village.id, people[0], award_id, reason)
    return reversal.confirm_reversal(village.id, people[1], award_id)


def test_nothing_moves_until_a_second_person_confirms(village, officer, home, people):
    award_id = booked(village, officer, home)
    award = reversal.ask_reversal(village.id, people[0], award_id, " 记错户 ")
    assert (award.state, award.undo_by, award.undo_reason) == ("booked", people[0], "记错户")
    assert figures_of(village, home) == Figures(5, 5)
    assert reversal.asked(village.id) == [award_id]
    with pytest.raises(UndoneByTwo):
        reversal.confirm_reversal(village.id, people[0], award_id)


def test_a_reversal_writes_the_opposite_line_and_keeps_the_first(village, officer, home, people):
    award = reverse(village, people, booked(village, officer, home))
    assert (award.state, award.reason, award.ended_by) == ("reversed", "记错户", people[1])
    last, first = book.last_lines(village.id, home.id)
    assert (last.kind, last.reverses, last.standing) == ("reversal", first.seq, -5)
    assert last.memo == "冲正：参加义务劳动"
    assert [line.note for line in passbook.read(village.id, home.id)] == ["记错户", ""]
    assert figures_of(village, home) == Figures(0, 0)
    assert reversal.asked(village.id) == []


def test_asking_again_keeps_the_first_wish_and_dropping_it_lets_the_award_stand(
    village, officer, home, people
):
    award_id = booked(village, officer, home)
    reversal.ask_reversal(village.id, people[0], award_id, "第一次")
    award = reversal.ask_reversal(village.id, people[1], award_id, "第二次")
    assert (award.undo_by, award.undo_reason) == (people[0], "第一次")
    award = reversal.drop_reversal(village.id, people[2], award_id)
    assert (award.state, award.undo_by, award.undo_reason) == ("booked", None, None)
    for deed in (reversal.confirm_reversal, reversal.drop_reversal):
        with pytest.raises(NobodyAsked):
            deed(village.id, people[2], award_id)


@pytest.mark.by_hand
def test_a_reversal_of_spent_points_leaves_the_rest_owed(village, officer, home, people):
    award_id = booked(village, officer, home, points=20)
    _spend(village, home, 15)
    reverse(village, people, award_id)
    assert figures_of(village, home) == Figures(0, 0, owed=15)
    booked(village, officer, home, points=20)
    assert figures_of(village, home) == Figures(20, 5)


def test_a_reversed_deduction_gives_back_what_it_took(village, officer, home, people):
    give_points(village, home, 3)
    award_id = booked(village, officer, home, points=-5)
    assert figures_of(village, home) == Figures(-2, 0, owed=2)
    reverse(village, people, award_id)
    assert figures_of(village, home) == Figures(3, 3)


def _spend(village, home, points):
    line = book.Entry(home.id, Kind.REDEMPTION, 0, -points, "兑换", str(new_id()))
    with atomic():
        book.enter(village.id, [line])


def test_a_second_reversal_and_a_reversal_of_what_waits_are_refused(village, officer, home, people):
    award_id = booked(village, officer, home)
    waiting = make_award(officer, home, make_rule(village, review="first"))
    reverse(village, people, award_id)
    for one in (award_id, waiting):
        with pytest.raises(IllegalMove):
            reversal.ask_reversal(village.id, people[1], one, "再来一次")
    with pytest.raises(NobodyAsked):
        reversal.confirm_reversal(village.id, people[2], award_id)
    assert len(book.last_lines(village.id, home.id)) == 2


@pytest.mark.parametrize("reason", ["", "   ", "\u200b"])
def test_a_reversal_needs_a_reason(village, officer, home, people, reason):
    with pytest.raises(ReasonMissing):
        reversal.ask_reversal(village.id, people[0], booked(village, officer, home), reason)


def test_nobody_reverses_their_own_award_nor_one_of_another_village(village, officer, home, people):
    award_id = booked(village, officer, home)
    with pytest.raises(OwnAward):
        reversal.ask_reversal(village.id, officer.staff_id, award_id, "我自己改")
    reversal.ask_reversal(village.id, people[0], award_id, "记错户")
    with pytest.raises(OwnAward):
        reversal.confirm_reversal(village.id, officer.staff_id, award_id)
    other = make_village()
    foreign = booked(other, make_scorer(other), other.homes[0])
    with pytest.raises(UnknownAward):
        reversal.ask_reversal(village.id, people[0], foreign, "不是我村的")


def test_nobody_reverses_for_their_own_household_and_the_attempt_is_noted(
    village, officer, home, people
):
    kin.declare_kin(people[0], home, "relative")
    award_id = booked(village, officer, home)
    with pytest.raises(OwnHousehold):
        reversal.ask_reversal(village.id, people[0], award_id, "不要")
    noted = db.session.execute(select(acts.c.what, acts.c.household_id, acts.c.refused)).all()
    assert [tuple(one) for one in noted] == [("reverse", home.id, "own_household")]
