"""Inspections in the demo: the monthly round at the households, the public places, and an item the committee has to decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from random import Random

from governance.affairs.awards.items import Inspected, Scorer
from governance.affairs.field import deciding, inspecting
from governance.base import clock
from governance.base.database import new_id
from governance.demo.cast import Cast
from governance.demo.process import Act
from governance.village import places, publicplaces
from governance.village.checklists import file, lists
from governance.village.checklists.lists import Checklist
from governance.village.households import SCORABLE
from governance.village.rules.rulebook import rules_in_force

INSPECTED = ("E01", "E02")  # the rules a monthly inspection gives
LOST = {"E01": (3, 6), "E02": (0, 2)}  # points found missing where such a rule follows
NOTHING = 0.12  # of the rounds end below every mark
LOST_MORE = (8, 14)
SQUARES = ((1, "文化广场"), (3, "村口水渠"), (5, "河堤步道"), (7, "垃圾收集点"))  # grid, name
ROUNDS = (36, 8)  # days ago the public places were looked at
OUTSIDE = ("B0", "B4", "B6", "B7", "B11", "C2", "C4", "D0", "D1", "D4")


def set_up(village_id: uuid.UUID, by: uuid.UUID) -> None:
    """Load the shipped checklists and name the public places."""
    rules = rules_in_force(village_id)
    for name in file.SHIPPED:
        for wording in file.shipped_checklists(name, rules):
            lists.add_checklist(village_id, wording, by)
    grids = places.grids_of(village_id)
    for number, name in SQUARES:
        publicplaces.add_public_place(village_id, grids[number - 1].id, name)


def inspected(
    checklist: Checklist, place_id: uuid.UUID, rule_code: str, seen_at: datetime, dice: Random
) -> Inspected:
    """A round at a household that ends with a rule's points; sometimes with none."""
    low, high = LOST_MORE if dice.random() < NOTHING else LOST[rule_code]
    deducts = {one.code: one.deduct for scene in checklist.scenes for one in scene.findings}
    left, found = dice.randint(low, high), []
    for code in dice.sample(OUTSIDE, len(OUTSIDE)):
        if deducts[code] <= left:
            found.append(code)
            left -= deducts[code]
    return Inspected(
        new_id(), place_id, checklist.id, seen_at, tuple(found), consent=dice.random() < 0.7
    )


def acts(cast: Cast, until: datetime) -> Iterator[tuple[datetime, Act]]:
    """The public places, and what an officer handed in yesterday."""
    for ago in ROUNDS:
        for number, place in enumerate(publicplaces.public_places(cast.village_id)):
            yield _moment(until, ago, 9 + number), partial(_look, cast, place, number + ago)
    yield _moment(until, 1, 10), partial(_hand_in, cast)


def _moment(until: datetime, ago: int, hour: int) -> datetime:
    day = clock.local_date(until) - timedelta(days=ago)
    return datetime.combine(day, time(hour, 40), clock.VILLAGE_TIME)


def _look(cast: Cast, place: publicplaces.PublicPlace, turn: int) -> None:
    checklist = next(
        one
        for one in lists.checklists_in_force(cast.village_id)
        if one.code == "three_clean_public"
    )
    scorer = Scorer(cast.officers[place.grid_id], cast.village_id, frozenset({place.grid_id}))
    found = (("Q1",), (), ("Q2", "T2"), ("Z1",), ())[turn % 5]
    inspecting.record_one(
        scorer, Inspected(new_id(), place.id, checklist.id, clock.now(), found, consent=False)
    )


def _hand_in(cast: Cast) -> None:
    """A household registered as away was seen at work: the phone was refused, the committee decides."""
    home = next(one for one in cast.homes if one.status not in SCORABLE)
    scorer = Scorer(cast.officers[home.grid_id], cast.village_id, frozenset({home.grid_id}))
    item = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(home.id),
        "rule": str(cast.rules["P04"].id),
        "seen_at": clock.now().isoformat(),
        "note": "人已经回来了，一起清理排洪沟",
        "why": "not_resident",
    }
    deciding.hand_in(scorer, [item])
