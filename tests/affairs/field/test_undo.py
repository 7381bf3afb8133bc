"""Taking back: what an officer recorded by mistake, as long as nothing was built on it."""

from __future__ import annotations

import pytest

from governance.affairs.awards import checking, life
from governance.affairs.awards.refusals import PostedMeanwhile, TooLateToWithdraw
from governance.affairs.field import undo
from governance.affairs.field.undo import withdraw
from governance.affairs.publicity import notices
from governance.base.database import new_id
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village.staff import Role
from tests.factories import make_award, make_filed, make_notice, make_rule, make_scorer, make_staff
from tests.reads import figures_of


def test_what_everybody_could_read_an_officer_does_not_take_back_alone(
    village, officer, home, clerk
):
    award_id = make_filed(village, home, "auto")
    award = life.get_award(village.id, award_id)
    assert undo.can_withdraw(award, award_id)
    notice = make_notice(village, clerk.id)
    assert not undo.can_withdraw(award, award_id)
    with pytest.raises(PostedMeanwhile):
        undo.withdraw(officer, award_id)
    notices.withdraw_notice(village.id, clerk.id, notice.id, "日期写错了")
    with pytest.raises(PostedMeanwhile):
        undo.withdraw(officer, award_id)
    assert book.find_figures(village.id, home.id).spendable == 5


def test_a_waiting_award_is_withdrawn_and_twice_is_once(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="first"))
    assert withdraw(officer, award_id) == "withdrawn"
    assert withdraw(officer, award_id) == "withdrawn"
    assert figures_of(village, home) == Figures(0, 0)


def test_a_booked_award_is_reversed_while_it_is_the_last_line(village, officer, home, rule):
    award_id = make_award(officer, home, rule)
    assert withdraw(officer, award_id) == "reversed"
    assert withdraw(officer, award_id) == "reversed"
    assert figures_of(village, home) == Figures(0, 0)
    assert len(book.last_lines(village.id, home.id)) == 2


def test_what_something_was_booked_upon_is_not_withdrawn(village, officer, home, rule):
    first = make_award(officer, home, rule)
    make_award(officer, home, rule)
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, first)
    assert figures_of(village, home) == Figures(10, 10)


def test_what_somebody_checked_is_not_withdrawn(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="second"))
    checking.check(village.id, make_staff(Role.COMMITTEE, village.place).id, [award_id])
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, award_id)


def test_what_was_booked_after_a_check_is_not_withdrawn(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="first"))
    checking.check(village.id, make_staff(Role.COMMITTEE, village.place).id, [award_id])
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, award_id)


def test_a_rejected_award_is_not_withdrawn(village, officer, home):
    award_id = make_award(officer, home, make_rule(village, review="first"))
    checking.reject(village.id, make_staff(Role.COMMITTEE, village.place).id, [award_id], "不属实")
    with pytest.raises(TooLateToWithdraw):
        withdraw(officer, award_id)


def test_only_the_filer_withdraws(village, officer, home, rule):
    award_id = make_award(officer, home, rule)
    with pytest.raises(life.UnknownAward):
        withdraw(make_scorer(village), award_id)
    with pytest.raises(life.UnknownAward):
        withdraw(officer, new_id())
    assert figures_of(village, home) == Figures(5, 5)


def test_the_undo_is_offered_exactly_where_it_works(village, officer, home, rule):
    award_id = make_award(officer, home, rule)
    award = life.get_award(village.id, award_id)
    assert undo.can_withdraw(award, award_id)
    assert not undo.can_withdraw(award, new_id())
    waiting = life.get_award(
        village.id, make_award(officer, home, make_rule(village, review="first"))
    )
    assert undo.can_withdraw(waiting, None)
