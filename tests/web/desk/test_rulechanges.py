"""What a draft changes, told in words before and after."""

from __future__ import annotations

import re

import pytest

from tests.factories import make_rule
from tests.moments import NOON
from tests.web.desk.rulesets import begun, edit, rule_of, typed, url


@pytest.fixture
def clock_at():
    return NOON


def test_the_comparison_shows_before_and_after_in_words_and_puts_back(village, clerk):
    make_rule(village, code="A01", pillar="自治", note="旧说明")
    make_rule(village, code="B01", behaviour="会被去掉的", category="平安建设")
    draft = begun(clerk, village)
    edit(
        clerk,
        village,
        draft,
        "A01",
        points="8",
        cap_period="month",
        cap_count="2",
        evidence="photo",
        review="second",
    )
    clerk.post(url(village, f"{draft.id}/rules/{rule_of(village, draft, 'B01').id}/drop"))
    clerk.post(url(village, f"{draft.id}/add"), data=typed(code="N01", behaviour="新添的一条"))
    page = clerk.get(url(village, f"{draft.id}/compare")).text
    assert re.findall(r"<b>(\d+)</b>条", page) == ["1", "1", "1", "0"]
    for said in (
        "不封顶",
        "每月最多 2 次",
        "+5",
        "+8",
        "无需凭据",
        "照片",
        "当场入账",
        "两人审核",
        "自治",
        "旧说明",
        "参加义务劳动",
        "新添的一条",
        "会被去掉的",
    ):
        assert said in page
    back = clerk.post(
        url(village, f"{draft.id}/put-back"), data={"code": "B01"}, follow_redirects=True
    )
    assert "B01 已放回草案" in back.text
    assert re.findall(r"<b>(\d+)</b>条", back.text) == ["1", "1", "0", "1"]
    again = clerk.post(url(village, f"{draft.id}/put-back"), data={"code": "B01"})
    assert again.status_code == 409
    assert "草案里已经有 B01" in again.text
    assert clerk.post(url(village, f"{draft.id}/put-back")).status_code == 404
