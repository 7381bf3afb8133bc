"""A village of 5,000 households and 200,000 awards: every page opens within a second, on either database.

`python -m tests.bench.big [HOUSEHOLDS AWARDS]` opens every address as everybody who may look, says which
are slowest, and ends with 1 if one takes longer. The database has looked at no statistics of its own.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("HEMEI_SECRET_KEY", "bench")

from flask import Flask
from flask_migrate import upgrade

from governance.affairs.publicity import closing, notices, posting
from governance.base import clock
from governance.base.database import db
from governance.demo import bulk
from governance.village import places
from governance.village.households import Household
from governance.village.places import Level
from governance.village.staff import Role
from tests.cluster import cluster
from tests.conftest import make_app
from tests.factories import Village, make_staff
from tests.web.table import TABLE
from tests.web.visitors import Stage, make_stage, make_world, people_world, routes

LONGEST = 1.0  # seconds
TIMES = 3  # the best of these counts: the machine is not alone
NO_PAGES = ("api.", "field.", "static")  # the phone's, which takes all it needs along at once


def main() -> None:
    """Both databases, one after the other."""
    homes, awards = (int(one) for one in sys.argv[1:3] or ("5000", "40"))
    with tempfile.TemporaryDirectory(prefix="hemei-big-") as name, cluster() as url:
        folder = Path(name)
        slow = [
            told
            for address in (f"sqlite:///{folder / 'big.sqlite3'}", url)
            for told in walk(make_app(address, folder / "data"), homes, awards)
        ]
    if slow:
        sys.exit("over a second: " + ", ".join(slow))


def walk(app: Flask, homes: int, awards: int) -> Iterator[str]:
    """Open every page; what takes too long."""
    with app.app_context():
        upgrade()
        stage = make_big(app, homes, awards)
        name = db.engine.dialect.name
    found = sorted(((seconds(stage, rule, who), rule.endpoint, who) for rule, who in pages(stage)))
    for took, endpoint, who in reversed(found[-12:]):
        print(f"{name:10} {took:6.2f} s  {endpoint} ({who})")
        if took > LONGEST:
            yield f"{endpoint} on {name}"


def make_big(app: Flask, homes: int, awards: int) -> Stage:
    """A village with a year of awards, disclosed month by month, and one of each thing."""
    [place] = bulk.simulate(bulk.Size(1, homes, awards), 1, lambda _count: None)
    line = places.line_of(place)
    village = Village(
        place=place,
        county=next(one for one in line if one.level == Level.COUNTY),
        town=next(one for one in line if one.level == Level.TOWN),
        grids=list(places.children_of(place)),
        homes=list(
            db.session.scalars(db.select(Household).filter_by(village_id=place.id).limit(4))
        ),
    )
    world = people_world(app, village)
    for months in range(12, -1, -1):
        with clock.set_to(clock.now() - timedelta(days=30 * months)):
            posted = disclose(village, world.people["committee"].id)
            world.show(posted) if posted else None
    other = make_world(app, "白家村")
    return make_stage(app, world, other, make_staff(Role.ADMIN, None))


def disclose(village: Village, by: Any) -> Any:
    """Post what waits, if something does, and close what has hung its time."""
    closing.close_due(village.id)
    try:
        draft = notices.make_notice(village.id, by, clock.today(), 3)
        return posting.post_notice(village.id, by, draft.id)
    except posting.NothingToPost:
        notices.drop_draft(village.id, draft.id)
        return None


def pages(stage: Stage) -> Iterator[tuple[Any, str]]:
    """Every address somebody looks at, with whoever looks first."""
    for rule, method in routes(stage.app):
        row = TABLE[rule.endpoint]
        if method == "GET" and row.look and not rule.endpoint.startswith(NO_PAGES):
            yield rule, row.look[0]


def seconds(stage: Stage, rule: Any, who: str) -> float:
    """How long a page takes, at best."""
    address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
    return min(_once(stage, who, address) for _ in range(TIMES))


def _once(stage: Stage, who: str, address: str) -> float:
    began = time.perf_counter()
    answer = stage.ask(who, "GET", address)
    assert answer.status_code < 500, address
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
