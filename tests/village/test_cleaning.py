"""What people type, made plain, or refused with a sentence."""

from __future__ import annotations

import pytest

from governance.base.errors import BadInput
from governance.village import cleaning


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 陈\u3000军莲 ", "陈军莲"),
        ("王 秀 兰", "王秀兰"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("Ｌｉ", "Li"),
        ("\u200b王\ufeff兰", "王兰"),
    ],
)
def test_names_lose_the_spaces_people_align_them_with(typed, name):
    assert cleaning.clean_name(typed) == name


@pytest.mark.parametrize("typed", ["", "  ", "<script>", "=1+1", "王2", "王" * 31, "a\0b2"])
def test_what_is_no_name_is_refused_at_its_field(typed):
    with pytest.raises(BadInput) as refused:
        cleaning.clean_name(typed, "members")
    assert refused.value.field == "members"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("139 8845 8320", "13988458320"),
        ("１５８１７３３８６４０", "15817338640"),
        ("+86 138-0000-0001", "13800000001"),
        ("(0938)8210000", "09388210000"),
        ("", ""),
    ],
)
def test_phones_become_digits(typed, phone):
    assert cleaning.clean_phone(typed) == phone


@pytest.mark.parametrize("typed", ["1380000", "12800000001", "电话", "138000000011"])
def test_what_is_no_phone_is_refused(typed):
    with pytest.raises(BadInput, match="11 位"):
        cleaning.clean_phone(typed)


@pytest.mark.parametrize("typed", ["13809380015/13909380016", "13809380015 13909380016"])
def test_two_phones_in_one_box_are_told_apart_from_a_wrong_one(typed):
    with pytest.raises(BadInput, match="两个电话"):
        cleaning.clean_phone(typed)


def test_a_phone_is_shown_without_its_middle():
    assert (cleaning.mask_phone("13800000001"), cleaning.mask_phone("")) == ("138****0001", "")


@pytest.mark.parametrize(
    "note",
    [
        "620502199001011234",
        "身份证 62050219900101123x",
        "号码：６２０５０２１９９００１０１１２３４。",
    ],
)
def test_an_identity_number_is_never_kept_in_a_note(note):
    with pytest.raises(BadInput, match="身份证号") as refused:
        cleaning.clean_note(note)
    assert refused.value.field == "note"


def test_a_note_keeps_its_lines_and_loses_what_cannot_be_printed():
    assert cleaning.clean_note(" 两\r\n行\0\u200b\t完 ") == "两\n行 完"
    with pytest.raises(BadInput, match="200"):
        cleaning.clean_note("字" * 201)


def test_a_relation_and_a_door_have_their_length():
    for clean, text in ((cleaning.clean_relation, "女" * 21), (cleaning.clean_door, "东" * 61)):
        with pytest.raises(BadInput, match="不超过"):
            clean(text)
