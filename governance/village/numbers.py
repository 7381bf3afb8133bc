"""Numbers of the year (编号): notices, objections and reminders are counted from 1 each year, without gaps."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select

from governance.base import clock
from governance.base.database import db
from governance.village.places import lock_place


def next_number(table: Any, village_id: uuid.UUID) -> dict[str, int]:
    """The year and the next number in it of a village's `table`; holds the village until the transaction ends."""
    lock_place(village_id)
    year = clock.today().year
    last = db.session.scalar(
        select(func.max(table.c.number)).where(
            table.c.village_id == village_id, table.c.year == year
        )
    )
    return {"year": year, "number": (last or 0) + 1}
