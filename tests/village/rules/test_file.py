"""Rule files: every published shape is read, every fault named by row and column, what is written reads back."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from governance.base.errors import BadInput, HemeiError
from governance.base.worksheets.csv import decode
from governance.base.worksheets.reading import TableTooLong
from governance.base.worksheets.worksheet import UnreadableFile
from governance.village.rules.file import (
    MOST_RULES,
    FaultyRuleFile,
    read_rules,
    to_text,
    write_rules,
    write_template,
)
from governance.village.rules.wording import PILLARS, Period, Review, Wording, clean
from tests.tables import may_compute

RULES = Path(__file__).parents[3] / "governance" / "data" / "rules"


def shipped(name):
    return (RULES / f"{name}.csv").read_bytes()


def read(text):
    return read_rules(text.encode())


def sheet(rows, merged=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(text):
    with pytest.raises(FaultyRuleFile) as refusal:
        read(text)
    return [(one.row, one.column, one.what % one.values) for one in refusal.value.faults]


def one(text):
    [wording] = read(text).wordings
    return wording


def test_the_demo_rules_are_read_whole():
    rules = {rule.code: rule for rule in read_rules(shipped("demo")).wordings}
    assert len(rules) == 29
    assert (rules["W04"].points_min, rules["W04"].points_max) == (2, 10)
    assert (rules["P01"].cap_count, rules["P01"].cap_period) == (1, "event")
    assert (rules["E51"].points_min, rules["E51"].cap_count, rules["E51"].note) == (
        -5,
        None,
        "需先提醒",
    )
    assert (rules["E03"].evidence, rules["E03"].review, rules["E03"].pillar) == (
        "photo",
        "first",
        "自治",
    )


def test_the_luoyu_rules_keep_the_documents_words_and_get_a_usual_review():
    file = read_rules(shipped("luoyu"))
    by_name = {rule.behaviour: rule for rule in file.wordings}
    assert len(file.wordings) == 28
    assert {rule.code for rule in file.wordings} == {""}
    assert by_name["志愿服务"].evidence == "照片或管理员确认"
    assert by_name["党日活动签到"].review == "first"
    assert by_name["组织生活参与"].review == "second"
    assert by_name["参与赌博"].review == "second"


def test_the_base_row_sets_the_base_and_is_no_rule():
    file = read_rules(shipped("base100"))
    assert file.base == 100
    assert "年度基础分" not in {rule.behaviour for rule in file.wordings}
    monthly = next(rule for rule in file.wordings if rule.behaviour == "评为最清洁户")
    assert (monthly.cap_count, monthly.cap_period) == (1, "month")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_csv_is_read_in_every_encoding_offices_use(encoding):
    text = "编号,类别,四治,行为,单位,分值,封顶次数,封顶期限,凭据,审核,备注\nE01,人居环境,自治,垃圾分类,户,1,4,每月,照片,当场入账,\n"
    wording = read_rules(text.encode(encoding)).wordings[0]
    assert (wording.category, wording.evidence, wording.cap_period, wording.review) == (
        "人居环境",
        "photo",
        "month",
        "auto",
    )


def test_a_village_sheet_with_title_blank_rows_and_merged_categories_is_read():
    data = sheet(
        [
            ["石家村积分细则（2026年）"],
            [],
            ["序号", "类 别", "积分事项", "分值（分）", "凭证"],
            [1, "人居环境", "打扫门前", 5, "照片"],
            [2, None, "垃圾分类", "２", None],
            [],
            [3, "乡风文明", "大操大办", "－１０分", "会议记录"],
        ],
        ["A1:E1", "B4:B5"],
    )
    file = read_rules(data)
    assert [(rule.category, rule.behaviour, rule.points_min) for rule in file.wordings] == [
        ("人居环境", "打扫门前", 5),
        ("人居环境", "垃圾分类", 2),
        ("乡风文明", "大操大办", -10),
    ]
    assert [rule.evidence for rule in file.wordings] == ["photo", "none", "minutes"]
    assert file.unused == ["序号"]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("5", (5, 5)),
        ("+5", (5, 5)),
        ("-5", (-5, -5)),
        ("−5", (-5, -5)),
        ("5.0", (5, 5)),
        ("5分", (5, 5)),
        ("2..10", (2, 10)),
        ("2-10", (2, 10)),
        ("2～10", (2, 10)),
        ("2至10分", (2, 10)),
        ("10..2", (2, 10)),
        ("-10..-5", (-10, -5)),
        ("-5至-10", (-10, -5)),
    ],
)
def test_points_are_understood_as_villages_write_them(text, points):
    wording = one(f"类别,行为,分值\n环境,打扫卫生,{text}\n")
    assert (wording.points_min, wording.points_max) == points


def test_every_fault_is_named_by_row_and_column_and_nothing_is_read():
    found = faults(
        "编号,类别,四治,行为,分值,封顶次数,封顶期限,审核\n"
        "E01,环境,自治,打扫,五分,两次,每周,随便\n"
        "E02,环境,人治,打扫,5,,,\n"
        "\n"
        "E03,,自治,打扫,5,,,\n"
        "E04,环境,自治,打扫,0,,,\n"
        "E05,环境,自治,打扫,5,3,,\n"
        "环06,环境,自治,打扫,5,,,\n"
        "E07,环境,自治,打扫,,,,\n"
        "E08,环境,自治,打扫,5,,,\n"
        "e08,环境,自治,打扫,5,,,\n"
    )
    assert [(row, column) for row, column, _ in found] == [
        (2, "分值"),
        (2, "封顶次数"),
        (2, "封顶期限"),
        (2, "审核"),
        (3, "四治"),
        (5, "类别"),
        (6, "分值"),
        (7, "封顶次数"),
        (8, "编号"),
        (9, "分值"),
        (11, "编号"),
    ]
    assert found[0][2] == "分值「五分」看不懂，请写 5、-5，或者 2..10。"
    assert found[-1][2] == "和第 10 行重复。"


def test_the_same_act_twice_without_codes_is_a_fault():
    assert faults("类别,行为,分值\n环境,打扫,5\n环境,打扫,6\n") == [(3, "行为", "和第 2 行重复。")]


@pytest.mark.parametrize("value", ["0", "1001", "80..100", "很多", ""])
def test_a_wrong_base_is_a_fault(value):
    assert [
        (row, column) for row, column, _ in faults(f"类别,行为,分值\n基础,年度基础分,{value}\n")
    ] == [(2, "分值")]


def test_two_bases_are_a_fault():
    assert faults("类别,行为,分值\n基础,甲乙,80\n基础,丙丁,100\n") == [
        (3, "类别", "基础分只能有一行。")
    ]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "行为,分值\n打扫,5\n", "甲,乙,丙\n1,2,3\n", "类别,行为,分值\n"]
)
def test_a_file_without_rules_or_headings_is_refused_with_a_sentence(text):
    with pytest.raises(BadInput) as refusal:
        read(text)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 no xls", b"\x00\x01\x02", b"\xff\xfe\x00", b"\x81"],
)
def test_a_damaged_file_is_refused_with_a_sentence(data):
    with pytest.raises(UnreadableFile):
        read_rules(data)


def test_a_file_of_endless_rows_is_refused():
    rows = "".join(f"环境,打扫{number},5\n" for number in range(MOST_RULES + 30))
    with pytest.raises(TableTooLong):
        read("类别,行为,分值\n" + rows)
    with pytest.raises(TableTooLong):
        read_rules(
            sheet(
                [
                    ["类别", "行为", "分值"],
                    *[["环境", f"打扫{number}", 5] for number in range(MOST_RULES + 30)],
                ]
            )
        )


words = st.text(st.characters(whitelist_categories=("L", "N", "P")), min_size=2, max_size=12)


@st.composite
def wordings(draw):
    low, high = draw(st.sampled_from([(1, 1), (2, 10), (-5, -5), (-10, -2), (1000, 1000)]))
    cap = draw(
        st.sampled_from([(None, None), *((n, period.value) for n in (1, 4) for period in Period)])
    )
    return clean(
        Wording(
            code=draw(st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True)),
            category=draw(words),
            behaviour=draw(words),
            unit=draw(st.sampled_from(["", "户", "人次"])),
            points_min=low,
            points_max=high,
            cap_count=cap[0],
            cap_period=cap[1],
            pillar=draw(st.sampled_from(["", *PILLARS])),
            evidence=draw(
                st.sampled_from(["none", "photo", "minutes", "村委确认", "照片或双方确认", "=1+1"])
            ),
            review=draw(st.sampled_from(list(Review))).value,
            note=draw(st.sampled_from(["", "注", "@now", "-1"])),
        )
    )


@settings(max_examples=60, deadline=None)
@given(
    rules=st.lists(wordings(), min_size=1, max_size=6, unique_by=lambda rule: rule.code),
    base=st.sampled_from([0, 80]),
)
def test_what_is_written_reads_back_the_same(rules, base):
    for data in (
        write_rules(rules, base),
        to_text(rules, base).encode(),
        to_text(rules, base).encode("gb18030"),
    ):
        file = read_rules(data)
        assert file.wordings == rules
        assert file.base == (base or None)


def test_no_cell_of_an_export_is_a_formula():
    rule = Wording("E01", "=环境", "=1+1", 5, 5, note="=cmd|' /C calc'!A0")
    assert may_compute(write_rules([rule, replace(rule, code="E02", note="-1+1")])) == []


def test_the_template_has_the_headings_and_explains_each():
    book = load_workbook(io.BytesIO(write_template()))
    headings = [cell.value for cell in book["积分细则"][1]]
    assert headings == [row[0].value for row in book["填写说明"].iter_rows(min_row=2)]
    with pytest.raises(BadInput, match="没有细则"):
        read_rules(write_template())


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(
            lambda text: ("类别,行为,分值,封顶次数,封顶期限\n" + text).encode()
        ),
        st.binary(max_size=200).map(lambda junk: b"PK\x03\x04" + junk),
        st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6).map(
            lambda rows: "\n".join(
                ",".join(row) for row in [["类别", "行为", "分值", "编号", "审核", "凭据"], *rows]
            ).encode()
        ),
    )
)
def test_whatever_is_handed_in_is_read_or_refused(data):
    with contextlib.suppress(HemeiError):
        assert len(read_rules(data).wordings) <= MOST_RULES + 20


def test_text_with_a_byte_order_mark_keeps_its_own_encoding():
    assert decode("表".encode("utf-8-sig")) == "表"
    assert decode("表".encode("utf-16")) == "表"
    assert decode("表".encode("gbk")) == "表"


@pytest.mark.parametrize(
    ("typed", "days"), [("", 7), ("10", 10), ("１０天", 10), ("14.0", 14), ("90日", 90)]
)
def test_the_days_of_a_reminder_are_read(typed, days):
    text = f"编号,类别,行为,分值,凭据,提醒天数\nE51,人居环境,乱堆乱倒,-5,提醒单,{typed}\n"
    assert (one(text).evidence, one(text).remind_days) == ("reminder", days)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("一周", "天数「一周」应为整数。"),
        ("0", "整改期限应为 1 到 90 天。"),
        ("91", "整改期限应为 1 到 90 天。"),
    ],
)
def test_wrong_days_of_a_reminder_are_named(typed, told):
    text = f"编号,类别,行为,分值,凭据,提醒天数\nE51,人居环境,乱堆乱倒,-5,提醒单,{typed}\n"
    assert faults(text) == [(2, "提醒天数", told)]


def test_days_without_a_reminder_are_left_out():
    text = "编号,类别,行为,分值,凭据,提醒天数\nE01,人居环境,打扫,5,照片,9\n"
    assert one(text).remind_days is None


def test_the_days_of_a_reminder_are_written_and_read_back():
    rule = clean(
        Wording("E51", "人居环境", "乱堆乱倒", -5, -5, evidence="reminder", remind_days=10)
    )
    assert read_rules(write_rules([rule])).wordings[0].remind_days == 10
    assert read(to_text([rule], None)).wordings[0].remind_days == 10
