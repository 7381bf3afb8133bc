"""The village's list of households: searched, paged, and with their codes for the sheets."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from governance.base.database import AnyRow, db, in_village
from governance.base.text import unspaced
from governance.ledger import book
from governance.village.codes import codes
from governance.village.households import code_of, households
from governance.village.members import members
from governance.village.places import Place, Village
from governance.village.register import cells

_places = Place.__table__


def search(
    village_id: uuid.UUID,
    words: str = "",
    *,
    grid_ids: Iterable[uuid.UUID] | None = None,
    status: str = "",
    closed: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[AnyRow], int]:
    """Households by name, code, door or phone, in door order, with their figures; and how many there are.

    `words` are searched for in the head's and the members' names, the door and the phone; `3组17号`,
    `三组17号` and `3-17` are read as a code, `0317` also as the end of a phone number.
    """
    where = [households.c.village_id == village_id]
    where.append(
        households.c.closed_on.is_not(None) if closed else households.c.closed_on.is_(None)
    )
    if grid_ids is not None:
        where.append(households.c.grid_id.in_(list(grid_ids)))
    if status:
        where.append(households.c.status == status)
    words = unspaced(words)
    if words:
        where.append(_matches(village_id, words))
    total = db.session.scalar(select(func.count()).select_from(households).where(*where)) or 0
    rows = db.session.execute(
        select(households, book.accounts.c.standing, book.accounts.c.spendable)
        .join(book.accounts, in_village(book.accounts.c.household_id, households.c.id))
        .where(*where)
        .order_by(households.c.group_no, households.c.number)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def _matches(village_id: uuid.UUID, words: str) -> Any:
    place = cells.door(words[:60])
    if place.group and place.number:
        return _at(place.group, place.number)
    group = re.fullmatch(rf"({cells.NUMERAL})组", words)
    if group:
        return households.c.group_no == cells.numeral(group[1])
    code = re.fullmatch(r"(\d{1,3})-(\d{1,4})号?", words)
    if code:
        return _at(int(code[1]), int(code[2]))
    if re.fullmatch(r"\d{4}", words):  # what a masked phone shows, or a code typed in one go
        return _at(int(words[:2]), int(words[2:])) | households.c.phone.endswith(words)
    named = select(members.c.household_id).where(
        members.c.village_id == village_id, members.c.name.contains(words, autoescape=True)
    )
    return or_(
        households.c.head.contains(words, autoescape=True),
        households.c.door.contains(words, autoescape=True),
        households.c.phone.contains(words, autoescape=True),
        households.c.id.in_(named),
    )


def _at(group: int, number: int) -> Any:
    return (households.c.group_no == group) & (households.c.number == number)


def count_for_print(village_id: uuid.UUID, grid_id: uuid.UUID | None = None) -> int:
    """How many households a village or a grid has to print for."""
    return (
        db.session.scalar(
            select(func.count()).select_from(households).where(*_printed(village_id, grid_id))
        )
        or 0
    )


def codes_for_print(
    village_id: uuid.UUID,
    kind: str,
    *,
    grid_id: uuid.UUID | None = None,
    household_id: uuid.UUID | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[AnyRow]:
    """Households with their present code of a kind, in door order: what a sheet prints."""
    query = (
        select(households, codes.c.token, codes.c.number.label("card_number"))
        .join(
            codes,
            in_village(codes.c.household_id, households.c.id)
            & (codes.c.kind == kind)
            & codes.c.replaced_at.is_(None),
        )
        .where(*_printed(village_id, grid_id))
        .order_by(households.c.group_no, households.c.number)
        .limit(limit)
        .offset(offset)
    )
    if household_id is not None:
        query = query.where(households.c.id == household_id)
    return db.session.execute(query).all()


def _printed(village_id: uuid.UUID, grid_id: uuid.UUID | None) -> list[Any]:
    """What is printed for: the households of a village, or of one of its grids, that are not closed."""
    where = [households.c.village_id == village_id, households.c.closed_on.is_(None)]
    return where if grid_id is None else [*where, households.c.grid_id == grid_id]


@dataclass(frozen=True, slots=True)
class Home:
    """A household as its own pages need it: read with its card, in one statement."""

    village: Village
    id: uuid.UUID
    head: str
    code: str
    card_number: str


def find_home(village_id: uuid.UUID, token: str) -> Home | None:
    """The household of a card in use: what every page of a household's session begins with."""
    row = db.session.execute(_HOME, {"village": village_id, "token": token}).first()
    if row is None:
        return None
    village = Village(row.village_id, row.village, row.village_code)
    return Home(village, row.id, row.head, code_of(row.group_no, row.number), row.card_number)


_HOME = (
    select(
        households.c.village_id,
        households.c.id,
        households.c.head,
        households.c.group_no,
        households.c.number,
        _places.c.name.label("village"),
        _places.c.code.label("village_code"),
        codes.c.number.label("card_number"),
    )
    .join(_places, _places.c.id == households.c.village_id)
    .join(codes, in_village(codes.c.household_id, households.c.id))
    .where(
        codes.c.village_id == bindparam("village"),
        codes.c.token == bindparam("token"),
        codes.c.kind == "card",
        codes.c.replaced_at.is_(None),
    )
)
