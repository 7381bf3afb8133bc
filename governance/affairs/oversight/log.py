"""The log of acts as it is read (操作记录): who did what, to which household or thing, newest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from governance.affairs.acts import acts
from governance.affairs.awards.life import awards
from governance.affairs.awards.reminders import reminders
from governance.affairs.publicity.notices import notices
from governance.affairs.publicity.objections import objections
from governance.affairs.shop.gifts import gifts
from governance.base.database import AnyRow, db, in_village
from governance.village.households import households
from governance.village.rules.rulebook import Rule
from governance.village.staff import Staff

rules = Rule.__table__


def acts_of(
    village_id: uuid.UUID,
    *,
    kind: str = "",
    attempts: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[AnyRow], int]:
    """Acts with who did them and at which household, newest first, and how many; of one kind, or attempts only."""
    where = [acts.c.village_id == village_id, *_chosen(kind, attempts)]
    total = db.session.scalar(select(func.count()).select_from(acts).where(*where)) or 0
    rows = db.session.execute(
        select(
            acts,
            Staff.name.label("who"),
            awards.c.behaviour,
            households.c.group_no,
            households.c.number,
        )
        .join(Staff, Staff.id == acts.c.staff_id, isouter=True)
        .join(awards, in_village(awards.c.id, acts.c.subject_id), isouter=True)
        .join(
            households,
            (households.c.village_id == acts.c.village_id)
            & (households.c.id == func.coalesce(acts.c.household_id, awards.c.household_id)),
            isouter=True,
        )
        .where(*where)
        .order_by(acts.c.at.desc(), acts.c.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def _chosen(kind: str, attempts: bool) -> list[ColumnElement[bool]]:
    chosen = []
    if kind:
        chosen.append(acts.c.what.startswith(f"{kind}.", autoescape=True))
    if attempts:
        chosen.append(acts.c.refused != "")
    return chosen


def subjects_of(village_id: uuid.UUID, rows: Iterable[Any]) -> dict[uuid.UUID, str]:
    """What acts were about: somebody of the staff, a rule or a gift by name; a notice, an objection or a reminder
    by its year and number. In a few statements for all."""
    ids = {row.subject_id for row in rows} - {None}
    named: dict[uuid.UUID, str] = {}
    for query in (
        select(Staff.id, Staff.name).where(Staff.id.in_(ids)),
        select(rules.c.id, rules.c.behaviour).where(
            rules.c.village_id == village_id, rules.c.id.in_(ids)
        ),
        select(gifts.c.id, gifts.c.name).where(
            gifts.c.village_id == village_id, gifts.c.id.in_(ids)
        ),
    ):
        named |= {row[0]: row[1] for row in db.session.execute(query)} if ids else {}
    for table in (notices, objections, reminders):
        query = select(table.c.id, table.c.year, table.c.number).where(
            table.c.village_id == village_id, table.c.id.in_(ids), table.c.number.is_not(None)
        )
        rows_ = db.session.execute(query) if ids else ()
        named |= {row.id: f"{row.year}-{row.number}" for row in rows_}
    return named


def count_attempts(village_id: uuid.UUID, since: datetime) -> int:
    """How often somebody tried to score, check or look at their own household's since a moment."""
    counted = select(func.count()).select_from(acts)
    return (
        db.session.scalar(
            counted.where(
                acts.c.village_id == village_id,
                acts.c.at >= since,
                acts.c.refused == "own_household",
            )
        )
        or 0
    )
