"""The measures: each target for a slice of time, in turn, round after round, so that noise hits all alike."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from governance import create_app
from governance.affairs.figures import boards
from governance.base import clock
from tests.bench import batches
from tests.bench.load import Good, Make, Sample, drive
from tests.bench.targets import Reference, Service

PLACES = ("small", "large", "board", "plain_small", "plain_large")
Act = Callable[[Service], tuple[Make, Good]]
PlainAct = Callable[[Reference], tuple[Make, Good]]


@dataclass
class Bench:
    """Four running servers, and the databases with a village of 10,000."""

    small: Service
    large: Service
    plain_small: Reference
    plain_large: Reference
    boards: dict[str, tuple[str, str]]


@dataclass
class Measure:
    """One line of the table. `units`: what a good answer counts for. `aim`: the least value of `aimed`."""

    name: str
    act: Act
    plain: PlainAct | None
    clients: int
    units: int = 1
    aim: float | None = None


@dataclass
class Result:
    """The slices of each target of a measure, in order of the rounds."""

    measure: Measure
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def rates(self, target: str) -> list[float]:
        """Units a second, slice by slice."""
        return [sample.rate * self.measure.units for sample in self.samples[target]]

    def rate(self, target: str) -> float | None:
        """The median rate of a target."""
        return median(self.rates(target)) if target in self.samples else None

    def ratio(self, one: str, other: str) -> float | None:
        """The median of the rounds' ratios: both slices of a round met the same noise."""
        if one not in self.samples or other not in self.samples:
            return None
        pairs = zip(self.rates(one), self.rates(other), strict=True)
        return median(mine / theirs if theirs else 0.0 for mine, theirs in pairs)

    def latency(self, target: str, share: float) -> float:
        """Milliseconds below which a share of the answers came."""
        times = sorted(one for sample in self.samples[target] for one in sample.latencies)
        return times[min(int(len(times) * share), len(times) - 1)] * 1000

    def processor(self, target: str) -> float | None:
        """Milliseconds of the server's processor time for one good answer."""
        if target not in self.samples:
            return None
        answers = sum(len(one.latencies) - one.errors for one in self.samples[target])
        return sum(one.processor for one in self.samples[target]) / max(answers, 1) * 1000

    @property
    def errors(self) -> int:
        """Bad answers, whichever server gave them."""
        return sum(sample.errors for samples in self.samples.values() for sample in samples)

    @property
    def first_error(self) -> str:
        """What the first bad answer said."""
        told = (one.first_error for samples in self.samples.values() for one in samples)
        return next((words for words in told if words), "")


MEASURES = [
    Measure(
        "award, spread, 1 client", lambda s: s.award(False), lambda r: r.award(False), 1, aim=1.0
    ),
    Measure(
        "award, spread, 8 clients", lambda s: s.award(False), lambda r: r.award(False), 8, aim=1.0
    ),
    Measure(
        "award, one household, 1 client",
        lambda s: s.award(True),
        lambda r: r.award(True),
        1,
        aim=1.0,
    ),
    Measure(
        "award, one household, 8 clients",
        lambda s: s.award(True),
        lambda r: r.award(True),
        8,
        aim=1.0,
    ),
    Measure("sync of 1, 8 clients", lambda s: s.sync(1), lambda r: r.award(False), 8, aim=1.0),
    Measure("sync of 50, 8 clients (awards)", lambda s: s.sync(50), None, 8, 50, 3000),
    Measure("sync of 500, 8 clients (awards)", lambda s: s.sync(500), None, 8, 500),
    Measure(
        "household page, officer, 8 clients", lambda s: s.page(), lambda r: r.page(), 8, aim=0.7
    ),
    Measure(
        "household page, villager, 8 clients",
        lambda s: s.passbook(),
        lambda r: r.page(),
        8,
        aim=0.7,
    ),
    Measure("board page of 400, 8 clients", lambda s: s.board(), None, 8),
]
SYNC = Measure(
    "sync of 500, in process (plain: bare)", lambda s: s.sync(500), None, 1, 500, aim=0.25
)
BOARD = Measure("month board of 10,000, in process", lambda s: s.board(), None, 1, aim=500)


def measure_all(bench: Bench, only: str, rounds: int, seconds: float) -> list[Result]:
    """Every measure whose name contains `only`."""
    results = [_measure(bench, one, rounds, seconds) for one in MEASURES if only in one.name]
    if only in BOARD.name:
        results.append(_measure_board(bench, rounds, seconds))
    if only in SYNC.name:
        results.append(_measure_sync(bench, rounds, seconds))
    return results


def _measure_sync(bench: Bench, rounds: int, seconds: float) -> Result:
    """The batch itself, without a server, beside a bare insert of the same rows: comes last, the bare rows prove nothing."""
    os.environ.setdefault("HEMEI_SECRET_KEY", "bench")
    url, village = bench.boards["small"]
    result = Result(SYNC, {"small": [], "plain_small": []})
    for target, sample in batches.samples(url, village, rounds, seconds):
        result.samples[target].append(sample)
    return result


def _measure(bench: Bench, measure: Measure, rounds: int, seconds: float) -> Result:
    acts = {"small": (bench.small.server, *measure.act(bench.small))}
    if measure.plain:
        acts["plain_small"] = (bench.plain_small.server, *measure.plain(bench.plain_small))
    acts["large"] = (bench.large.server, *measure.act(bench.large))
    if measure.plain:
        acts["plain_large"] = (bench.plain_large.server, *measure.plain(bench.plain_large))
    result = Result(measure, {target: [] for target in acts})
    for server, make, good in acts.values():
        drive(server, measure.clients, min(seconds, 0.5), make, good)  # warms up, is not counted
    for _ in range(rounds):
        for target, (server, make, good) in acts.items():
            result.samples[target].append(drive(server, measure.clients, seconds, make, good))
    return result


def _measure_board(bench: Bench, rounds: int, seconds: float) -> Result:
    """`boards.month_board` itself, without a server: one village of 10,000, alone and beside the others."""
    os.environ.setdefault("HEMEI_SECRET_KEY", "bench")
    apps = {
        place: (create_app({"SQLALCHEMY_DATABASE_URI": url}), UUID(village))
        for place, (url, village) in bench.boards.items()
    }
    result = Result(BOARD, {place: [] for place in apps})
    month = clock.month_of(clock.today())
    for turn in range(rounds + 1):
        for place, (app, village_id) in apps.items():
            with app.app_context():
                sample = _read_boards(village_id, month, seconds)
            if turn:
                result.samples[place].append(sample)
    return result


def _read_boards(village_id: UUID, month: int, seconds: float) -> Sample:
    sample, start = Sample(), time.perf_counter()
    while (began := time.perf_counter()) < start + seconds:
        good = len(boards.month_board(village_id, month)) == 20
        sample.latencies.append(time.perf_counter() - began)
        sample.errors += not good
    sample.seconds = time.perf_counter() - start
    return sample
