"""Migrating from empty gives exactly the models' tables, up and down, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect, text

from governance.base.database import db
from tests.conftest import DATABASES, make_app


@pytest.fixture(params=DATABASES)
def empty_house(request, tmp_path):
    """An application on a database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS migrations"))
            connection.execute(text("CREATE DATABASE migrations"))
        server.dispose()
        url = url.replace("/postgres?", "/migrations?")
    app = make_app(url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_the_models_tables(empty_house):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_migrations_can_be_taken_back(empty_house):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert "lines" in inspect(db.engine).get_table_names()


def test_every_table_of_a_village_begins_its_key_with_the_village():
    """Citus distributes by village: the column stands in every primary key, unique and foreign key."""
    shared = {"places", "staff", "appointments"}
    for name, table in db.metadata.tables.items():
        if name in shared:
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
