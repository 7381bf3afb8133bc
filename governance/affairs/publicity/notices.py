"""Publicity (公示): notices and what they list, as everybody could read it.

A draft is made for a period; `posting` writes down what it lists. What is posted is never edited,
only withdrawn; after its time `closing` books what it published.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.awards.life import Award, State, awards
from governance.affairs.awards.refusals import clean_reason
from governance.base import clock
from governance.base.database import Model, atomic, db, get_row, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.village.places import lock_place
from governance.village.scheme import PUBLICITY_DAYS


class NoticeState(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    POSTED = "posted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


NOTICE_NAMES = {
    NoticeState.DRAFT: phrase("草稿"),
    NoticeState.POSTED: phrase("公示中"),
    NoticeState.CLOSED: phrase("公示期满"),
    NoticeState.WITHDRAWN: phrase("已撤回"),
}


class Listed(StrEnum):
    """Why a notice lists an award."""

    CHECKED = "checked"  # booked when the notice closes
    BOOKED = "booked"  # a small standard plus, booked at once
    REVERSED = "reversed"  # taken back since


class Notice(Model):
    """A notice: its number, the period it covers, how long it hangs, and the end of the book at that moment.

    A draft has no number and lists nothing yet; what is posted is never edited, only withdrawn.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        ForeignKeyConstraint(["village_id", "replaces"], ["notices.village_id", "notices.id"]),
        CheckConstraint("state IN ('draft','posted','closed','withdrawn')", name="state_known"),
        CheckConstraint("days IN (3,5,7)", name="days_known"),
        CheckConstraint("first_on <= last_on", name="period_in_order"),
        CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (posted_at IS NULL)"
            " AND (state = 'draft') = (closes_at IS NULL)",
            name="posted_whole",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (reason IS NOT NULL)", name="withdrawn_with_reason"
        ),
        Index("ix_notices_due", "village_id", "state", "closes_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    year: Mapped[int | None]
    number: Mapped[int | None]
    first_on: Mapped[date]
    last_on: Mapped[date]
    days: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=NoticeState.DRAFT.value)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    posted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    posted_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]  # until then one objects; then it is booked
    hangs_until: Mapped[date | None]  # until then it stays on the wall: at least 15 days (art. 35)
    taken_down_on: Mapped[date | None]
    wall_photo: Mapped[uuid.UUID | None]  # a photo of the wall, if somebody took one
    head_seq: Mapped[int | None]
    head_hash: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    replaces: Mapped[uuid.UUID | None]


class NoticeItem(Model):
    """One line of a notice as it was posted. `name` is empty where nobody is named: a deduction."""

    __tablename__ = "notice_items"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "notice_id"], ["notices.village_id", "notices.id"]),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        UniqueConstraint("village_id", "notice_id", "award_id", "listed"),
        CheckConstraint("listed IN ('checked','booked','reversed')", name="listed_known"),
        # With all that is asked, so that no other index seems cheaper.
        Index("ix_notice_items_award", "village_id", "award_id", "listed", "notice_id"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    award_id: Mapped[uuid.UUID]
    listed: Mapped[str] = mapped_column(String(10))
    household_id: Mapped[uuid.UUID]
    group_no: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(30), default="")
    behaviour: Mapped[str] = mapped_column(String(100))
    points: Mapped[int]
    seen_on: Mapped[date]


notices, notice_items = Notice.__table__, NoticeItem.__table__

CLOSING_HOUR = (
    18  # the office's; the last day of a period ends with business hours (民法典 art. 203)
)
HANGING = (NoticeState.POSTED, NoticeState.CLOSED)


class UnknownNotice(NotThere):
    """No such notice in this village."""

    code = "unknown_notice"
    message = phrase("没有找到这一期公示。")


class DraftThere(Conflict):
    """One draft at a time, or two notices would list the same."""

    code = "draft_there"
    message = phrase("已经有一份公示草稿，请先张贴或者删除它。")


class NotADraft(Conflict):
    """What was posted is not edited."""

    code = "not_a_draft"
    message = phrase("这一期公示已经张贴过，不能再改；有错请撤回后重新公示。")


class PeriodTaken(BadInput):
    """The notice before covers this day already."""

    code = "period_taken"
    message = phrase("上一期已经公示到 %(day)s，这一期请选后面的日子。")
    field = "last_on"


class TodayTaken(PeriodTaken):
    """There is no later day to choose before tomorrow."""

    message = phrase("上一期已经公示到今天，下一期请明天再做；今天的有漏有错，可以撤回上一期更正。")


class NotPosted(Conflict):
    """Only what hangs is taken down."""

    code = "not_posted"
    message = phrase("这一期公示没有在张贴，不能撤回。")


class NoticeOver(Conflict):
    """After its time a notice stands; single awards are reversed."""

    code = "notice_over"
    message = phrase("公示期已满，不能撤回。哪一条有错，请到审核里冲正那一条。")


def make_notice(
    village_id: uuid.UUID,
    by: uuid.UUID,
    last_on: date,
    days: int,
    replaces: uuid.UUID | None = None,
) -> Notice:
    """A draft for what happened up to `last_on`, to hang for 3, 5 or 7 `days`.

    `replaces`: the withdrawn notice it stands in for. Raises DraftThere, PeriodTaken, BadInput,
    UnknownNotice.
    """
    with atomic():
        lock_place(village_id)
        if find_draft(village_id):
            raise DraftThere
        if replaces and get_notice(village_id, replaces).state != NoticeState.WITHDRAWN:
            raise UnknownNotice
        draft = Notice(
            village_id=village_id,
            first_on=first_day(village_id, last_on, replaces),
            last_on=last_on,
            days=_clean_days(days),
            state=NoticeState.DRAFT.value,
            made_by=by,
            made_at=clock.now(),
            replaces=replaces,
        )
        db.session.add(draft)
        db.session.flush()
    return draft


def edit_draft(village_id: uuid.UUID, notice_id: uuid.UUID, last_on: date, days: int) -> Notice:
    """Change a draft's period and days. Raises NotADraft, PeriodTaken, BadInput, UnknownNotice."""
    with atomic():
        draft = _lock_draft(village_id, notice_id)
        draft.first_on = first_day(village_id, last_on, draft.replaces)
        draft.last_on = last_on
        draft.days = _clean_days(days)
    return draft


def drop_draft(village_id: uuid.UUID, notice_id: uuid.UUID) -> None:
    """Delete a draft: nobody has seen it. Raises NotADraft, UnknownNotice."""
    with atomic():
        db.session.delete(_lock_draft(village_id, notice_id))


def withdraw_notice(
    village_id: uuid.UUID, by: uuid.UUID, notice_id: uuid.UUID, reason: str
) -> Notice:
    """Take a notice down before it closes; what it published waits for another notice. Twice is once.

    Raises ReasonMissing, NotPosted, NoticeOver, UnknownNotice.
    """
    reason = clean_reason(reason)
    with atomic():
        lock_place(village_id)
        notice = get_notice(village_id, notice_id, lock=True)
        if notice.state == NoticeState.WITHDRAWN:
            return notice
        if notice.state == NoticeState.CLOSED:
            raise NoticeOver
        if notice.closes_at is None:
            raise NotPosted
        if clock.now() >= notice.closes_at:
            raise NoticeOver
        move_items(notice, State.PUBLISHED, State.CHECKED)
        notice.state, notice.reason = NoticeState.WITHDRAWN.value, reason
        notice.ended_by, notice.ended_at = by, clock.now()
    return notice


def correct_notice(
    village_id: uuid.UUID, by: uuid.UUID, notice_id: uuid.UUID, reason: str
) -> Notice:
    """Withdraw a notice and make the draft of the one that replaces it; a draft that waits takes its place.

    Raises as `withdraw_notice`.
    """
    with atomic():
        withdrawn = withdraw_notice(village_id, by, notice_id, reason)
        draft = find_draft(village_id)
        if draft is None:
            return make_notice(
                village_id, by, withdrawn.last_on, withdrawn.days, replaces=notice_id
            )
        draft.replaces = draft.replaces or notice_id
        draft.first_on = first_day(village_id, draft.last_on, draft.replaces)
    return draft


def was_posted(village_id: uuid.UUID, award_id: uuid.UUID) -> bool:
    """Whether an award was ever listed in a notice that hung: everybody could read it."""
    where = (notice_items.c.village_id == village_id, notice_items.c.award_id == award_id)
    return db.session.scalar(select(notice_items.c.position).where(*where).limit(1)) is not None


def find_draft(village_id: uuid.UUID) -> Notice | None:
    """The village's draft, if there is one."""
    return db.session.scalar(
        select(Notice).where(
            Notice.village_id == village_id, Notice.state == NoticeState.DRAFT.value
        )
    )


def get_notice(village_id: uuid.UUID, notice_id: uuid.UUID, *, lock: bool = False) -> Notice:
    """A notice of the village. Raises UnknownNotice."""
    return get_row(Notice, village_id, notice_id, UnknownNotice, lock=lock)


def _lock_draft(village_id: uuid.UUID, notice_id: uuid.UUID) -> Notice:
    lock_place(village_id)
    draft = get_notice(village_id, notice_id, lock=True)
    if draft.state != NoticeState.DRAFT:
        raise NotADraft
    return draft


def _clean_days(days: int) -> int:
    if days not in PUBLICITY_DAYS:
        raise BadInput(phrase("公示期请选 3、5 或 7 天。"), field="days")
    return days


def first_day(village_id: uuid.UUID, last_on: date, replaces: uuid.UUID | None = None) -> date:
    """The day after the last notice's period, or the first award's day. Raises PeriodTaken, BadInput.

    What replaces a withdrawn notice may take that one's days, though a later notice hangs already.
    """
    if last_on > clock.today():
        raise BadInput(phrase("公示的截止日期不能晚于今天。"), field="last_on")
    covered: date | None = db.session.scalar(
        select(func.max(notices.c.last_on)).where(
            notices.c.village_id == village_id, notices.c.state.in_(HANGING)
        )
    )
    if covered is None:
        first = db.session.scalar(
            select(func.min(awards.c.seen_on)).where(awards.c.village_id == village_id)
        )
        return min(first or last_on, last_on)
    if covered >= last_on and replaces:
        return min(get_notice(village_id, replaces).first_on, last_on)
    if covered >= last_on:
        raise TodayTaken if covered == clock.today() else PeriodTaken(day=covered)
    return covered + timedelta(days=1)


def move_items(notice: Notice, now: State, to: State) -> None:
    """Move the awards that a notice publishes and that stand at `now`; lock them in order first."""
    listed = select(notice_items.c.award_id).where(
        notice_items.c.village_id == notice.village_id,
        notice_items.c.notice_id == notice.id,
        notice_items.c.listed == Listed.CHECKED.value,
    )
    where = (
        Award.village_id == notice.village_id,
        Award.state == now.value,
        Award.id.in_(listed),
    )
    db.session.execute(
        select(awards.c.id).where(*where).order_by(awards.c.id).with_for_update()
    ).all()
    db.session.execute(update(Award).where(*where).values(state=to.value))
