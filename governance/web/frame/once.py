"""The same form sent twice is one act: the hidden id it brings, and the moment at which it was first sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from governance.base import clock
from governance.base.errors import BadInput
from governance.ledger.book import KeyConflict

T = TypeVar("T")


def once_of(typed: str | None) -> uuid.UUID:
    """The id a form brought, made when its page was shown. Raises BadInput for anything else."""
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        raise BadInput(field="once") from None


def as_first_sent(act: Callable[[datetime], T], first: Callable[[], datetime]) -> T:
    """Do `act` as of now; where the same was sent before it takes the moment of the `first` time.

    Each sending tells its own time of seeing, and the time belongs to what must be the same again.
    """
    try:
        return act(clock.now())
    except KeyConflict:
        return act(first())
