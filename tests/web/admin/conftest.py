"""Admins of the whole service and of one county, and what they govern."""

from __future__ import annotations

import pytest

from governance.village.staff import Role
from tests.factories import make_staff, make_village, sign_in


@pytest.fixture
def root(app):
    """A browser signed in as the admin of the whole service, in an empty house."""
    with app.app_context():
        person = make_staff(Role.ADMIN, None, "root")
    return sign_in(app.test_client(), person)


@pytest.fixture
def two(app):
    """Two villages in two counties, and an admin of the first county."""
    with app.app_context():
        mine, other = make_village(), make_village("白家村")
        mine.admin = make_staff(Role.ADMIN, mine.county, "countyadmin")
        mine.officer = make_staff(Role.OFFICER, mine.grids[0])
        other.officer = make_staff(Role.OFFICER, other.grids[0])
    return mine, other


@pytest.fixture
def county(app, two):
    return sign_in(app.test_client(), two[0].admin)
