"""Those who come to the doors: a village's people, each with a browser of their own; the stage of every route."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from governance.base import clock
from governance.village.households import Household
from governance.village.staff import Role
from tests.factories import Village, make_staff, make_village, sign_in
from tests.web.visitors import make_stage, make_world


@pytest.fixture
def clock_at() -> datetime | None:
    """When the clock stands still; None: it goes on."""
    return None


@pytest.fixture
def homes() -> int:
    """How many households the village has."""
    return 2


@pytest.fixture
def village(ctx: Flask, clock_at: datetime | None, homes: int) -> Iterator[Village]:
    """A village with a clerk, a supervisor, and the officer of the first grid."""
    with clock.set_to(clock_at) if clock_at else nullcontext():
        village = make_village(homes=homes)
        village.clerk = make_staff(Role.COMMITTEE, village.place, "clerk", "张文书")
        village.supervisor = make_staff(Role.SUPERVISOR, village.place, "supervisor", "赵玉梅")
        village.officer = make_staff(Role.OFFICER, village.grids[0], "officer1", "李志明")
        yield village


@pytest.fixture
def home(village: Village) -> Household:
    """Its first household."""
    return village.homes[0]


@pytest.fixture
def clerk(app: Flask, village: Village) -> FlaskClient:
    """The browser of the clerk."""
    return sign_in(app.test_client(), village.clerk)


@pytest.fixture
def supervisor(app: Flask, village: Village) -> FlaskClient:
    """The browser of the supervisor."""
    return sign_in(app.test_client(), village.supervisor)


@pytest.fixture
def officer(app: Flask, village: Village) -> FlaskClient:
    """The phone of the officer."""
    return sign_in(app.test_client(), village.officer)


@pytest.fixture
def stage(app):
    with app.app_context():
        mine, other = make_world(app, "石家村"), make_world(app, "白家村")
        root = make_staff(Role.ADMIN, None)
    return make_stage(app, mine, other, root)
