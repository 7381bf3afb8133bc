"""The rule desk: list, add, revise, retire, load; warnings that ask twice; a supervisor who only reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from governance.base import clock
from governance.village.rules.file import read_rules
from governance.village.rules.rulebook import all_rules, retire_rule, rules_in_force, wording_of
from governance.village.rules.wording import same_wording
from tests.factories import make_rule, make_village
from tests.web.pages import hidden


def url(village, path=""):
    return f"/desk/{village.place.code}/rules/{path}"


def typed(**fields):
    return {
        "code": "E01",
        "category": "人居环境",
        "pillar": "自治",
        "behaviour": "垃圾分类合格",
        "unit": "户",
        "shape": "fixed",
        "points": "5",
        "points_min": "",
        "points_max": "",
        "cap_period": "month",
        "cap_count": "4",
        "evidence": "photo",
        "document": "",
        "review": "auto",
        "note": "",
        "since": clock.today().isoformat(),
        "assembly_on": "",
    } | fields


def days(count):
    return clock.today() + timedelta(days=count)


def only(village):
    [rule] = all_rules(village.id)
    return rule


def test_the_list_shows_rules_by_category_and_standing(village, clerk):
    make_rule(
        village,
        code="N1",
        category="人居环境",
        behaviour="现在能记的",
        cap_count=2,
        cap_period="month",
    )
    make_rule(village, code="C1", category="平安建设", behaviour="以后才记的", since=days(3))
    retire_rule(make_rule(village, code="X1", behaviour="早已停用的"), days(0))
    now, coming, ended = (
        clerk.get(url(village, f"?standing={one}")).text for one in ("in_force", "coming", "ended")
    )
    assert "现在能记的" in now
    assert "每月最多 2 次" in now
    assert "以后才记的" in coming
    assert "早已停用的" in ended
    assert "以后才记的" not in now
    assert "早已停用的" not in coming
    assert clerk.get(url(village, "?standing=nonsense")).text.count("现在能记的") == 1


def test_an_empty_rulebook_says_where_to_begin(village, clerk):
    assert "还没有细则" in clerk.get(url(village)).text


def test_a_rule_is_added_from_the_form(village, clerk):
    answer = clerk.post(url(village, "new"), data=typed())
    assert answer.status_code == 303
    rule = only(village)
    assert (rule.code, rule.points_min, rule.cap_count, rule.cap_period, rule.evidence) == (
        "E01",
        5,
        4,
        "month",
        "photo",
    )
    assert rule.made_by is not None
    assert "垃圾分类合格" in clerk.get(answer.location).text


def test_a_range_a_deduction_and_a_document_of_its_own_name(village, clerk):
    fields = {
        "shape": "range",
        "points": "",
        "points_min": "−10",
        "points_max": "-2",
        "cap_period": "",
        "cap_count": "",
    }
    clerk.post(url(village, "new"), data=typed(evidence="other", document="村委会记录", **fields))
    rule = only(village)
    assert (rule.points_min, rule.points_max, rule.cap_count, rule.evidence) == (
        -10,
        -2,
        None,
        "村委会记录",
    )


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("code", {"code": "环01"}),
        ("code", {"code": ""}),
        ("category", {"category": ""}),
        ("behaviour", {"behaviour": "扫"}),
        ("points", {"points": ""}),
        ("points", {"points": "很多"}),
        ("points", {"points": "0"}),
        ("points", {"points": "9" * 5000}),
        ("points_max", {"shape": "range", "points_min": "2"}),
        ("points_min", {"shape": "range", "points_min": "-2", "points_max": "2"}),
        ("cap_count", {"cap_count": ""}),
        ("cap_count", {"cap_count": "0"}),
        ("cap_count", {"cap_period": ""}),
        ("cap_period", {"cap_period": "week"}),
        ("document", {"evidence": "other"}),
        ("review", {"review": "nobody"}),
        ("since", {"since": "明天"}),
        ("since", {"since": ""}),
        ("assembly_on", {"assembly_on": "2999-01-01"}),
    ],
)
def test_a_wrong_field_is_told_at_the_field_and_keeps_what_was_typed(village, clerk, field, fields):
    answer = clerk.post(url(village, "new"), data=typed(note="保留这句话", **fields))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "保留这句话" in answer.text
    assert all_rules(village.id) == []


def test_a_code_in_force_is_told_at_the_code(village, clerk):
    make_rule(village, code="E01")
    answer = clerk.post(url(village, "new"), data=typed(behaviour="另一件好事"))
    assert answer.status_code == 422
    assert "编号 E01 已经有了" in answer.text
    assert "另一件好事" in answer.text


def test_a_harmful_word_is_warned_of_before_and_after_saving(village, clerk):
    fields = typed(behaviour="越级上访的取消低保资格", shape="fixed", points="-5", review="second")
    answer = clerk.post(url(village, "new"), data=fields)
    assert answer.status_code == 422
    assert all_rules(village.id) == []
    for said in (
        "「低保」",
        "「越级」",
        "第三十一条",
        "国办函〔2026〕12号",
        "仍然保存",
        "越级上访的取消低保资格",
    ):
        assert said in answer.text
    saved = clerk.post(url(village, "new"), data=fields | {"anyway": hidden(answer.text, "anyway")})
    assert saved.status_code == 303
    assert "「低保」" in clerk.get(saved.location).text
    assert "有提醒" in clerk.get(url(village)).text


def test_words_changed_after_the_warning_are_warned_of_anew(village, clerk):
    answer = clerk.post(url(village, "new"), data=typed(behaviour="上访的扣分"))
    token = hidden(answer.text, "anyway")
    answer = clerk.post(url(village, "new"), data=typed(behaviour="上访的罚款", anyway=token))
    assert answer.status_code == 422
    assert "「罚款」" in answer.text
    assert all_rules(village.id) == []


def test_a_warning_does_not_hide_a_fault(village, clerk):
    answer = clerk.post(
        url(village, "new"), data=typed(behaviour="上访的扣分", points="0", anyway="x")
    )
    assert 'id="points-error"' in answer.text
    assert all_rules(village.id) == []


def test_a_revision_is_a_new_version_and_the_old_one_stays(village, clerk):
    old = make_rule(village, code="E01", evidence="村委会记录", cap_count=1, cap_period="year")
    form = clerk.get(url(village, f"{old.id}/revise")).text
    assert "村委会记录" in form
    assert 'name="code"' not in form
    answer = clerk.post(url(village, f"{old.id}/revise"), data=typed(points="8"))
    assert answer.status_code == 303
    page = clerk.get(answer.location).text
    assert "第 2 版" in page
    assert "+8" in page
    assert "+5" in page
    older = clerk.get(url(village, str(old.id))).text
    assert "这是旧版本" in older
    assert "停用这条细则" not in older
    assert [rule.points_min for rule in rules_in_force(village.id)] == [8]


def test_a_range_is_filled_in_for_its_revision(village, clerk):
    rule = make_rule(village, points_min=2, points_max=10)
    form = clerk.get(url(village, f"{rule.id}/revise")).text
    assert re.search(r'name="points_max"[^>]*value="10"', form)
    assert re.search(r'name="shape"[^>]*value="range"[^>]*>|checked[^>]*value="range"', form)


def test_a_version_somebody_has_replaced_is_not_revised(village, clerk):
    old = make_rule(village, code="E01")
    for points, status in (("8", 303), ("9", 422)):
        answer = clerk.post(url(village, f"{old.id}/revise"), data=typed(points=points))
        assert answer.status_code == status
    assert "已经有更新的版本" in answer.text
    assert [rule.points_min for rule in rules_in_force(village.id)] == [8]


def test_a_revision_before_the_version_it_replaces_is_told_at_the_date(village, clerk):
    old = make_rule(village, code="E01", since=days(5))
    answer = clerk.post(url(village, f"{old.id}/revise"), data=typed(since=days(2).isoformat()))
    assert answer.status_code == 422
    assert 'id="since-error"' in answer.text


def test_a_rule_is_retired_on_a_day(village, clerk):
    rule = make_rule(village)
    answer = clerk.post(url(village, f"{rule.id}/retire"), data={"until": days(7).isoformat()})
    assert answer.status_code == 303
    assert "停用日期已保存" in clerk.get(answer.location).text
    assert rules_in_force(village.id, days(6)) != []
    assert rules_in_force(village.id, days(7)) == []


@pytest.mark.parametrize("until", ["", "永远", "1900-01-01"])
def test_a_wrong_end_is_told_at_the_date(village, clerk, until):
    rule = make_rule(village)
    answer = clerk.post(url(village, f"{rule.id}/retire"), data={"until": until})
    assert answer.status_code == 422
    assert 'id="until-error"' in answer.text


def test_the_paper_shows_the_rules_in_force_and_the_assemblys_date(village, clerk):
    make_rule(village, behaviour="参加义务劳动", assembly_on=days(-20))
    make_rule(village, behaviour="以后才记的", since=days(9))
    page = clerk.get(url(village, "print")).text
    assert "参加义务劳动" in page
    assert "村民（代表）会议通过" in page
    assert "以后才记的" not in page


def test_the_export_loads_back_and_the_template_downloads(village, clerk):
    make_rule(
        village,
        code="E01",
        behaviour="=1+1 打扫",
        evidence="村委会记录",
        cap_count=2,
        cap_period="quarter",
    )
    answer = clerk.get(url(village, "export.xlsx"))
    assert answer.status_code == 200
    [wording] = read_rules(answer.data).wordings
    assert same_wording(wording, wording_of(only(village)))
    assert clerk.get(url(village, "template.xlsx")).data.startswith(b"PK")


def test_the_supervisor_reads_everything_and_changes_nothing(village, supervisor):
    rule = make_rule(village, code="E01", behaviour="参加义务劳动")
    for path in ("", str(rule.id), "print", "export.xlsx", "template.xlsx"):
        assert supervisor.get(url(village, path)).status_code == 200
    page = supervisor.get(url(village, str(rule.id))).text + supervisor.get(url(village)).text
    for said in ("新增细则", ">修订<", "停用这条细则", "从文件载入"):
        assert said not in page
    for path in ("new", f"{rule.id}/revise", "load"):
        assert supervisor.get(url(village, path)).status_code == 403
        assert supervisor.post(url(village, path), data=typed()).status_code == 403
    for path in (f"{rule.id}/retire", "load/apply"):
        assert (
            supervisor.post(url(village, path), data={"until": days(0).isoformat()}).status_code
            == 403
        )
    assert only(village).until is None


def test_a_rule_of_another_village_is_not_found(village, clerk):
    other = make_rule(make_village())
    for path in (str(other.id), f"{other.id}/revise"):
        assert clerk.get(url(village, path)).status_code == 404
    assert (
        clerk.post(
            url(village, f"{other.id}/retire"), data={"until": days(1).isoformat()}
        ).status_code
        == 404
    )
    assert other.until is None


def test_the_days_of_a_reminder_are_typed_shown_and_kept_by_a_revision(village, clerk):
    minus = typed(evidence="reminder", points="-5", remind_days="10", cap_count="", cap_period="")
    assert clerk.post(url(village, "new"), data=minus).status_code == 303
    rule = only(village)
    assert rule.remind_days == 10
    assert "提醒以后 10 天" in clerk.get(url(village, str(rule.id))).text
    form = clerk.get(url(village, f"{rule.id}/revise")).text
    assert re.search(r'<input[^>]*name="remind_days"[^>]*value="10"', form)
    wrong = clerk.post(url(village, f"{rule.id}/revise"), data=minus | {"remind_days": "91"})
    assert wrong.status_code == 422
    assert "1 到 90 天" in wrong.text
    clerk.post(url(village, f"{rule.id}/revise"), data=minus | {"remind_days": ""})
    assert only(village).remind_days == 7
