"""Reversal (冲正): a booked award is taken back by an opposite line. One person asks, a second confirms."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from governance.affairs.awards import life
from governance.affairs.awards.life import Award, State, awards
from governance.affairs.awards.refusals import NobodyAsked, UndoneByTwo, clean_reason
from governance.affairs.recusal import of_filed, refuse_partial
from governance.base import clock
from governance.base.database import atomic, db
from governance.ledger import book


def ask_reversal(village_id: uuid.UUID, by: uuid.UUID, award_id: uuid.UUID, reason: str) -> Award:
    """Ask to reverse a booked award, with a reason; nothing moves until a second person confirms.

    Raises ReasonMissing, IllegalMove, OwnAward, OwnHousehold, UnknownAward.
    """
    reason = clean_reason(reason)
    refuse_partial(of_filed(life.get_award(village_id, award_id)), by, "reverse")
    with atomic():
        award = life.get_award(village_id, award_id, lock=True)
        life.move(award.state, State.REVERSED)
        if award.undo_by is None:
            award.undo_by, award.undo_at, award.undo_reason = by, clock.now(), reason
    return award


def confirm_reversal(village_id: uuid.UUID, by: uuid.UUID, award_id: uuid.UUID) -> Award:
    """Confirm what another asked: the opposite line, linked to the first, with the reason.

    Raises NobodyAsked, UndoneByTwo, OwnAward, OwnHousehold, UnknownAward.
    """
    refuse_partial(of_filed(life.get_award(village_id, award_id)), by, "reverse")
    with atomic():
        award, locked = lock_award(village_id, award_id)
        if award.undo_by is None or award.undo_reason is None or award.state != State.BOOKED:
            raise NobodyAsked
        if award.undo_by == by:
            raise UndoneByTwo
        take_back(award, by, award.undo_reason, locked)
    return award


def drop_reversal(village_id: uuid.UUID, by: uuid.UUID, award_id: uuid.UUID) -> Award:
    """Let the award stand after all. Raises NobodyAsked, OwnAward, OwnHousehold, UnknownAward."""
    refuse_partial(of_filed(life.get_award(village_id, award_id)), by, "reverse")
    with atomic():
        award = life.get_award(village_id, award_id, lock=True)
        if award.undo_by is None or award.state != State.BOOKED:
            raise NobodyAsked
        award.undo_by = award.undo_at = award.undo_reason = None
    return award


def asked(village_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The awards somebody asked to reverse, the oldest wish first."""
    return db.session.scalars(
        select(awards.c.id)
        .where(
            awards.c.village_id == village_id,
            awards.c.state == State.BOOKED.value,
            awards.c.undo_by.is_not(None),
        )
        .order_by(awards.c.undo_at)
    ).all()


def lock_award(
    village_id: uuid.UUID, award_id: uuid.UUID
) -> tuple[Award, dict[uuid.UUID, book.Figures]]:
    """The household's account, then the award, both locked: the order every writer keeps. Raises UnknownAward."""
    award = life.get_award(village_id, award_id)
    locked = book.lock(village_id, [award.household_id])
    return life.get_award(village_id, award_id, lock=True), locked


def take_back(
    award: Award,
    by: uuid.UUID,
    reason: str,
    locked: dict[uuid.UUID, book.Figures] | None = None,
) -> None:
    """Write the opposite of an award's line and mark the award reversed, with the reason.

    Points that were spent meanwhile are owed: the household's next points pay them. Raises IllegalMove.
    """
    line = book.find_line(award.village_id, f"award:{award.id}")
    if line is None:
        raise life.IllegalMove(now=life.STATE_NAMES[State(award.state)])
    state = life.move(award.state, State.REVERSED).value
    entry = book.reversal_of(
        line, memo=f"冲正：{award.behaviour}", key=f"reversal:{award.id}", actor=by
    )
    book.enter(award.village_id, [entry], locked)
    life.count_categories(award.village_id, [(award.category, -award.points, -1)])
    award.state, award.reason = state, reason
    award.ended_by, award.ended_at = by, clock.now()
