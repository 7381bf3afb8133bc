"""Registers read and brought in, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from governance.base.database import AnyRow
from governance.base.worksheets.reading import read_worksheets
from governance.village import directory
from governance.village.register.importing import import_register
from governance.village.register.planning import Plan, plan_import
from governance.village.register.rows import RegisterEntry, read_register
from tests.factories import Village


def entries(data: bytes) -> Sequence[RegisterEntry]:
    """The households of a register without a fault."""
    found = read_register(read_worksheets(data))
    assert found.faults == []
    return found.entries


def faults(data: bytes) -> list[tuple[int, str, str]]:
    """Row, column and sentence of each fault."""
    found = read_register(read_worksheets(data)).faults
    return [
        (one.row, one.column, one.text % one.values if one.values else one.text) for one in found
    ]


def plan(village: Village, data: bytes) -> Plan:
    """What an import would do."""
    return plan_import(village.place, read_register(read_worksheets(data)))


def bring_in(village: Village, data: bytes) -> int:
    """Import; the number of steps it was told in."""
    return len(list(import_register(village.place, read_register(read_worksheets(data)))))


def counts(planned: Plan) -> tuple[int, int, int, int]:
    """How many households are added, changed, left as they are, and not named."""
    return len(planned.added), len(planned.changed), planned.left, planned.absent


def differences(planned: Plan) -> Sequence[tuple[str, Any, Any]]:
    """What changes of the one household that changes."""
    [change] = planned.changed
    return change.differences


def homes(village: Village, **filters: object) -> Sequence[AnyRow]:
    """The households of the village."""
    return directory.search(village.id, limit=10_000, **filters)[0]


def one_home(village: Village, words: str = "") -> AnyRow:
    """The only household found by some words."""
    [found] = homes(village, words=words)
    return found
