"""How often one address may try what could be guessed (passwords, numbers), or write to the committee."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from governance.base.errors import TooMany

GUESSES = "30 per minute; 300 per hour"
COMPLAINTS = "5 per hour; 20 per day"
VERIFICATIONS = "20 per minute; 200 per hour"  # each reads a whole book

limiter = Limiter(key_func=get_remote_address)


def count_try(what: str, limits: str) -> None:
    """Count one try of this address, inside a view: the page can keep what was typed. Raises TooMany."""
    if not limiter.enabled:
        return
    address, counter = get_remote_address(), limiter.limiter
    wanted = parse_many(limits)
    if not all(counter.test(one, what, address) for one in wanted):
        raise TooMany
    for one in wanted:
        counter.hit(one, what, address)
