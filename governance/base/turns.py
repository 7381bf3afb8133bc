"""Turns: what only one may do at a time, whichever worker or machine asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import String, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db


class Turn(Model):
    """Somebody is at it until `until` at the latest: a worker that dies holds nobody up for good."""

    __tablename__ = "turns"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    until: Mapped[datetime]


turns = Turn.__table__


@contextmanager
def turn(name: str, longest: timedelta) -> Iterator[bool]:
    """Whether it is this one's turn; nobody else has it until the block ends, or `longest` is over."""
    mine = _take(name, longest)
    try:
        yield mine
    finally:
        if mine:
            _give_back(name)


def _take(name: str, longest: timedelta) -> bool:
    now = clock.now()
    free = update(turns).where(turns.c.name == name, turns.c.until <= now)
    try:
        with atomic():
            if db.session.connection().execute(free.values(until=now + longest)).rowcount:
                return True
            if db.session.get(Turn, name, populate_existing=True):
                return False
            db.session.add(Turn(name=name, until=now + longest))
    except IntegrityError:  # two were the very first
        return False
    return True


def _give_back(name: str) -> None:
    with atomic():
        over = update(turns).where(turns.c.name == name)
        db.session.connection().execute(over.values(until=clock.now()))
