"""The record of sign-ins: what happened, to whom, from where; kept as long as the law says and no longer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.base import clock
from governance.base.database import db
from governance.village import signing
from governance.village.signing import WrongPassword, log
from governance.village.signing.log import What
from governance.village.signing.signins import Where
from governance.village.staff import Role
from tests.factories import make_staff

HERE, THERE = Where("198.51.100.7"), Where("203.0.113.9")


HERE, THERE = Where("198.51.100.7"), Where("203.0.113.9")


@pytest.fixture
def zhang(village):
    return make_staff(Role.OFFICER, village.place, "zhang")


def guess(name="zhang", times=1, where=HERE):
    for _ in range(times):
        with pytest.raises(WrongPassword):
            signing.sign_in(name, "wrong-one", where)


def noted(staff_id):
    return [row.what for row in log.events_of(staff_id, 100)][::-1]


def test_what_happens_at_the_sign_in_is_noted(zhang):
    admin = make_staff(Role.ADMIN, None)
    guess(times=signing.LOCK.most)
    signing.unlock(zhang, THERE, admin.id)
    signing.let_in(zhang, HERE, remember=True)
    signing.set_password(zhang, "handed-over-7", THERE, admin.id)
    assert noted(zhang.id) == ["wrong"] * 4 + ["locked", "unlocked", "let_in", "reset"]
    reset = log.events_of(zhang.id, 1)[0]
    assert (reset.doer, reset.address) == (admin.name, THERE.address)


def test_a_name_that_nobody_has_is_noted_without_the_name(zhang):
    """It may be a password, typed into the wrong field."""
    guess("my-secret-password")
    rows = db.session.execute(select(log.events)).all()
    assert [(row.what, row.staff_id) for row in rows] == [(What.WRONG, None)]
    assert "secret" not in repr(rows)


def test_the_record_is_kept_185_days(zhang):
    with clock.set_to(clock.now() - clock.days(186)):
        guess()
    with clock.set_to(clock.now() - clock.days(184)):
        guess()
    assert log.forget_old_events() == 1
    assert len(log.events_of(zhang.id, 10)) == 1
