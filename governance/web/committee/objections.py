"""The objection desk (异议): what households disagree with, and the answers."""

from __future__ import annotations

from governance.affairs import objections as _objections  # noqa: F401
from governance.web.committee.desk import make_desk

door = make_desk("objections", __name__, "/objections")
