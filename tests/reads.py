"""What tests look at: as the database has it now, not as it was read before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Flask
from sqlalchemy import event

from governance.affairs.awards import life
from governance.base.database import db
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village.households import Household
from governance.village.staff import Appointment, Staff
from tests.factories import Village


def figures_of(village: Village, home: Household) -> Figures:
    """What a household has."""
    return book.find_figures(village.id, home.id)


def state_of(village: Village, award_id: uuid.UUID) -> str:
    """Where an award stands."""
    db.session.rollback()
    db.session.expire_all()
    return life.get_award(village.id, award_id).state


@contextmanager
def statements(app: Flask | None = None) -> Iterator[list[str]]:
    """Every statement the database is asked meanwhile; `app` where no context is pushed."""
    with app.app_context() if app else nullcontext():
        engine = db.engine
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def posts_of(person: Staff) -> Sequence[Appointment]:
    """The posts somebody holds now."""
    held = db.select(Appointment).filter_by(staff_id=person.id, ended_at=None)
    return db.session.scalars(held).all()
