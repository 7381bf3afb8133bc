"""The desk of complaints and suggestions (投诉建议)."""

from __future__ import annotations

from governance.affairs import complaints as _complaints  # noqa: F401
from governance.web.committee.desk import make_desk

door = make_desk("complaints", __name__, "/complaints")
