"""An application whose database nobody asks: for what pages are made of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.conftest import make_app


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """It has no tables."""
    return make_app("sqlite://", tmp_path_factory.mktemp("plain"))


@pytest.fixture
def chinese(plain: Flask) -> Iterator[None]:
    """What is told now is told in Chinese."""
    with plain.app_context(), force_locale("zh"):
        yield
