"""The objection desk: by their day, answered by the uninvolved, entered for those who came; supervision has the last word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.affairs import acts
from governance.affairs.awards import checking
from governance.affairs.awards.life import get_award
from governance.affairs.publicity import answering
from governance.affairs.publicity.answering import Answer
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import book
from governance.village.kin import declare_kin
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_filed,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
    sign_in,
)
from tests.moments import MONDAY
from tests.web.desk.disputes import answer, state, url


@pytest.fixture
def clock_at():
    return MONDAY


@pytest.fixture
def homes():
    return 3


@pytest.fixture
def village(village):
    village.scorer = make_scorer(village)
    return village


def test_the_desk_shows_the_undecided_first_with_the_days_left(village, home, clerk):
    make_objection(village, home)
    with clock.set_to(datetime(2026, 3, 5, 2, tzinfo=UTC)):
        second = make_objection(village, village.homes[1], "扫雪没有记")
        answering.decide(village.id, village.clerk.id, second.id, Answer(False, "查过了"))
    page = clerk.get(url(village, "")).text
    assert "还有 7 个工作日" in page
    assert page.index("2026年第1号") < page.index("2026年第2号")
    assert "1 件等答复" in page
    with clock.set_to(datetime(2026, 3, 13, 2, tzinfo=UTC)):
        late = clerk.get(url(village, "")).text
        assert "已超期 2 个工作日" in late
        assert "有 1 件超过了答复期限" in late
    with clock.set_to(datetime(2026, 3, 11, 2, tzinfo=UTC)):
        assert "今天到期" in clerk.get(url(village, "")).text


def test_an_empty_desk_and_odd_pages_are_shown(village, clerk):
    for page in ("", "?page=x", "?page=99999999999999999999", "?page=-1"):
        assert "没有异议" in clerk.get(url(village, page)).text


def test_many_objections_are_read_page_by_page(village, clerk):
    for n in range(9):
        for home in village.homes:
            make_objection(village, home, f"第{n}次没有记")
    for home in village.homes:
        for n in range(8):
            made = make_objection(village, home, f"又{n}次") if n < 1 else None
            if made:
                answering.decide(village.id, village.clerk.id, made.id, Answer(False, "查过"))
    assert clerk.get(url(village, "")).text.count("<tr>") == 1 + 30
    assert clerk.get(url(village, "?page=2")).status_code == 200


def test_one_objection_is_shown_with_the_award_and_its_history(village, home, clerk):
    award_id = make_filed(village, home, behaviour="调解纠纷")
    other = make_staff(Role.COMMITTEE, village.place, name="刘会计")
    checking.check(village.id, other.id, [award_id])
    made = make_objection(village, home, "我家没有参加", award_id)
    page = clerk.get(url(village, made.id)).text
    for words in ("调解纠纷", "李志明", "刘会计", "我家没有参加", "2026年3月11日", "农户自己提的"):
        assert words in page
    assert clerk.get(url(village, new_id())).status_code == 404
    assert "有异议：2026年第1号" in clerk.get(f"/desk/{village.place.code}/awards/{award_id}").text


def test_the_committee_dismisses_with_reasons(village, home, clerk):
    made = make_objection(village, home)
    sent = clerk.post(url(village, made.id, "decide"), data=answer())
    assert sent.status_code == 303
    page = clerk.get(sent.location).text
    assert "已答复，农户在自己的页面上看得到" in page
    assert "查了签到表" in page
    assert state(village, made) == "dismissed"
    [act] = db.session.scalars(db.select(acts.Act)).all()
    assert (act.what, act.subject_id) == ("objections.decide", made.id)


def test_the_committee_upholds_and_records_what_is_right(village, home, clerk):
    award_id, rule = make_filed(village, home), make_rule(village, points_max=8)
    made = make_objection(village, home, award_id=award_id)
    data = answer("upheld", "应记 8 分", rule=rule.id, points=8)
    assert clerk.post(url(village, made.id, "decide"), data=data).status_code == 303
    assert get_award(village.id, award_id, lock=True).state == "rejected"
    assert book.find_figures(village.id, home.id).standing == 8
    assert "看另记的这一条" in clerk.get(url(village, made.id)).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reasons": ""}, "请填写这一栏"),
        ({"reasons": "字" * 501}, "不超过 500 个字"),
        ({"outcome": ""}, "请选择"),
        ({"outcome": "maybe"}, "Not a valid choice"),
        ({"points": "x"}, "points-error"),
        ({"rule": "x"}, "rule-error"),
    ],
)
def test_a_form_that_is_not_whole_comes_back_with_what_was_typed(
    village, home, clerk, wrong, words
):
    made = make_objection(village, home)
    sent = clerk.post(url(village, made.id, "decide"), data=answer(reasons="查过签到") | wrong)
    assert sent.status_code == 422
    assert (words in sent.text) or ("choices wrong" in sent.text)
    if "reasons" not in wrong:
        assert "查过签到" in sent.text
    assert state(village, made) == "open"


def test_a_remedy_that_is_refused_is_told_and_nothing_happened(village, home, clerk):
    rule = make_rule(village, cap_count=1, cap_period="month")
    make_award(village.scorer, home, rule)
    made = make_objection(village, home)
    for data, words in (
        (answer("upheld", rule=rule.id), "已经记满"),
        (answer("upheld", rule=make_rule(village, points_max=8).id, points=99), "应为 5 到 8 分"),
        (answer("dismissed", rule=rule.id), "不能同时改记、补记"),
    ):
        sent = clerk.post(url(village, made.id, "decide"), data=data)
        assert sent.status_code == 422
        assert words in sent.text
    assert state(village, made) == "open"


def test_rules_that_want_a_photo_are_not_offered(village, home, clerk):
    make_rule(village, behaviour="庭院整洁", evidence="photo")
    make_rule(village, behaviour="参加村民大会")
    page = clerk.get(url(village, make_objection(village, home).id)).text
    assert "参加村民大会" in page
    assert "庭院整洁" not in page


def test_who_had_a_hand_in_it_or_is_kin_reads_why_and_is_refused(village, home, clerk):
    award_id = make_filed(village, home)
    checking.check(village.id, village.clerk.id, [award_id])
    mine = make_objection(village, home, award_id=award_id)
    kins = make_objection(village, village.homes[1])
    declare_kin(village.clerk.id, village.homes[1], "relative")
    for made, words in ((mine, "是您经手办的"), (kins, "牵涉您自己家或者亲属家")):
        page = clerk.get(url(village, made.id)).text
        assert words in page
        assert "/decide" not in page
        sent = clerk.post(url(village, made.id, "decide"), data=answer())
        assert sent.status_code == 403
        assert words in sent.text
        assert state(village, made) == "open"
    tried = db.session.scalars(db.select(acts.Act).where(acts.Act.refused != "")).all()
    assert [(one.what, one.household_id) for one in tried] == [("answer", village.homes[1].id)]


def test_a_second_answer_is_refused_and_the_same_one_is_not(village, home, clerk):
    made = make_objection(village, home)
    for status, data in ((303, answer()), (303, answer()), (409, answer("upheld"))):
        assert clerk.post(url(village, made.id, "decide"), data=data).status_code == status
    assert state(village, made) == "dismissed"


# --- the overviews --------------------------------------------------------------------------------


def test_the_overview_of_committee_and_supervisor_counts_what_waits(
    village, home, clerk, supervisor
):
    overview = f"/desk/{village.place.code}/"
    assert "异议等答复" not in clerk.get(overview).text
    make_objection(village, home)
    assert "1 件异议等答复" in clerk.get(overview).text
    with clock.set_to(datetime(2026, 3, 12, 2, tzinfo=UTC)):
        for desk in (clerk, supervisor):
            assert "1 件异议等答复，其中 1 件已超期" in desk.get(overview).text


def test_town_and_county_see_how_many_are_overdue_and_no_names(app, village, home):
    made = make_objection(village, home, "我家没有参加")
    town = sign_in(app.test_client(), make_staff(Role.TOWN, village.town))
    county = sign_in(app.test_client(), make_staff(Role.COUNTY, village.county))
    assert "超过期限" not in town.get("/area/").text
    with clock.set_to(datetime(2026, 3, 12, 2, tzinfo=UTC)):
        for desk, below in ((town, "石家村"), (county, "罗峪镇")):
            page = desk.get("/area/").text
            part = page[page.index("超过期限还没有答复的异议") :][:400]
            assert below in part
            assert "1 件" in part
            for private in (home.head, made.words, str(made.id)):
                assert private not in page
