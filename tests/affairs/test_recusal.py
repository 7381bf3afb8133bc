"""Recusal: kin and hands are refused the same way wherever something is decided, and attempts of kin are noted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.affairs.acts import acts
from governance.affairs.awards import checking, life
from governance.affairs.awards.life import get_award
from governance.affairs.awards.reversal import ask_reversal
from governance.affairs.field.deciding import drop, is_partial
from governance.affairs.field.handed_in import get_handed_in
from governance.affairs.recusal import (
    Concern,
    OwnAward,
    OwnHousehold,
    note_attempts,
    of_filed,
    refuse_partial,
    why_not,
)
from governance.base.database import db, new_id
from governance.base.errors import NotAllowed, phrase
from governance.village.kin import declare_kin, kin_of
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_held,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)


class TooClose(OwnHousehold):
    """Said otherwise."""

    message = phrase("太近了。")


class DoneBefore(NotAllowed):
    """Had a hand in it."""

    code = "done_before"


@pytest.fixture
def village(ctx):
    village = make_village(homes=3)
    village.clerk = make_staff(Role.COMMITTEE, village.place)
    village.other = make_staff(Role.COMMITTEE, village.place)
    return village


@pytest.fixture
def concern(village):
    return Concern(
        village.id,
        (village.homes[0].id, village.homes[1].id),
        new_id(),
        {village.clerk.id: DoneBefore, None: DoneBefore},
        TooClose,
    )


def noted():
    row = acts.c
    return [
        tuple(one)
        for one in db.session.execute(
            select(row.what, row.staff_id, row.household_id, row.subject_id, row.refused)
        )
    ]


def test_who_is_neither_kin_nor_had_a_hand_in_it_decides(village, concern):
    declare_kin(village.other.id, village.homes[2], "own")
    refuse_partial(concern, village.other.id, "decide")
    assert why_not(concern, village.other.id) is None
    assert noted() == []


@pytest.mark.parametrize("home", [0, 1])
@pytest.mark.parametrize("relation", ["own", "relative"])
def test_kin_of_any_household_concerned_is_refused_and_noted(village, concern, home, relation):
    declare_kin(village.other.id, village.homes[home], relation)
    with pytest.raises(TooClose) as refusal:
        refuse_partial(concern, village.other.id, "decide")
    assert refusal.value.code == "own_household"
    first = village.homes[0].id
    assert noted() == [("decide", village.other.id, first, concern.subject_id, "own_household")]


def test_who_had_a_hand_in_it_is_refused_and_nothing_is_noted(village, concern):
    with pytest.raises(DoneBefore):
        refuse_partial(concern, village.clerk.id, "decide")
    assert noted() == []


def test_kin_who_had_a_hand_in_it_is_told_of_kin(village, concern):
    declare_kin(village.clerk.id, village.homes[1], "relative")
    with pytest.raises(TooClose):
        refuse_partial(concern, village.clerk.id, "decide")
    assert len(noted()) == 1


def test_of_many_refusals_only_those_of_kin_are_noted(village):
    home, award = village.homes[0].id, new_id()
    refused = [(OwnHousehold(), home, award), (OwnAward(), home, award), (TooClose(), home, None)]
    note_attempts(village.id, village.clerk.id, "check", refused)
    assert sorted(noted(), key=str) == sorted(
        [
            ("check", village.clerk.id, home, award, "own_household"),
            ("check", village.clerk.id, home, None, "own_household"),
        ],
        key=str,
    )


def test_who_filed_for_a_household_and_declared_it_later_hears_the_same_everywhere(village):
    """The page said `own household` and the verbs `filed by you`, which noted no attempt."""
    officer, home = make_scorer(village), village.homes[0]
    filed = make_award(officer, home, make_rule(village, review="first"))
    booked = make_award(officer, home, make_rule(village))
    handed = make_held(officer, home, make_rule(village))
    declare_kin(officer.staff_id, home, "relative")
    award, own = get_award(village.id, filed), kin_of(village.id, officer.staff_id)
    assert isinstance(checking.why_not(award, officer.staff_id, own), OwnHousehold)
    [verdict] = checking.check(village.id, officer.staff_id, [filed])
    assert isinstance(verdict.error, OwnHousehold)
    with pytest.raises(OwnHousehold):
        ask_reversal(village.id, officer.staff_id, booked, "记错了")
    with pytest.raises(OwnHousehold):
        drop(village.id, officer.staff_id, handed, "不属实")
    assert sorted(one[0] for one in noted()) == ["check", "held", "reverse"]
    assert life.get_award(village.id, filed).first_by is None


def test_what_somebody_filed_is_decided_by_others(village):
    officer, home = make_scorer(village), village.homes[0]
    handed = get_handed_in(village.id, make_held(officer, home, make_rule(village)))
    assert isinstance(why_not(of_filed(handed), officer.staff_id), OwnAward)
    assert is_partial(handed, officer.staff_id)
    assert not is_partial(handed, village.clerk.id)
