"""How often one address may try what could be guessed: passwords and card numbers."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

GUESSES = "30 per minute; 300 per hour"

limiter = Limiter(key_func=get_remote_address)
