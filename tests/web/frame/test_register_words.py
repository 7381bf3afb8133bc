"""A register's faults and changes in words; phones are masked."""

from __future__ import annotations

import pytest

from governance.base.errors import phrase
from governance.village.register.rows import Fault
from governance.web.frame import register_words


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("head", "王秀兰", "王秀兰"),
        ("head", "", "（空）"),
        ("size", 4, "4"),
        ("phone", "13893812345", "138****2345"),
        ("phone", "", "（空）"),
        ("status", "away", "外出"),
        ("party", True, "是"),
        ("party", False, "否"),
        ("members", [("王秀兰", "户主"), ("汪福", "")], "王秀兰（户主）、汪福"),
        ("members", [], "（空）"),
    ],
)
def test_a_value_is_told_as_the_screen_shows_it(chinese, name, value, text):
    assert register_words.value_text(name, value) == text


def test_a_fault_stands_on_one_line_with_its_row_and_column(chinese):
    fault = Fault(7, "联系电话", phrase("电话「%(text)s」看不懂。"), {"text": "12"})
    assert register_words.fault_line(fault) == "第 7 行「联系电话」：电话「12」看不懂。"


def test_every_field_that_may_change_has_its_name(chinese):
    assert all(register_words.field_name(name) for name in register_words.FIELD_NAMES)
