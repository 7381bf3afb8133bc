"""Objections (异议): somebody disagrees, somebody uninvolved decides with reasons, and supervision may be asked once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.awards.life import State, awards
from governance.base import clock
from governance.base.database import AnyRow, Model, db, get_row, in_village, new_id, one_of
from governance.base.errors import NotThere, phrase
from governance.base.workdays import workdays_until
from governance.ledger import book
from governance.village.households import households
from governance.village.staff import Staff


class ObjectionState(StrEnum):
    """Where an objection stands; `appealed` is dismissed by the committee and before the supervision committee."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    APPEALED = "appealed"


HOLDS = (
    ObjectionState.OPEN,
    ObjectionState.APPEALED,
)  # what is objected to is not booked meanwhile


class Channel(StrEnum):
    """How an objection came in."""

    PAGE = "page"
    SPOKEN = "spoken"
    PHONED = "phoned"
    WRITTEN = "written"


STATE_NAMES = {
    ObjectionState.OPEN: phrase("等答复"),
    ObjectionState.UPHELD: phrase("成立"),
    ObjectionState.DISMISSED: phrase("不成立"),
    ObjectionState.APPEALED: phrase("等监督委员会决定"),
}
CHANNEL_NAMES = {
    Channel.PAGE: phrase("农户自己提的"),
    Channel.SPOKEN: phrase("当面说的"),
    Channel.PHONED: phrase("打电话说的"),
    Channel.WRITTEN: phrase("书面交来的"),
}


class UnknownObjection(NotThere):
    """No such objection in this village, or of this household."""

    code = "unknown_objection"
    message = phrase("没有找到这件异议。")


class Objection(Model):
    """A household disagrees with an award, with a line of its passbook, or misses an award (neither named)."""

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        ForeignKeyConstraint(["village_id", "line_seq"], ["lines.village_id", "lines.seq"]),
        ForeignKeyConstraint(["village_id", "remedy_id"], ["awards.village_id", "awards.id"]),
        CheckConstraint("award_id IS NULL OR line_seq IS NULL", name="one_thing"),
        CheckConstraint("state IN ('open','upheld','dismissed','appealed')", name="state_known"),
        CheckConstraint("channel IN ('page','spoken','phoned','written')", name="channel_known"),
        CheckConstraint("(channel = 'page') = (entered_by IS NULL)", name="entered_by_somebody"),
        CheckConstraint(
            "(state = 'open') = (decided_by IS NULL) AND (state = 'open') = (answer IS NULL)",
            name="decided_with_reasons",
        ),
        CheckConstraint("(final_by IS NULL) = (final_answer IS NULL)", name="final_with_reasons"),
        Index("ix_objections_queue", "village_id", "state", "due_on"),
        Index("ix_objections_award", "village_id", "award_id"),
        Index("ix_objections_household", "village_id", "household_id"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    year: Mapped[int]
    number: Mapped[int]
    household_id: Mapped[uuid.UUID]
    award_id: Mapped[uuid.UUID | None]
    line_seq: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default=ObjectionState.OPEN.value)
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    remedy_id: Mapped[uuid.UUID | None]
    appealed_at: Mapped[datetime | None]
    appeal_words: Mapped[str | None] = mapped_column(Text)
    final_due_on: Mapped[date | None]
    final_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    final_at: Mapped[datetime | None]
    final_answer: Mapped[str | None] = mapped_column(Text)


objections = Objection.__table__


def contested_awards(village_id: uuid.UUID, award_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of `award_ids` that somebody objects to and that are not decided yet: they are not booked meanwhile."""
    found = db.session.scalars(
        select(objections.c.award_id).where(
            objections.c.village_id == village_id,
            objections.c.award_id.in_(list(award_ids)),
            one_of(objections.c.state, HOLDS),
        )
    )
    return {award_id for award_id in found if award_id is not None}


def contested_points(village_id: uuid.UUID, household_id: uuid.UUID) -> int:
    """How many points of a household stand in the book already and are objected to: not to be spent meanwhile."""
    undecided = select(objections.c.award_id).where(
        objections.c.village_id == village_id, one_of(objections.c.state, HOLDS)
    )
    contested = select(func.sum(awards.c.points)).where(
        awards.c.village_id == village_id,
        awards.c.household_id == household_id,
        awards.c.state == State.BOOKED.value,
        awards.c.points > 0,
        awards.c.id.in_(undecided),
    )
    return db.session.scalar(contested) or 0


def get_objection(
    village_id: uuid.UUID, objection_id: uuid.UUID, *, lock: bool = False
) -> Objection:
    """An objection of the village, locked if it is about to be answered. Raises UnknownObjection."""
    return get_row(Objection, village_id, objection_id, UnknownObjection, lock=lock)


def get_numbered(village_id: uuid.UUID, year: int, number: int) -> Objection:
    """An objection by the number people say. Raises UnknownObjection."""
    found = db.session.scalar(
        select(Objection).where(
            Objection.village_id == village_id,
            Objection.year == year,
            Objection.number == number,
        )
    )
    if found is None:
        raise UnknownObjection
    return found


def due_day(objection: Any) -> date | None:
    """The day by which an undecided objection has to be answered, by whom it is before."""
    days: dict[str, date | None] = {
        ObjectionState.OPEN.value: objection.due_on,
        ObjectionState.APPEALED.value: objection.final_due_on,
    }
    return days.get(objection.state)


def days_left(objection: Any) -> int | None:
    """Working days left for the answer, negative when it is overdue; None when it was given."""
    due = due_day(objection)
    return None if due is None else workdays_until(clock.today(), due)


def count_open(village_id: uuid.UUID) -> int:
    """How many objections of a village wait for an answer."""
    where = (objections.c.village_id == village_id, _UNDECIDED)
    return db.session.scalar(select(func.count()).select_from(objections).where(*where)) or 0


def overdue(village_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many objections should have been answered before today, by village; villages with none are left out."""
    late = select(objections.c.village_id, func.count()).where(
        objections.c.village_id.in_(list(village_ids)), _UNDECIDED, clock.today() > _DUE
    )
    return {row[0]: row[1] for row in db.session.execute(late.group_by(objections.c.village_id))}


def appealed(village_id: uuid.UUID) -> int:
    """How many objections of a village wait for the supervision committee."""
    where = (
        objections.c.village_id == village_id,
        objections.c.state == ObjectionState.APPEALED.value,
    )
    return db.session.scalar(select(func.count()).select_from(objections).where(*where)) or 0


def listed(
    village_id: uuid.UUID, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """A village's objections: those to be answered by their day, then the answered, newest first; and how many."""
    of_village = objections.c.village_id == village_id
    total = db.session.scalar(select(func.count()).select_from(objections).where(of_village)) or 0
    query = _ROWS.where(of_village).order_by(
        case((_UNDECIDED, _DUE), else_=literal(date.max)),
        func.coalesce(objections.c.final_at, objections.c.decided_at).desc(),
        objections.c.year,
        objections.c.number,
    )
    return db.session.execute(query.limit(limit).offset(offset)).all(), total


def get_detail(village_id: uuid.UUID, objection_id: uuid.UUID) -> AnyRow:
    """One objection with household, award, line and remedy. Raises UnknownObjection."""
    found = db.session.execute(
        _ROWS.where(objections.c.village_id == village_id, objections.c.id == objection_id)
    ).first()
    if found is None:
        raise UnknownObjection
    return found


def people_of(objection: Any) -> dict[uuid.UUID, str]:
    """The names of everybody of the staff who had a hand in an objection."""
    ids = {objection.entered_by, objection.decided_by, objection.final_by} - {None}
    return dict(db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def made_by(village_id: uuid.UUID, household_id: uuid.UUID) -> Sequence[AnyRow]:
    """What a household objected to, newest first."""
    return _newest(village_id, objections.c.household_id == household_id)


def made_about(village_id: uuid.UUID, household_id: uuid.UUID) -> Sequence[AnyRow]:
    """What others objected to in a household's awards, newest first."""
    return _newest(
        village_id,
        awards.c.household_id == household_id,
        objections.c.household_id != household_id,
    )


def made_against(village_id: uuid.UUID, award_id: uuid.UUID) -> Sequence[AnyRow]:
    """The objections to an award, newest first."""
    return _newest(village_id, objections.c.award_id == award_id)


def _newest(village_id: uuid.UUID, *where: Any) -> Sequence[AnyRow]:
    query = _ROWS.where(objections.c.village_id == village_id, *where)
    order = (objections.c.year.desc(), objections.c.number.desc())
    return db.session.execute(query.order_by(*order).limit(SHOWN)).all()


SHOWN = 50
_UNDECIDED = one_of(objections.c.state, HOLDS)
_DUE = func.coalesce(objections.c.final_due_on, objections.c.due_on)
_remedies = awards.alias("remedies")
_owners = households.alias("owners")
_ROWS = (
    select(
        objections,
        households.c.group_no,
        households.c.number.label("home_number"),
        households.c.head,
        awards.c.behaviour,
        awards.c.points,
        awards.c.seen_on,
        awards.c.note,
        awards.c.rule_id,
        awards.c.state.label("award_state"),
        awards.c.household_id.label("owner_id"),
        _owners.c.group_no.label("owner_group"),
        _owners.c.number.label("owner_number"),
        _owners.c.head.label("owner_head"),
        book.lines.c.memo,
        book.lines.c.standing,
        book.lines.c.spendable,
        book.lines.c.at,
        book.lines.c.kind,
        _remedies.c.behaviour.label("remedy"),
        _remedies.c.points.label("remedy_points"),
        _remedies.c.state.label("remedy_state"),
    )
    .join(households, in_village(households.c.id, objections.c.household_id))
    .join(awards, in_village(awards.c.id, objections.c.award_id), isouter=True)
    .join(_owners, in_village(_owners.c.id, awards.c.household_id), isouter=True)
    .join(book.lines, in_village(book.lines.c.seq, objections.c.line_seq), isouter=True)
    .join(_remedies, in_village(_remedies.c.id, objections.c.remedy_id), isouter=True)
)
