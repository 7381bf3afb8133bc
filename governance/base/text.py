"""What people type, made plain: on one line, in lines, or without any space. What nobody sees is no text.

All of them drop control and invisible characters and put accents together. They keep what the fonts and
tables of the day do not know (private use, not yet assigned): a rare character of somebody's name is
never lost without a word.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = ("Cc", "Cf", "Cs")  # control, format (zero width, direction), halves of a character


def printable(text: str) -> str:
    """Text without control and invisible characters: no database, file or printer wants those."""
    return "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in INVISIBLE
    )


def half_width(text: str) -> str:
    """Digits, letters and signs as a Chinese keyboard writes them wide, made plain."""
    return unicodedata.normalize("NFKC", text)


def one_line(text: str) -> str:
    """A title or a name of things: any white space is one space."""
    seen = printable(" ".join(text.split()))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def with_lines(text: str) -> str:
    """What somebody writes at length: its line breaks stay, a tab is a space."""
    seen = printable("\n".join(text.splitlines()).replace("\t", " "))
    return unicodedata.normalize("NFC", seen).strip()


def unspaced(text: str) -> str:
    """Half width and no white space at all: names and phones, which people align with spaces."""
    plain = printable(re.sub(r"\s+", "", half_width(text)))
    return half_width(plain)  # an accent may now stand beside a letter
