"""An award (记分) and its life: the table, the legal moves, and the one way into the book."""

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
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, ByKeys, Model, add_up, get_row
from governance.base.errors import Conflict, NotThere, phrase
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village.rules.wording import Review


class State(StrEnum):
    """Where an award stands."""

    FILED = "filed"
    CHECKED = "checked"
    PUBLISHED = "published"
    BOOKED = "booked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


STATE_NAMES = {
    State.FILED: phrase("待审核"),
    State.CHECKED: phrase("待公示"),
    State.PUBLISHED: phrase("公示中"),
    State.BOOKED: phrase("已入账"),
    State.REJECTED: phrase("未通过"),
    State.WITHDRAWN: phrase("已撤回"),
    State.REVERSED: phrase("已冲正"),
}
# The legal moves. `auto` awards go from filed to booked in one step and are listed in the next
# notice; a published one goes back where its notice is withdrawn.
MOVES: dict[State, frozenset[State]] = {
    State.FILED: frozenset({State.CHECKED, State.BOOKED, State.REJECTED, State.WITHDRAWN}),
    State.CHECKED: frozenset({State.PUBLISHED, State.REJECTED}),
    State.PUBLISHED: frozenset({State.CHECKED, State.BOOKED, State.REJECTED}),
    State.BOOKED: frozenset({State.REVERSED}),
    State.REJECTED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.REVERSED: frozenset(),
}
LIVE = (State.FILED, State.CHECKED, State.PUBLISHED, State.BOOKED)  # these count towards a cap
CHECKS = {Review.AUTO: 0, Review.FIRST: 1, Review.SECOND: 2}


class Award(Model):
    """Points somebody saw a household earn or lose, with the rule's wording as it stood."""

    __tablename__ = "awards"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        ForeignKeyConstraint(["village_id", "rule_id"], ["rules.village_id", "rules.id"]),
        CheckConstraint("points <> 0", name="points_not_zero"),
        CheckConstraint(
            "state IN ('filed','checked','published','booked','rejected','withdrawn','reversed')",
            name="state_known",
        ),
        CheckConstraint("first_by IS NULL OR first_by <> filed_by", name="first_is_another"),
        CheckConstraint(
            "second_by IS NULL OR (second_by <> filed_by AND second_by <> first_by)",
            name="second_is_a_third",
        ),
        CheckConstraint(
            "(state IN ('rejected','reversed')) = (reason IS NOT NULL)", name="a_no_has_a_reason"
        ),
        CheckConstraint("(undo_by IS NULL) = (undo_reason IS NULL)", name="undo_has_a_reason"),
        CheckConstraint(
            "state <> 'reversed' OR undo_by IS NULL OR undo_by <> ended_by",
            name="undo_takes_two",
        ),
        Index("ix_awards_household", "village_id", "household_id", "rule_code", "seen_on"),
        Index("ix_awards_queue", "village_id", "state", "filed_at"),
        Index("ix_awards_filer", "village_id", "filed_by", "filed_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    household_id: Mapped[uuid.UUID]
    grid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"))
    rule_id: Mapped[uuid.UUID]
    rule_code: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(20))
    behaviour: Mapped[str] = mapped_column(String(100))
    review: Mapped[str] = mapped_column(String(8))
    points: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    seen_at: Mapped[datetime]
    seen_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    filed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime]
    first_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    first_at: Mapped[datetime | None]
    second_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    second_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    undo_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    undo_at: Mapped[datetime | None]
    undo_reason: Mapped[str | None] = mapped_column(Text)  # why somebody asked to reverse it
    content: Mapped[str] = mapped_column(String(64))


class CategoryMonth(Model):
    """The points booked in a month by category: the roll-up the overview draws."""

    __tablename__ = "category_months"

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    plus: Mapped[int] = mapped_column(default=0)
    minus: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)


awards = Award.__table__
category_months = CategoryMonth.__table__


class IllegalMove(Conflict):
    """An award cannot go from where it stands to where somebody wants it."""

    code = "illegal_move"
    message = phrase("这一条现在是「%(now)s」，不能再办理。")


class UnknownAward(NotThere):
    """No such award in this village."""

    code = "unknown_award"
    message = phrase("没有找到这一条记分。")


def move(now: str, to: State) -> State:
    """The new state, when the table of moves allows it. Raises IllegalMove."""
    if to not in MOVES[State(now)]:
        raise IllegalMove(now=STATE_NAMES[State(now)])
    return to


def get_award(village_id: uuid.UUID, award_id: uuid.UUID, *, lock: bool = False) -> Award:
    """An award of the village, locked if it is about to be moved. Raises UnknownAward."""
    return get_row(Award, village_id, award_id, UnknownAward, lock=lock)


def book_awards(
    village_id: uuid.UUID,
    rows: Sequence[Any],
    actor: uuid.UUID | None,
    locked: dict[uuid.UUID, book.Figures] | None = None,
    *,
    fresh: bool = False,
) -> list[dict[str, Any]]:
    """Write awards into the book, each once (its id is the key), and count them by category.

    `fresh`: this transaction has just inserted the awards, so no line can stand under their keys.
    """
    written = book.enter(
        village_id,
        [
            book.Entry(
                household_id=row.household_id,
                kind=Kind.AWARD,
                standing=row.points,
                spendable=row.points,
                memo=row.behaviour,
                key=f"award:{row.id}",
                source=row.id,
                actor=actor,
            )
            for row in rows
        ],
        locked,
        fresh=fresh,
    )
    count_categories(village_id, [(row.category, row.points, 1) for row in rows])
    return written


def count_categories(village_id: uuid.UUID, changes: Iterable[tuple[str, int, int]]) -> None:
    """Add (category, points, entries) to this month's roll-up; a reversal brings -1 entries."""
    month = clock.month_of(clock.today())
    totals: dict[str, list[int]] = {}
    for category, points, entries in changes:
        total = totals.setdefault(category, [0, 0, 0])
        # A reversal takes from the side its award was counted on.
        total[0 if (points > 0) == (entries > 0) else 1] += points
        total[2] += entries
    add_up(
        category_months,
        [
            {
                "village_id": village_id,
                "month": month,
                "category": category,
                "plus": plus,
                "minus": minus,
                "entries": entries,
            }
            for category, (plus, minus, entries) in sorted(totals.items())
        ],
        ("plus", "minus", "entries"),
    )


def find_awards(village_id: uuid.UUID, award_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, AnyRow]:
    """The awards that stand under ids."""
    rows = _FOUND.rows({"village": village_id}, ids=list(award_ids))
    return {row.id: row for row in rows}


_FOUND = ByKeys(
    select(
        awards.c.id,
        awards.c.household_id,
        awards.c.content,
        awards.c.state,
        awards.c.points,
        awards.c.filed_by,
    ).where(awards.c.village_id == bindparam("village")),
    ids=awards.c.id,
)
