"""Rule files at the desk: looked at, warned of, loaded whole; faults by row and column."""

from __future__ import annotations

import io
import re

import pytest

from governance.base import clock
from governance.village import scheme
from governance.village.rules.rulebook import all_rules, rules_in_force
from tests.factories import make_rule
from tests.village.rules.test_file import shipped
from tests.web.pages import hidden


def url(village, path=""):
    return f"/desk/{village.place.code}/rules/{path}"


def only(village):
    [rule] = all_rules(village.id)
    return rule


def upload(clerk, village, content, name="rules.csv", **fields):
    return clerk.post(
        url(village, "load"),
        data={"file": (io.BytesIO(content), name), "since": clock.today().isoformat()} | fields,
        content_type="multipart/form-data",
    )


def apply(clerk, village, preview, **fields):
    data = {"text": hidden(preview, "text"), "since": clock.today().isoformat(), "assembly_on": ""}
    return clerk.post(url(village, "load/apply"), data=data | fields)


def upload_and_apply(clerk, village, text):
    assert apply(clerk, village, upload(clerk, village, text.encode()).text).status_code == 303


SHIPPED_RULES = [("demo", 29), ("luoyu", 28), ("base100", 9)]


@pytest.mark.parametrize(("name", "count"), SHIPPED_RULES)
def test_a_shipped_template_is_looked_at_and_then_loaded(village, clerk, name, count):
    preview = clerk.post(
        url(village, "load"), data={"shipped": name, "since": clock.today().isoformat()}
    )
    assert preview.status_code == 200
    assert f"<b>{count}</b>" in preview.text
    assert all_rules(village.id) == []
    assert apply(clerk, village, preview.text).status_code == 303
    assert len(rules_in_force(village.id)) == count
    again = clerk.post(
        url(village, "load"), data={"shipped": name, "since": clock.today().isoformat()}
    )
    assert "没有要载入的" in again.text


def test_a_file_is_previewed_with_what_it_adds_revises_and_leaves(village, clerk):
    upload_and_apply(
        clerk, village, "编号,类别,行为,分值\nE01,环境,打扫门前,5\nE02,环境,浇花种草,2\n"
    )
    preview = upload(
        clerk,
        village,
        "编号,类别,行为,分值,颜色\nE01,环境,打扫屋后,6,红\nE02,环境,浇花种草,2,\nE03,环境,植树造林,9,\n".encode(),
    ).text
    assert re.findall(r"<b>(\d+)</b>", preview) == ["1", "1", "1"]
    assert "原来：打扫门前" in preview
    assert "原来：+5" in preview
    assert "没有用到：颜色" in preview
    assert len(all_rules(village.id)) == 2
    assert apply(clerk, village, preview).status_code == 303
    assert {rule.code: rule.version for rule in all_rules(village.id)} == {
        "E01": 2,
        "E02": 1,
        "E03": 1,
    }


def test_faults_of_a_file_are_listed_by_row_and_column(village, clerk):
    answer = upload(clerk, village, "编号,类别,行为,分值\nE01,环境,打扫,五\nE01,,浇花,5\n".encode())
    assert answer.status_code == 422
    for said in ("2 处不对", "分值「五」看不懂", "请填写类别"):
        assert said in answer.text
    assert all_rules(village.id) == []


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\x00\x01", "甲,乙\n1,2\n".encode()]
)
def test_an_unreadable_file_is_told_at_the_file(village, clerk, content):
    answer = upload(clerk, village, content)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_no_file_no_date_and_an_unknown_template_are_told(village, clerk):
    today = clock.today().isoformat()
    assert 'id="file-error"' in clerk.post(url(village, "load"), data={"since": today}).text
    assert 'id="since-error"' in upload(clerk, village, shipped("demo"), since="").text
    assert (
        clerk.post(url(village, "load"), data={"since": today, "shipped": "../demo"}).status_code
        == 422
    )


def test_a_file_with_harmful_words_is_loaded_only_after_a_tick(village, clerk):
    preview = upload(clerk, village, "编号,类别,行为,分值\nE51,平安,越级上访,-5\n".encode()).text
    assert "「越级」" in preview
    refused = apply(clerk, village, preview)
    assert refused.status_code == 422
    assert "请先看提醒" in refused.text
    assert all_rules(village.id) == []
    assert apply(clerk, village, refused.text, anyway="y").status_code == 303
    assert "「越级」" in clerk.get(url(village, str(only(village).id))).text


def test_a_revision_before_its_rule_is_told_at_the_date(village, clerk):
    make_rule(village, code="E01", since=clock.today() + clock.days(9))
    answer = upload(clerk, village, "编号,类别,行为,分值\nE01,环境,打扫门前,5\n".encode())
    assert answer.status_code == 422
    assert 'id="since-error"' in answer.text


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "乱,七\n八,糟\n"}, {"since": ""}, {"since": "x"}]
)
def test_a_spoilt_preview_loads_nothing(village, clerk, fields):
    preview = upload(clerk, village, shipped("demo")).text
    assert apply(clerk, village, preview, **fields).status_code == 422
    assert all_rules(village.id) == []


def test_a_base_file_sets_the_scheme(village, clerk):
    preview = clerk.post(
        url(village, "load"), data={"shipped": "base100", "since": clock.today().isoformat()}
    ).text
    page = clerk.get(apply(clerk, village, preview).location).text
    assert "基础分定为 100 分" in page
    assert scheme.find_scheme(village.id).base == 100
