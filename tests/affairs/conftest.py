"""What every affair test begins with, a village and its people, and ends with: books that add up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from governance.affairs.awards.items import Scorer
from governance.affairs.proof import house
from governance.base import clock
from governance.ledger import audit
from governance.village.households import Household
from governance.village.rules.rulebook import Rule
from governance.village.staff import Role, Staff
from tests.factories import Village, make_rule, make_scorer, make_staff, make_village
from tests.moments import NOON


@pytest.fixture(autouse=True)
def _books_add_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test every village's house proves itself, unless the test says that it changed something by hand."""
    app: Flask | None = None
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
    yield
    if app and not request.node.get_closest_marker("by_hand"):
        with app.app_context():
            proofs = [house.audit_house(one) for one in audit.books()]
        assert [proof.fault for proof in proofs if proof.fault] == []


@pytest.fixture
def clock_at() -> datetime:
    """When the clock stands still."""
    return NOON


@pytest.fixture
def village(ctx: Flask, clock_at: datetime) -> Iterator[Village]:
    """A village of four households, two in each grid."""
    with clock.set_to(clock_at):
        yield make_village(homes=4)


@pytest.fixture
def home(village: Village) -> Household:
    """Its first household."""
    return village.homes[0]


@pytest.fixture
def officer(village: Village) -> Scorer:
    """Somebody who scores anywhere in the village."""
    village.scorer = village.scorer or make_scorer(village)
    return village.scorer


@pytest.fixture
def clerk(village: Village) -> Staff:
    """Somebody of its committee."""
    return make_staff(Role.COMMITTEE, village.place)


@pytest.fixture
def people(village: Village) -> list[uuid.UUID]:
    """Three of its committee, by their ids."""
    village.people = village.people or [
        make_staff(Role.COMMITTEE, village.place).id for _ in range(3)
    ]
    return village.people


@pytest.fixture
def rule(village: Village) -> Rule:
    """A rule that gives 5 points at once."""
    return make_rule(village)
