"""The notice board (公示栏): what hangs, what closed, and a notice's lines as anybody may read them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, or_, select, union

from governance.affairs.awards.life import State, awards
from governance.affairs.publicity.notices import (
    HANGING,
    Listed,
    Notice,
    NoticeState,
    UnknownNotice,
    notice_items,
    notices,
)
from governance.affairs.publicity.objections import contested_awards
from governance.affairs.publicity.posting import ListedAward
from governance.base import clock
from governance.base.database import db, in_village
from governance.base.errors import phrase
from governance.village.staff import Staff

PUBLIC = (*HANGING, NoticeState.WITHDRAWN)  # what was on the wall once


class Mark(StrEnum):
    """What is to be said about a line besides what was posted."""

    NONE = ""
    OBJECTED = "objected"
    REJECTED = "rejected"
    REVERSED = (
        "reversed"  # taken back: either this line tells it, or it happened after it was posted
    )
    AT_ONCE = "at_once"  # booked before the notice


MARK_NAMES = {
    Mark.NONE: phrase("公示期满入账"),
    Mark.OBJECTED: phrase("异议中"),
    Mark.REJECTED: phrase("经异议核实不予入账"),
    Mark.REVERSED: phrase("已冲正"),
    Mark.AT_ONCE: phrase("当场入账"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the public reads it: nobody is named beside a deduction, equal ones are counted together."""

    group_no: int | None
    name: str
    behaviour: str
    points: int
    seen_on: date
    mark: Mark = Mark.NONE
    households: int = 1
    position: int | None = field(
        default=None, compare=False
    )  # in the notice; a draft's line has none


def all_notices(
    village_id: uuid.UUID, *, limit: int = 50, offset: int = 0, drafts: bool = False
) -> tuple[Sequence[Notice], int]:
    """Notices, newest first, and how many there are; the public sees no drafts."""
    where = [Notice.village_id == village_id]
    if not drafts:
        where.append(Notice.state.in_(PUBLIC))
    total = db.session.scalar(select(func.count()).select_from(Notice).where(*where)) or 0
    found = db.session.scalars(
        select(Notice).where(*where).order_by(Notice.made_at.desc()).limit(limit).offset(offset)
    )
    return found.all(), total


def notices_now(village_id: uuid.UUID) -> Sequence[Notice]:
    """What hangs now: as long as one may object, and until its days on the wall are over (art. 35)."""
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.village_id == village_id,
            or_(
                Notice.state == NoticeState.POSTED.value,
                and_(Notice.state == NoticeState.CLOSED.value, Notice.hangs_until >= clock.today()),
            ),
        )
        .order_by(Notice.closes_at)
    ).all()


def get_public_notice(village_id: uuid.UUID, year: int, number: int) -> Notice:
    """A notice by the number people say. Raises UnknownNotice."""
    found = db.session.scalar(
        select(Notice).where(
            Notice.village_id == village_id, Notice.year == year, Notice.number == number
        )
    )
    if found is None:
        raise UnknownNotice
    return found


def replacement_of(notice: Notice) -> Notice | None:
    """The posted notice that stands in for a withdrawn one."""
    return db.session.scalar(
        select(Notice).where(
            Notice.village_id == notice.village_id,
            Notice.replaces == notice.id,
            Notice.number.is_not(None),
        )
    )


def replaced_by(notice: Notice) -> Notice | None:
    """The withdrawn notice that this one stands in for."""
    if notice.replaces is None:
        return None
    return db.session.get(Notice, (notice.village_id, notice.replaces))


def checkers(notice: Notice) -> list[str]:
    """The names of those who checked what a notice lists."""
    listed = (
        select(awards.c.first_by, awards.c.second_by)
        .join(notice_items, in_village(notice_items.c.award_id, awards.c.id))
        .where(
            notice_items.c.village_id == notice.village_id,
            notice_items.c.notice_id == notice.id,
            notice_items.c.listed == Listed.CHECKED.value,
        )
        .subquery()
    )
    people = union(select(listed.c.first_by), select(listed.c.second_by))
    return list(
        db.session.scalars(
            select(Staff.name).where(Staff.id.in_(people)).distinct().order_by(Staff.name)
        )
    )


def lists_older(notice: Notice) -> bool:
    """Whether a notice lists something from before its period: what was checked late."""
    older = select(notice_items.c.position).where(
        notice_items.c.village_id == notice.village_id,
        notice_items.c.notice_id == notice.id,
        notice_items.c.seen_on < notice.first_on,
    )
    return db.session.scalar(older.limit(1)) is not None


def read_items(notice: Notice) -> list[Shown]:
    """A posted notice's lines with what became of them, equal deductions counted together."""
    rows = db.session.execute(
        select(notice_items, awards.c.state)
        .join(awards, in_village(awards.c.id, notice_items.c.award_id))
        .where(
            notice_items.c.village_id == notice.village_id,
            notice_items.c.notice_id == notice.id,
        )
        .order_by(notice_items.c.position)
    ).all()
    contested = contested_awards(notice.village_id, [row.award_id for row in rows])
    return _together(_shown(row, _mark(row, row.award_id in contested)) for row in rows)


def show_entries(entries: Iterable[ListedAward], village_id: uuid.UUID) -> list[Shown]:
    """What a draft would list, as it would be read."""
    listed = list(entries)
    contested = contested_awards(village_id, [one.award_id for one in listed])
    return _together(_shown(one, _mark(one, one.award_id in contested)) for one in listed)


def sizes(village_id: uuid.UUID, notice_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many lines notices have."""
    rows = db.session.execute(
        select(notice_items.c.notice_id, func.count())
        .where(
            notice_items.c.village_id == village_id, notice_items.c.notice_id.in_(list(notice_ids))
        )
        .group_by(notice_items.c.notice_id)
    )
    return {row[0]: row[1] for row in rows}


def heads_of(village_id: uuid.UUID) -> Sequence[Any]:
    """The end of the book each posted notice recorded, in the book's order."""
    return db.session.execute(
        select(notices.c.head_seq, notices.c.head_hash, notices.c.year, notices.c.number)
        .where(notices.c.village_id == village_id, notices.c.state != NoticeState.DRAFT.value)
        .order_by(notices.c.head_seq, notices.c.year, notices.c.number)
    ).all()


def _mark(item: Any, contested: bool) -> Mark:
    if contested:
        return Mark.OBJECTED
    state = getattr(item, "state", None)  # a draft's lines have none yet
    if item.listed == Listed.REVERSED or state == State.REVERSED:
        return Mark.REVERSED
    if state == State.REJECTED:
        return Mark.REJECTED
    return Mark.AT_ONCE if item.listed == Listed.BOOKED else Mark.NONE


def _shown(item: Any, mark: Mark) -> Shown:
    place = getattr(item, "position", None)
    return Shown(
        item.group_no, item.name, item.behaviour, item.points, item.seen_on, mark, position=place
    )


def _together(lines: Iterable[Shown]) -> list[Shown]:
    """Count lines without a name that say the same; the others stay as they are."""
    told: list[Shown] = []
    places: dict[Shown, int] = {}
    for line in lines:
        if line.name or line not in places:
            places.setdefault(line, len(told))
            told.append(line)
        else:
            place = places[line]
            told[place] = replace(told[place], households=told[place].households + 1)
    return told
