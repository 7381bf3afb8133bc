"""The demo village as it stands when it is loaded; nobody here changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, func, select

from governance.base.database import db
from governance.demo import people
from governance.village import places
from governance.village.places import Place
from tests.conftest import make_app


@pytest.fixture(scope="session")
def loaded(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a copy of the demo village, its photos beside it."""
    folder = tmp_path_factory.mktemp("loaded")
    shutil.copy(demo_file, folder / "hemei.sqlite3")
    shutil.copytree(demo_file.parent / "data", folder / "data")
    app = make_app(f"sqlite:///{folder / 'hemei.sqlite3'}", folder)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def village(loaded: Flask) -> Iterator[Place]:
    """The demo village."""
    with loaded.app_context():
        yield places.get_place(people.VILLAGE)


@pytest.fixture
def count(village: Place) -> Callable[..., int]:
    """How many rows of a table there are, of some kind: `count(awards, awards.c.points < 0)`."""

    def counted(table: Table, *where: object) -> int:
        return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    return counted
