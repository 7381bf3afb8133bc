"""Everybody at once at the end of a notice: closing, objecting, answering, correcting. Nobody waits for another forever."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from governance.affairs.awards import checking, life, reversal
from governance.affairs.publicity import answering, closing, notices, objecting, objections
from governance.affairs.publicity.answering import Answer
from governance.affairs.publicity.objecting import Thing
from governance.base import clock
from governance.base.database import db
from governance.base.errors import HemeiError
from governance.ledger import audit, book
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


@pytest.mark.parametrize("_round", range(4))
def test_everybody_at_once_at_the_end_of_a_notice(ctx, app, _round):
    with clock.set_to(MONDAY):
        village = make_village(homes=6)
        people = [make_staff(Role.COMMITTEE, village.place) for _ in range(4)]
        everybody_acts(app, village, people)
    proof = audit.audit_book(village.id)
    assert proof.fault is None, proof.fault


def everybody_acts(app, village, people):
    officer, rule, auto = (
        make_scorer(village),
        make_rule(village, review="first"),
        make_rule(village),
    )
    checker, poster, first, second = people
    ids = [make_award(officer, home, rule) for home in village.homes]
    checking.check(village.id, checker.id, ids)
    booked = make_award(officer, village.homes[0], auto)
    notice = make_posted(village, poster)
    made = [
        make_objection(village, home, award_id=one)
        for home, one in zip(village.homes[:2], ids, strict=False)
    ]
    reversal.ask_reversal(village.id, first.id, booked, "记错了户")
    home_ids = [home.id for home in village.homes]
    v = village.id
    db.session.commit()
    acts = [
        lambda: closing.close_due(v),
        lambda: closing.close_due(v),
        lambda: answering.decide(v, first.id, made[0].id, Answer(True, "记错了")),
        lambda: answering.decide(v, second.id, made[1].id, Answer(False, "没有错")),
        lambda: answering.decide(v, first.id, made[1].id, Answer(True, "记错了")),
        lambda: objecting.file_objection(v, home_ids[2], Thing(award_id=ids[2]), "没有做"),
        lambda: objecting.file_objection(
            v, home_ids[3], Thing(notice_id=notice.id, position=5), "没有看见"
        ),
        lambda: reversal.confirm_reversal(v, second.id, booked),
        lambda: checking.check(v, second.id, ids),
        lambda: correct_in_time(v, first.id, notice.id, notice.closes_at),
    ]
    faults = at_once(app, acts, notice.closes_at)
    assert faults == []
    for one in made:
        if life.get_award(v, one.award_id).state == "booked":
            assert objections.get_objection(v, one.id).state == "dismissed"
    for award_id in ids:
        stands = life.get_award(v, award_id).state
        line = book.find_line(v, f"award:{award_id}")
        assert (line is not None) == (stands in ("booked", "reversed"))
        if stands == "published":
            assert objections.contested_awards(v, [award_id])


def correct_in_time(village_id, by, notice_id, closes_at):
    """Begun in the notice's last second."""
    with clock.set_to(closes_at - timedelta(seconds=1)):
        notices.correct_notice(village_id, by, notice_id, "印错了")


def at_once(app, acts, moment):
    """Do all at one moment; whatever else than a refusal somebody met."""
    barrier, faults = threading.Barrier(len(acts)), []

    def attempt(act):
        with app.app_context(), clock.set_to(moment):
            barrier.wait(timeout=30)
            try:
                act()
            except HemeiError:
                pass
            except Exception as fault:  # noqa: BLE001 - any other is what the test asks for
                faults.append(repr(fault))

    threads = [threading.Thread(target=attempt, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=120)
    db.session.rollback()
    db.session.expire_all()
    return faults
