"""The wall sheet (张贴): a notice's lines laid out on paper, two blocks side by side, forty households a page at most.

Measured in millimetres of A4; A3 is the same page, larger.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from governance.affairs.publicity.hanging import Mark, Shown

SIZES = ("a4", "a3")
ROWS = 20  # in a block
TALL = 186.0  # of a block's rows
LINE, PADDING = 4.9, 2.2  # of a row
NAME, DEED = 4.0, 9.6  # characters in a line of the columns


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: the lines of its left and right block."""

    left: Sequence[Shown]
    right: Sequence[Shown]


def lay_out(lines: Sequence[Shown]) -> list[Page]:
    """As few pages as hold the lines, in order and evenly filled: no last page with a single line."""
    fewest = len(_blocks(lines, ROWS)) + 1 >> 1
    rows = next(one for one in range(1, ROWS + 1) if len(_blocks(lines, one)) <= 2 * fewest)
    blocks = _blocks(lines, rows)
    pages = [
        Page(blocks[start], blocks[start + 1] if start + 1 < len(blocks) else [])
        for start in range(0, len(blocks), 2)
    ]
    if pages:
        pages[-1] = _balanced([*pages[-1].left, *pages[-1].right])
    return pages


def _blocks(lines: Sequence[Shown], rows: int) -> list[list[Shown]]:
    blocks: list[list[Shown]] = []
    tall = 0.0
    for line in lines:
        height = height_of(line)
        if not blocks or len(blocks[-1]) == rows or tall + height > TALL:
            blocks.append([])
            tall = 0.0
        blocks[-1].append(line)
        tall += height
    return blocks


def _balanced(lines: list[Shown]) -> Page:
    """Split where the taller block is least tall; a single line stands alone."""
    heights = [height_of(line) for line in lines]
    total, left = sum(heights), 0.0
    for place, height in enumerate(heights):
        left += height
        if left >= total - left:
            return Page(lines[: place + 1], lines[place + 1 :])
    return Page(lines, [])


def height_of(line: Shown) -> float:
    """How tall a row becomes: its longest cell wrapped."""
    most = max(ceil(_wide(line.name) / NAME), _lines(line.behaviour + _suffix(line)), 1)
    return most * LINE + PADDING


PHRASES = re.compile("(?<=[、，；。）])|(?=（)")


def _lines(text: str) -> int:
    """How many lines a rule's name takes: it breaks at its punctuation, and inside a phrase only where it must."""
    lines, used = 1, 0.0
    for wide in map(_wide, PHRASES.split(text)):
        if used and used + wide > DEED:
            lines, used = lines + 1, 0.0
        lines += max(ceil(wide / DEED) - 1, 0)
        used = wide % DEED if wide > DEED else used + wide
    return lines


def _suffix(line: Shown) -> str:
    """About as long as what the sheet adds to the behaviour."""
    counted = "（10户）" if line.households > 1 else ""
    marked = "（经异议核实不予入账）" if line.mark in SAID else ""
    return counted + marked


SAID = (Mark.OBJECTED, Mark.REJECTED, Mark.REVERSED)  # on paper; how the rest is booked is not


def _wide(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.6 for one in text)
