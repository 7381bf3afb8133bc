"""Both languages are complete: every sentence has its English, with the same placeholders."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "governance" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = dict.fromkeys(("_", "gettext", "lazy_gettext", "_l", "phrase", "say"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CHINESE = re.compile(r"[一-鿿]")


@cache
def sentences() -> dict[str, str]:
    """Every sentence of the code and the templates, with the file it stands in."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    found = extract_from_dir(
        str(ROOT),
        method_map=methods,
        keywords=KEYWORDS,
        directory_filter=lambda path: "." not in Path(path).name,
    )
    return {message: file for file, _, message, _, _ in found}


@cache
def catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {one.id: one.string for one in read_po(file) if one.id and not one.fuzzy}


def test_every_sentence_has_its_english():
    english = catalogue()
    missing = [f"{file}: {text}" for text, file in sentences().items() if not english.get(text)]
    assert not missing, "\n".join(missing)


def test_no_english_is_left_without_its_sentence():
    assert not catalogue().keys() - sentences().keys()


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
    "template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
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
