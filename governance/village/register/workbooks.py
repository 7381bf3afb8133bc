"""The register as Excel files: a clean template, an export by household, an export by member."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from governance.base.database import AnyRow, db
from governance.base.workbooks import Table, write_book
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
CHOICES = {"居住状态": tuple(STATUS_IN_SHEETS.values()), "是否党员户": ("是",)}
AS_TEXT = ("门牌号", "联系电话")  # or Excel makes 3-17 a date and drops a leading nought


def template() -> bytes:
    """An empty register with its headings, choices in the cells, and the hints on a second worksheet."""
    return write_book(
        Table("农户花名册", BY_HOUSEHOLD, as_text=AS_TEXT, choices=CHOICES),
        Table("填写说明", (("栏", 14), ("怎么填", 80)), HINTS),
    )


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
    return write_book(Table("农户花名册", BY_HOUSEHOLD, rows))


def export_members(village_id: uuid.UUID) -> bytes:
    """One row a member; a household without listed members has one row without a name."""
    return write_book(Table("户籍底册", BY_MEMBER, _member_rows(village_id)))


def _member_rows(village_id: uuid.UUID) -> Iterable[Sequence[object]]:
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
