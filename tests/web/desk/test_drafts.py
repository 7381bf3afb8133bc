"""The assembly's desk: a draft from begin to adoption, its three parts, its paper; a supervisor who only reads."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

from governance.base import clock
from governance.base.database import db
from governance.village.rules import drafts
from governance.village.rules.rulebook import all_rules, rules_in_force
from governance.village.rules.wording import Wording
from tests.factories import make_award, make_draft, make_rule, make_scorer
from tests.village.rules.test_file import shipped
from tests.web.desk.rulesets import begin, begun, edit, only_set, rule_of, typed, url


@pytest.fixture
def clock_at():
    return datetime(2026, 11, 20, 4, tzinfo=UTC)  # the day of the assembly


def decided(**fields):
    return {
        "kind": "adults",
        "held_on": "2026-11-20",
        "called_on": "2026-11-08",
        "entitled": "52",
        "present": "45",
        "votes_for": "43",
        "votes_against": "1",
        "since": "2026-12-01",
        "note": "应到 52 人",
    } | fields


def test_a_desk_without_drafts_says_how_it_goes(village, clerk):
    page = clerk.get(url(village)).text
    assert "还没有草案" in page
    assert "起一份草案" in page
    assert "细则修订" in clerk.get(f"/desk/{village.place.code}/rules/").text


def test_a_draft_begins_as_a_copy_and_changes_nothing_in_force(village, clerk):
    make_rule(village, code="A01", behaviour="参加义务劳动")
    draft = begun(clerk, village)
    page = clerk.get(url(village, str(draft.id))).text
    assert "参加义务劳动" in page
    assert "草案" in page
    assert "没有改动" in clerk.get(url(village, f"{draft.id}/compare")).text
    assert "2027 年积分细则" in clerk.get(url(village)).text
    assert [one.version for one in all_rules(village.id)] == [1]


@pytest.mark.parametrize(
    ("source", "count"), [("empty", 0), ("demo", 29), ("luoyu", 28), ("base100", 9)]
)
def test_a_draft_begins_empty_or_from_a_shipped_template(village, clerk, source, count):
    make_rule(village, code="ZZ1")
    draft = begun(clerk, village, source=source)
    assert len(drafts.rules_of_set(village.id, draft.id)) == count
    page = clerk.get(url(village, str(draft.id))).text
    assert ("文件里的年度基础分没有放进草案" in page) == (source == "base100")


def test_a_draft_begins_from_a_file_of_the_village(village, clerk):
    draft = begun(clerk, village, source="file", file=(io.BytesIO(shipped("demo")), "rules.csv"))
    assert len(drafts.rules_of_set(village.id, draft.id)) == 29


def test_faults_of_a_file_are_listed_by_row_and_no_draft_begins(village, clerk):
    content = "编号,类别,行为,分值\nE01,环境,打扫,五\nE01,,浇花,5\n".encode()
    answer = begin(clerk, village, source="file", file=(io.BytesIO(content), "rules.csv"))
    assert answer.status_code == 422
    for said in ("2 处不对", "分值「五」看不懂", "请填写类别", "2027 年积分细则"):
        assert said in answer.text
    assert drafts.sets_of(village.id) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, 'id="title-error"'),
        ({"title": "甲"}, 'id="title-error"'),
        ({"title": "长" * 61}, 'id="title-error"'),
        ({"source": "file"}, 'id="file-error"'),
        ({"source": "../demo"}, "有几处要改"),
        ({"source": "file", "file": b"PK\x03\x04 broken"}, 'id="file-error"'),
        ({"source": "file", "file": "甲,乙\n1,2\n".encode()}, 'id="file-error"'),
    ],
)
def test_what_no_draft_can_begin_with_is_told_at_the_field(village, clerk, fields, said):
    if "file" in fields:
        fields = fields | {"file": (io.BytesIO(fields["file"]), "rules.csv")}
    answer = begin(clerk, village, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert drafts.sets_of(village.id) == []


def test_a_harmful_word_is_warned_of_while_drafting_and_again_before_adoption(village, clerk):
    draft = begun(clerk, village, source="empty")
    fields = typed(behaviour="越级上访的扣分", points="-5", review="second")
    answer = clerk.post(url(village, f"{draft.id}/add"), data=fields)
    assert answer.status_code == 422
    assert "「越级」" in answer.text or "「上访」" in answer.text
    token = re.search(r'name="anyway" value="([^"]+)"', answer.text)[1]
    assert (
        clerk.post(url(village, f"{draft.id}/add"), data=fields | {"anyway": token}).status_code
        == 303
    )
    assert "有提醒" in clerk.get(url(village, str(draft.id))).text
    refused = clerk.post(url(village, f"{draft.id}/adopt"), data=decided())
    assert refused.status_code == 422
    assert "请先看提醒" in refused.text
    assert all_rules(village.id) == []
    assert (
        clerk.post(url(village, f"{draft.id}/adopt"), data=decided(anyway="y")).status_code == 303
    )
    assert len(all_rules(village.id)) == 1


def test_the_trial_is_told_in_a_sentence_and_by_rule(village, clerk):
    rule = make_rule(village, code="A01")
    scorer = make_scorer(village)
    for home in (0, 0, 1):
        make_award(scorer, village.homes[home], rule, seen_at=datetime(2026, 8, 8, 4, tzinfo=UTC))
    draft = begun(clerk, village)
    edit(clerk, village, draft, "A01", points="8", category="公共参与", behaviour="参加义务劳动")
    page = clerk.get(url(village, f"{draft.id}/trial")).text
    for said in (
        "2026年7月1日 到 2026年9月30日 的 3 条记分试算",
        "记过分的 2 户里，有 2 户会不一样，其中 2 户多得、0 户少得",
        "多得最多的一户多 6 分",
        "合计由 +15 分变为 +24 分",
        "由 15 元变为 24 元",
    ):
        assert said in page
    assert "王秀兰" not in page
    assert "改拿这个季度" not in page


def test_a_trial_on_the_running_quarter_says_so_and_one_without_awards_too(village, clerk):
    rule = make_rule(village, code="A01")
    draft = begun(clerk, village)
    assert "没有可以试算的" in clerk.get(url(village, f"{draft.id}/trial")).text
    make_award(make_scorer(village), village.homes[0], rule)
    clerk.post(url(village, f"{draft.id}/add"), data=typed(code="N01"))
    page = clerk.get(url(village, f"{draft.id}/trial")).text
    assert "改拿这个季度到目前为止的来试算" in page
    assert "新的，没有过去可比" in page


def test_the_paper_marks_the_rules_and_has_lines_for_the_vote(village, clerk):
    make_rule(village, code="A01")
    make_rule(village, code="B01", behaviour="会被去掉的")
    draft = begun(clerk, village)
    edit(clerk, village, draft, "A01", points="8", category="公共参与", behaviour="参加义务劳动")
    clerk.post(url(village, f"{draft.id}/rules/{rule_of(village, draft, 'B01').id}/drop"))
    clerk.post(url(village, f"{draft.id}/add"), data=typed(code="N01"))
    page = clerk.get(url(village, f"{draft.id}/print")).text
    for said in (
        "石家村积分细则（草案）",
        "新增 1 条，改动 1 条，去掉 1 条",
        "分值：+5 → +8",
        "拟去掉的细则",
        "会被去掉的",
        "实到人数",
        "赞成",
        "反对",
        "弃权",
        "主持人（签字）",
        "监督委员（签字）",
    ):
        assert said in page


def test_the_assemblys_decision_puts_the_draft_in_force_from_its_day(village, clerk):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    edit(clerk, village, draft, "A01", points="8", category="公共参与", behaviour="参加义务劳动")
    answer = clerk.post(url(village, f"{draft.id}/adopt"), data=decided())
    assert answer.status_code == 303
    told = "本细则由 2026年11月20日 村民会议（按成年村民）通过：应到 52，实到 45，赞成 43，反对 1；2026年12月1日起生效。"
    page = clerk.get(answer.location).text
    assert "已登记通过。新细则从 2026年12月1日 起生效" in page
    assert told in page
    assert "应到 52 人" in page
    assert "去掉" not in page
    assert told in clerk.get(f"/desk/{village.place.code}/rules/").text
    assert told in clerk.get(url(village, f"{draft.id}/print")).text
    assert [one.points_max for one in rules_in_force(village.id)] == [5]
    with clock.set_to(datetime(2026, 12, 1, 4, tzinfo=UTC)):
        assert [one.points_max for one in rules_in_force(village.id)] == [8]
    compared = clerk.get(url(village, f"{draft.id}/compare")).text
    assert "+8" in compared
    assert "放回" not in compared


def test_adopted_twice_is_once(village, clerk):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    edit(clerk, village, draft, "A01", points="8")
    assert clerk.post(url(village, f"{draft.id}/adopt"), data=decided()).status_code == 303
    again = clerk.post(url(village, f"{draft.id}/adopt"), data=decided())
    assert again.status_code == 409
    assert "已通过" in again.text
    assert len(all_rules(village.id)) == 1
    assert all_rules(village.id)[0].version == 2
    assert "不能再登记" in clerk.get(url(village, f"{draft.id}/adopt")).text


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("held_on", {"held_on": ""}),
        ("held_on", {"held_on": "2026-11-21"}),
        ("present", {"present": ""}),
        ("present", {"present": "0", "votes_for": "0", "votes_against": "0"}),
        ("present", {"present": "9" * 20}),
        ("present", {"present": "很多"}),
        ("votes_for", {"votes_for": "22", "votes_against": "20"}),
        ("votes_for", {"votes_for": "-1"}),
        ("votes_against", {"votes_against": "3"}),
        ("votes_against", {"votes_against": ""}),
        ("since", {"since": "2026-11-19"}),
        ("since", {"since": "明天"}),
        ("note", {"note": "长" * 201}),
    ],
)
def test_a_decision_that_cannot_be_is_told_at_its_field(village, clerk, field, fields):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    answer = clerk.post(url(village, f"{draft.id}/adopt"), data=decided() | fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert only_set(village).state == "draft"


def test_too_few_votes_are_refused_with_the_law(village, clerk):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    page = clerk.post(url(village, f"{draft.id}/adopt"), data=decided(votes_for="22")).text
    assert "至少 23 票" in page
    assert "经到会人员的过半数同意" in page


def test_an_empty_draft_and_one_before_a_coming_version_are_refused(village, clerk):
    draft = begun(clerk, village, source="empty")
    answer = clerk.post(url(village, f"{draft.id}/adopt"), data=decided())
    assert "草案里一条细则也没有" in answer.text
    coming = make_rule(village, code="C01")
    coming.since = clock.today() + clock.days(30)
    db.session.commit()
    drafts.add_draft_rule(village.id, draft.id, Wording("N01", "新", "新的行为", 5, 5))
    answer = clerk.post(url(village, f"{draft.id}/adopt"), data=decided())
    assert answer.status_code == 422
    assert "C01 有一个版本 2026年12月20日 才生效" in answer.text
    assert 'id="since-error"' in answer.text


def test_a_draft_is_given_up_and_only_read_afterwards(village, clerk):
    make_rule(village, code="A01")
    draft = begun(clerk, village)
    rule = rule_of(village, draft, "A01")
    gone = clerk.post(url(village, f"{draft.id}/drop"), follow_redirects=True).text
    assert "已作废" in gone
    page = clerk.get(url(village, str(draft.id))).text
    assert "这份草案已作废" in page
    assert "登记通过" not in page
    for path in ("drop", "put-back", f"rules/{rule.id}/drop"):
        answer = clerk.post(url(village, f"{draft.id}/{path}"), data={"code": "A01"})
        assert answer.status_code == 409
        assert "另起一份草案" in answer.text
    for path in ("add", f"rules/{rule.id}"):
        answer = clerk.post(url(village, f"{draft.id}/{path}"), data=typed())
        assert answer.status_code == 422
        assert "另起一份草案" in answer.text


def test_the_supervisor_reads_all_of_it_and_finds_no_buttons(village, supervisor):
    make_rule(village, code="A01")
    draft, _ = make_draft(village)
    for path in (
        "",
        str(draft.id),
        f"{draft.id}/compare",
        f"{draft.id}/trial",
        f"{draft.id}/print",
    ):
        page = supervisor.get(url(village, path))
        assert page.status_code == 200
        main = page.text.split('<main id="main"', 1)[1].replace(" data-print", "")
        assert "<form" not in main
        assert "登记通过" not in main
    for path in ("new", f"{draft.id}/add", f"{draft.id}/adopt"):
        assert supervisor.get(url(village, path)).status_code == 403


def test_the_pages_speak_english_too(village, clerk):
    make_rule(village, code="A01", pillar="自治")
    draft = begun(clerk, village)
    edit(clerk, village, draft, "A01", points="8")
    clerk.post("/language", data={"language": "en"})
    for path in (
        "",
        "new",
        str(draft.id),
        f"{draft.id}/compare",
        f"{draft.id}/trial",
        f"{draft.id}/print",
        f"{draft.id}/adopt",
        f"{draft.id}/add",
    ):
        assert clerk.get(url(village, path)).status_code == 200, path
