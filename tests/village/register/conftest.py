"""A village whose register is still empty."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import Village, make_village


@pytest.fixture
def village(ctx: Flask) -> Village:
    """A village without a household."""
    return make_village(homes=0)
