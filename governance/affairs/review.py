"""Checking (审核): waiting awards are looked at by others; a booked one is reversed, never deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from governance.affairs import awards as life
from governance.affairs.awards import CHECKS, Award, State, awards
from governance.affairs.refusals import AlreadyFirstChecker, OwnAward, OwnHousehold, ReasonMissing
from governance.affairs.scoring import reverse_in_book
from governance.base import clock
from governance.base.database import AnyRow, atomic, db
from governance.base.errors import BadInput, HemeiError, phrase
from governance.ledger import book
from governance.village.households import households
from governance.village.kin import kin_of
from governance.village.rulebook import Review
from governance.village.staff import Staff

LONGEST_REASON = 200


@dataclass(slots=True)
class Verdict:
    """What became of one award at the desk: its state, or the refusal."""

    award_id: uuid.UUID
    state: str | None = None
    error: HemeiError | None = None


def check(
    village_id: uuid.UUID, checker: uuid.UUID, award_ids: Iterable[uuid.UUID]
) -> list[Verdict]:
    """Approve awards; each stands or falls alone. The last check an award needs books it.

    Checking again what one has checked oneself changes nothing.
    """
    return _decide(village_id, checker, award_ids, _approve)


def reject(
    village_id: uuid.UUID, checker: uuid.UUID, award_ids: Iterable[uuid.UUID], reason: str
) -> list[Verdict]:
    """Reject awards with a reason; each stands or falls alone. Raises ReasonMissing."""
    reason = _reason(reason)

    def turn_down(award: Award, by: uuid.UUID) -> None:
        if award.state == State.REJECTED and award.ended_by == by:
            return
        award.state = life.move(award.state, State.REJECTED).value
        award.reason, award.ended_by, award.ended_at = reason, by, clock.now()

    return _decide(village_id, checker, award_ids, turn_down)


def reverse(village_id: uuid.UUID, by: uuid.UUID, award_id: uuid.UUID, reason: str) -> Award:
    """Reverse a booked award (冲正): the opposite line, linked to the first, with a reason.

    Raises ReasonMissing, IllegalMove, OwnAward, OwnHousehold, UnknownAward.
    """
    reason = _reason(reason)
    with atomic():
        award = life.get_award(village_id, award_id)
        held = book.hold(village_id, [award.household_id])
        award = life.get_award(village_id, award_id, lock=True)
        _refuse_partial(award, by, kin_of(village_id, by))
        life.move(award.state, State.REVERSED)
        reverse_in_book(award, by, reason, held)
        award.ended_by, award.ended_at = by, clock.now()
    return award


def _decide(
    village_id: uuid.UUID, checker: uuid.UUID, award_ids: Iterable[uuid.UUID], decide: Any
) -> list[Verdict]:
    wanted = list(dict.fromkeys(award_ids))
    with atomic():
        locked = _lock(village_id, wanted)
        kin = kin_of(village_id, checker)
        verdicts = [_judge(locked.get(one), one, checker, kin, decide) for one in wanted]
        db.session.flush()
        _book_checked(village_id, checker, locked.values())
    for verdict in verdicts:
        if verdict.error is None:
            verdict.state = locked[verdict.award_id].state
    return verdicts


def _lock(village_id: uuid.UUID, award_ids: list[uuid.UUID]) -> dict[uuid.UUID, Award]:
    """Accounts first, in key order, then the awards: the order every writer keeps."""
    concerned = db.session.scalars(
        select(awards.c.household_id).where(
            awards.c.village_id == village_id, awards.c.id.in_(award_ids)
        )
    ).all()
    book.hold(village_id, concerned)
    found = db.session.scalars(
        select(Award)
        .where(Award.village_id == village_id, Award.id.in_(award_ids))
        .order_by(Award.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    return {award.id: award for award in found}


def _judge(
    award: Award | None, award_id: uuid.UUID, checker: uuid.UUID, kin: set[uuid.UUID], decide: Any
) -> Verdict:
    try:
        if award is None:
            raise life.UnknownAward
        _refuse_partial(award, checker, kin)
        decide(award, checker)
    except HemeiError as refusal:
        return Verdict(award_id, error=refusal)
    return Verdict(award_id)


def _refuse_partial(award: Award, by: uuid.UUID, kin: set[uuid.UUID]) -> None:
    if award.filed_by == by:
        raise OwnAward
    if award.household_id in kin:
        raise OwnHousehold


def _approve(award: Award, by: uuid.UUID) -> None:
    if by in (award.first_by, award.second_by) and award.state == State.BOOKED:
        return
    life.move(award.state, State.CHECKED)
    if award.first_by is None:
        award.first_by, award.first_at = by, clock.now()
    elif award.first_by == by:
        raise AlreadyFirstChecker
    else:
        award.second_by, award.second_at = by, clock.now()
    if checks_done(award) >= CHECKS[Review(award.review)]:
        award.state = State.CHECKED.value


def checks_done(award: Any) -> int:
    """How many people have approved an award."""
    return (award.first_by is not None) + (award.second_by is not None)


def _book_checked(village_id: uuid.UUID, by: uuid.UUID, decided: Iterable[Award]) -> None:
    ready = [award for award in decided if award.state == State.CHECKED]
    if not ready:
        return
    life.book_awards(village_id, ready, by)
    for award in ready:
        award.state = life.move(award.state, State.BOOKED).value


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    if len(reason) > LONGEST_REASON:
        raise BadInput(
            phrase("理由不超过 %(longest)s 个字。"), field="reason", longest=LONGEST_REASON
        )
    return reason


def waiting(
    village_id: uuid.UUID,
    *,
    grid_id: uuid.UUID | None = None,
    rule_code: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[AnyRow], int]:
    """Awards that wait for a check, oldest first, with household and filer; and how many there are."""
    where = [awards.c.village_id == village_id, awards.c.state == State.FILED.value]
    if grid_id is not None:
        where.append(awards.c.grid_id == grid_id)
    if rule_code:
        where.append(awards.c.rule_code == rule_code)
    return listed(where, awards.c.filed_at, limit, offset)


def decided(
    village_id: uuid.UUID, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """Awards that no longer wait, newest first; `state` narrows to one."""
    wanted = [State(state)] if state else [one for one in State if one is not State.FILED]
    where = [awards.c.village_id == village_id, awards.c.state.in_([one.value for one in wanted])]
    return listed(where, awards.c.filed_at.desc(), limit, offset)


def listed(where: list[Any], order: Any, limit: int, offset: int) -> tuple[Sequence[AnyRow], int]:
    """Awards with the household's group, number and head, and the filer's name."""
    total = db.session.scalar(select(func.count()).select_from(awards).where(*where)) or 0
    rows = db.session.execute(
        select(
            awards, households.c.group_no, households.c.number, households.c.head,
            Staff.name.label("filer"),
        )
        .join(
            households,
            (households.c.village_id == awards.c.village_id)
            & (households.c.id == awards.c.household_id),
        )
        .join(Staff, Staff.id == awards.c.filed_by)
        .where(*where)
        .order_by(order, awards.c.id)
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip
    return rows, total


def waiting_by(village_id: uuid.UUID, column: str) -> dict[Any, int]:
    """How many awards wait, by `grid_id` or by `rule_code`: the queue's filters."""
    by = awards.c[column]
    rows = db.session.execute(
        select(by, func.count())
        .where(awards.c.village_id == village_id, awards.c.state == State.FILED.value)
        .group_by(by)
    )
    return {row[0]: row[1] for row in rows}


def find_detail(village_id: uuid.UUID, award_id: uuid.UUID) -> AnyRow | None:
    """One award with household and filer."""
    where = [awards.c.village_id == village_id, awards.c.id == award_id]
    rows, _ = listed(where, awards.c.id, 1, 0)
    return rows[0] if rows else None


def get_detail(village_id: uuid.UUID, award_id: uuid.UUID) -> AnyRow:
    """One award with household and filer. Raises UnknownAward."""
    found = find_detail(village_id, award_id)
    if found is None:
        raise life.UnknownAward
    return found


def people_of(award: Any) -> dict[uuid.UUID, str]:
    """The names of everybody who had a hand in an award."""
    ids = {award.filed_by, award.first_by, award.second_by, award.ended_by} - {None}
    return dict(db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def why_not(award: Any, checker: uuid.UUID) -> HemeiError | None:
    """Why somebody may not check a waiting award, as far as it shows from the award alone."""
    if award.filed_by == checker:
        return OwnAward()
    if award.first_by == checker:
        return AlreadyFirstChecker()
    return None
