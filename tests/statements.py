"""What the service asks of its database: the statements as they are sent, and what each reads of whose village."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from governance.base.database import db

Sent = dict[str, Any]  # a statement and one set of its values

BOUND = r"(?:\?|%\(\w+\)s(?:::\w+)?)"
TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+(\w+)(?:\s+AS\s+(\w+))?", re.I)


@contextmanager
def listening(engine: Engine) -> Iterator[Sent]:
    """Hear every statement that is sent within."""
    sent: Sent = {}

    def hear(
        _conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool
    ) -> None:
        sent.setdefault(statement, values[0] if many and values else values)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def village_tables() -> set[str]:
    """The tables whose key begins with the village."""
    return {
        name
        for name, table in db.metadata.tables.items()
        if next(iter(table.primary_key.columns)).name == "village_id"
    }


def read_beyond(statement: str) -> set[str]:
    """The tables of a village that a statement reads without naming one village.

    A table is bound when its `village_id` is compared with a value, or with that of a table that is.
    """
    text = " ".join(statement.split())
    if re.match(r"INSERT INTO", text, re.I) and " SELECT " not in text.upper():
        return set()
    names = {alias or table: table for table, alias in TABLE.findall(text)}
    mine = {name for name, table in names.items() if table in village_tables()}
    bound = set(re.findall(rf"\b(\w+)\.village_id = {BOUND}", text))
    bound |= set(re.findall(rf"{BOUND} = (\w+)\.village_id", text))
    bound |= set(re.findall(rf"\b(\w+)\.village_id IN \({BOUND}\)", text))  # a list of one
    if re.match(r"(UPDATE|DELETE)", text, re.I) and re.search(rf"\bvillage_id = {BOUND}", text):
        bound |= mine
    links = re.findall(r"\b(\w+)\.village_id = (\w+)\.village_id", text)
    for _ in links:
        for one, other in links:
            if one in bound or other in bound:
                bound |= {one, other}
    return {names[name] for name in mine - bound}


def slow_without_statistics(connection: Any, statement: str, values: Any) -> list[str]:
    """What SQLite would do for each row anew, or to a whole table, by the plan it makes without statistics."""
    if not statement.lstrip().upper().startswith("SELECT"):
        return []
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    nested = {step[0]: "CORRELATED" in step[3] for step in steps}
    parents = {step[0]: step[1] for step in steps}
    found = []
    for number, _, _, told in steps:
        above, inner = parents[number], False
        while above:
            inner, above = inner or nested.get(above, False), parents.get(above, 0)
        if inner and re.search(r"SCAN \w+", told) and "CONSTANT" not in told:
            found.append(told)
        if inner and re.search(r"\(village_id=\?( AND state=\?)?\)", told):
            found.append(told)
    return found
