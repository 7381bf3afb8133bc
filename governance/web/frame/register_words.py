"""A register's faults and changes in words, for the desk and for the shell."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from governance.base.errors import phrase
from governance.village.cleaning import mask_phone
from governance.village.register.rows import Fault
from governance.web.frame.words import name_of, translated

FIELD_NAMES = {
    "head": phrase("户主"),
    "door": phrase("门牌"),
    "size": phrase("家庭人口"),
    "phone": phrase("联系电话"),
    "status": phrase("居住状态"),
    "party": phrase("党员户"),
    "note": phrase("备注"),
    "members": phrase("家庭成员"),
}


def fault_text(fault: Fault) -> str:
    """What is wrong in a cell."""
    return translated(fault.text, fault.values)


def fault_line(fault: Fault) -> str:
    """A fault with its row and column, on one line."""
    where = {"row": fault.row, "column": fault.column}
    return str(gettext("第 %(row)s 行「%(column)s」：%(what)s", what=fault_text(fault), **where))


def field_name(name: str) -> str:
    """A field of the register in words."""
    return str(gettext(FIELD_NAMES[name]))


def value_text(name: str, value: Any) -> str:
    """A field's value as the screen shows it; phones are masked."""
    if name == "status":
        return name_of("status", value)
    if name == "party":
        return str(gettext("是") if value else gettext("否"))
    if name == "phone":
        value = mask_phone(value)
    if name == "members":
        value = "、".join(f"{person}（{bond}）" if bond else person for person, bond in value)
    return str(value if value != "" else gettext("（空）"))
