"""The notice desk (公示): make a notice, look at it, post it, take it down."""

from __future__ import annotations

from governance.affairs import notices as _notices  # noqa: F401
from governance.web.committee.desk import make_desk

door = make_desk("notices", __name__, "/notices")
