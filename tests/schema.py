"""What a database really holds its rows to: every table's columns, laws and indexes, as the server keeps them.

Alembic's own comparison sees no CHECK, and on SQLite a table whose CHECK changes is made anew, which
can lose the laws it had. So the server is asked itself: SQLite for the text of its tables, PostgreSQL
for its catalogue. Two databases of one kind hold their rows alike when `read_schema` answers the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

BOOKKEEPING = "alembic_version"


@dataclass
class Table:
    """A table: its columns in their order, its named laws, its indexes."""

    columns: dict[str, str] = field(default_factory=dict)
    laws: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)


def read_schema(connection: Connection) -> dict[str, Table]:
    """Every table by name."""
    read = _read_sqlite if connection.dialect.name == "sqlite" else _read_postgres
    return {name: table for name, table in sorted(read(connection).items()) if name != BOOKKEEPING}


def _read_sqlite(connection: Connection) -> dict[str, Table]:
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master")).all()
    tables = {name: _read_text(sql) for kind, name, _, sql in rows if kind == "table"}
    for kind, name, table, sql in rows:
        if kind != "table" and sql is not None:  # SQLite makes those of keys itself, without text
            tables[table].indexes[name] = _plain(sql)
    return tables


def _read_text(sql: str) -> Table:
    """A table from the words that made it. What an ALTER added stands beside its column, not below."""
    table = Table()
    for part in _parts(sql[sql.index("(") + 1 : sql.rindex(")")]):
        first, _, rest = part.partition(" ")
        if first == "CONSTRAINT":
            name, _, law = rest.partition(" ")
            table.laws[name] = law
        elif first.partition("(")[0].upper() in ("CHECK", "UNIQUE", "PRIMARY", "FOREIGN"):
            table.laws[part] = part  # without a name: no other table will have it
        else:
            kind, *beside = re.split(r" CONSTRAINT ", rest)
            table.columns[first] = re.sub(r" DEFAULT \((.*?)\)", r" DEFAULT \1", kind)
            for name, _, law in (one.partition(" ") for one in beside):
                key = f"FOREIGN KEY({first}) " if law.startswith("REFERENCES") else ""
                table.laws[name] = key + law
    return table


def _parts(body: str) -> Iterator[str]:
    """What stands between the commas, but not inside parentheses or quotes."""
    depth, quoted, part = 0, False, ""
    for letter in body:
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            yield _plain(part)
            part = ""
        else:
            part += letter
    yield _plain(part)


def _plain(sql: str) -> str:
    """One space where there is any. Quotes around names go: a table made anew has more of them."""
    return " ".join(sql.replace('"', "").split())


def _read_postgres(connection: Connection) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for name, column, kind, needed, default in connection.execute(text(COLUMNS)):
        words = [kind, f"DEFAULT {default}" if default else "", "NOT NULL" if needed else ""]
        table = tables.setdefault(name, Table())
        table.columns[column] = " ".join(word for word in words if word)
    for name, law, words in connection.execute(text(LAWS)):
        tables[name].laws[law] = words
    for name, index, words in connection.execute(text(INDEXES)):
        tables[name].indexes[index] = words
    return tables


COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
LAWS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
