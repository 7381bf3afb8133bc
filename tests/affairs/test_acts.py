"""Who did what: noted with the moment and the person, also where it was refused, never twice for nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.affairs.acts import acts, note_act, note_acts
from governance.base import clock
from governance.base.database import atomic, db, new_id


def noted():
    columns = (acts.c.what, acts.c.staff_id, acts.c.household_id, acts.c.subject_id, acts.c.refused)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(acts.c.at))]


def test_an_act_says_who_what_and_when(village, home, clerk):
    award = new_id()
    note_act(village.id, clerk.id, "awards.check", home.id, award)
    assert noted() == [("awards.check", clerk.id, home.id, award, "")]
    assert db.session.scalar(select(acts.c.at)) == clock.now()


def test_what_was_refused_is_noted_with_the_refusals_code(village, clerk):
    note_act(village.id, clerk.id, "awards.check", refused="not_your_check")
    assert noted() == [("awards.check", clerk.id, None, None, "not_your_check")]


def test_inside_a_transaction_it_is_lost_with_it(village, clerk):
    """Whoever refuses notes the attempt outside of what is rolled back."""

    def note_and_fall():
        note_act(village.id, clerk.id, "awards.check")
        raise LookupError

    with pytest.raises(LookupError), atomic():
        note_and_fall()
    assert noted() == []


def test_the_same_of_several_is_noted_of_each_and_of_none_is_nothing(village, clerk):
    one, other = (home.id for home in village.homes[:2])
    ids = note_acts(village.id, clerk.id, "score", [(one, None), (other, None)], "own_household")
    assert len(set(ids)) == 2
    assert {act[2] for act in noted()} == {one, other}
    assert {act[4] for act in noted()} == {"own_household"}
    assert note_acts(village.id, clerk.id, "score", []) == []
    assert len(noted()) == 2
