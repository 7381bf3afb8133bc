"""Checking: three different people, each award for itself, reasons for every no, nothing booked before it was public."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from governance.affairs.acts import acts
from governance.affairs.awards import checking, life
from governance.affairs.awards.checking import Queue
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import IllegalMove, UnknownAward
from governance.affairs.awards.refusals import (
    AlreadyFirstChecker,
    NotYourCheck,
    NotYourPlace,
    ReasonMissing,
)
from governance.affairs.recusal import FiledByKin, OwnAward, OwnHousehold
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.base.errors import BadInput
from governance.ledger.book import Figures
from governance.village import kin
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_filed,
    make_notice,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.reads import figures_of, state_of


def check(village, who, *award_ids):
    return checking.check(village.id, who, award_ids)


def refusal_of(verdicts):
    [verdict] = verdicts
    assert verdict.state is None
    return type(verdict.error)


def test_one_check_is_enough_where_one_is_asked_and_moves_no_points(village, officer, home, people):
    award_id = make_filed(village, home)
    [verdict] = check(village, people[0], award_id)
    assert (verdict.state, verdict.error) == ("checked", None)
    assert life.get_award(village.id, award_id).first_by == people[0]
    assert figures_of(village, home) == Figures(0, 0)


def test_two_checks_are_three_different_people(village, officer, home, people):
    award_id = make_filed(village, home, "second")
    assert check(village, people[0], award_id)[0].state == "filed"
    assert figures_of(village, home) == Figures(0, 0)
    assert refusal_of(check(village, people[0], award_id)) is AlreadyFirstChecker
    assert refusal_of(check(village, officer.staff_id, award_id)) is OwnAward
    assert check(village, people[1], award_id)[0].state == "checked"
    assert figures_of(village, home) == Figures(0, 0)
    award = life.get_award(village.id, award_id)
    assert len({award.filed_by, award.first_by, award.second_by}) == 3


def test_what_hangs_in_a_notice_is_not_checked_again(village, officer, home, people):
    """A third person with a page from before would take it out of the notice: it would never be booked by it."""
    award_id = make_filed(village, home)
    check(village, people[0], award_id)
    make_notice(village, people[0])
    assert refusal_of(check(village, people[1], award_id)) is IllegalMove
    award = life.get_award(village.id, award_id)
    assert (award.state, award.second_by) == ("published", None)


def test_nobody_checks_or_rejects_what_they_filed(village, officer, home):
    award_id = make_filed(village, home)
    assert refusal_of(check(village, officer.staff_id, award_id)) is OwnAward
    assert refusal_of(checking.reject(village.id, officer.staff_id, [award_id], "不要")) is OwnAward
    assert state_of(village, award_id) == "filed"


@pytest.mark.parametrize("relation", ["own", "relative"])
def test_nobody_checks_or_rejects_for_their_own_or_a_relatives_household(
    village, officer, home, people, relation
):
    kin.declare_kin(people[0], home, relation)
    award_id = make_filed(village, home)
    assert refusal_of(check(village, people[0], award_id)) is OwnHousehold
    assert refusal_of(checking.reject(village.id, people[0], [award_id], "不要")) is OwnHousehold
    assert state_of(village, award_id) == "filed"
    tried = db.session.execute(
        select(acts.c.what, acts.c.staff_id, acts.c.subject_id, acts.c.refused)
    )
    assert [tuple(one) for one in tried] == [("check", people[0], award_id, "own_household")] * 2


def test_the_same_check_twelve_times_is_one_check(village, officer, home, people):
    award_id = make_filed(village, home)
    assert {check(village, people[0], award_id)[0].state for _ in range(12)} == {"checked"}
    assert life.get_award(village.id, award_id).second_by is None
    assert refusal_of(check(village, people[1], award_id)) is IllegalMove


def test_one_award_named_many_times_in_one_check_is_one(village, officer, home, people):
    award_id = make_filed(village, home)
    assert len(check(village, people[0], award_id, award_id, award_id)) == 1
    assert state_of(village, award_id) == "checked"


def test_each_award_of_many_stands_alone(village, officer, people):
    one, two = village.homes[:2]
    kin.declare_kin(people[0], two, "relative")
    good, own, rejected = (
        make_filed(village, one),
        make_filed(village, two),
        make_filed(village, one),
    )
    checking.reject(village.id, people[1], [rejected], "不属实")
    unknown, foreign = new_id(), _foreign_award()
    verdicts = check(village, people[0], good, own, rejected, unknown, foreign)
    assert [verdict.award_id for verdict in verdicts] == [good, own, rejected, unknown, foreign]
    assert [type(verdict.error) for verdict in verdicts] == [
        type(None),
        OwnHousehold,
        IllegalMove,
        UnknownAward,
        UnknownAward,
    ]
    assert [state_of(village, one) for one in (good, own, rejected)] == [
        "checked",
        "filed",
        "rejected",
    ]


def _foreign_award():
    other = make_village()
    other.scorer = make_scorer(other)
    return make_filed(other, other.homes[0])


def test_a_hundred_awards_are_checked_at_once(village, officer, people):
    rule = make_rule(village, review="first")
    ids = [make_award(officer, village.homes[n % 2], rule) for n in range(100)]
    assert {verdict.state for verdict in check(village, people[0], *ids)} == {"checked"}


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_no_needs_a_reason(village, officer, home, people, reason):
    waiting = make_filed(village, home)
    with pytest.raises(ReasonMissing):
        checking.reject(village.id, people[0], [waiting], reason)
    assert state_of(village, waiting) == "filed"


def test_a_reason_that_nobody_would_read_to_its_end_is_refused(village, officer, home, people):
    with pytest.raises(BadInput):
        checking.reject(village.id, people[0], [make_filed(village, home)], "长" * 201)


def test_a_rejected_award_keeps_its_reason_and_moves_no_points(village, officer, home, people):
    award_id = make_filed(village, home)
    assert (
        checking.reject(village.id, people[0], [award_id], " 照片不是这一户 ")[0].state
        == "rejected"
    )
    award = life.get_award(village.id, award_id)
    assert (award.reason, award.ended_by) == ("照片不是这一户", people[0])
    assert figures_of(village, home) == Figures(0, 0)


def test_rejecting_again_oneself_is_once_and_by_another_is_too_late(village, officer, home, people):
    award_id = make_filed(village, home)
    checking.reject(village.id, people[0], [award_id], "第一次")
    assert checking.reject(village.id, people[0], [award_id], "第二次")[0].state == "rejected"
    assert (
        refusal_of(checking.reject(village.id, people[1], [award_id], "我也不同意")) is IllegalMove
    )
    assert life.get_award(village.id, award_id).reason == "第一次"


def test_an_award_half_checked_can_still_be_rejected(village, officer, home, people):
    award_id = make_filed(village, home, "second")
    check(village, people[0], award_id)
    assert checking.reject(village.id, people[1], [award_id], "不属实")[0].state == "rejected"


def test_a_booked_award_is_not_rejected(village, officer, home, people):
    award_id = make_filed(village, home, "auto")
    assert refusal_of(checking.reject(village.id, people[0], [award_id], "不要")) is IllegalMove


def test_the_queue_is_oldest_first_and_filtered(village, officer, people):
    rule, other = (make_rule(village, review="first") for _ in range(2))
    one, two = village.homes[:2]
    ids = [
        make_award(officer, one, rule),
        make_award(officer, two, rule),
        make_award(officer, one, other),
    ]
    check(village, people[0], make_award(officer, one, rule))
    rows, total = checking.waiting(village.id)
    assert ([row.id for row in rows], total) == (ids, 3)
    assert [row.id for row in checking.waiting(village.id, Queue(frozenset({two.grid_id})))[0]] == [
        ids[1]
    ]
    assert [row.id for row in checking.waiting(village.id, Queue(rule_code=other.code))[0]] == [
        ids[2]
    ]
    assert [row.id for row in checking.waiting(village.id, limit=1, offset=1)[0]] == [ids[1]]
    assert checking.waiting_by(village.id, "rule_code") == {rule.code: 2, other.code: 1}
    assert checking.waiting_by(village.id, "grid_id") == {one.grid_id: 2, two.grid_id: 1}


def test_the_queue_knows_which_check_is_missing_and_who_may_make_it(village, officer, home, people):
    fresh = make_filed(village, home, "second")
    half = make_filed(village, home, "second")
    check(village, people[0], half)
    assert queued(village, stage="first") == [fresh]
    assert queued(village, stage="second") == [half]
    assert queued(village, not_by=people[0]) == [fresh]
    assert queued(village, not_by=officer.staff_id) == []
    kin.declare_kin(people[1], home, "own")
    assert queued(village, not_by=people[1]) == []


def test_what_waits_longer_than_seven_days_is_over_age(village, officer, home):
    with clock.set_to(clock.now() - clock.days(7.1)):
        old = make_filed(village, home, since=date(2020, 1, 1))
    make_filed(village, home)
    assert queued(village, over_age=True) == [old]


def queued(village, **wanted):
    return [row.id for row in checking.waiting(village.id, Queue(**wanted))[0]]


def test_an_officer_makes_the_first_check_of_their_own_grids_only(village, officer, people):
    one, two = village.homes[:2]
    looker = make_staff(Role.OFFICER, village.grids[0]).id
    field = Scorer(looker, village.id, frozenset({one.grid_id}))
    here, there = make_filed(village, one, "second"), make_filed(village, two)
    verdicts = checking.check(village.id, looker, [here, there], field)
    assert [type(verdict.error) for verdict in verdicts] == [type(None), NotYourPlace]
    assert life.get_award(village.id, here).first_by == looker
    assert check(village, people[0], here)[0].state == "checked"


def test_an_officer_does_not_make_the_second_check(village, officer, home, people):
    award_id = make_filed(village, home, "second")
    check(village, people[0], award_id)
    field = make_scorer(village)
    assert refusal_of(checking.check(village.id, field.staff_id, [award_id], field)) is NotYourCheck
    assert (
        refusal_of(checking.reject(village.id, field.staff_id, [award_id], "不", field))
        is NotYourCheck
    )


@pytest.mark.by_hand
def test_what_hangs_on_the_wall_is_not_rejected_at_the_desk(village, officer, home, people):
    award_id = make_filed(village, home)
    check(village, people[0], award_id)
    with atomic():
        life.get_award(village.id, award_id).state = "published"
    assert refusal_of(checking.reject(village.id, people[1], [award_id], "不要")) is IllegalMove


def test_what_was_decided_is_listed_by_state(village, officer, home, people):
    checked, rejected = make_filed(village, home), make_filed(village, home)
    check(village, people[0], checked)
    checking.reject(village.id, people[0], [rejected], "不属实")
    assert {row.id for row in checking.decided(village.id)[0]} == {checked, rejected}
    assert [row.id for row in checking.decided(village.id, state="rejected")[0]] == [rejected]


def test_what_somebody_filed_for_kin_declared_later_is_not_approved(village, officer, home, people):
    award_id = make_filed(village, home)
    kin.declare_kin(officer.staff_id, home, "relative")
    [verdict] = checking.check(village.id, people[0], [award_id])
    assert isinstance(verdict.error, FiledByKin)
    assert state_of(village, award_id) == "filed"
    [verdict] = checking.reject(village.id, people[0], [award_id], "由别人来记")
    assert verdict.state == "rejected"


def test_nor_what_somebody_checked_for_kin_declared_later(village, officer, home, people):
    award_id, other_id = (make_filed(village, one, "second") for one in village.homes[:2])
    checking.check(village.id, people[0], [award_id, other_id])
    kin.declare_kin(people[0], home, "own")
    refused, passed = checking.check(village.id, people[1], [award_id, other_id])
    assert isinstance(refused.error, FiledByKin)
    assert passed.state == "checked"
    assert state_of(village, award_id) == "filed"
