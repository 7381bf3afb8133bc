"""The year (年度): in a village with a base, every household begins it with the same points."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from governance.affairs.trust import find_doubt, refuse_in_doubt
from governance.base import clock
from governance.base.database import atomic, db
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village.households import households
from governance.village.places import Level, Place
from governance.village.scheme import find_scheme

AT_ONCE = 500  # households to a transaction: the officers' phones need not wait for a whole village


def grant_base(village_id: uuid.UUID) -> int:
    """Give every open household this year's base, once; returns how many got it now.

    The base raises the standing and cannot be spent. A household registered later in the year gets
    it at the next call; a base changed during the year counts from the next. Raises DateInDoubt.
    """
    refuse_in_doubt(village_id)
    base = find_scheme(village_id).base
    granted = 0
    for some in _portions(_without_base(village_id)) if base else ():
        with atomic():
            granted += _grant(village_id, some, base)
    return granted


def count_without_base(village_id: uuid.UUID) -> int:
    """How many open households still lack this year's base."""
    return len(_without_base(village_id)) if find_scheme(village_id).base else 0


def grant_bases() -> Iterator[tuple[Place, int]]:
    """Give the base in every village that has one and whose date is not in doubt; tells each village where households got it, and how many."""
    villages = select(Place).where(Place.level == Level.VILLAGE.value).order_by(Place.code)
    for village in db.session.scalars(villages).all():
        if find_doubt(village.id):
            continue
        if count := grant_base(village.id):
            yield village, count


def _grant(village_id: uuid.UUID, household_ids: Sequence[uuid.UUID], base: int) -> int:
    locked = book.lock(village_id, household_ids)
    # Looked at once more behind the lock: somebody may have pressed the same button.
    given = book.find_keys(village_id, [_key(one) for one in household_ids])
    entries = [
        book.Entry(one, Kind.BASE, base, 0, f"{clock.today().year}年基础分", _key(one))
        for one in household_ids
        if _key(one) not in given
    ]
    book.enter(village_id, entries, locked)
    return len(entries)


def _without_base(village_id: uuid.UUID) -> list[uuid.UUID]:
    """The open households without this year's base, in key order."""
    open_ids = db.session.scalars(
        select(households.c.id)
        .where(households.c.village_id == village_id, households.c.closed_on.is_(None))
        .order_by(households.c.id)
    ).all()
    given: set[str] = set()
    for some in _portions(open_ids):
        given |= book.find_keys(village_id, [key for one in some for key in _keys(one)])
    return [one for one in open_ids if given.isdisjoint(_keys(one))]


def _portions(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _key(household_id: uuid.UUID, year: int | None = None) -> str:
    return f"base:{year or clock.today().year}:{household_id}"


def _keys(household_id: uuid.UUID) -> tuple[str, str]:
    """The keys of this year and the last: whoever still stands on last year's base waits for that year to be
    closed, or the new base would be added to the old score.
    """
    return _key(household_id), _key(household_id, clock.today().year - 1)
