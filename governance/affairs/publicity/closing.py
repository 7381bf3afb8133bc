"""Closing a notice (公示期满): what nobody objects to is booked, once, whoever comes first after the time.

Only what the notice's lines say is booked. An award that says something else now, or a line that is not
what the notice's mark sealed, was changed behind everybody's back: it waits, and supervision is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from governance.affairs.acts import note_act
from governance.affairs.awards.life import Award, State, awards, book_awards
from governance.affairs.marks import intact_parts
from governance.affairs.publicity.notices import (
    HANGING,
    Listed,
    Notice,
    NoticeState,
    NotPosted,
    get_notice,
    notice_items,
    notices,
)
from governance.affairs.publicity.objections import contested_awards
from governance.affairs.trust import find_doubt, refuse_in_doubt
from governance.base import clock
from governance.base.database import AnyRow, atomic, db, in_village, one_of
from governance.base.errors import Conflict, phrase
from governance.ledger import book
from governance.village.places import Level, Place, places_below


class NotYetClosed(Conflict):
    """Nothing published is booked before everybody had the time to read it."""

    code = "not_yet_closed"
    message = phrase("公示期还没有满，到时候才能入账。")


def close_notice(village_id: uuid.UUID, notice_id: uuid.UUID) -> int:
    """Close a notice whose time is over and book what it published and nobody objects to; how many.

    Closing twice is once. What is objected to waits for its answer. Raises NotYetClosed,
    NotPosted, UnknownNotice, DateInDoubt.
    """
    refuse_in_doubt(village_id)
    with atomic():
        _refuse_early(get_notice(village_id, notice_id))
        locked = book.lock(
            village_id, [row.household_id for row in _published(notice_id, village_id)]
        )
        notice = get_notice(village_id, notice_id, lock=True)
        if notice.state == NoticeState.CLOSED:
            return 0
        _refuse_early(notice)  # somebody may have withdrawn it meanwhile
        booked = _book(village_id, _published(notice_id, village_id, lock=True), locked)
        notice.state, notice.closed_at = NoticeState.CLOSED.value, clock.now()
    return booked


def close_due(village_id: uuid.UUID) -> int:
    """Close what is over in a village; how many awards were booked. Costs one look where nothing is.

    While the date is in doubt nothing is closed.
    """
    due = db.session.scalars(_DUE, {"village": village_id, "now": clock.now()}).all()
    if due and find_doubt(village_id):
        return 0
    return sum(_close_if_posted(village_id, notice_id) for notice_id in due)


def _close_if_posted(village_id: uuid.UUID, notice_id: uuid.UUID) -> int:
    """Somebody may have withdrawn it in its last second."""
    try:
        return close_notice(village_id, notice_id)
    except NotPosted:
        return 0


_DUE = (
    select(notices.c.id)
    .where(
        notices.c.village_id == bindparam("village"),
        one_of(notices.c.state, [NoticeState.POSTED.value]),
        notices.c.closes_at <= bindparam("now"),
    )
    .order_by(notices.c.closes_at)
)


def close_all_due() -> Iterator[tuple[Place, int]]:
    """Close what is over everywhere; tells each village where notices closed, and how many awards were booked."""
    villages = (
        select(Place)
        .join(Notice, Notice.village_id == Place.id)
        .where(
            Place.level == Level.VILLAGE.value,
            Notice.state == NoticeState.POSTED.value,
            Notice.closes_at <= clock.now(),
        )
        .order_by(Place.code)
        .distinct()
    )
    for village in db.session.scalars(villages).all():
        yield village, close_due(village.id)


def book_freed(village_id: uuid.UUID, award_ids: Iterable[uuid.UUID]) -> int:
    """Book those awards that hung in a notice which has closed and that nobody objects to any more; how many.

    Runs within the caller's transaction, which decided the objection. Raises DateInDoubt.
    """
    refuse_in_doubt(village_id)
    wanted = [awards.c.id.in_(list(award_ids)), notices.c.state == NoticeState.CLOSED.value]
    concerned = db.session.execute(_standing(village_id, *wanted)).all()
    locked = book.lock(village_id, [row.household_id for row in concerned])
    return _book(village_id, _lock(_standing(village_id, *wanted)), locked)


def _refuse_early(notice: Notice) -> None:
    if notice.state == NoticeState.CLOSED:
        return
    if notice.closes_at is None or notice.state == NoticeState.WITHDRAWN:
        raise NotPosted
    if clock.now() < notice.closes_at:
        raise NotYetClosed


def _book(
    village_id: uuid.UUID, rows: Sequence[AnyRow], locked: dict[uuid.UUID, book.Figures]
) -> int:
    """Book the locked awards that are as the wall says, and not under an objection."""
    objected = contested_awards(village_id, [row.id for row in rows])
    free = [row for row in rows if row.id not in objected]
    agreeing, differing = _hold_against_wall(village_id, free)
    for row in differing:
        note_act(village_id, None, "differing", row.household_id, row.id)
    if not agreeing:
        return 0
    book_awards(village_id, agreeing, None, locked)
    db.session.execute(
        update(Award)
        .where(Award.village_id == village_id, Award.id.in_([row.id for row in agreeing]))
        .values(state=State.BOOKED.value)
    )
    return len(agreeing)


def _hold_against_wall(
    village_id: uuid.UUID, rows: Sequence[AnyRow]
) -> tuple[list[AnyRow], list[AnyRow]]:
    """Awards that say what the notice's line says, where the line is as it was sealed; and those that do not."""
    sealed = {
        one: intact_parts(village_id, "items", one) for one in {row.notice_id for row in rows}
    }
    agreeing: list[AnyRow] = []
    differing: list[AnyRow] = []
    for row in rows:
        agrees = row.as_posted and row.position in sealed[row.notice_id]
        (agreeing if agrees else differing).append(row)
    return agreeing, differing


@dataclass(frozen=True, slots=True)
class Differing:
    """A published award that is not what its notice says: what hangs on the wall, and what is written now."""

    award_id: uuid.UUID
    year: int
    number: int
    position: int
    behaviour: str
    points: int
    now: int  # the points


def find_differing(village_id: uuid.UUID) -> list[Differing]:
    """Published awards that are not what their notices say, whether these hang still or have closed."""
    hangs = [one_of(notices.c.state, HANGING)]
    rows = db.session.execute(_standing(village_id, *hangs)).all()
    _, differing = _hold_against_wall(village_id, rows)
    return [
        Differing(
            row.id,
            row.year,
            row.number,
            row.position,
            row.posted_behaviour,
            row.posted_points,
            row.points,
        )
        for row in differing
    ]


def book_all_agreeing() -> Iterator[tuple[Place, int]]:
    """Book what differed from its notice and was put right since; tells each village where there was some."""
    for village in places_below([""], Level.VILLAGE):
        if find_doubt(village.id):
            continue
        with atomic():
            waits = db.session.scalars(_PUBLISHED, {"village": village.id}).all()
            count = book_freed(village.id, waits) if waits else 0
        if count:
            yield village, count


_PUBLISHED = select(awards.c.id).where(
    awards.c.village_id == bindparam("village"), one_of(awards.c.state, [State.PUBLISHED])
)


def _published(
    notice_id: uuid.UUID, village_id: uuid.UUID, *, lock: bool = False
) -> Sequence[AnyRow]:
    query = _standing(village_id, notices.c.id == notice_id)
    return _lock(query) if lock else db.session.execute(query).all()


def _lock(query: Any) -> Sequence[AnyRow]:
    rows: Sequence[AnyRow] = db.session.execute(query.with_for_update(of=awards)).all()
    return rows


def _standing(village_id: uuid.UUID, *where: Any) -> Any:
    """Published awards with what their notices say of them, in the order they are locked."""
    return (
        select(
            awards,
            notices.c.year,
            notices.c.number,
            notice_items.c.notice_id,
            notice_items.c.position,
            notice_items.c.behaviour.label("posted_behaviour"),
            notice_items.c.points.label("posted_points"),
            _AS_POSTED.label("as_posted"),
        )
        .join(
            notice_items,
            in_village(notice_items.c.award_id, awards.c.id)
            & (notice_items.c.listed == Listed.CHECKED.value),
        )
        .join(notices, in_village(notices.c.id, notice_items.c.notice_id))
        .where(awards.c.village_id == village_id, awards.c.state == State.PUBLISHED.value, *where)
        .order_by(awards.c.id)
    )


_AS_POSTED = and_(
    *(
        awards.c[name] == notice_items.c[name]
        for name in ("household_id", "behaviour", "points", "seen_on")
    )
)
