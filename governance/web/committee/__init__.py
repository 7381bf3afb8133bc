"""The committee's desks, one blueprint each."""

from __future__ import annotations

from flask import Blueprint

from governance.web.committee import (
    appeals,
    awards,
    complaints,
    gifts,
    held,
    households,
    inspections,
    notices,
    objections,
    overview,
    redemptions,
    register,
    reminders,
    rules,
    rulesets,
    scheme,
    sheets,
    supervision,
    team,
)
from governance.web.committee import draftrules as _draftrules  # noqa: F401  (hangs its pages on the assembly's desk)
from governance.web.committee import objectionentry as _objectionentry  # noqa: F401  (hangs its pages on the objection desk)
from governance.web.committee import rulefiles as _rulefiles  # noqa: F401  (hangs its pages on the rule desk)
from governance.web.committee import rulewords as _rulewords  # noqa: F401  (so does this)


def desks() -> list[Blueprint]:
    """All desks."""
    return [
        one.door
        for one in (
            overview,
            awards,
            held,
            inspections,
            notices,
            objections,
            appeals,
            reminders,
            households,
            register,
            sheets,
            rules,
            rulesets,
            gifts,
            redemptions,
            team,
            scheme,
            complaints,
            supervision,
        )
    ]
