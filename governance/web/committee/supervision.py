"""The supervision desk (监督): samples, consistency, who did what."""

from __future__ import annotations

from governance.affairs import samples as _samples  # noqa: F401
from governance.web.committee.desk import make_desk

door = make_desk("supervision", __name__, "/supervision")
