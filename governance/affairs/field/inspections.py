"""Inspections (检查): what officers found at households and public places, and what is left of the points."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.awards.caps import window
from governance.affairs.awards.life import awards
from governance.base import clock
from governance.base.database import AnyRow, ByKeys, Model, db, in_village
from governance.base.errors import NotThere, phrase
from governance.village.checklists.lists import Checklist
from governance.village.households import households
from governance.village.publicplaces import PublicPlace
from governance.village.staff import Staff

REMEMBERED = 400  # days a last inspection is shown for


class Inspection(Model):
    """One inspection of a household or of a public place: what was found, and what is left of the points."""

    __tablename__ = "inspections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        ForeignKeyConstraint(
            ["village_id", "public_place_id"], ["public_places.village_id", "public_places.id"]
        ),
        ForeignKeyConstraint(
            ["village_id", "sheet_id"], ["inspection_sheets.village_id", "inspection_sheets.id"]
        ),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        ForeignKeyConstraint(
            ["village_id", "reminder_id"], ["reminders.village_id", "reminders.id"]
        ),
        CheckConstraint("(household_id IS NULL) <> (public_place_id IS NULL)", name="of_one_place"),
        CheckConstraint("score >= 0", name="score_not_negative"),
        Index("ix_inspections_household", "village_id", "household_id", "sheet_code", "seen_at"),
        Index("ix_inspections_day", "village_id", "seen_on"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    household_id: Mapped[uuid.UUID | None]
    public_place_id: Mapped[uuid.UUID | None]
    grid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"))
    sheet_id: Mapped[uuid.UUID]
    sheet_code: Mapped[str] = mapped_column(String(20))
    findings: Mapped[list[str]] = mapped_column(JSON)
    consent: Mapped[bool]
    score: Mapped[int]
    seen_at: Mapped[datetime]
    seen_on: Mapped[date]
    filed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime]
    award_id: Mapped[uuid.UUID | None]
    reminder_id: Mapped[uuid.UUID | None]
    content: Mapped[str] = mapped_column(String(64))


inspections = Inspection.__table__
checklists = Checklist.__table__
public_places = PublicPlace.__table__
staff = Staff.__table__


class UnknownInspection(NotThere):
    """No such inspection in this village."""

    code = "unknown_inspection"
    message = phrase("没有找到这次检查。")


def find_known(village_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """The inspections that stand under ids, with their awards."""
    if not ids:
        return {}
    return {row.id: row for row in _KNOWN.rows({"village": village_id}, ids=ids)}


_KNOWN = ByKeys(
    select(
        inspections.c.id,
        inspections.c.household_id,
        inspections.c.content,
        inspections.c.filed_by,
        awards.c.state,
        awards.c.points,
    )
    .join(awards, in_village(awards.c.id, inspections.c.award_id), isouter=True)
    .where(inspections.c.village_id == bindparam("village")),
    ids=inspections.c.id,
)


_RESULTS = (
    select(
        inspections,
        checklists.c.title,
        checklists.c.full,
        checklists.c.content.label("scenes"),
        households.c.group_no,
        households.c.number,
        households.c.head,
        public_places.c.name.label("place"),
        staff.c.name.label("filer"),
        awards.c.state.label("award_state"),
        awards.c.points.label("award_points"),
    )
    .join(checklists, in_village(checklists.c.id, inspections.c.sheet_id))
    .join(staff, staff.c.id == inspections.c.filed_by)
    .join(households, in_village(households.c.id, inspections.c.household_id), isouter=True)
    .join(
        public_places, in_village(public_places.c.id, inspections.c.public_place_id), isouter=True
    )
    .join(awards, in_village(awards.c.id, inspections.c.award_id), isouter=True)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inspections somebody wants to see: of a month, of a checklist, of a household."""

    month: date | None = None  # any day of it
    sheet_code: str = ""
    household_id: uuid.UUID | None = None

    def where(self, village_id: uuid.UUID) -> list[Any]:
        """The conditions."""
        where = [inspections.c.village_id == village_id]
        if self.month:
            where.append(inspections.c.seen_on.between(*window("month", self.month)))
        if self.sheet_code:
            where.append(inspections.c.sheet_code == self.sheet_code)
        if self.household_id:
            where.append(inspections.c.household_id == self.household_id)
        return where


def results(
    village_id: uuid.UUID, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """Inspections with their place, checklist, officer and award, newest first, and how many there are."""
    where = wanted.where(village_id)
    total = db.session.scalar(select(func.count()).select_from(inspections).where(*where)) or 0
    rows = db.session.execute(
        _RESULTS.where(*where)
        .order_by(inspections.c.seen_at.desc(), inspections.c.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def get_result(village_id: uuid.UUID, inspection_id: uuid.UUID) -> AnyRow:
    """One inspection with its place, checklist, officer and award. Raises UnknownInspection."""
    found = db.session.execute(
        _RESULTS.where(inspections.c.village_id == village_id, inspections.c.id == inspection_id)
    ).first()
    if found is None:
        raise UnknownInspection
    return found


def last_results(
    village_id: uuid.UUID, place_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[str, AnyRow]]:
    """The last inspection of households and public places, by place and checklist code."""
    place = func.coalesce(inspections.c.household_id, inspections.c.public_place_id)
    turn = (
        func.row_number()
        .over(
            partition_by=(place, inspections.c.sheet_code),
            order_by=(inspections.c.seen_at.desc(), inspections.c.id),
        )
        .label("turn")
    )
    ids = list(place_ids)
    lately = (
        select(
            place.label("place_id"),
            inspections.c.sheet_code,
            inspections.c.seen_on,
            inspections.c.score,
            inspections.c.findings,
            inspections.c.consent,
            turn,
        )
        .where(
            inspections.c.village_id == village_id,
            inspections.c.seen_on >= clock.today() - clock.days(REMEMBERED),
            inspections.c.household_id.in_(ids) | inspections.c.public_place_id.in_(ids),
        )
        .subquery()
    )
    found: dict[uuid.UUID, dict[str, AnyRow]] = {}
    for row in db.session.execute(select(lately).where(lately.c.turn == 1)):
        found.setdefault(row.place_id, {})[row.sheet_code] = row
    return found
