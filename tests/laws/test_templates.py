"""The laws of the pages: no inline code (the strict CSP would drop it), labels, words for the translators."""

from __future__ import annotations

import re

import pytest

from tests.laws.sources import HOUSE, TEMPLATES

PAGES = sorted(TEMPLATES.rglob("*.html"))


def text_of(page):
    return page.read_text(encoding="utf-8")


def named(page):
    return str(page.relative_to(TEMPLATES))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_holds_no_inline_style_or_script(page):
    text = re.sub(r"\{#.*?#\}", "", text_of(page), flags=re.S)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.I)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text, re.I)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_loads_nothing_from_elsewhere(page):
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text_of(page))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_form_that_posts_carries_the_token(page):
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text_of(page), re.S | re.I):
        assert re.search(r"csrf|hidden_tag|search_fields", form), form[:200]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_is_short(page):
    assert len(text_of(page).splitlines()) <= 120
    assert len(text_of(page)) <= 16_000


SENTENCE = re.compile(r"""_\(\s*('[^']*'|"[^"]*")""")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_line_is_read_at_a_glance(page):
    """160 characters, unless one sentence alone is as long: sentences are not cut in two."""
    long = [
        line.strip()
        for line in text_of(page).splitlines()
        if len(line) > 160 and max(map(len, SENTENCE.findall(line)), default=0) < 80
    ]
    assert not long


def test_pages_are_short_in_the_middle():
    lengths = sorted(len(text_of(page).splitlines()) for page in PAGES)
    assert lengths[len(lengths) // 2] <= 40


def test_every_page_is_shown_by_a_view_or_another_page():
    said = " ".join(one.read_text(encoding="utf-8") for one in (HOUSE / "web").rglob("*.py"))
    said += " ".join(text_of(page) for page in PAGES)
    assert [named(page) for page in PAGES if named(page) not in said] == []
