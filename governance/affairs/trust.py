"""Whether the clock may be trusted (核对时间): while the date is in doubt, what cannot be undone waits.

A village's PC loses its date with its battery. Closing a notice, booking, giving the base and deleting
go by the date and cannot be taken back, so they wait until the date is right or somebody has looked at
it; recording goes on. What the clock is held against: the last moment at which it was trusted, the time
since the machine was started (no setting of the date changes it), and the last line of the book.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from governance.base import clock
from governance.base.database import db, in_atomic
from governance.base.errors import Conflict, Phrase, phrase
from governance.base.milestones import find_milestone, keep_milestone
from governance.ledger.lines import Head, Line

NAME = "clock"
TOLERANCE = timedelta(minutes=10)  # what an honest clock may be off, and be set right by
LONGEST_PAUSE = timedelta(days=15)  # a PC that was off for longer than any holiday is asked about
KEPT_EVERY = timedelta(minutes=10)
LOOKED_EVERY = timedelta(minutes=1)


class Why(StrEnum):
    """What speaks against the clock."""

    BACK = "back"
    JUMPED = "jumped"
    PAUSED = "paused"
    BEFORE_THE_BOOK = "before_the_book"


WHYS: dict[Why, Phrase] = {
    Why.BACK: phrase("电脑的时间倒退了。"),
    Why.JUMPED: phrase("电脑的时间突然跳了。"),
    Why.PAUSED: phrase("电脑停了很久，或者日期被改到了后面。"),
    Why.BEFORE_THE_BOOK: phrase("电脑的时间比台账里最后一条还早。"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the present moment is not believed, and the last one that was."""

    why: Why
    now: datetime
    known: datetime


@dataclass(frozen=True, slots=True)
class Trusted:
    """A moment at which the clock was trusted: by which start of the machine, how long after it.

    `ahead`: a line that is dated later than this moment was looked at, and left as it is.
    """

    at: datetime
    boot: str
    since_boot: timedelta
    ahead: datetime | None = None


class DateInDoubt(Conflict):
    """The date of the machine may be wrong: what cannot be undone waits."""

    code = "date_in_doubt"
    message = phrase(
        "电脑现在的日期是 %(now)s，可能不对，这件事先不办，免得办了改不回来。请村委会在「总览」里核对日期。"
    )


def judge_clock(
    now: datetime, boot: str, since_boot: timedelta, known: Trusted, last: datetime | None
) -> Doubt | None:
    """Whether a clock that shows `now` may be wrong; `last`: the moment of the book's last line."""
    gone = now - known.at
    if gone < -TOLERANCE:
        return Doubt(Why.BACK, now, known.at)
    if boot and boot == known.boot:
        if abs(gone - (since_boot - known.since_boot)) > TOLERANCE:
            return Doubt(Why.JUMPED, now, known.at)
    elif gone > LONGEST_PAUSE:
        return Doubt(Why.PAUSED, now, known.at)
    if last and now < last - TOLERANCE and (known.ahead is None or last > known.ahead):
        return Doubt(Why.BEFORE_THE_BOOK, now, last)
    return None


def find_doubt(village_id: uuid.UUID) -> Doubt | None:
    """What speaks against the clock now, as a village sees it; a clock that was set on purpose is believed."""
    if clock.is_set():
        return None
    now = clock.now()
    known = _known() or Trusted(now, clock.boot(), clock.since_boot())
    return judge_clock(now, clock.boot(), clock.since_boot(), known, _last_line(village_id))


def refuse_in_doubt(village_id: uuid.UUID) -> None:
    """Let nothing be done that cannot be undone while the date is in doubt. Raises DateInDoubt."""
    doubt = find_doubt(village_id)
    if doubt:
        raise DateInDoubt(now=f"{clock.local_time(doubt.now):%Y-%m-%d %H:%M}")


# When each village's clock was last found right, for this process: wall clock and time since the start.
_looked: dict[uuid.UUID, tuple[datetime, timedelta]] = {}


def in_doubt(village_id: uuid.UUID) -> bool:
    """Whether the date is in doubt, for what happens often: looked up once a minute, or after a jump."""
    if clock.is_set():
        return False
    now, since = clock.now(), clock.since_boot()
    if village_id in _looked:
        then, then_since = _looked[village_id]
        passed = since - then_since
        if passed < LOOKED_EVERY and abs(now - then - passed) < TOLERANCE:
            return False
    if find_doubt(village_id):
        _looked.pop(village_id, None)
        return True
    _looked[village_id] = now, since
    return False


def keep_trust(village_id: uuid.UUID) -> None:
    """Remember the present moment as a trusted one, if nothing speaks against it; at most every ten minutes."""
    if clock.is_set() or find_doubt(village_id):
        return
    known = _known()
    if known is None or clock.now() - known.at > KEPT_EVERY or known.boot != clock.boot():
        _keep(known.ahead if known else None)


def confirm_date(village_id: uuid.UUID) -> None:
    """Somebody looked at the date and says that it is right: it is trusted from now on."""
    known = _known()
    last = _last_line(village_id)
    ahead = [one for one in (known.ahead if known else None, last) if one and one > clock.now()]
    _keep(max(ahead, default=None))
    _looked.pop(village_id, None)


def _keep(ahead: datetime | None) -> None:
    try:
        keep_milestone(
            NAME,
            clock.now(),
            boot=clock.boot(),
            since_boot=clock.since_boot().total_seconds(),
            ahead=ahead.isoformat() if ahead else None,
        )
    except IntegrityError:  # two kept the first one at once
        if in_atomic():
            raise


def _known() -> Trusted | None:
    kept = find_milestone(NAME)
    if kept is None:
        return None
    at, detail = kept
    ahead = datetime.fromisoformat(detail["ahead"]) if detail["ahead"] else None
    return Trusted(at, detail["boot"], timedelta(seconds=detail["since_boot"]), ahead)


def _last_line(village_id: uuid.UUID) -> datetime | None:
    moment: datetime | None = db.session.scalar(_LAST, {"village": village_id})
    return moment


_LAST = (
    select(Line.__table__.c.at)
    .join(
        Head.__table__,
        (Head.__table__.c.village_id == Line.__table__.c.village_id)
        & (Head.__table__.c.seq == Line.__table__.c.seq),
    )
    .where(Head.__table__.c.village_id == bindparam("village"))
)
