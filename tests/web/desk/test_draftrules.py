"""A rule of a draft: added, changed, dropped and put back in the draft alone; faults at their field."""

from __future__ import annotations

import re

import pytest

from governance.village.rules import drafts
from governance.village.rules.rulebook import all_rules
from tests.factories import make_rule
from tests.moments import NOON
from tests.web.desk.rulesets import begun, edit, rule_of, typed, url


@pytest.fixture
def clock_at():
    return NOON


def test_a_rule_is_added_changed_and_dropped_in_the_draft_alone(village, clerk):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    answer = clerk.post(url(village, f"{draft.id}/add"), data=typed(code="N01"))
    assert answer.status_code == 303
    page = clerk.get(answer.location).text
    assert "打扫门前" in page
    assert "新增" in page
    assert (
        edit(
            clerk, village, draft, "A01", points="9", cap_period="month", cap_count="2"
        ).status_code
        == 303
    )
    assert "有改动" in clerk.get(url(village, str(draft.id))).text
    dropped = clerk.post(
        url(village, f"{draft.id}/rules/{rule_of(village, draft, 'N01').id}/drop"),
        follow_redirects=True,
    )
    assert "N01 已从草案里去掉" in dropped.text
    changed = rule_of(village, draft, "A01")
    assert (changed.points_max, changed.cap_count) == (9, 2)
    assert [one.points_max for one in all_rules(village.id)] == [5]


def test_the_form_of_a_draft_rule_is_filled_and_has_no_dates(village, clerk):
    make_rule(village, code="A01", points_min=2, points_max=10, behaviour="参加义务劳动")
    draft = begun(clerk, village)
    form = clerk.get(url(village, f"{draft.id}/rules/{rule_of(village, draft, 'A01').id}")).text
    assert "参加义务劳动" in form
    assert re.search(r'name="points_max"[^>]*value="10"', form)
    assert 'name="since"' not in form
    assert 'name="code"' not in form
    assert 'name="code"' in clerk.get(url(village, f"{draft.id}/add")).text


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("code", {"code": "环01"}),
        ("code", {"code": "A01"}),
        ("points", {"points": "0"}),
        ("category", {"category": ""}),
        ("cap_count", {"cap_period": "month"}),
        ("points", {"points": ""}),
    ],
)
def test_a_fault_is_told_at_its_field_and_keeps_what_was_typed(village, clerk, field, fields):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    answer = clerk.post(url(village, f"{draft.id}/add"), data=typed(note="保留这句话", **fields))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "保留这句话" in answer.text
    assert len(drafts.rules_of_set(village.id, draft.id)) == 1


def test_the_days_of_a_reminder_are_kept_and_compared(village, clerk):
    make_rule(village, code="M01", points=-5, evidence="reminder", review="second", remind_days=5)
    draft = begun(clerk, village)
    form = clerk.get(url(village, f"{draft.id}/rules/{rule_of(village, draft, 'M01').id}")).text
    assert re.search(r'name="remind_days"[^>]*value="5"', form)
    fields = {"points": "-5", "evidence": "reminder", "review": "second"}
    edit(clerk, village, draft, "M01", remind_days="3", **fields)
    assert rule_of(village, draft, "M01").remind_days == 3
    page = clerk.get(url(village, f"{draft.id}/compare")).text
    assert "5 天" in page
    assert "3 天" in page
