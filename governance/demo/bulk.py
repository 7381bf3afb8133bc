"""Bulk data for benchmarks: villages full of households and awards, real down to the last hash.

The same seed makes the same villages, people, dates and points; ids, tokens and tags stay random.
Everything is written by the service's own verbs, thousands of lines a transaction, with the clock
moved through the past year. Caps are not asked: the rules take turns instead.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace

from sqlalchemy import func, insert, select

from governance.affairs.awards import life
from governance.affairs.awards.life import State, awards
from governance.base import clock
from governance.base.config import DEMO_PASSWORD
from governance.base.database import atomic, db
from governance.village import households, places, staff
from governance.village.households import Details, Household, Status
from governance.village.passwords import hash_password
from governance.village.places import Level, Place
from governance.village.rules import rulebook
from governance.village.rules.file import read_rules
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import Period, Review
from governance.village.staff import Role, Staff

COUNTY = "999900"  # no county of GB/T 2260 has this code
VILLAGES_A_TOWN = 20
HOMES_A_GRID = 55
ROUNDS = 48  # days of the year on which a village's officer writes
MOST_HOMES = 20_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
GIVEN = "秀兰建国志明桂英海燕德福小红玉梅永强春生丽华文军"
STATUSES = (Status.RESIDENT,) * 8 + (Status.SEASONAL, Status.AWAY)
POSTS = (
    ("officer", Role.OFFICER),
    ("committee", Role.COMMITTEE),
    ("supervisor", Role.SUPERVISOR),
    ("shop", Role.STOREKEEPER),
)
RULES = Path(__file__).resolve().parents[1] / "data" / "rules" / "demo.csv"


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make: villages, households in each, awards of each household."""

    villages: int
    households: int
    awards: int

    @property
    def lines(self) -> int:
        """The lines of all books together."""
        return self.villages * self.households * self.awards


def simulate(size: Size, seed: int, tick: Callable[[int], None]) -> list[Place]:
    """Add simulated villages after those that stand; `tick` is told the awards written."""
    password_hash = hash_password(DEMO_PASSWORD)
    made = []
    first = villages_so_far()
    for number in range(first, first + size.villages):
        rng = Random(f"{seed}:{number - first}")  # noqa: S311 - bulk data, nothing secret
        with atomic():
            village, grids = _found_village(number, size.households)
            people = {
                role: _employ(f"{name}-{number + 1}", role, village, password_hash)
                for name, role in POSTS
            }
            homes = _settle(village, grids, size.households, rng)
            rules = _rulebook(village)
            _write_year(village, people, homes, rules, size.awards, rng, tick)
        db.session.expunge_all()  # the session would otherwise look through all villages at each flush
        made.append(village)
    return made


def villages_so_far() -> int:
    """How many villages were simulated before; the next one's number follows."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Place.level == Level.VILLAGE.value, Place.code.startswith(COUNTY)
            )
        )
        or 0
    )


def _found_village(number: int, homes: int) -> tuple[Place, list[Place]]:
    town_number, place_in_town = divmod(number, VILLAGES_A_TOWN)
    if places.find_place(COUNTY) is None:
        places.add_place(Level.COUNTY, COUNTY, "模拟县")
    town = f"{COUNTY}{100 + town_number}"
    if places.find_place(town) is None:
        places.add_place(Level.TOWN, town, f"模拟{town_number + 1}镇")
    village = places.add_place(Level.VILLAGE, f"{town}{201 + place_in_town}", f"模拟{number + 1}村")
    count = max(1, round(homes / HOMES_A_GRID))
    grids = [
        places.add_place(Level.GRID, f"{village.code}{one:02d}", f"第{one}网格")
        for one in range(1, min(count, 99) + 1)
    ]
    return village, grids


def _employ(username: str, role: Role, village: Place, password_hash: str) -> Staff:
    """Somebody with a post. The password is hashed once for all, which is why `add_staff` is not asked."""
    person = Staff(
        username=username, name="模拟员", password_hash=password_hash, added_at=clock.now()
    )
    db.session.add(person)
    db.session.flush()
    staff.appoint(person, role, village)
    return person


def _settle(village: Place, grids: Sequence[Place], count: int, rng: Random) -> list[Household]:
    batch = []
    for n in range(count):
        group, number = n % len(grids) + 1, n // len(grids) + 1
        details = Details(
            group_no=group,
            number=number,
            head=_name(rng),
            door=households.code_of(group, number),
            size=rng.randint(1, 6),
            phone=f"138{rng.randrange(10**8):08d}",
            status=rng.choice(STATUSES).value,
        )
        batch.append((grids[group - 1].id, details))
    return households.add_households(village, batch)


def _rulebook(village: Place) -> list[Rule]:
    """The demo's rules, in force for a year; of them those that take turns: no second check, not once."""
    since = clock.today() - timedelta(days=366)
    wordings = read_rules(RULES.read_bytes()).wordings
    rules = rulebook.add_rules(village.id, [replace(one, since=since) for one in wordings], None)
    return [
        rule for rule in rules if rule.review != Review.SECOND and rule.cap_period != Period.ONCE
    ]


def _name(rng: Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2))


def _write_year(
    village: Place,
    people: dict[Role, Staff],
    homes: Sequence[Household],
    rules: Sequence[Rule],
    awards_each: int,
    rng: Random,
    tick: Callable[[int], None],
) -> None:
    total = awards_each * len(homes)
    today = clock.today()
    for first, last in _rounds(total):
        day = today - timedelta(days=365 - 364 * first // total)
        at = clock.start_of(day) + timedelta(hours=9, minutes=rng.randrange(480))
        rows = [
            _award(
                people,
                homes[n % len(homes)],
                rules[(n // len(homes) + n) % len(rules)],
                at + timedelta(seconds=n - last),
                day,
                rng,
            )
            for n in range(first, last)
        ]
        with clock.set_to(at):
            db.session.execute(insert(awards), rows)
            life.book_awards(
                village.id,
                [SimpleNamespace(**row) for row in rows],
                people[Role.OFFICER].id,
                fresh=True,
            )
        tick(last - first)


def _rounds(total: int) -> Iterable[tuple[int, int]]:
    """Cut a year's awards into the days they are written on."""
    marks = [total * one // ROUNDS for one in range(ROUNDS + 1)]
    return [(first, last) for first, last in zip(marks, marks[1:], strict=False) if last > first]


def _award(
    people: dict[Role, Staff],
    home: Household,
    rule: Rule,
    at: datetime,
    day: date,
    rng: Random,
) -> dict[str, object]:
    checked = rule.review == Review.FIRST
    return {
        "village_id": home.village_id,
        "id": uuid.UUID(int=rng.getrandbits(128), version=4),
        "household_id": home.id,
        "grid_id": home.grid_id,
        "rule_id": rule.id,
        "rule_code": rule.code,
        "category": rule.category,
        "behaviour": rule.behaviour,
        "review": rule.review,
        "points": rng.randint(rule.points_min, rule.points_max),
        "note": "",
        "seen_at": at,
        "seen_on": day,
        "state": State.BOOKED.value,
        "filed_by": people[Role.OFFICER].id,
        "filed_at": at,
        "first_by": people[Role.COMMITTEE].id if checked else None,
        "first_at": at if checked else None,
        "content": f"{rng.getrandbits(256):064x}",
    }
