"""The committee's desks, one blueprint each."""

from __future__ import annotations

from flask import Blueprint

from governance.web.committee import awards, gifts, households, overview, rules, scheme, sheets, team


def desks() -> list[Blueprint]:
    """All desks."""
    return [one.door for one in (overview, awards, households, sheets, rules, gifts, team, scheme)]
