"""Both languages are complete: every sentence has its English, with the same placeholders."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tools import words

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CHINESE = re.compile(r"[一-鿿]")

sentences = cache(words.find_sentences)


@cache
def catalogue() -> dict[str, str]:
    return words.read_catalogue(words.CATALOGUE.read_bytes())


def test_every_sentence_has_its_english():
    english = catalogue()
    missing = [f"{file}: {text}" for text, file in sentences().items() if not english.get(text)]
    assert not missing, "\n".join(missing)


def test_no_english_is_left_without_its_sentence():
    assert not catalogue().keys() - sentences().keys()


def test_the_catalogue_is_as_make_words_writes_it():
    """So that running it shows what a change added, and nothing else."""
    assert words.write_catalogue(sentences(), catalogue()) == words.CATALOGUE.read_bytes()


def test_make_words_adds_what_is_new_and_drops_what_nobody_says():
    before = {"甲": "one", "乙": "two"}
    written = words.write_catalogue({"丙 %(n)s": "a.py", "乙": "b.py"}, before)
    assert words.read_catalogue(written) == {"丙 %(n)s": "", "乙": "two"}
    assert words.write_catalogue({"乙": "b.py", "丙 %(n)s": "a.py"}, before) == written


def test_placeholders_are_the_same_in_both():
    for chinese, english in catalogue().items():
        assert sorted(set(PLACEHOLDER.findall(chinese))) == sorted(
            set(PLACEHOLDER.findall(english))
        ), chinese


def test_the_english_is_english():
    for chinese, english in catalogue().items():
        if chinese != "中文":
            assert not CHINESE.search(english), english


@pytest.mark.parametrize(
    "template", sorted((words.ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_no_template_has_chinese_outside_a_translation(template):
    """What is left after translations, comments and the words that are data (组, 号) is markup."""
    text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.S)
    text = re.sub(r"_\(\s*(['\"]).*?\1", "", text, flags=re.S)
    left = [
        line.strip()
        for line in text.splitlines()
        if CHINESE.search(re.sub(r"[组号，。（）：；、中文]", "", line))
    ]
    assert not left
