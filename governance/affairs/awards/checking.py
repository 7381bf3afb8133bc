"""Checking (审核): what somebody filed is looked at by others before everybody can see it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from governance.affairs.awards import life
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import CHECKS, Award, State, awards
from governance.affairs.awards.refusals import (
    AlreadyFirstChecker,
    NotYourCheck,
    NotYourPlace,
    clean_reason,
)
from governance.affairs.recusal import FiledByKin, note_attempts, of_filed
from governance.base import clock
from governance.base.database import AnyRow, atomic, db, in_village
from governance.base.errors import HemeiError
from governance.ledger import book
from governance.village.households import households
from governance.village.kin import kinships, related_to
from governance.village.rules.wording import Review
from governance.village.staff import Staff

Kin = set[tuple[uuid.UUID, uuid.UUID]]  # who declared which household
OVER_AGE = 7  # days: what has waited longer stands out


@dataclass(slots=True)
class Verdict:
    """What became of one award at the desk: its state, or the refusal."""

    award_id: uuid.UUID
    state: str | None = None
    error: HemeiError | None = None


def check(
    village_id: uuid.UUID,
    checker: uuid.UUID,
    award_ids: Iterable[uuid.UUID],
    field: Scorer | None = None,
) -> list[Verdict]:
    """Approve awards; each stands or falls alone. After its last check an award waits for a notice.

    `field`: the checker is an officer, who makes first checks in these grids; else the committee.
    Checking again what one has checked oneself changes nothing.
    """
    return _decide(village_id, checker, award_ids, _approve, field)


def reject(
    village_id: uuid.UUID,
    checker: uuid.UUID,
    award_ids: Iterable[uuid.UUID],
    reason: str,
    field: Scorer | None = None,
) -> list[Verdict]:
    """Reject awards with a reason; each stands or falls alone. Raises ReasonMissing, BadInput."""
    reason = clean_reason(reason)

    def turn_down(award: Award, by: uuid.UUID, _kin: Kin) -> None:
        if award.state == State.REJECTED and award.ended_by == by:
            return
        if award.state == State.PUBLISHED:  # what hangs on the wall is answered by an objection
            raise life.IllegalMove(now=life.STATE_NAMES[State.PUBLISHED])
        turn_down_award(award, by, reason)

    return _decide(village_id, checker, award_ids, turn_down, field)


def turn_down_award(award: Award, by: uuid.UUID, reason: str) -> None:
    """End an award that was not booked, with the reason. Raises IllegalMove."""
    award.state = life.move(award.state, State.REJECTED).value
    award.reason, award.ended_by, award.ended_at = reason, by, clock.now()


def _decide(
    village_id: uuid.UUID,
    checker: uuid.UUID,
    award_ids: Iterable[uuid.UUID],
    decide: Callable[[Award, uuid.UUID, Kin], None],
    field: Scorer | None,
) -> list[Verdict]:
    wanted = list(dict.fromkeys(award_ids))
    with atomic():
        locked = _lock(village_id, wanted)
        kin = related_to(village_id, [award.household_id for award in locked.values()])
        verdicts = [_judge(locked.get(one), one, checker, kin, decide, field) for one in wanted]
        refused = [
            (one.error, locked[one.award_id].household_id, one.award_id)
            for one in verdicts
            if one.error and one.award_id in locked
        ]
        note_attempts(village_id, checker, "check", refused)
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
    book.lock(village_id, concerned)
    found = db.session.scalars(
        select(Award)
        .where(Award.village_id == village_id, Award.id.in_(award_ids))
        .order_by(Award.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    return {award.id: award for award in found}


def _judge(
    award: Award | None,
    award_id: uuid.UUID,
    checker: uuid.UUID,
    kin: Kin,
    decide: Callable[[Award, uuid.UUID, Kin], None],
    field: Scorer | None,
) -> Verdict:
    try:
        if award is None:
            raise life.UnknownAward
        if field:
            _refuse_beyond(award, field)
        own = {household_id for person, household_id in kin if person == checker}
        if partial := of_filed(award).why_not(checker, own):
            raise partial
        decide(award, checker, kin)
    except HemeiError as refusal:
        return Verdict(award_id, error=refusal)
    return Verdict(award_id)


def _refuse_beyond(award: Award, field: Scorer) -> None:
    """An officer looks first, and only in their own grids."""
    if field.grid_ids is not None and award.grid_id not in field.grid_ids:
        raise NotYourPlace
    if award.first_by not in (None, field.staff_id):
        raise NotYourCheck


def _approve(award: Award, by: uuid.UUID, kin: Kin) -> None:
    if by in (award.first_by, award.second_by) and award.state != State.FILED:
        return
    if award.state != State.FILED:  # what hangs goes back only with its notice
        raise life.IllegalMove(now=life.STATE_NAMES[State(award.state)])
    if {(award.filed_by, award.household_id), (award.first_by, award.household_id)} & kin:
        raise FiledByKin
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


@dataclass(frozen=True, slots=True)
class Queue:
    """Which waiting awards somebody wants to see; nothing named means all."""

    grid_ids: frozenset[uuid.UUID] | None = None
    rule_code: str = ""
    stage: str = ""  # `first` or `second`: the check they wait for
    over_age: bool = False
    not_by: uuid.UUID | None = None  # neither filed nor checked by this one, nor of their kin

    def where(self, village_id: uuid.UUID) -> list[Any]:
        """The conditions."""
        where = [awards.c.village_id == village_id, awards.c.state == State.FILED.value]
        if self.grid_ids is not None:
            where.append(awards.c.grid_id.in_(self.grid_ids))
        if self.rule_code:
            where.append(awards.c.rule_code == self.rule_code)
        if self.stage:
            first = self.stage == "first"
            where.append(awards.c.first_by.is_(None) if first else awards.c.first_by.is_not(None))
        if self.over_age:
            where.append(awards.c.filed_at < late_since())
        if self.not_by:
            where.append(awards.c.filed_by != self.not_by)
            where.append(func.coalesce(awards.c.first_by, awards.c.filed_by) != self.not_by)
            kin = select(kinships.c.household_id).where(
                kinships.c.village_id == village_id, kinships.c.staff_id == self.not_by
            )
            where.append(awards.c.household_id.not_in(kin))
        return where


ALL = Queue()


def late_since() -> datetime:
    """What was filed before this moment has waited too long."""
    return clock.now() - clock.days(OVER_AGE)


def waiting(
    village_id: uuid.UUID, queue: Queue = ALL, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """Awards that wait for a check, oldest first, with household and filer; and how many there are."""
    return listed(queue.where(village_id), awards.c.filed_at, limit, offset)


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
            awards,
            households.c.group_no,
            households.c.number,
            households.c.head,
            Staff.name.label("filer"),
        )
        .join(households, in_village(households.c.id, awards.c.household_id))
        .join(Staff, Staff.id == awards.c.filed_by)
        .where(*where)
        .order_by(order, awards.c.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def count_waiting(village_id: uuid.UUID, queue: Queue = ALL) -> int:
    """How many awards wait in a queue."""
    where = queue.where(village_id)
    return db.session.scalar(select(func.count()).select_from(awards).where(*where)) or 0


def waiting_by(village_id: uuid.UUID, column: str, queue: Queue = ALL) -> dict[Any, int]:
    """How many awards wait, by `grid_id` or by `rule_code`: the queue's filters."""
    by = awards.c[column]
    rows = db.session.execute(select(by, func.count()).where(*queue.where(village_id)).group_by(by))
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
    hands = (award.filed_by, award.first_by, award.second_by, award.ended_by, award.undo_by)
    ids = set(hands) - {None}
    return dict(db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def why_not(award: Any, checker: uuid.UUID, kin: Container[uuid.UUID]) -> HemeiError | None:
    """Why somebody may not check a waiting award; `kin`: their own household and their relatives'."""
    partial = of_filed(award).why_not(checker, kin)
    return partial or (AlreadyFirstChecker() if award.first_by == checker else None)
