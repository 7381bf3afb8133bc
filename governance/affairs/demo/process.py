"""The fair process in the demo: notices that hang their days, and what villagers said to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from governance.affairs import closing, notices, posting
from governance.affairs.demo.cast import Cast
from governance.base import clock

Act = Callable[[], None]
NOTICE_DAYS = (31, 17, 3)  # days ago a notice was posted: the last one still hangs


def public_days(cast: Cast, until: datetime) -> Iterator[tuple[datetime, Act]]:
    """Notices, each closed when its time is over."""
    last = clock.local_date(until)
    for ago in NOTICE_DAYS:
        day = last - timedelta(days=ago)
        yield _moment(day, 17, 20), partial(_post, cast, day)
        closes = posting.closing_time(day, 5) + timedelta(minutes=5)
        if closes < until:
            yield closes, partial(_close, cast)


def _post(cast: Cast, day: date) -> None:
    clerk = cast.committee[0]
    draft = notices.make_notice(cast.village_id, clerk, day, 5)
    posting.post_notice(cast.village_id, clerk, draft.id)


def _close(cast: Cast) -> None:
    closing.close_due(cast.village_id)


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.VILLAGE_TIME)
