"""Disclosure (村务公开): how long what was posted stays on the wall, and what has to be disclosed when.

Organic Law of the Villagers' Committees, art. 35 (in force since 2026-01-01): at least once a quarter, and
what is disclosed hangs at least 15 days. The days for objections are another matter: 3, 5 or 7.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from governance.affairs.publicity.notices import (
    HANGING,
    Notice,
    NoticeState,
    NotPosted,
    get_notice,
    notices,
)
from governance.base import clock
from governance.base.database import atomic, db
from governance.base.errors import Conflict, Phrase, phrase
from governance.village import decisions

HANGS_DAYS = 15


class StillHangs(Conflict):
    """What is disclosed is not taken down early."""

    code = "still_hangs"
    message = phrase(
        "公布的内容至少要挂 15 天，这一期要挂到 %(day)s，现在不能取下（村民委员会组织法第三十五条）。"
    )


def hangs_until(notice: Notice) -> date | None:
    """The last day a notice stays on the wall; None for a draft. Those of 0.1.0 were not given one."""
    if notice.hangs_until or notice.posted_at is None:
        return notice.hangs_until
    return last_day(clock.local_date(notice.posted_at), notice.days)


def last_day(posted_on: date, days: int) -> date:
    """The last day on the wall; the day of posting is not counted (民法典 art. 201)."""
    return posted_on + timedelta(days=max(HANGS_DAYS, days))


def take_down(village_id: uuid.UUID, notice_id: uuid.UUID) -> Notice:
    """Note that a notice was taken from the wall; twice is once. Raises StillHangs, NotPosted, UnknownNotice."""
    with atomic():
        notice = get_notice(village_id, notice_id, lock=True)
        until = hangs_until(notice)
        if until is None or notice.state not in HANGING:
            raise NotPosted
        if clock.today() <= until:
            raise StillHangs(day=until)
        notice.taken_down_on = notice.taken_down_on or clock.today()
    return notice


def keep_wall_photo(village_id: uuid.UUID, notice_id: uuid.UUID, photo_id: uuid.UUID) -> None:
    """Note a photo of the wall with the notice on it. Raises NotPosted, UnknownNotice."""
    with atomic():
        notice = get_notice(village_id, notice_id, lock=True)
        if notice.state == NoticeState.DRAFT:
            raise NotPosted
        notice.wall_photo = photo_id


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be disclosed: what, by when, when it was done; `article` of the law that asks for it."""

    what: Phrase
    values: dict[str, object]
    due: date
    done: date | None
    article: int

    @property
    def overdue(self) -> bool:
        """Whether its time is over and it was not done."""
        return self.done is None and self.due < clock.today()


POINTS = phrase("%(year)s年第%(quarter)s季度积分公示")
FILING = phrase("「%(topic)s」报乡镇备案")
FILED_WITHIN = timedelta(days=30)  # no article says how long: a month is what townships ask


def calendar(village_id: uuid.UUID) -> list[Due]:
    """What is due in this quarter and was in the last, and the decisions to be filed; the earliest first."""
    return sorted([*_quarters(village_id), *_filings(village_id)], key=lambda one: one.due)


def _quarters(village_id: uuid.UUID) -> Iterator[Due]:
    """The points, once a quarter; a quarter that was over before the village posted anything is not asked for."""
    this = clock.quarter_start(clock.today())
    first = _first_posted(village_id)
    for start in (clock.quarter_start(this - timedelta(days=1)), this):
        end = clock.quarter_start(start + timedelta(days=100)) - timedelta(days=1)
        if start == this or (first and first <= end):
            values: dict[str, object] = {"year": start.year, "quarter": (start.month + 2) // 3}
            yield Due(POINTS, values, end, _posted_in(village_id, start, end), 35)


def _filings(village_id: uuid.UUID) -> Iterator[Due]:
    for one in decisions.unfiled(village_id):
        yield Due(FILING, {"topic": one.topic}, one.held_on + FILED_WITHIN, None, 31)


def _posted_in(village_id: uuid.UUID, start: date, end: date) -> date | None:
    moment = db.session.scalar(
        select(func.min(notices.c.posted_at)).where(
            notices.c.village_id == village_id,
            notices.c.state.in_(HANGING),
            notices.c.posted_at >= clock.start_of(start),
            notices.c.posted_at < clock.start_of(end + timedelta(days=1)),
        )
    )
    return clock.local_date(moment) if moment else None


def _first_posted(village_id: uuid.UUID) -> date | None:
    moment = db.session.scalar(
        select(func.min(notices.c.posted_at)).where(notices.c.village_id == village_id)
    )
    return clock.local_date(moment) if moment else None


def down_from_the_wall(village_id: uuid.UUID) -> list[Notice]:
    """The notices whose days on the wall are over and that nobody has taken down yet, oldest first."""
    found = db.session.scalars(
        select(Notice)
        .where(
            Notice.village_id == village_id,
            Notice.state.in_(HANGING),
            Notice.taken_down_on.is_(None),
            Notice.hangs_until < clock.today(),
        )
        .order_by(Notice.hangs_until)
        .limit(20)
    )
    return list(found)
