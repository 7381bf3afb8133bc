"""The village that tests of its own floor speak of."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import Village, make_village


@pytest.fixture
def village(ctx: Flask) -> Village:
    """A village of two households, one in each grid."""
    return make_village()
