"""Places at the admin door: added below their parent, named, never moved."""

from __future__ import annotations

import pytest


def test_a_new_grid_is_offered_the_next_free_code(app, root, two):
    code = two[0].place.code
    assert f'value="{code}03"' in root.get(f"/admin/place/{code}/add").text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "请填写这一栏"),
        ("62050", "代码应为 6 位数字"),
        ("abcdef", "代码应为 6 位数字"),
        ("６２０５００", "代码应为 6 位数字"),
    ],
)
def test_a_wrong_code_is_told_and_what_was_typed_is_kept(root, code, sentence):
    answer = root.post("/admin/county", data={"code": code, "name": "秦州区"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "秦州区" in answer.text


def test_a_code_that_is_taken_or_not_below_its_parent_is_refused(root, two):
    mine, other = two
    taken = root.post("/admin/county", data={"code": mine.county.code, "name": "别处"})
    assert taken.status_code == 422
    assert "已经有了：秦州区" in taken.text
    astray = root.post(
        f"/admin/place/{mine.county.code}/add",
        data={"code": other.county.code + "300", "name": "别处"},
    )
    assert astray.status_code == 422
    assert "应以上级的代码" in astray.text


def test_a_place_is_renamed_and_keeps_its_code(app, root, two):
    code = two[0].place.code
    assert root.post(f"/admin/place/{code}/name", data={"name": " "}).status_code == 422
    assert root.post(f"/admin/place/{code}/name", data={"name": "新石家村"}).status_code == 303
    assert "新石家村" in root.get(f"/admin/place/{code}").text


def test_nothing_can_be_added_below_a_grid(root, two):
    assert root.get(f"/admin/place/{two[0].grids[0].code}/add").status_code == 404
