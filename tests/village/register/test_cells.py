"""The many ways villages write the same thing in a cell."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.base.errors import BadInput
from governance.village.households import Status
from governance.village.register import cells
from governance.village.register.cells import Door
from governance.village.register.columns import field_of


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "１",
        "一",
        "1组",
        "一组",
        "第1组",
        "第一组",
        " 一 组 ",
        "1 组",
        "１组",
        "石家村1组",
        "1村民小组",
        "一小组",
        "1社",
        "1队",
        "01组",
    ],
)
def test_all_of_these_are_group_one(text):
    assert cells.group_number(text) == 1


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("十组", 10),
        ("十二组", 12),
        ("二十组", 20),
        ("二十一组", 21),
        ("一百零三组", 103),
        ("两组", 2),
        ("一二组", 12),
    ],
)
def test_chinese_numerals_are_counted(text, group):
    assert cells.group_number(text) == group


@pytest.mark.parametrize(
    "text", ["", "组", "甲组", "0组", "1000组", "-1", "1.5组", "1组2组", "十百千"]
)
def test_what_is_no_group_is_refused(text):
    with pytest.raises(BadInput) as refused:
        cells.group_number(text)
    assert "看不出是第几组" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("3组17号", Door("3组17号", 3, 17, 17)),
        ("三组十七号", Door("三组十七号", 3, 17, 17)),
        ("石家村3组 17 号", Door("石家村3组17号", 3, 17, 17)),
        ("３组１７号", Door("3组17号", 3, 17, 17)),
        ("3社17", Door("3社17", 3, 17, 17)),
        ("东街32号", Door("东街32号", hint=32)),
        ("32", Door("32", hint=32)),
        ("东街12-3号", Door("东街12-3号")),
        ("东街", Door("东街")),
        ("东街0号", Door("东街0号")),
        ("3组0号", Door("3组0号")),
        ("3组99999号", Door("3组99999号")),
    ],
)
def test_a_door_says_what_it_contains(text, door):
    assert cells.door(text) == door


def test_a_door_longer_than_any_plate_is_refused():
    with pytest.raises(BadInput, match="不超过 60"):
        cells.door("东" * 61)


@pytest.mark.parametrize(
    ("text", "size"),
    [("4", 4), ("4人", 4), ("４口", 4), ("四人", 4), ("0", 0), (" 4 ", 4), ("十二", 12)],
)
def test_sizes_are_counted(text, size):
    assert cells.size(text) == size


@pytest.mark.parametrize("text", ["-2", "4.5", "很多", "100", "4人5", "人"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(BadInput, match="0 到 99"):
        cells.size(text)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["常住", "在家", ""], Status.RESIDENT),
        (["外出", "外出务工", "长期外出", "在外", " 外出 务工"], Status.AWAY),
        (["季节性", "季节性居住"], Status.SEASONAL),
        (["空户", "空挂户", "空房", "无人居住"], Status.EMPTY),
    ],
)
def test_the_words_for_a_status_are_known(words, status):
    assert {cells.status(word) for word in words} == {status.value}


def test_every_status_is_written_with_a_word_that_is_read_back():
    for status, word in cells.STATUS_IN_SHEETS.items():
        assert cells.status(word) == status.value
    assert set(cells.STATUS_IN_SHEETS) == set(Status)


def test_an_unknown_status_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="季节性"):
        cells.status("不知道")


def test_yes_and_no_have_many_signs():
    assert all(cells.yes_or_no(text) for text in ("是", "√", "Y", "1", "党员户"))
    assert not any(cells.yes_or_no(text) for text in ("否", "", "×", "n", "0", "/"))
    with pytest.raises(BadInput, match="是 或 否"):
        cells.yes_or_no("也许")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("户主姓名", "head"),
        ("户 主", "head"),
        ("联系电话（必填）", "phone"),
        ("*村民小组：", "group"),
        ("与户主关系", "relation"),
        ("家庭人口(人)", "size"),
        ("年收入", None),
        ("", None),
    ],
)
def test_headings_are_known_whatever_stands_around_them(heading, field):
    assert field_of(heading) == field


@given(st.text(max_size=12))
def test_no_cell_ever_breaks_its_reader(text):
    for read in (cells.group_number, cells.door, cells.size, cells.status, cells.yes_or_no):
        with contextlib.suppress(BadInput):
            read(text)
