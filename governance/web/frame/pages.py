"""A long list in pages: which one the address asks for, where it begins, and the links to the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from governance.base.text import whole


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; the first is number 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many stand on the pages before."""
        return (self.number - 1) * self.size

    def pager(self, total: int, view: str, **chosen: Any) -> dict[str, Any]:
        """What the pager of a template needs: `view` shows the other pages of the same choice."""
        return {
            "page": self.number,
            "size": self.size,
            "total": total,
            "page_link": lambda number: url_for(view, page=number, **chosen),
        }


def asked_page(size: int) -> Page:
    """The page the address asks for (`?page=2`): the first unless it says a sensible other."""
    return Page(max(request.args.get("page", 1, type=whole), 1), size)
