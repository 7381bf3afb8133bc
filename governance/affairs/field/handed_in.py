"""What was handed in (待定事项): the table, and what the pages show of it. Deciding them is in `deciding`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.field.inspecting import award_id_of
from governance.base.database import AnyRow, Model, db, get_row, in_village, one_of
from governance.base.errors import NotThere, Phrase, phrase
from governance.village.checklists.lists import Checklist
from governance.village.households import households
from governance.village.publicplaces import PublicPlace
from governance.village.rules.rulebook import Rule
from governance.village.staff import Staff


class HandedInState(StrEnum):
    """Where a handed item stands."""

    HELD = "held"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


STATE_NAMES = {
    HandedInState.HELD: phrase("待村委会定"),
    HandedInState.ACCEPTED: phrase("已采纳"),
    HandedInState.DROPPED: phrase("未采纳"),
}


class HandedIn(Model):
    """An item as the phone had it, why it was refused, and what the committee decided."""

    __tablename__ = "held_items"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "rule_id"], ["rules.village_id", "rules.id"]),
        ForeignKeyConstraint(
            ["village_id", "sheet_id"], ["inspection_sheets.village_id", "inspection_sheets.id"]
        ),
        CheckConstraint("state IN ('held','accepted','dropped')", name="state_known"),
        CheckConstraint("(rule_id IS NULL) <> (sheet_id IS NULL)", name="by_rule_or_sheet"),
        CheckConstraint("(state = 'held') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by IS NULL OR decided_by <> filed_by", name="decided_by_another"),
        CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", name="a_no_has_a_reason"),
        Index("ix_held_items_queue", "village_id", "state", "filed_at"),
        Index("ix_held_items_filer", "village_id", "filed_by", "filed_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    item: Mapped[dict[str, Any]] = mapped_column(JSON)
    household_id: Mapped[uuid.UUID]  # or a public place's
    rule_id: Mapped[uuid.UUID | None]
    sheet_id: Mapped[uuid.UUID | None]
    seen_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(30))
    filed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=HandedInState.HELD.value)
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(String(64))


handed_items = HandedIn.__table__
staff = Staff.__table__

# Why an item was refused, in words; the contract's codes.
WHY: Mapping[str, Phrase] = {
    "cap_reached": phrase("这条细则已经记满次数"),
    "rule_retired": phrase("细则或检查表已经停用、改版"),
    "not_resident": phrase("这一户登记为外出或空户"),
    "not_your_place": phrase("这一户不在记录人的网格里"),
    "own_household": phrase("是记录人自己家或者亲属家"),
    "evidence_missing": phrase("缺照片或者提醒单"),
    "points_out_of_range": phrase("分值不在细则的范围内"),
    "seen_in_future": phrase("手机的时间不对"),
    "unknown_household": phrase("这一户已经注销"),
    "unknown_rule": phrase("没有这条细则"),
    "key_conflict": phrase("同一编号下已经有别的内容"),
}
OTHER = phrase("其他原因")


class UnknownHandedIn(NotThere):
    """No such handed item in this village."""

    code = "unknown_held_item"
    message = phrase("没有找到这一条待定事项。")


def get_handed_in(village_id: uuid.UUID, handed_id: uuid.UUID, *, lock: bool = False) -> HandedIn:
    """A handed item of the village, locked if it is about to be decided. Raises UnknownHandedIn."""
    return get_row(HandedIn, village_id, handed_id, UnknownHandedIn, lock=lock)


# What the pages show.

rules, checklists, public_places = Rule.__table__, Checklist.__table__, PublicPlace.__table__
_LISTED = (
    select(
        handed_items,
        households.c.group_no,
        households.c.number,
        households.c.head,
        public_places.c.name.label("place"),
        rules.c.behaviour,
        rules.c.points_min,
        rules.c.points_max,
        checklists.c.title,
        checklists.c.content.label("scenes"),
        staff.c.name.label("filer"),
    )
    .join(households, in_village(households.c.id, handed_items.c.household_id), isouter=True)
    .join(public_places, in_village(public_places.c.id, handed_items.c.household_id), isouter=True)
    .join(rules, in_village(rules.c.id, handed_items.c.rule_id), isouter=True)
    .join(checklists, in_village(checklists.c.id, handed_items.c.sheet_id), isouter=True)
    .join(staff, staff.c.id == handed_items.c.filed_by)
)


def listed(
    village_id: uuid.UUID, states: Iterable[HandedInState], *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """Handed items with household, rule or checklist, and who handed them in, and how many there are.

    Those that wait oldest first, the decided ones newest first.
    """
    states = tuple(states)
    where = (handed_items.c.village_id == village_id, one_of(handed_items.c.state, states))
    total = db.session.scalar(select(func.count()).select_from(handed_items).where(*where)) or 0
    rows = db.session.execute(
        _LISTED.where(*where)
        .order_by(
            handed_items.c.filed_at
            if HandedInState.HELD in states
            else handed_items.c.decided_at.desc(),
            handed_items.c.id,
        )
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def handed_in_by(village_id: uuid.UUID, staff_id: uuid.UUID, limit: int) -> Sequence[AnyRow]:
    """What an officer handed in last, and what became of it."""
    return db.session.execute(
        _LISTED.where(handed_items.c.village_id == village_id, handed_items.c.filed_by == staff_id)
        .order_by(handed_items.c.filed_at.desc(), handed_items.c.id)
        .limit(limit)
    ).all()


def get_listed(village_id: uuid.UUID, handed_id: uuid.UUID) -> AnyRow:
    """One handed item with all that is shown of it. Raises UnknownHandedIn."""
    found = db.session.execute(
        _LISTED.where(handed_items.c.village_id == village_id, handed_items.c.id == handed_id)
    ).first()
    if found is None:
        raise UnknownHandedIn
    return found


def count_handed_in(village_id: uuid.UUID) -> int:
    """How many items wait for the committee's decision."""
    return db.session.scalar(_COUNT, {"village": village_id}) or 0


_COUNT = (
    select(func.count())
    .select_from(handed_items)
    .where(
        handed_items.c.village_id == bindparam("village"),
        one_of(handed_items.c.state, [HandedInState.HELD.value]),
    )
)


def why_text(why: str) -> Phrase:
    """Why it was refused, in words."""
    return WHY.get(why, OTHER)


def award_of(handed: Any) -> uuid.UUID:
    """The award an accepted item became, or that its inspection gave if it gave one."""
    return award_id_of(handed.id) if handed.sheet_id else handed.id
