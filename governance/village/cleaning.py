"""What the register keeps of what people type: names, phones, addresses and notes."""

from __future__ import annotations

import re

from governance.base.errors import BadInput, phrase
from governance.base.text import half_width, unspaced, with_lines

MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def clean_name(value: str, field: str = "head") -> str:
    """A person's name: Chinese characters, letters and the middle dot. Raises BadInput."""
    name = unspaced(value)
    if not name:
        raise BadInput(phrase("请填写姓名。"), field=field)
    if len(name) > 30 or not all(char.isalpha() or char in "·•.-" for char in name):
        raise BadInput(phrase("姓名「%(name)s」里有不该有的字符。"), field=field, name=name[:30])
    return name


def clean_phone(value: str) -> str:
    """A mobile or landline number as digits, or "" for none. Raises BadInput."""
    if len(MOBILE.findall(value)) > 1:
        raise BadInput(phrase("这里写了两个电话，只留一个。"), field="phone")
    phone = re.sub(r"[\s\-—()（）]", "", half_width(value)).removeprefix("+86")
    if phone and not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}", phone):
        raise BadInput(
            phrase("电话「%(phone)s」不对，应为 11 位手机号或带区号的座机。"),
            field="phone",
            phone=phone[:20],
        )
    return phone


def clean_door(value: str) -> str:
    """An address as the plate has it. Raises BadInput."""
    door = unspaced(value)
    if len(door) > 60:
        raise BadInput(phrase("门牌不超过 60 个字。"), field="door")
    return door


def clean_note(value: str) -> str:
    """A note of up to 200 characters, without an identity-card number. Raises BadInput."""
    note = with_lines(value)
    if len(note) > 200:
        raise BadInput(phrase("备注不超过 200 个字。"), field="note")
    if IDENTITY_NUMBER.search(half_width(note)):
        raise BadInput(
            phrase("备注里像是有身份证号。系统用不着，也不保存身份证号，请删去。"), field="note"
        )
    return note


def clean_relation(value: str) -> str:
    """What a member is to the head. Raises BadInput."""
    relation = unspaced(value)
    if len(relation) > 20:
        raise BadInput(phrase("与户主关系不超过 20 个字。"), field="members")
    return relation


TWO_CHARACTERS = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "令狐",
        "慕容",
        "司徒",
        "夏侯",
        "端木",
        "百里",
        "呼延",
        "南宫",
        "长孙",
        "宇文",
        "轩辕",
        "拓跋",
        "万俟",
        "闻人",
        "澹台",
    ]
)  # surnames


def initial_of(name: str) -> str:
    """A child's name as the public reads it: the surname and 某."""
    surname = name[:2] if name[:2] in TWO_CHARACTERS else name[:1]
    return f"{surname}某"


def public_name(head: str, minor: bool) -> str:
    """A household's head as everybody reads the name: one under age by the surname alone."""
    return initial_of(head) if minor else head


def mask_phone(phone: str) -> str:
    """A phone number as screens show it: 138****0001."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else phone
