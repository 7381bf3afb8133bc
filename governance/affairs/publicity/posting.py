"""Posting a notice (张贴公示): what waits for one is gathered, written down as it stands, and published."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, insert, or_, select

from governance.affairs.awards.life import State, awards
from governance.affairs.marks import write_mark
from governance.affairs.publicity.disclosure import last_day
from governance.affairs.publicity.heads import keep_posted
from governance.affairs.publicity.notices import (
    HANGING,
    Listed,
    NotADraft,
    Notice,
    NoticeState,
    first_day,
    get_notice,
    move_items,
    notice_items,
    notices,
)
from governance.affairs.trust import refuse_in_doubt
from governance.base import clock
from governance.base.database import atomic, db, in_village
from governance.base.errors import Conflict, phrase
from governance.village.cleaning import public_name
from governance.village.households import households
from governance.village.numbers import next_number
from governance.village.places import lock_place
from governance.village.rules.wording import Review
from governance.village.scheme import find_scheme

CLOSING_HOUR = (
    18  # the office's; the last day of a period ends with business hours (民法典 art. 203)
)


class NothingToPost(Conflict):
    """A notice without a line says nothing."""

    code = "nothing_to_post"
    message = phrase("这段时间没有要公示的记分，不用张贴。")


def post_notice(village_id: uuid.UUID, by: uuid.UUID, notice_id: uuid.UUID) -> Notice:
    """Post a draft: number and closing time are set, its lines written down and sealed by a mark.

    The mark is then the end of the book; what the notice says of it leaves the house with its sheets.

    Posting twice is once. Raises NothingToPost, NotADraft, UnknownNotice, DateInDoubt: the days it
    hangs are counted from the date.
    """
    refuse_in_doubt(village_id)
    with atomic():
        lock_place(village_id)
        notice = get_notice(village_id, notice_id, lock=True)
        if notice.state in HANGING:
            return notice
        if notice.state != NoticeState.DRAFT:
            raise NotADraft
        entries = gather(village_id, notice.last_on, lock=True)
        if not entries:
            raise NothingToPost
        first_on = first_day(village_id, notice.last_on, notice.replaces)
        numbers = next_number(notices, village_id)
        notice.first_on = first_on
        notice.year, notice.number = numbers["year"], numbers["number"]
        notice.state, notice.posted_by, notice.posted_at = NoticeState.POSTED.value, by, clock.now()
        notice.closes_at = closing_time(clock.today(), notice.days)
        notice.hangs_until = last_day(clock.today(), notice.days)
        db.session.flush()
        _write_items(notice, entries)
        mark = write_mark(village_id, by, notice)
        notice.head_seq, notice.head_hash = mark["seq"], mark["hash"]
        db.session.flush()
        keep_posted(notice)
    return notice


def closing_time(posted_on: date, days: int) -> datetime:
    """When a notice closes: the day it is posted is not counted, the last ends with office hours.

    民法典 art. 201 and 203; holidays count as any day.
    """
    last = posted_on + timedelta(days=days)
    return clock.start_of(last) + timedelta(hours=CLOSING_HOUR)


@dataclass(frozen=True, slots=True)
class ListedAward:
    """A line a notice lists, or would list."""

    award_id: uuid.UUID
    listed: str
    household_id: uuid.UUID
    group_no: int | None
    name: str
    behaviour: str
    points: int
    seen_on: date


def preview(village_id: uuid.UUID, notice: Notice) -> list[ListedAward]:
    """What a draft would list if it was posted now."""
    return gather(village_id, notice.last_on)


def gather(village_id: uuid.UUID, last_on: date, *, lock: bool = False) -> list[ListedAward]:
    """What waits for a notice: all that was checked, booked at once, or taken back, however old.

    Deductions stand behind the rest, ordered by what they are for: their place among the named
    households would tell whose they are.
    """
    query = (
        select(
            awards.c.id,
            awards.c.household_id,
            awards.c.behaviour,
            awards.c.points,
            awards.c.seen_on,
            _LISTED.label("listed"),
            households.c.group_no,
            households.c.number,
            households.c.head,
            households.c.minor,
        )
        .join(households, in_village(households.c.id, awards.c.household_id))
        .where(awards.c.village_id == village_id, _waits(village_id, last_on))
        .order_by(awards.c.id)
    )
    rows = db.session.execute(query.with_for_update(of=awards) if lock else query).all()
    by_group = find_scheme(village_id).minus_shown == "group"
    return [_entry(row, by_group) for row in sorted(rows, key=lambda row: _place(row, by_group))]


def count_waiting(village_id: uuid.UUID) -> int:
    """How many awards wait for a notice."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(awards)
            .where(awards.c.village_id == village_id, _waits(village_id, clock.today()))
        )
        or 0
    )


def _place(row: Any, by_group: bool) -> tuple[Any, ...]:
    if row.points > 0:
        return 0, row.group_no, row.number, row.seen_on, row.behaviour, row.id
    return 1, row.group_no if by_group else 0, row.behaviour, row.seen_on, row.points, row.id


def _entry(row: Any, by_group: bool) -> ListedAward:
    plus = row.points > 0
    return ListedAward(
        award_id=row.id,
        listed=row.listed,
        household_id=row.household_id,
        group_no=row.group_no if plus or by_group else None,
        name=public_name(row.head, row.minor) if plus else "",
        behaviour=row.behaviour,
        points=row.points,
        seen_on=row.seen_on,
    )


def _write_items(notice: Notice, entries: list[ListedAward]) -> None:
    rows = [
        {"village_id": notice.village_id, "notice_id": notice.id, "position": position}
        | {name: getattr(entry, name) for name in ListedAward.__slots__}
        for position, entry in enumerate(entries, 1)
    ]
    db.session.execute(insert(notice_items), rows)
    move_items(notice, State.CHECKED, State.PUBLISHED)


def _stood(village_id: uuid.UUID, *where: Any) -> Any:
    """Whether an award stands in a notice. The village is named inside: what is hashed is its lines alone."""
    return (
        select(notice_items.c.award_id)
        .join(notices, in_village(notices.c.id, notice_items.c.notice_id))
        .where(
            notices.c.village_id == village_id,
            in_village(notice_items.c.award_id, awards.c.id),
            *where,
        )
        .exists()
    )


_VALID = notices.c.state != NoticeState.WITHDRAWN.value
_LISTED = case(
    (awards.c.state == State.CHECKED.value, Listed.CHECKED.value),
    (awards.c.state == State.BOOKED.value, Listed.BOOKED.value),
    else_=Listed.REVERSED.value,
)


def _waits(village_id: uuid.UUID, last_on: date) -> Any:
    """What is listed: checked awards up to the day; small ones booked at once; what was taken back since.

    An officer's own undo of something nobody has read is no news.
    """
    end = clock.start_of(last_on + timedelta(days=1))
    checked = and_(awards.c.state == State.CHECKED.value, awards.c.seen_on <= last_on)
    booked = and_(
        awards.c.state == State.BOOKED.value,
        awards.c.review == Review.AUTO.value,
        awards.c.filed_at < end,
        ~_stood(village_id, _VALID, notice_items.c.listed == Listed.BOOKED.value),
    )
    taken_back = and_(
        awards.c.state == State.REVERSED.value,
        or_(awards.c.ended_by != awards.c.filed_by, _stood(village_id)),
        ~_stood(village_id, _VALID, notice_items.c.listed == Listed.REVERSED.value),
    )
    return or_(checked, booked, taken_back)
