"""One word, one meaning (docs/words.md): modules are named by its words, and the screen says its Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.laws.sources import HOUSE, ROOT, modules
from tools import words

PAGE = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
ON_SCREEN, _, TECHNICAL = PAGE.partition("## Technical names")
ROW = re.compile(r"^\| (`.+?`) \|(?: ([^|]+) \|)? [^|]+ \|$", re.M)


def in_code(part: str) -> list[str]:
    return [word for names, _ in ROW.findall(part) for word in re.findall(r"`([^`]+)`", names)]


@cache
def known() -> frozenset[str]:
    return frozenset(form for word in in_code(PAGE) for form in forms(word.replace(" ", "")))


def forms(word: str) -> Iterator[str]:
    yield from (word, word + "s", word + "es")
    if word.endswith("y"):
        yield word[:-1] + "ies"


def is_named(name: str) -> bool:
    """Whether a name is a word of the page, or made of two."""
    return name in known() or any(
        name[:end] in known() and is_named(name[end:].removeprefix("_"))
        for end in range(2, len(name) - 1)
    )


def test_every_module_and_folder_is_named_by_words_of_the_page():
    paths = [path.relative_to(HOUSE).with_suffix("") for path in modules()]
    names = {part for path in paths for part in path.parts} - {"__init__"}
    strange = sorted(name for name in names if not is_named(name))
    assert not strange, f"neither in docs/words.md nor made of two of its words: {strange}"


@pytest.mark.parametrize("name", ["misc", "helpers", "awardmisc", "xhouseholds"])
def test_a_name_that_means_nothing_is_seen(name):
    assert not is_named(name)


def test_every_word_stands_once():
    """A second row would be a second meaning."""
    assert [word for word, count in Counter(in_code(PAGE)).items() if count > 1] == []
    chinese = [said.strip() for _, said in ROW.findall(ON_SCREEN)]
    assert [word for word, count in Counter(chinese).items() if count > 1] == []


def test_every_row_is_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(rows) == len(ROW.findall(PAGE)) > 80


def test_the_screen_says_the_chinese_of_the_page():
    said = "\n".join(words.find_sentences())
    assert [chinese for _, chinese in ROW.findall(ON_SCREEN) if chinese not in said] == []
