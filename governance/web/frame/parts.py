"""A print of thousands comes in parts: no page grows with the village, and no printer swallows 600 sheets at once."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from governance.base.text import whole


@dataclass(frozen=True, slots=True)
class Part:
    """As much of a print as is laid out at a time; the first is number 1."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many parts there are."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many stand in the parts before."""
        return (self.number - 1) * self.size

    def link(self, number: int) -> str:
        """The address of another part of the same print."""
        chosen = request.args.to_dict() | {"part": str(number)}
        return f"{request.script_root}{request.path}?{urlencode(chosen)}"


def asked_part(total: int, size: int) -> Part:
    """The part that the address asks for (`?part=2`), the first unless it says a sensible other."""
    first = Part(1, size, total)
    asked = request.args.get("part", 1, type=whole)
    return Part(min(max(asked, 1), first.count), size, total)
