"""Which village a page is about, for somebody with posts in several.

It is the one that the thing in the address or the form belongs to, among the visitor's own; else the
one they chose last. So a page that was opened before they chose another still does what it says.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from flask import request, session
from sqlalchemy import Table, select, union_all

from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import Award
from governance.affairs.awards.photos import Photo
from governance.affairs.awards.reminders import Reminder
from governance.affairs.shop.redemptions import Redemption
from governance.base.database import db
from governance.base.errors import NotThere
from governance.village.checklists.lists import Checklist
from governance.village.households import Household
from governance.village.persons import Post
from governance.village.places import Level, Village
from governance.village.publicplaces import PublicPlace
from governance.village.rules.rulebook import Rule

CHOSEN = "village"  # in the session
Sent = TypeVar("Sent")
Answer = TypeVar("Answer")

# What names in addresses and forms stand for. An id stands in one village only: nobody makes two alike.
IN_ADDRESS: dict[str, Table] = {
    "household_id": Household.__table__,
    "public_place_id": PublicPlace.__table__,
    "award_id": Award.__table__,
    "reminder_id": Reminder.__table__,
    "redemption_id": Redemption.__table__,
    "rule_id": Rule.__table__,
    "sheet_id": Checklist.__table__,
    "photo_id": Photo.__table__,
}
IN_FORM: dict[str, Table] = {"household": Household.__table__, "award": Award.__table__}
SEEN = (Household.__table__, PublicPlace.__table__)  # where something is seen in the field


def villages_of(posts: Iterable[Post]) -> list[Village]:
    """The villages of some posts, by code."""
    return sorted({post.village for post in posts if post.village}, key=lambda one: one.code)


def village_here(villages: Sequence[Village]) -> Village:
    """The village of the present request, one of the visitor's `villages`. Raises NotThere."""
    if not villages:
        raise NotThere
    if len(villages) == 1:
        return villages[0]
    return _of_request(villages) or _chosen(villages)


def _chosen(villages: Sequence[Village]) -> Village:
    wanted = session.get(CHOSEN)
    return next((one for one in villages if one.id.hex == wanted), villages[0])


def choose(village_id: uuid.UUID) -> None:
    """Go on in a village, until another is chosen."""
    session[CHOSEN] = village_id.hex


def _of_request(villages: Sequence[Village]) -> Village | None:
    """The village of what the address names, or else the form. A household's page that is opened is a choice."""
    for table, value in _named():
        if found := _homes([value], [table], villages).get(value):
            opened = request.method == "GET" and table is Household.__table__
            if opened and found != _chosen(villages):
                choose(found.id)
            return found
    return None


def _named() -> Iterable[tuple[Table, uuid.UUID]]:
    for name, value in (request.view_args or {}).items():
        if name in IN_ADDRESS:
            yield IN_ADDRESS[name], value
    for name, table in IN_FORM.items():
        try:
            yield table, uuid.UUID(request.form.get(name, ""))
        except ValueError:
            continue


def _homes(
    ids: Collection[uuid.UUID], tables: Iterable[Table], villages: Sequence[Village]
) -> dict[uuid.UUID, Village]:
    """In which of the villages each thing is."""
    known = {one.id: one for one in villages}
    looks = [
        select(table.c.village_id, table.c.id).where(
            table.c.village_id.in_(known), table.c.id.in_(ids)
        )
        for table in tables
    ]
    return {row.id: known[row.village_id] for row in db.session.execute(union_all(*looks))}


def scorer_in(village: Village, staff_id: uuid.UUID, posts: Iterable[Post]) -> Scorer:
    """Somebody as a scorer of a village: in their grids there, or in the whole of it."""
    here = [post for post in posts if post.village == village]
    whole = any(post.level == Level.VILLAGE for post in here)
    grids = None if whole else frozenset(post.place_id for post in here if post.place_id)
    return Scorer(staff_id, village.id, grids)


def each_where_it_was_seen(
    sent: Sequence[Sent],
    seen_at: Callable[[Sent], uuid.UUID | None],
    villages: Sequence[Village],
    verb: Callable[[Village, list[Sent]], Iterable[Answer]],
) -> list[Answer]:
    """What a phone sends, each thing in the village where it was seen; the answers in the order of what was sent."""
    here = village_here(villages)
    if len(villages) == 1:
        return list(verb(here, list(sent)))
    places = {place for one in sent if (place := seen_at(one))}
    homes = _homes(places, SEEN, villages) if places else {}
    parts: dict[Village, list[int]] = {}
    for position, one in enumerate(sent):
        place = seen_at(one)
        parts.setdefault(homes.get(place, here) if place else here, []).append(position)
    answers: dict[int, Any] = {}
    for village, positions in parts.items():
        told = verb(village, [sent[position] for position in positions])
        answers |= dict(zip(positions, told, strict=True))
    return [answers[position] for position in range(len(sent))]
