"""A sync of 500 awards in process, beside a bare `executemany` of the same rows: what all the checks cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from governance import create_app
from governance.affairs.awards.items import Item, Scorer
from governance.affairs.awards.life import awards
from governance.affairs.field import inspecting
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger.lines import Line
from governance.village import staff
from governance.village.households import SCORABLE, households
from governance.village.places import Place
from governance.village.rules import rulebook
from governance.village.rules.wording import Wording
from governance.village.staff import Role
from tests.bench.load import Sample

SIZE = 500
HOMES = 400
RULES = 5
lines = Line.__table__


def samples(url: str, village: str, rounds: int, seconds: float) -> Iterator[tuple[str, Sample]]:
    """Slices of the service ("small") and of the bare insert ("plain_small") in turn; the first is not told."""
    app = create_app({"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        record, bare = _make(UUID(village))
        for turn in range(rounds + 1):
            for target, act in (("small", record), ("plain_small", bare)):
                sample = _slice(act, seconds)
                if turn:
                    yield target, sample


def _slice(act: Callable[[], float], seconds: float) -> Sample:
    """Repeat for a slice; the time that counts is what an act says it took."""
    sample, start = Sample(), time.perf_counter()
    began = time.process_time()
    while time.perf_counter() < start + seconds:
        sample.latencies.append(act())
    sample.seconds = sum(sample.latencies)
    sample.processor = time.process_time() - began
    return sample


def _make(village_id: UUID) -> tuple[Callable[[], float], Callable[[], float]]:
    """Both acts: each writes 500 awards and their lines in one transaction, and says how long it took."""
    scorer = Scorer(_officer(village_id), village_id, None)
    rules = rulebook.add_rules(village_id, [_wording(n) for n in range(RULES)], None)
    some = (
        select(households.c.id)
        .where(
            households.c.village_id == village_id,
            households.c.status.in_([one.value for one in SCORABLE]),
        )
        .limit(HOMES)
    )
    homes = list(db.session.scalars(some))
    turn = iter(range(10**9))

    def items() -> list[Item]:
        now, start = clock.now(), next(turn) * SIZE
        return [
            Item(new_id(), homes[(start + n) % HOMES], rules[n % RULES].id, now)
            for n in range(SIZE)
        ]

    def record() -> float:
        batch = items()
        began = time.perf_counter()
        told = inspecting.record(scorer, batch)
        took = time.perf_counter() - began
        assert {one.outcome for one in told} == {"recorded"}
        return took

    record()
    rows = [_plain(row) for row in db.session.execute(select(awards).limit(SIZE))]
    written = [_plain(row) for row in db.session.execute(select(lines).limit(SIZE))]
    seq = iter(range(10**8, 10**9))

    def bare() -> float:
        fresh = [row | {"id": new_id()} for row in rows]
        booked = [
            line | {"seq": next(seq), "key": f"award:{row['id']}", "source": row["id"]}
            for row, line in zip(fresh, written, strict=True)
        ]
        began = time.perf_counter()
        with atomic():
            db.session.execute(insert(awards), fresh)
            db.session.execute(insert(lines), booked)
        return time.perf_counter() - began

    return record, bare


def _plain(row: Any) -> dict[str, Any]:
    return dict(row._mapping)


def _officer(village_id: UUID) -> UUID:
    place = db.session.get(Place, village_id)
    person = staff.add_staff("bench-sync", "计时员", "bench-password-9", [(Role.OFFICER, place)])
    return person.id


def _wording(number: int) -> Wording:
    return Wording(
        code=f"Y{number:02d}",
        category="公共参与",
        behaviour=f"参加义务劳动 Y{number:02d}",
        points_min=1,
        points_max=1,
        review="auto",
        since=clock.today(),
        cap_count=999,
        cap_period="month",
    )
