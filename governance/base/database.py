"""The database: one session, one way to write (`atomic`), the column types both servers share.

SQLite and PostgreSQL see the same statements. On SQLite a write begins with BEGIN IMMEDIATE, so
that a reader never has to be promoted to a writer (that promotion is what "database is locked"
in spite of a busy timeout means); on PostgreSQL writers lock rows in key order.

The statements of the busiest paths (sign-in, award, a household's page) are constants with bound
parameters, kept below the function that uses them: building one costs three times its execution.
"""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, TypeAlias, TypeVar

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, Row, Table, Uuid, bindparam, event, literal_column, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite keeps it naive, PostgreSQL with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the server: refuse a moment without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment carries its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy calls it so
    ) -> datetime | None:
        """From the server: always aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


AnyRow: TypeAlias = Row[*tuple[Any, ...]]  # what a statement answers, whatever it selects


class Model(DeclarativeBase):
    """The base of every table."""

    __table__: ClassVar[Table]
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {uuid.UUID: Uuid(), datetime: Moment()}


Stored = TypeVar("Stored", bound=Model)
Answer = TypeVar("Answer")

db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(db=db, render_as_batch=True)


def new_id() -> uuid.UUID:
    """A fresh UUID of version 7 (RFC 9562): 48 bits of milliseconds, the rest random."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


@contextmanager
def atomic() -> Iterator[None]:
    """One transaction. It nests: the outermost commits, or rolls back if anything was raised.

    A read that came before (the sign-in loads the visitor) is ended first, so that on SQLite the
    write can begin with its lock.
    """
    session = db.session
    if in_atomic():
        yield
        return
    session.commit()
    session.info["atomic"] = True
    try:
        session.connection(execution_options={"hemei_write": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["atomic"] = False


def in_atomic() -> bool:
    """Whether a transaction of `atomic` is open."""
    return bool(db.session.info.get("atomic"))


def once_more(judge: Callable[[], Answer]) -> Answer:
    """Judge, and once more where somebody else took the same unique key at the same moment.

    The second time it finds what the other wrote. In a transaction that began outside, the fault is
    passed on: what is half done in there cannot be begun anew from inside. Raises IntegrityError.
    """
    try:
        return judge()
    except IntegrityError:
        if in_atomic():
            raise
    return judge()


def is_sqlite() -> bool:
    """Whether the village's embedded database is in use."""
    return bool(db.engine.dialect.name == "sqlite")


class ByKeys:
    """A statement that finds rows by keys, each key in a list of values.

    A single value is asked for with `=`: to write out an IN costs as much as the statement itself.
    """

    def __init__(self, statement: Any, **columns: Any):
        """`columns`: the column of each key, by the name its values are passed under."""
        self._one = statement.where(
            *(column == bindparam(name) for name, column in columns.items())
        )
        self._many = statement.where(
            *(column.in_(bindparam(name, expanding=True)) for name, column in columns.items())
        )

    def rows(self, values: dict[str, Any], **keys: Collection[Any]) -> Any:
        """Execute with the statement's other `values`."""
        if all(len(some) == 1 for some in keys.values()):
            return db.session.execute(
                self._one, values | {name: next(iter(some)) for name, some in keys.items()}
            )
        return db.session.execute(self._many, values | keys)


def get_row(
    model: type[Stored],
    village_id: uuid.UUID,
    row_id: uuid.UUID,
    missing: type[Exception],
    *,
    lock: bool = False,
    fresh: bool = False,
) -> Stored:
    """A row of a village's table by its id: locked if it is about to be changed, then read anew.

    `fresh`: read anew without a lock, too. Raises `missing` where the village has none.
    """
    found = db.session.get(
        model, (village_id, row_id), with_for_update=lock or None, populate_existing=lock or fresh
    )
    if found is None:
        raise missing
    return found


def in_village(one: Any, other: Any) -> Any:
    """`one == other` of two tables of a village, within the village: what every join says.

    `village_id` is first in each key, and the column by which the tables are distributed.
    """
    return (one.table.c.village_id == other.table.c.village_id) & (one == other)


def one_of(column: Any, words: Iterable[str]) -> Any:
    """`column IN (words)` for words of the code: written into the statement once, not at each use."""
    return column.in_([literal_column(f"'{word}'") for word in words])


def beside_index(column: Any) -> Any:
    """A text column as no index knows it: for a condition that leaves rows out, not one that finds them.

    SQLite without statistics takes whichever index fits most conditions, and `state` fits one that
    holds half a village's awards: for each household anew, that was a minute where it should be a second.
    """
    return column.concat(literal_column("''"))


def learn_sizes() -> None:
    """Let SQLite look how large its tables have become; PostgreSQL does so by itself.

    After imports, and when the calendar asks. No statement depends on it to be usable
    (`tests/web/test_statements.py`); plans get better by it.
    """
    if is_sqlite():
        db.session.rollback()
        db.session.connection().exec_driver_sql("PRAGMA optimize=0x10002")  # all tables, briefly
        db.session.commit()


def insert_for(table: Any) -> Any:
    """An INSERT that may say what happens on a conflict; both servers can, each in its own words."""
    return (sqlite if is_sqlite() else postgresql).insert(table)


def learn_growth(*tables: Any) -> None:
    """Tell PostgreSQL that tables have grown in this transaction.

    It plans the check of a foreign key once; planned on an empty table, that check reads the
    whole of it for each row, and bringing in 5,000 households took 20 seconds instead of 6.
    """
    if not is_sqlite():
        for table in tables:
            db.session.execute(text(f"ANALYZE {table.name}"))


def add_up(table: Any, rows: list[dict[str, Any]], sums: tuple[str, ...]) -> None:
    """Insert roll-up rows, or add their `sums` to the rows that stand under the same key."""
    if rows:
        db.session.connection().execute(_adding(table, sums, is_sqlite()), rows)


@cache  # see the top of this file
def _adding(table: Any, sums: tuple[str, ...], _for_sqlite: bool) -> Any:
    statement = insert_for(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: table.c[name] + statement.excluded[name] for name in sums},
    )


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """A village's PC loses power: WAL with FULL keeps every answered write."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=20000",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        if connection.get_execution_options().get("hemei_write", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # waits for nobody and cannot fail: told to the driver, at a tenth of the cost
            connection.connection.driver_connection.execute("BEGIN")
