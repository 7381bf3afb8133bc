"""The team: who works at which places, in lists for the desks; what a manager may reach of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true

from governance.base.database import AnyRow, db
from governance.base.errors import NotThere, phrase
from governance.base.tries import locked
from governance.village.households import households
from governance.village.places import Level, Place, within
from governance.village.signing import LOCK
from governance.village.signing.log import ALARMING, LISTED, events
from governance.village.staff import IN_POST, Appointment, Role, Staff


@dataclass(frozen=True, slots=True)
class TeamPost:
    """One post of somebody, as a list shows it; an admin of the whole service holds it nowhere."""

    id: uuid.UUID
    role: Role
    level: str
    code: str
    place: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team with the posts the asking manager may see; `elsewhere` says there are more."""

    id: uuid.UUID
    username: str
    name: str
    active: bool
    locked: bool
    posts: tuple[TeamPost, ...]
    elsewhere: bool

    def holds(self, *roles: Role) -> bool:
        """Whether any of the posts seen has one of the roles."""
        return any(post.role in roles for post in self.posts)


def staff_at(place_ids: Iterable[uuid.UUID]) -> list[Colleague]:
    """Everybody with a post at one of the places, by sign-in name."""
    return _colleagues(Appointment.place_id.in_(list(place_ids)))


def staff_below(
    roots: Sequence[str], words: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[Colleague], int]:
    """People with a post at or below `roots`, by a part of either name; and how many there are."""
    wanted = select(Staff.id).where(_reached(roots))
    if words.strip():
        wanted = wanted.where(
            or_(
                Staff.username.contains(words.strip(), autoescape=True),
                Staff.name.contains(words.strip(), autoescape=True),
            )
        )
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = wanted.order_by(Staff.username).limit(limit).offset(offset)
    return _colleagues(_lies_below(roots), db.session.scalars(page).all()), total


def get_colleague(place_ids: Iterable[uuid.UUID], staff_id: uuid.UUID) -> Colleague:
    """Somebody with a post at one of the places. Raises NotThere."""
    found = _colleagues(Appointment.place_id.in_(list(place_ids)), [staff_id])
    if not found or not found[0].posts:
        raise NotThere(phrase("没有这个人。"))
    return found[0]


def get_person_below(roots: Sequence[str], staff_id: uuid.UUID) -> Colleague:
    """Somebody with a post at or below `roots`; the whole service also sees who has none. Raises NotThere."""
    if not db.session.scalar(select(Staff.id).where(Staff.id == staff_id, _reached(roots))):
        raise NotThere(phrase("没有这个人。"))
    return _colleagues(_lies_below(roots), [staff_id])[0]


def reaches(roots: Sequence[str], staff_id: uuid.UUID) -> bool:
    """Whether somebody has a post at or below `roots`; the whole service reaches everybody."""
    if "" in roots:
        return True
    mine = _posted_below(roots).where(Appointment.staff_id == staff_id)
    return db.session.scalar(mine.limit(1)) is not None


def sign_in_events(
    roots: Sequence[str], *, alarming: bool, limit: int, offset: int
) -> tuple[Sequence[AnyRow], int]:
    """What happened to the sign-ins of people with a post at or below `roots`, newest first; and how much.

    The whole service also sees what was tried with names that nobody has.
    """
    query, count = LISTED, select(func.count()).select_from(events)
    if "" not in roots:
        theirs = events.c.staff_id.in_(_posted_below(roots))
        query, count = query.where(theirs), count.where(theirs)
    if alarming:
        bad = events.c.what.in_([one.value for one in ALARMING])
        query, count = query.where(bad), count.where(bad)
    total = db.session.scalar(count) or 0
    return db.session.execute(query.limit(limit).offset(offset)).all(), total


def villages_of(roots: Sequence[str], staff_id: uuid.UUID, post_id: str = "") -> set[uuid.UUID]:
    """The places at or below `roots` where somebody works, the village for a grid; or of one post only."""
    posts = (
        select(
            Appointment.id,
            case((Place.level == Level.GRID.value, Place.parent_id), else_=Place.id),
        )
        .join(Place, Place.id == Appointment.place_id)
        .where(Appointment.staff_id == staff_id, IN_POST, _lies_below(roots))
    )
    found = db.session.execute(posts).all()
    return {place_id for found_id, place_id in found if post_id in ("", str(found_id))}


def grid_sizes(village_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many open households each grid of the village has."""
    counted = (
        select(households.c.grid_id, func.count())
        .where(households.c.village_id == village_id, households.c.closed_on.is_(None))
        .group_by(households.c.grid_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _lies_below(roots: Sequence[str]) -> ColumnElement[bool]:
    """Whether a post lies at or below `roots`; one held nowhere belongs to the whole service."""
    return true() if "" in roots else within(roots)


def _reached(roots: Sequence[str]) -> ColumnElement[bool]:
    if "" in roots:
        return true()
    return Staff.id.in_(_posted_below(roots))


def _posted_below(roots: Sequence[str]) -> Select[uuid.UUID]:
    """Who has a post at or below `roots`."""
    posts = select(Appointment.staff_id).join(Place, Place.id == Appointment.place_id)
    return posts.where(IN_POST, within(roots))


def _colleagues(
    seen: ColumnElement[bool], staff_ids: Sequence[uuid.UUID] | None = None
) -> list[Colleague]:
    """People with those of their posts that are `seen`, in one statement."""
    query = (
        select(
            Staff.id,
            Staff.username,
            Staff.name,
            Staff.active,
            locked(Staff.id, LOCK.most).label("locked"),
            Appointment.id.label("post_id"),
            Appointment.role,
            Place.level,
            Place.code,
            Place.name.label("place"),
            func.coalesce(seen, False).label("seen"),
        )
        .join(Appointment, (Appointment.staff_id == Staff.id) & IN_POST, isouter=True)
        .join(Place, Place.id == Appointment.place_id, isouter=True)
        .order_by(Staff.username, Place.code)
    )
    if staff_ids is None:
        posts = select(Appointment.staff_id).join(
            Place, Place.id == Appointment.place_id, isouter=True
        )
        query = query.where(Staff.id.in_(posts.where(IN_POST, seen)))
    else:
        query = query.where(Staff.id.in_(staff_ids))
    found: dict[uuid.UUID, list[AnyRow]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.id, []).append(row)
    return [_colleague(rows) for rows in found.values()]


def _colleague(rows: list[AnyRow]) -> Colleague:
    first = rows[0]
    all_posts = [row for row in rows if row.post_id]
    posts = tuple(
        TeamPost(row.post_id, Role(row.role), row.level or "", row.code or "", row.place or "")
        for row in all_posts
        if row.seen
    )
    return Colleague(
        first.id,
        first.username,
        first.name,
        first.active,
        first.locked,
        posts,
        elsewhere=len(posts) < len(all_posts),
    )
