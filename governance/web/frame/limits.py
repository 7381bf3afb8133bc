"""How often one network may write to the committee, or ask for what is dear to answer: counted for all workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import request

from governance.base import tries
from governance.base.errors import NotThere, TooMany
from governance.base.tries import Limit
from governance.village.signing import GUESSES
from governance.web.frame.device import network_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COMPLAINTS = (Limit(5, HOUR), Limit(20, DAY))
VERIFICATIONS = (Limit(20, MINUTE), Limit(200, HOUR))  # each reads a whole book


def count_try(what: str, limits: tuple[Limit, ...]) -> None:
    """Count one try of this network, inside a view: the page can keep what was typed. Raises TooMany."""
    who = _refuse_used_up(what, limits)
    tries.count_try(what, who, *limits)


@contextmanager
def guessing(what: str) -> Iterator[None]:
    """Count what is not there as a wrong guess of this network; what is there is none. Raises TooMany."""
    who = _refuse_used_up(what, GUESSES)
    try:
        yield
    except NotThere:
        tries.count_try(what, who, *GUESSES)
        raise


def _refuse_used_up(what: str, limits: tuple[Limit, ...]) -> str:
    who = network_of(request.remote_addr or "")
    if tries.free_again(what, who, *limits):
        raise TooMany
    return who


def limited(what: str, limits: tuple[Limit, ...]) -> Callable[..., Any]:
    """Count every request of a view, and refuse what is too much."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def counted(**values: Any) -> Any:
            count_try(what, limits)
            return view(**values)

        return counted

    return decorate
