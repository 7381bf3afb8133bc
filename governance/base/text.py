"""What people type, made plain: on one line, in lines, or without any space. What nobody sees is no text.

All of them drop control and invisible characters and put accents together. They keep what the fonts and
tables of the day do not know (private use, not yet assigned): a rare character of somebody's name is
never lost without a word.
"""

from __future__ import annotations

import re
import unicodedata

DIGITS = 9  # as many as always fit into a column of 32 bits
LONG_DIGITS = 18  # and into one of 64
LONGEST = 40  # with signs, spaces and noughts in front
PLAIN = str.maketrans("０１２３４５６７８９－−＋", "0123456789--+")
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


def whole(text: str, digits: int = DIGITS) -> int:
    """A whole number as people type it: full-width digits and the true minus count.

    Raises ValueError for anything else, and for more digits than the column holds.
    """
    plain = text[: LONGEST + 1].translate(PLAIN).strip()
    if len(text) > LONGEST or not re.fullmatch(rf"[+-]?0*[0-9]{{1,{digits}}}", plain):
        raise ValueError("no whole number of so few digits")
    return int(plain)


def long_whole(text: str) -> int:
    """`whole` for a column of 64 bits. Raises ValueError."""
    return whole(text, LONG_DIGITS)
