"""The register as Excel files: a clean template, an export by household, an export by member."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from sqlalchemy import select

from governance.base.database import AnyRow, db
from governance.village.households import Status, code_of, households
from governance.village.members import members
from governance.village.register.cells import STATUS_IN_SHEETS

BY_HOUSEHOLD = (
    ("序号", 7),
    ("村民小组", 10),
    ("户主姓名", 14),
    ("家庭人口", 10),
    ("门牌号", 18),
    ("联系电话", 16),
    ("居住状态", 12),
    ("是否党员户", 12),
    ("备注", 30),
)
BY_MEMBER = (
    ("户编号", 12),
    ("小组", 8),
    ("户主", 14),
    ("姓名", 14),
    ("与户主关系", 12),
    ("家庭人口", 10),
    ("门牌", 18),
    ("手机号", 16),
    ("状态", 12),
    ("是否党员户", 12),
    ("备注", 30),
)
HINTS = (
    ("村民小组", "必填。1组、一组、第1组、1 都可以。"),
    ("户主姓名", "必填。"),
    ("家庭人口", "0 到 99 的整数。"),
    ("门牌号", "写成 1组1号，就是这一户的户号；写别的地址也行，户号由系统编。"),
    ("联系电话", "11 位手机号，或带区号的座机；没有就空着。"),
    ("居住状态", "常住、外出务工、季节性、空户；空着算常住。"),
    ("是否党员户", "是，或空着。"),
    ("备注", "不超过 200 字。不要写身份证号，系统用不着。"),
    (
        "再次导入",
        "同一户按门牌号认，没有门牌号的按姓名认；空着的格子不改动系统里的资料；表里没有的户不会被注销。",
    ),
    ("一人一行", "也可以一人一行：加上「姓名」「与户主关系」两栏，同一户的格子可以合并。"),
)
TEMPLATE_ROWS = 1000
FORMULA_SIGNS = ("=", "+", "-", "@")
Cells = Sequence[Any]


def template() -> bytes:
    """An empty register with its headings, choices in the cells, and the hints on a second worksheet."""
    book = Workbook()
    worksheet = book.active
    worksheet.title = "农户花名册"
    worksheet.append([heading for heading, _ in BY_HOUSEHOLD])
    _dress(worksheet, BY_HOUSEHOLD)
    for cell in worksheet[1]:
        _dress_heading(cell)
    for column in ("E", "F"):  # as text, or Excel makes 3-17 a date and drops a leading nought
        for row in range(2, TEMPLATE_ROWS + 2):
            worksheet[f"{column}{row}"].number_format = "@"
    for column, choices in (("G", STATUS_IN_SHEETS.values()), ("H", ("是",))):
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        worksheet.add_data_validation(rule)
        rule.add(f"{column}2:{column}{TEMPLATE_ROWS + 1}")
    hints = book.create_sheet("填写说明")
    for hint in HINTS:
        hints.append(hint)
    hints.column_dimensions["A"].width, hints.column_dimensions["B"].width = 14, 80
    return _saved(book)


def export_households(village_id: uuid.UUID) -> bytes:
    """One row a household, with the template's headings: importing it changes nothing."""
    rows = (
        (
            position,
            f"{home.group_no}组",
            home.head,
            home.size,
            home.door,
            home.phone,
            STATUS_IN_SHEETS[Status(home.status)],
            "是" if home.party else "",
            home.note,
        )
        for position, home in enumerate(_open_households(village_id), 1)
    )
    return _written("农户花名册", BY_HOUSEHOLD, rows)


def export_members(village_id: uuid.UUID) -> bytes:
    """One row a member; a household without listed members has one row without a name."""
    return _written("户籍底册", BY_MEMBER, _member_rows(village_id))


def _member_rows(village_id: uuid.UUID) -> Iterable[Cells]:
    families: dict[uuid.UUID, list[tuple[str, str]]] = {}
    for row in db.session.execute(
        select(members.c.household_id, members.c.name, members.c.relation)
        .where(members.c.village_id == village_id)
        .order_by(members.c.household_id, members.c.position)
    ):
        families.setdefault(row.household_id, []).append((row.name, row.relation))
    for home in _open_households(village_id):
        for name, relation in families.get(home.id, [("", "")]):
            yield (
                code_of(home.group_no, home.number),
                f"{home.group_no}组",
                home.head,
                name,
                relation,
                home.size,
                home.door,
                home.phone,
                STATUS_IN_SHEETS[Status(home.status)],
                "是" if home.party else "",
                home.note,
            )


def _open_households(village_id: uuid.UUID) -> Sequence[AnyRow]:
    return db.session.execute(
        select(households)
        .where(households.c.village_id == village_id, households.c.closed_on.is_(None))
        .order_by(households.c.group_no, households.c.number)
    ).all()


def _written(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Cells]) -> bytes:
    book = Workbook(write_only=True)
    worksheet = book.create_sheet(title)
    _dress(worksheet, columns)
    headings = [WriteOnlyCell(worksheet, heading) for heading, _ in columns]
    for cell in headings:
        _dress_heading(cell)
    worksheet.append(headings)
    for row in rows:
        worksheet.append([_safe(worksheet, value) for value in row])
    return _saved(book)


def _safe(worksheet: Any, value: Any) -> Any:
    """A text that begins like a formula is written as text, and stays text when it is edited."""
    if not isinstance(value, str) or not value.startswith(FORMULA_SIGNS):
        return value
    cell = WriteOnlyCell(worksheet)
    cell.value = value
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _dress(worksheet: Any, columns: Sequence[tuple[str, int]]) -> None:
    worksheet.freeze_panes = "A2"
    for position, (_, width) in enumerate(columns, 1):
        worksheet.column_dimensions[get_column_letter(position)].width = width


def _dress_heading(cell: Any) -> None:
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E4EEE7")
    cell.alignment = Alignment(horizontal="center")


def _saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
