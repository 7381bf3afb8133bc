"""Persons: somebody of the staff with all their posts, as the doors ask for them at every request."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Select, bindparam, select

from governance.base.database import AnyRow, db
from governance.village.places import CODE_LENGTH, Level, Place, Village
from governance.village.staff import Appointment, Role, Staff


@dataclass(frozen=True, slots=True)
class Post:
    """An appointment as the doors need it: the role, and the place it is held at."""

    role: Role
    place_id: uuid.UUID | None
    level: str
    code: str
    name: str
    village: Village | None  # at a grid or a village


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff: who they are, and all their posts, read in one statement."""

    id: uuid.UUID
    username: str
    name: str
    first_password: bool
    posts: tuple[Post, ...]

    def holds(self, *roles: Role) -> bool:
        """Whether any post has one of the roles."""
        return any(post.role in roles for post in self.posts)


# Columns of tables, not of models: the ORM's part in such a statement would cost as much again.
staff, _appointments, _places = Staff.__table__, Appointment.__table__, Place.__table__
_above = _places.alias()


def persons(source: FromClause) -> Select[*tuple[Any, ...]]:
    """The active staff of a `source`, a row a post: what `person_of` reads."""
    return (
        select(
            staff.c.id.label("staff_id"),
            staff.c.username,
            staff.c.name,
            staff.c.first_password,
            _appointments.c.role,
            _places.c.id,
            _places.c.level,
            _places.c.code,
            _places.c.name.label("place"),
            _above.c.id.label("above_id"),
            _above.c.name.label("above"),
        )
        .select_from(source)
        .join(
            _appointments,
            (_appointments.c.staff_id == staff.c.id) & _appointments.c.ended_at.is_(None),
            isouter=True,
        )
        .join(_places, _places.c.id == _appointments.c.place_id, isouter=True)
        .join(_above, _above.c.id == _places.c.parent_id, isouter=True)
        .where(staff.c.active)
    )


_PERSON = persons(staff).where(staff.c.id == bindparam("staff"))


def find_person(staff_id: uuid.UUID) -> Person | None:
    """Somebody active with all posts, in one statement."""
    return person_of(db.session.execute(_PERSON, {"staff": staff_id}).all())


def person_of(rows: Sequence[AnyRow]) -> Person | None:
    """Somebody from the rows of `persons`, one for each post."""
    if not rows:
        return None
    posts = tuple(
        Post(
            Role(row.role),
            row.id,
            row.level or "",
            row.code or "",
            row.place or "",
            _village_of(row),
        )
        for row in rows
        if row.role
    )
    first = rows[0]
    return Person(first.staff_id, first.username, first.name, first.first_password, posts)


def _village_of(row: AnyRow) -> Village | None:
    if row.level == Level.GRID:
        return Village(row.above_id, row.above, row.code[: CODE_LENGTH[Level.VILLAGE]])
    return Village(row.id, row.place, row.code) if row.level == Level.VILLAGE else None
