"""The committee's desks, one blueprint each."""

from __future__ import annotations

from flask import Blueprint

from governance.web.committee import (
    awards,
    gifts,
    households,
    overview,
    redemptions,
    register,
    rules,
    scheme,
    sheets,
    team,
)
from governance.web.committee import rulefiles as _rulefiles  # noqa: F401  (hangs its pages on the rule desk)
from governance.web.committee import rulewords as _rulewords  # noqa: F401  (so does this)


def desks() -> list[Blueprint]:
    """All desks."""
    return [
        one.door
        for one in (
            overview,
            awards,
            households,
            register,
            sheets,
            rules,
            gifts,
            redemptions,
            team,
            scheme,
        )
    ]
