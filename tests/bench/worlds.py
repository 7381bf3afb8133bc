"""The databases that are measured: made by the service's own commands, described as JSON.

`python -m tests.bench.worlds VILLAGES HOUSEHOLDS AWARDS BOARD` fills the database of
HEMEI_DATABASE_URL and prints what the clients need to know about its middle village.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import select

from governance import create_app
from governance.affairs.awards import recording
from governance.affairs.awards.items import Item, Scorer
from governance.base import clock
from governance.base.database import db, is_sqlite, new_id
from governance.demo import bulk
from governance.village import codes, staff
from governance.village.households import SCORABLE, Household
from governance.village.places import Place
from governance.village.rules import rulebook
from governance.village.rules.wording import Wording

TAPS = 10  # rules the clients tap in turn, beside the 29 of the rulebook
BIG = 10_000  # households of the village whose board is measured


def make(villages: int, households: int, awards: int, board: bool) -> dict[str, Any]:
    """Fill the database; what the clients need to know."""
    world: dict[str, Any] = {}
    if villages:
        made = bulk.simulate(bulk.Size(villages, households, awards), 1, lambda _count: None)
        world |= _describe(made[len(made) // 2], len(made) // 2 + 1)
    if board:
        world["board"] = str(_big_village().id)
    _settle_down()
    return world


def _describe(village: Place, number: int) -> dict[str, Any]:
    """The village the clients work in. Caps of 999 a month are looked up like any other."""
    tapped = rulebook.add_rules(
        village.id,
        [_wording(f"Z{n:02d}", cap_count=999, cap_period="month") for n in range(TAPS)],
        None,
    )
    hot = rulebook.add_rule(village.id, _wording("Z99"), None)
    homes = _homes(village)
    card = codes.code_in_use(village.id, homes[0].id, "card")
    return {
        "officer": f"officer-{number}",
        "village": str(village.id),
        "households": [str(home.id) for home in homes],
        "rules": [str(rule.id) for rule in tapped],
        "hot_rule": str(hot.id),
        "card": card.token if card else "",
    }


def _homes(village: Place) -> list[Household]:
    query = select(Household).where(
        Household.village_id == village.id, Household.status.in_([one.value for one in SCORABLE])
    )
    return list(db.session.scalars(query.order_by(Household.group_no, Household.number)))


def _wording(code: str, **more: Any) -> Wording:
    since = clock.today() - timedelta(days=1)
    plain = {"points_min": 1, "points_max": 1, "review": "auto", "since": since}
    return Wording(
        code=code, category="公共参与", behaviour=f"参加义务劳动 {code}", **(plain | more)
    )


def _big_village() -> Place:
    """A village of 10,000 households, nearly all of which gained something this month."""
    [village] = bulk.simulate(bulk.Size(1, BIG, 0), 2, lambda _count: None)
    rule = rulebook.add_rule(village.id, _wording("Z98", points_max=60), None)
    number = bulk.villages_so_far()
    officer = staff.find_staff(f"officer-{number}")
    scorer = Scorer(officer.id, village.id, None)
    homes = _homes(village)
    for start in range(0, len(homes), 500):
        items = [
            Item(new_id(), home.id, rule.id, clock.now(), points=n * 7919 % 60 + 1)
            for n, home in enumerate(homes[start : start + 500], start)
        ]
        recording.record(scorer, items)
    return village


def _settle_down() -> None:
    """Leave no housekeeping of the bulk load to the measured time."""
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite() else "VACUUM (ANALYZE)"
        )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    with create_app().app_context():
        upgrade()
        print(json.dumps(make(numbers[0], numbers[1], numbers[2], bool(numbers[3]))))
