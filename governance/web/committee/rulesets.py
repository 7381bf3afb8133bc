"""The assembly's desk (细则草案): draft a rulebook, compare it, try it on the past quarter, adopt it."""

from __future__ import annotations

from governance.village import rulesets as _rulesets  # noqa: F401
from governance.web.committee.desk import make_desk

door = make_desk("rulesets", __name__, "/rulesets", part_of="rules")
