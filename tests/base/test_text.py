"""What people type, made plain: one behaviour, whatever room asks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.base.text import half_width, one_line, unspaced, with_lines


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  参加\t 义务\r\n劳动 ", "参加 义务 劳动"),
        ("东风\u3000大米", "东风 大米"),
        ("a\u2028b\x1cc", "a b c"),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_a_title_is_one_line_with_single_spaces(typed, line):
    assert one_line(typed) == line


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("大米 \u200b", "大米"),  # gifts kept the space before it: two gifts of one name
        ("大米 \u200b 10斤", "大米 10斤"),  # both kept two spaces
        ("e\u200b\u0301", "é"),  # rules put accents together before what stood between had gone
        ("\u200b\ufeff\u202e", ""),
    ],
)
def test_what_nobody_sees_leaves_no_trace(typed, line):
    assert one_line(typed) == line


@pytest.mark.parametrize("rare", ["\ue863", "\U000323af", "𰻝"])
def test_a_rare_character_is_never_lost(rare):
    """Private use (as old GB fonts write rare names), not yet assigned, and far out: both tidies dropped the first two."""
    for plain in (one_line, with_lines, unspaced):
        assert plain(f"王{rare}") == f"王{rare}"


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (" 两\r\n行\0\u200b\t完 ", "两\n行 完"),
        ("一\r二\x0b三\u2029四\n\n五", "一\n二\n三\n四\n\n五"),
        ("\u200b \n", ""),
    ],
)
def test_what_is_written_at_length_keeps_its_lines(typed, lines):
    assert with_lines(typed) == lines


def test_names_and_phones_lose_all_spaces_and_become_half_width():
    assert unspaced(" 王 秀\u3000兰\n１３８ \u200b") == "王秀兰138"
    assert half_width("Ｅ０３－ａ") == "E03-a"


@given(st.text(max_size=40))
@pytest.mark.parametrize("plain", [one_line, with_lines, unspaced])
def test_twice_is_once_and_nothing_invisible_is_left(plain, text):
    once = plain(text)
    assert plain(once) == once == once.strip()
    left = {unicodedata.category(char) for char in once if char != "\n"}
    assert not left & {"Cc", "Cf", "Cs"}
    assert plain is with_lines or "\n" not in once
