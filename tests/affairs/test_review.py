"""Checking: three different people, each award for itself, reasons for every no, reversal instead of deletion."""

from __future__ import annotations

import pytest

from governance.affairs import awards as life
from governance.affairs import review
from governance.affairs.awards import IllegalMove, UnknownAward
from governance.affairs.refusals import AlreadyFirstChecker, OwnAward, OwnHousehold, ReasonMissing
from governance.base.database import atomic, new_id
from governance.ledger import audit, book
from governance.ledger.book import Figures
from governance.ledger.lines import Kind
from governance.village import kin
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)


@pytest.fixture
def village(ctx):
    village = make_village(homes=2)
    yield village
    proof = audit.audit(village.id)
    assert proof.fault is None, proof.fault


@pytest.fixture
def home(village):
    return village.homes[0]


@pytest.fixture
def officer(village):
    return make_scorer(village)


@pytest.fixture
def people(village):
    return [make_staff(Role.COMMITTEE, village.place).id for _ in range(3)]


def file(village, officer, home, level="first", **words):
    return make_award(officer, home, make_rule(village, review=level, **words))


def check(village, who, *award_ids):
    return review.check(village.id, who, award_ids)


def state(village, award_id):
    return life.get_award(village.id, award_id).state


def figures(village, home):
    return book.find_figures(village.id, home.id)


def refusal_of(verdicts):
    [verdict] = verdicts
    assert verdict.state is None
    return type(verdict.error)


def test_one_check_books_an_award_that_needs_one(village, officer, home, people):
    award_id = file(village, officer, home)
    [verdict] = check(village, people[0], award_id)
    assert (verdict.state, verdict.error) == ("booked", None)
    assert figures(village, home) == Figures(5, 5)
    assert book.last_lines(village.id, home.id)[0].actor == people[0]


def test_two_checks_are_three_different_people(village, officer, home, people):
    award_id = file(village, officer, home, "second")
    assert check(village, people[0], award_id)[0].state == "filed"
    assert figures(village, home) == Figures(0, 0)
    assert refusal_of(check(village, people[0], award_id)) is AlreadyFirstChecker
    assert refusal_of(check(village, officer.staff_id, award_id)) is OwnAward
    assert check(village, people[1], award_id)[0].state == "booked"
    assert figures(village, home) == Figures(5, 5)
    award = life.get_award(village.id, award_id)
    assert len({award.filed_by, award.first_by, award.second_by}) == 3


def test_nobody_checks_or_rejects_what_they_filed(village, officer, home):
    award_id = file(village, officer, home)
    assert refusal_of(check(village, officer.staff_id, award_id)) is OwnAward
    assert refusal_of(review.reject(village.id, officer.staff_id, [award_id], "不要")) is OwnAward
    assert state(village, award_id) == "filed"


@pytest.mark.parametrize("relation", ["own", "relative"])
def test_nobody_checks_rejects_or_reverses_for_their_own_or_a_relatives_household(
    village, officer, home, people, relation
):
    kin.declare_kin(people[0], home, relation)
    award_id = file(village, officer, home)
    assert refusal_of(check(village, people[0], award_id)) is OwnHousehold
    assert refusal_of(review.reject(village.id, people[0], [award_id], "不要")) is OwnHousehold
    check(village, people[1], award_id)
    with pytest.raises(OwnHousehold):
        review.reverse(village.id, people[0], award_id, "不要")
    assert state(village, award_id) == "booked"


def test_the_same_check_twelve_times_books_once(village, officer, home, people):
    award_id = file(village, officer, home)
    assert {check(village, people[0], award_id)[0].state for _ in range(12)} == {"booked"}
    assert figures(village, home) == Figures(5, 5)
    assert refusal_of(check(village, people[1], award_id)) is IllegalMove


def test_one_award_named_many_times_in_one_check_is_one(village, officer, home, people):
    award_id = file(village, officer, home)
    assert len(check(village, people[0], award_id, award_id, award_id)) == 1
    assert figures(village, home) == Figures(5, 5)


def test_each_award_of_many_stands_alone(village, officer, people):
    one, two = village.homes
    kin.declare_kin(people[0], two, "relative")
    good, own, rejected = (
        file(village, officer, one),
        file(village, officer, two),
        file(village, officer, one),
    )
    review.reject(village.id, people[1], [rejected], "不属实")
    unknown, foreign = new_id(), _foreign_award()
    verdicts = check(village, people[0], good, own, rejected, unknown, foreign)
    assert [verdict.award_id for verdict in verdicts] == [good, own, rejected, unknown, foreign]
    assert [type(verdict.error) for verdict in verdicts] == [
        type(None), OwnHousehold, IllegalMove, UnknownAward, UnknownAward,
    ]  # fmt: skip
    assert (figures(village, one), figures(village, two)) == (Figures(5, 5), Figures(0, 0))


def _foreign_award():
    other = make_village()
    return file(other, make_scorer(other), other.homes[0])


def test_a_hundred_awards_are_checked_at_once(village, officer, people):
    rule = make_rule(village, review="first")
    ids = [make_award(officer, village.homes[n % 2], rule) for n in range(100)]
    assert {verdict.state for verdict in check(village, people[0], *ids)} == {"booked"}
    assert [figures(village, home).standing for home in village.homes] == [250, 250]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_no_needs_a_reason(village, officer, home, people, reason):
    waiting, booked = file(village, officer, home), file(village, officer, home, "auto")
    with pytest.raises(ReasonMissing):
        review.reject(village.id, people[0], [waiting], reason)
    with pytest.raises(ReasonMissing):
        review.reverse(village.id, people[0], booked, reason)
    assert (state(village, waiting), state(village, booked)) == ("filed", "booked")


def test_a_rejected_award_keeps_its_reason_and_moves_no_points(village, officer, home, people):
    award_id = file(village, officer, home)
    assert (
        review.reject(village.id, people[0], [award_id], " 照片不是这一户 ")[0].state == "rejected"
    )
    award = life.get_award(village.id, award_id)
    assert (award.reason, award.ended_by) == ("照片不是这一户", people[0])
    assert figures(village, home) == Figures(0, 0)


def test_rejecting_again_oneself_is_once_and_by_another_is_too_late(village, officer, home, people):
    award_id = file(village, officer, home)
    review.reject(village.id, people[0], [award_id], "第一次")
    assert review.reject(village.id, people[0], [award_id], "第二次")[0].state == "rejected"
    assert refusal_of(review.reject(village.id, people[1], [award_id], "我也不同意")) is IllegalMove
    assert life.get_award(village.id, award_id).reason == "第一次"


def test_an_award_half_checked_can_still_be_rejected(village, officer, home, people):
    award_id = file(village, officer, home, "second")
    check(village, people[0], award_id)
    assert review.reject(village.id, people[1], [award_id], "不属实")[0].state == "rejected"


def test_a_booked_award_is_not_rejected(village, officer, home, people):
    award_id = file(village, officer, home, "auto")
    assert refusal_of(review.reject(village.id, people[0], [award_id], "不要")) is IllegalMove


def test_a_reversal_writes_the_opposite_line_and_keeps_the_first(village, officer, home, people):
    award_id = file(village, officer, home, "auto")
    award = review.reverse(village.id, people[0], award_id, "记错户")
    assert (award.state, award.reason, award.ended_by) == ("reversed", "记错户", people[0])
    reversal, first = book.last_lines(village.id, home.id)
    assert (reversal.kind, reversal.reverses, reversal.standing) == ("reversal", first.seq, -5)
    assert "记错户" in reversal.memo
    assert figures(village, home) == Figures(0, 0)


def test_a_reversal_of_spent_points_takes_what_is_left(village, officer, home, people):
    award_id = file(village, officer, home, "auto", points=20)
    _spend(village, home, 15)
    review.reverse(village.id, people[0], award_id, "记错户")
    assert figures(village, home) == Figures(0, 0)


def test_a_reversed_deduction_gives_back_what_it_took(village, officer, home, people):
    give_points(village, home, 3)
    award_id = file(village, officer, home, "auto", points=-5)
    assert figures(village, home) == Figures(-2, 0)
    review.reverse(village.id, people[0], award_id, "已经改了")
    assert figures(village, home) == Figures(3, 3)


def _spend(village, home, points):
    line = book.Entry(home.id, Kind.REDEMPTION, 0, -points, "兑换", str(new_id()))
    with atomic():
        book.enter(village.id, [line])


def test_a_second_reversal_and_a_reversal_of_what_waits_are_refused(village, officer, home, people):
    booked, waiting = file(village, officer, home, "auto"), file(village, officer, home)
    review.reverse(village.id, people[0], booked, "记错户")
    for award_id in (booked, waiting):
        with pytest.raises(IllegalMove):
            review.reverse(village.id, people[1], award_id, "再来一次")
    assert len(book.last_lines(village.id, home.id)) == 2


def test_nobody_reverses_their_own_award_nor_one_of_another_village(village, officer, home, people):
    award_id = file(village, officer, home, "auto")
    with pytest.raises(OwnAward):
        review.reverse(village.id, officer.staff_id, award_id, "我自己改")
    with pytest.raises(UnknownAward):
        review.reverse(village.id, people[0], _foreign_award(), "不是我村的")


def test_the_queue_is_oldest_first_and_filtered(village, officer, people):
    rule, other = (make_rule(village, review="first") for _ in range(2))
    one, two = village.homes
    ids = [
        make_award(officer, one, rule),
        make_award(officer, two, rule),
        make_award(officer, one, other),
    ]
    check(village, people[0], make_award(officer, one, rule))
    rows, total = review.waiting(village.id)
    assert ([row.id for row in rows], total) == (ids, 3)
    assert [row.id for row in review.waiting(village.id, grid_id=two.grid_id)[0]] == [ids[1]]
    assert [row.id for row in review.waiting(village.id, rule_code=other.code)[0]] == [ids[2]]
    assert [row.id for row in review.waiting(village.id, limit=1, offset=1)[0]] == [ids[1]]
    assert review.waiting_by(village.id, "rule_code") == {rule.code: 2, other.code: 1}
    assert review.waiting_by(village.id, "grid_id") == {one.grid_id: 2, two.grid_id: 1}


def test_what_was_decided_is_listed_by_state(village, officer, home, people):
    booked, rejected = file(village, officer, home), file(village, officer, home)
    check(village, people[0], booked)
    review.reject(village.id, people[0], [rejected], "不属实")
    assert {row.id for row in review.decided(village.id)[0]} == {booked, rejected}
    assert [row.id for row in review.decided(village.id, state="rejected")[0]] == [rejected]
