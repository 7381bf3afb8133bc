"""County, town, village, grid: the tree of places. Small, and shared by all villages."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, atomic, db, new_id, once_more
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import one_line


class Level(StrEnum):
    """The levels of places, from wide to narrow."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"


LEVEL_NAMES = {
    Level.COUNTY: phrase("县区"),
    Level.TOWN: phrase("乡镇"),
    Level.VILLAGE: phrase("行政村"),
    Level.GRID: phrase("网格"),
}
# Codes follow the national division codes (GB/T 2260, GB/T 10114); a grid adds two digits to its village.
CODE_LENGTH = {Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12, Level.GRID: 14}
PARENT = {Level.TOWN: Level.COUNTY, Level.VILLAGE: Level.TOWN, Level.GRID: Level.VILLAGE}
TAG_LENGTH = 5
TAG_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 i l: tags are read aloud


class Place(Model):
    """A county, town, village or grid. `tag` opens every door token of a village."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("level IN ('county','town','village','grid')", name="level_known"),
        CheckConstraint("(level = 'county') = (parent_id IS NULL)", name="only_a_county_is_a_root"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    level: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("places.id"), index=True)
    tag: Mapped[str] = mapped_column(String(6), unique=True)


class CodeTaken(Conflict):
    """Two places with one code."""

    code = "code_taken"
    message = phrase("代码 %(code)s 已经有了：%(name)s。")
    field = "code"


@dataclass(frozen=True, slots=True)
class Village:
    """A village as the doors need it: it comes along with who asks, without a statement of its own."""

    id: uuid.UUID
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid as lists need it."""

    id: uuid.UUID
    code: str
    name: str


def add_place(level: Level, code: str, name: str, parent_code: str | None = None) -> Place:
    """Add a place below its parent; the parent may be left out when it is the code's beginning.

    Raises BadInput (code, name, parent), CodeTaken.
    """
    code, name = code.strip(), one_line(name)
    if not re.fullmatch(r"[0-9]+", code) or len(code) != CODE_LENGTH[level]:
        raise BadInput(
            phrase("代码应为 %(length)s 位数字。"), field="code", length=CODE_LENGTH[level]
        )
    if not 1 <= len(name) <= 60:
        raise BadInput(phrase("请填写名称，不超过 60 个字。"), field="name")
    return once_more(lambda: _add_place(level, code, name, parent_code))


def _add_place(level: Level, code: str, name: str, parent_code: str | None) -> Place:
    with atomic():
        taken = find_place(code)
        if taken:
            raise CodeTaken(code=code, name=taken.name)
        parent = _parent_for(level, code, parent_code)
        place = Place(
            level=level, code=code, name=name, parent_id=parent and parent.id, tag=_new_tag()
        )
        db.session.add(place)
        db.session.flush()
    return place


def _parent_for(level: Level, code: str, parent_code: str | None) -> Place | None:
    if level is Level.COUNTY:
        if parent_code:
            raise BadInput(phrase("县区没有上级。"), field="parent")
        return None
    wanted = PARENT[level]
    parent = find_place(parent_code or code[: CODE_LENGTH[wanted]])
    if parent is None or parent.level != wanted:
        raise BadInput(phrase("找不到上级，请先添加上级。"), field="parent")
    if not code.startswith(parent.code):
        raise BadInput(
            phrase("代码应以上级的代码 %(parent)s 开头。"), field="code", parent=parent.code
        )
    return parent


def rename_place(place: Place, name: str) -> None:
    """Change a place's name; its code stays."""
    name = one_line(name)
    if not 1 <= len(name) <= 60:
        raise BadInput(phrase("请填写名称，不超过 60 个字。"), field="name")
    with atomic():
        place.name = name


def refuse_grid_twin(village_id: uuid.UUID, name: str, grid: Place | None = None) -> None:
    """Two grids of a village with one name are told apart by nobody. Raises BadInput (name)."""
    others = (one for one in grids_of(village_id) if grid is None or one.id != grid.id)
    name = one_line(name)
    if name in (one.name for one in others):
        raise BadInput(phrase("已经有叫「%(name)s」的网格了。"), field="name", name=name)


def find_place(code: str) -> Place | None:
    """The place with a code."""
    return db.session.scalar(select(Place).where(Place.code == code))


def get_place(code: str, level: Level | None = None) -> Place:
    """The place with a code, of a level if one is named. Raises NotThere."""
    place = find_place(code)
    if place is None or (level and place.level != level):
        raise NotThere(phrase("没有代码为 %(code)s 的地方。"), code=code)
    return place


def get_place_by_id(place_id: uuid.UUID) -> Place:
    """The place with an id. Raises NotThere."""
    place = db.session.scalar(_PLACE, {"place": place_id})
    if place is None:
        raise NotThere
    return place


_PLACE = select(Place).where(Place.id == bindparam("place"))


def within(roots: Iterable[str]) -> ColumnElement[bool]:
    """Whether a place lies at or below the places with the codes `roots`; "" is the whole service.

    A code begins with the code of the place above, so this needs no walk through the tree.
    """
    return or_(*(Place.code.startswith(root) for root in roots))


def get_place_within(roots: Iterable[str], code: str, level: Level | None = None) -> Place:
    """A place at or below `roots`. Raises NotThere, also for places elsewhere."""
    if not any(code.startswith(root) for root in roots):
        raise NotThere(phrase("没有代码为 %(code)s 的地方。"), code=code)
    return get_place(code, level)


def get_grid(village_id: uuid.UUID, grid_id: uuid.UUID) -> Place:
    """A grid of the village. Raises NotThere."""
    grid = db.session.get(Place, grid_id)
    if grid is None or grid.parent_id != village_id:
        raise NotThere
    return grid


def lock_place(place_id: uuid.UUID) -> None:
    """Lock a place until the transaction ends: one change at a time of what is read to be decided."""
    db.session.execute(select(Place.id).where(Place.id == place_id).with_for_update(key_share=True))


def find_village_by_tag(tag: str) -> Place | None:
    """The village whose tokens begin with a tag."""
    return db.session.scalar(
        select(Place).where(Place.tag == tag, Place.level == Level.VILLAGE.value)
    )


def grids_of(village_id: uuid.UUID) -> list[Grid]:
    """The village's grids by code."""
    rows = db.session.execute(
        select(Place.id, Place.code, Place.name)
        .where(Place.parent_id == village_id)
        .order_by(Place.code)
    )
    return [Grid(row.id, row.code, row.name) for row in rows]


def next_grid_code(village: Place) -> str:
    """The first free code for a new grid; "" when all 99 are taken."""
    taken = {grid.code for grid in grids_of(village.id)}
    free = (f"{village.code}{n:02d}" for n in range(1, 100))
    return next((code for code in free if code not in taken), "")


def places_below(roots: Iterable[str], level: Level | None = None) -> Sequence[Place]:
    """The places at and below `roots`, of a level if one is named, by code."""
    query = select(Place).where(within(roots)).order_by(Place.code)
    return db.session.scalars(query.where(Place.level == level.value) if level else query).all()


def children_of(place: Place | None) -> Sequence[Place]:
    """The places right below one, or the counties, by code."""
    above = Place.parent_id == place.id if place else Place.parent_id.is_(None)
    return db.session.scalars(select(Place).where(above).order_by(Place.code)).all()


def line_of(place: Place) -> list[Place]:
    """A place and all places above it, the widest first."""
    line = [place]
    while line[0].parent_id:
        line.insert(0, get_place_by_id(line[0].parent_id))
    return line


def search_places(
    roots: Iterable[str], words: str, limit: int = 50, offset: int = 0
) -> tuple[Sequence[Place], int]:
    """Places at or below `roots` by a part of the name or the beginning of the code, and how many."""
    words = words.strip()
    where = within(roots) & or_(
        Place.name.contains(words, autoescape=True), Place.code.startswith(words, autoescape=True)
    )
    total = db.session.scalar(select(func.count()).select_from(Place).where(where)) or 0
    found = select(Place).where(where).order_by(Place.code).limit(limit).offset(offset)
    return db.session.scalars(found).all(), total


def _new_tag() -> str:
    return "".join(secrets.choice(TAG_ALPHABET) for _ in range(TAG_LENGTH))
