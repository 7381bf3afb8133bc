"""Many at once: threads released in the same moment, each a visitor of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, has_app_context

from governance.base import clock
from governance.base.database import db
from governance.base.errors import HemeiError

PATIENCE = 120  # seconds: what is stuck fails the test, a slow machine does not

T = TypeVar("T")


def together(count: int, call: Callable[[int], T]) -> list[T]:
    """Call with 0, 1, 2, ... in as many threads, released in the same moment; their results in order."""
    gate = threading.Barrier(count)

    def wait_and_call(number: int) -> T:
        gate.wait(PATIENCE)
        return call(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(wait_and_call, range(count)))


def at_once(app: Flask, *verbs: Callable[[], Any], moment: datetime | None = None) -> list[Any]:
    """What each of the verbs answered, or the class of its refusal; all began at one moment.

    Any other fault is raised. What the caller has read so far is read anew afterwards.
    """
    moment = moment or clock.now()

    def run(number: int) -> Any:
        with app.app_context(), clock.set_to(moment):
            try:
                return verbs[number]()
            except HemeiError as refusal:
                return type(refusal)

    if has_app_context():
        db.session.commit()
    fates = together(len(verbs), run)
    if has_app_context():
        db.session.expire_all()
    return fates
