"""The migrations make the models' tables, bring what 0.1.0 left behind up to date, and can be taken back.

tests/data/0.1.0 holds a small village as 0.1.0 left it, with a row in every table: its database on
either server as text, its schema grown in three steps, and a backup. No version may forget it.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, Integer, MetaData, create_engine, inspect, text

from governance.affairs.proof import house
from governance.base.database import NAMES, db
from governance.cli.backup import restore
from governance.ledger import audit
from tests.conftest import DATABASES, make_app
from tests.schema import Table, read_schema

LEFT = Path(__file__).parent / "data" / "0.1.0"
FIRST = "8b41c0d7e6a3"
SCRIPTS = Path(__file__).parents[1] / "migrations"


@pytest.fixture(params=DATABASES)
def build(request, tmp_path):
    """Makes applications, each on a database of its own without any table."""
    made: list[Flask] = []

    def build_one() -> Flask:
        name = f"migrations_{len(made)}"
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / name}.sqlite3"
        else:
            url = new_database(request.getfixturevalue("postgres_url"), name)
        made.append(make_app(url, tmp_path / name))
        return made[-1]

    yield build_one
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def new_database(server_url: str, name: str) -> str:
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return server_url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def empty_house(build):
    """An application on a database without any table."""
    app = build()
    with app.app_context():
        yield app


def schema() -> dict[str, Table]:
    with db.engine.connect() as connection:
        return read_schema(connection)


def new_schema(build) -> dict[str, Table]:
    """What a house that begins today holds its rows to."""
    with build().app_context():
        upgrade()
        return schema()


def settle_what_0_1_0_left() -> None:
    """Load its database into an empty one."""
    dialect = db.engine.dialect.name
    words = gzip.decompress((LEFT / f"{dialect}.sql.gz").read_bytes()).decode()
    if dialect == "sqlite":
        with sqlite3.connect(str(db.engine.url.database)) as connection:
            connection.executescript(words)
        connection.close()
    else:
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection  # many statements in one go
            driver.execute(words)
            driver.commit()


def row_counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names
        }


def test_the_migrations_make_the_models_tables(empty_house):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_migrations_hold_rows_to_the_models_laws(build):
    """Alembic compares no CHECK. (Defaults are the migrations' own, for rows that were there before.)"""
    with build().app_context():
        db.create_all()
        models = schema()
    migrated = new_schema(build)
    assert list(migrated) == list(models)
    for name, table in migrated.items():
        assert without_defaults(table) == without_defaults(models[name]), name


def without_defaults(table: Table) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    columns = {name: re.sub(r" DEFAULT \S+", "", kind) for name, kind in table.columns.items()}
    return columns, table.laws, table.indexes


def test_the_migrations_can_be_taken_back(empty_house):
    upgrade()
    made = schema()
    downgrade(revision="base")
    assert schema() == {}
    upgrade()
    assert schema() == made


def test_what_0_1_0_left_becomes_what_is_new(build):
    with build().app_context():
        settle_what_0_1_0_left()
        before = row_counts()
        upgrade()
        assert schema() == new_schema(build)
        after = row_counts()
        assert {name: after.get(name) for name in before} == before
        [village_id] = audit.books()
        proof = house.audit_house(village_id)
        assert (proof.fault, proof.lines) == (None, 12)


def test_what_0_1_0_left_can_be_taken_back(empty_house):
    settle_what_0_1_0_left()
    upgrade()
    downgrade(revision="base")
    assert schema() == {}


def test_what_0_1_0_left_says_something_about_every_table(empty_house):
    settle_what_0_1_0_left()
    counts = row_counts()
    assert len(counts) == 35
    assert [name for name, count in counts.items() if not count] == []


def test_a_backup_of_0_1_0_is_restored_and_proved(empty_house):
    """Whoever adds a migration teaches `flask restore` what older backups need: none is shut out."""
    upgrade()
    done = empty_house.test_cli_runner().invoke(restore, [str(LEFT / "backup.hemei")])
    assert done.exit_code == 0, done.output
    [village_id] = audit.books()
    proof = house.audit_house(village_id)
    assert (proof.fault, proof.lines) == (None, 12)
    assert len(list((empty_house.config["DATA_DIR"] / "photos").rglob("*.jpg"))) == 1


def test_the_first_migration_stays_and_the_line_never_forks():
    script = ScriptDirectory(str(SCRIPTS))
    assert script.get_base() == FIRST
    assert len(script.get_heads()) == 1
    for file in (SCRIPTS / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{8}_\d{4}_\w+\.py", file.name)


class TestReadingASchema:
    """The comparison itself can fail: a lost law is seen, however the server writes the others."""

    @pytest.fixture
    def operations(self, empty_house):
        settle_what_0_1_0_left()
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":  # as migrations/env.py does
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            options = {"target_metadata": MetaData(naming_convention=NAMES)}
            yield Operations(MigrationContext.configure(connection, opts=options))

    @pytest.mark.parametrize(
        ("table", "law", "kind"),
        [
            ("accounts", "ck_accounts_owed_is_paid_first", "check"),
            ("lines", "uq_lines_village_id_key", "unique"),
            ("awards", "fk_awards_filed_by", "foreignkey"),
        ],
    )
    def test_a_lost_law_is_seen(self, operations, table, law, kind):
        connection = operations.get_bind()
        before = read_schema(connection)
        with operations.batch_alter_table(table, naming_convention=NAMES) as change:
            change.drop_constraint(operations.f(law), type_=kind)
        after = read_schema(connection)
        assert before[table].laws.pop(law)
        if kind == "unique":
            before[table].indexes.pop(law, None)  # PostgreSQL keeps a key by an index of its name
        assert after == before

    def test_a_lost_index_is_seen(self, operations):
        connection = operations.get_bind()
        before = read_schema(connection)
        operations.drop_index("uq_codes_in_use")
        assert before["codes"].indexes.pop("uq_codes_in_use")
        assert read_schema(connection) == before

    def test_every_table_of_0_1_0_can_be_made_anew_and_keeps_its_laws(self, operations):
        """As CONTRIBUTING.md says, with the convention of names: without it SQLite loses one."""
        connection = operations.get_bind()
        before = read_schema(connection)
        for name in before:
            with operations.batch_alter_table(name, naming_convention=NAMES) as change:
                change.add_column(Column("more", Integer()))
                change.alter_column("more", new_column_name="still_more")  # SQLite: made anew
        after = read_schema(connection)
        for table in after.values():
            assert table.columns.pop("still_more").lower() == "integer"
        assert after == before


def test_every_table_of_a_village_begins_its_key_with_the_village():
    """Citus distributes by village: the column stands in every primary key, unique and foreign key.

    What belongs to no village is shared, or lies by its own id and points only to what is shared.
    """
    shared = {
        "places",
        "staff",
        "appointments",
        "milestones",
        "turns",
        "nominations",
        "second_steps",
    }
    by_own_id = {"sign_ins", "sign_in_events", "tries"}
    for name, table in db.metadata.tables.items():
        if name in shared:
            continue
        if name in by_own_id:
            assert [one.name for one in table.primary_key.columns] == ["id"], name
            assert not any(index.unique for index in table.indexes), name
            assert {key.referred_table.name for key in table.foreign_key_constraints} <= shared
            continue
        assert next(iter(table.primary_key.columns)).name == "village_id", name
        for index in table.indexes:
            assert not index.unique or index.columns[0].name == "village_id", index.name
        for key in table.foreign_key_constraints:
            if key.referred_table.name not in shared:
                assert key.column_keys[0] == "village_id", f"{name}: {key.column_keys}"
        for constraint in table.constraints:
            if type(constraint).__name__ == "UniqueConstraint":
                assert next(iter(constraint.columns)).name == "village_id", constraint.name


def test_no_foreign_key_deletes_anything():
    for table in db.metadata.tables.values():
        for key in table.foreign_key_constraints:
            assert key.ondelete is None, f"{table.name}: {key.column_keys}"
