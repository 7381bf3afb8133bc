"""Who writes the rules."""

from __future__ import annotations

import uuid

import pytest

from governance.village.staff import Role
from tests.factories import Village, make_staff


@pytest.fixture
def clerk(village: Village) -> uuid.UUID:
    """Somebody of the committee, by their id."""
    return make_staff(Role.COMMITTEE, village.place).id
