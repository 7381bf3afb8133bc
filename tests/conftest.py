"""The houses the tests live in: one application per database, emptied after each test.

`app` is the application with no context pushed (a pushed one would make every client the same
visitor); `ctx` pushes one, for tests of the floors below the doors. Tests that must hold on both
databases take `app`; it runs them twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text

os.environ.setdefault("HEMEI_SECRET_KEY", "tests")

from governance import create_app
from governance.base.database import db
from governance.village import passwords
from tests.cluster import cluster

DATABASES = ("sqlite", "postgresql")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: begun last, one of them would keep one worker busy while the others wait."""
    items.sort(key=lambda item: item.path.name != "test_pages.py")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The tests' own PostgreSQL server."""
    with cluster() as url:
        yield url


@pytest.fixture(scope="session", params=DATABASES)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One application for the whole run on each database, its tables made by the migrations."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'hemei.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    made = make_app(url, folder)
    with made.app_context():
        upgrade()
    yield made
    with made.app_context():
        db.engine.dispose()


class Visitor(FlaskClient):
    """A browser of its own: what a test has pushed and read is not what a request sees, nor the other way round."""

    def open(self, *words: Any, **more: Any) -> Any:
        """Ask in a context of one's own; what the test has read so far, it reads anew."""
        if has_app_context():
            db.session.commit()
        with self.application.app_context():
            answer = super().open(*words, **more)
        if has_app_context():
            db.session.expire_all()
        return answer


def make_app(url: str, folder: Path, **overrides: Any) -> Flask:
    """An application on a database of its own."""
    made = create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": url,
            "DATA_DIR": folder / "data",
            "BASE_URL": "http://hemei.test",
            "DEMO": True,
            "WTF_CSRF_ENABLED": False,
            **overrides,
        }
    )
    made.test_client_class = Visitor
    return made


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo village in a SQLite file, made once for all who look at it."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "hemei.sqlite3"
    app = make_app(f"sqlite:///{file}", folder)
    with app.app_context():
        upgrade()
        told = app.test_cli_runner().invoke(args=["demo"])
        assert told.exit_code == 0, told.output
        db.engine.dispose()
    return file


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """A real hash takes a tenth of a second, and nearly every test signs somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASH", "pbkdf2:sha256:1")
        yield


@pytest.fixture
def app(house: Flask) -> Iterator[Flask]:
    """The application, empty again afterwards."""
    yield house
    with house.app_context():
        empty()


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """The application with a context pushed: for the floors below the doors."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> Any:
    """A visitor's browser."""
    return app.test_client()


def empty() -> None:
    """Drop every row. Only tables that hold some are touched: to truncate them all took half a second a test."""
    db.session.rollback()
    names = [table.name for table in db.metadata.sorted_tables]
    holding = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names
    )
    off, on = (
        ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
        if db.engine.dialect.name == "postgresql"
        else ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
    )
    with db.engine.connect() as connection:
        # Told to the driver: SQLite heeds the pragma only outside a transaction.
        driver = connection.connection.driver_connection
        driver.execute(off)
        for name in connection.scalars(text(holding)).all():
            connection.execute(text(f"DELETE FROM {name}"))
        connection.commit()
        driver.execute(on)
        driver.commit()
    db.session.remove()
