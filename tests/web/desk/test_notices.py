"""The notice desk: draft, look, post, withdraw; paper, loudspeaker and tables; the supervisor only reads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from governance.affairs.awards import checking, life
from governance.affairs.publicity import notices, posting
from governance.base import clock
from governance.base.database import new_id
from governance.ledger import book
from governance.village.households import get_household
from governance.village.staff import Role
from governance.web.frame import notice_page
from tests.factories import make_award, make_notice, make_rule, make_scorer, make_staff, sign_in


@pytest.fixture
def village(village):
    village.award = make_award(
        make_scorer(village), village.homes[0], make_rule(village, review="first")
    )
    checking.check(village.id, village.clerk.id, [village.award])
    return village


def url(village, path=""):
    return f"/desk/{village.place.code}/notices/{path}"


def typed(day=None, days=3):
    return {"last_on": (day or clock.today()).isoformat(), "days": days}


def test_a_notice_is_drafted_looked_at_and_posted(village, clerk):
    page = clerk.get(url(village)).text
    assert "1 条等公示" in page
    made = clerk.post(url(village, "make"), data=typed(days=5))
    assert made.status_code == 303
    draft = clerk.get(made.location).text
    assert "王秀兰" in draft
    assert life.get_award(village.id, village.award).state == "checked"
    posted = clerk.post(f"{made.location}/post", follow_redirects=True)
    assert "已张贴" in posted.text
    late = clock.local_time(clock.now()).hour >= posting.CLOSING_HOUR
    assert f"还剩 {4 if late else 5} 天" in posted.text
    clerk.post(f"{made.location}/post")
    assert len(notices.db.session.scalars(notices.select(notices.Notice)).all()) == 1


def test_a_wrong_date_is_told_at_the_field(village, clerk):
    answer = clerk.post(url(village, "make"), data=typed(clock.today() + timedelta(days=1)))
    assert answer.status_code == 422
    assert "公示的截止日期不能晚于今天。" in answer.text
    assert clerk.post(url(village, "make"), data={"last_on": "x", "days": "4"}).status_code == 422
    assert notices.find_draft(village.id) is None


def test_a_second_draft_is_refused(village, clerk):
    clerk.post(url(village, "make"), data=typed())
    answer = clerk.post(url(village, "make"), data=typed())
    assert answer.status_code == 422
    assert "看草稿" in answer.text


def test_a_draft_is_changed_and_deleted(village, clerk):
    made = clerk.post(url(village, "make"), data=typed()).location
    yesterday = clock.today() - timedelta(days=1)
    assert clerk.post(f"{made}/edit", data=typed(yesterday, 7)).status_code == 303
    assert "这段时间没有要公示的记分。" in clerk.get(made).text
    wrong = clerk.post(f"{made}/edit", data=typed(clock.today() + timedelta(days=1)))
    assert wrong.status_code == 422
    assert clerk.post(f"{made}/drop").status_code == 303
    assert clerk.get(made).status_code == 404


def test_an_empty_draft_is_not_posted(village, clerk):
    made = clerk.post(url(village, "make"), data=typed(clock.today() - timedelta(days=1))).location
    answer = clerk.post(f"{made}/post")
    assert answer.status_code == 409
    assert "没有要公示的记分" in answer.text


@pytest.mark.parametrize("what", ["sheet/a4", "aloud", "table.csv", "table.xlsx"])
def test_a_draft_is_not_given_out(village, clerk, what):
    made = clerk.post(url(village, "make"), data=typed()).location
    answer = clerk.get(f"{made}/{what}")
    assert answer.status_code == 409
    assert "先张贴，再打印和下载" in answer.text


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("sheet/a4", "监督：村务监督委员会"),
        ("sheet/a3", "wall-a3.css"),
        ("aloud", "王秀兰家，参加义务劳动，加五分"),
    ],
)
def test_a_posted_notice_is_printed_and_read_aloud(village, clerk, what, words):
    posted = make_notice(village, village.clerk.id)
    assert words in clerk.get(url(village, f"{posted.id}/{what}")).text


def test_the_wall_is_chinese_whatever_the_clerk_reads(village, clerk):
    posted = make_notice(village, village.clerk.id)
    clerk.post("/language", data={"language": "en"})
    page = clerk.get(url(village, f"{posted.id}/sheet/a4")).text
    assert "Wall sheets" in page
    wall = page.partition('<section class="wall"')[2]
    for words in ("石家村积分公示", "年第", "1组", "监督：村务监督委员会"):
        assert words in wall
    assert "Group" not in wall


@pytest.mark.parametrize(
    ("posted_on", "said"),
    [(date(2026, 11, 24), "11月27日 18:00"), (date(2026, 12, 30), "2027年1月2日 18:00")],
)
def test_the_wall_says_the_year_only_over_new_year(app, posted_on, said):
    posted = notices.Notice(
        posted_at=clock.start_of(posted_on), closes_at=posting.closing_time(posted_on, 3)
    )
    with app.test_request_context():
        assert notice_page.closing_of(posted) == said


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_posted_notice_is_downloaded(village, clerk, kind):
    posted = make_notice(village, village.clerk.id)
    answer = clerk.get(url(village, f"{posted.id}/table.{kind}"))
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("what", ["sheet/a5", "table.pdf"])
def test_there_is_no_other_paper_or_table(village, clerk, what):
    posted = make_notice(village, village.clerk.id)
    assert clerk.get(url(village, f"{posted.id}/{what}")).status_code == 404


def test_a_notice_is_withdrawn_with_its_reason(village, clerk):
    posted = make_notice(village, village.clerk.id)
    refused = clerk.post(url(village, f"{posted.id}/withdraw"), data={"reason": " "})
    assert refused.status_code == 422
    answer = clerk.post(
        url(village, f"{posted.id}/withdraw"), data={"reason": "写错了"}, follow_redirects=True
    )
    assert "撤回，理由：写错了" in answer.text
    assert life.get_award(village.id, village.award).state == "checked"


def test_a_correction_leads_to_the_next_draft(village, clerk):
    posted = make_notice(village, village.clerk.id)
    form = {"reason": "写错了", "correct": "1"}
    answer = clerk.post(url(village, f"{posted.id}/withdraw"), data=form, follow_redirects=True)
    assert f"这一期替换已撤回的{posted.year}年第1期。" in answer.text


def test_a_draft_is_not_withdrawn(village, clerk):
    made = clerk.post(url(village, "make"), data=typed()).location
    assert clerk.post(f"{made}/withdraw", data={}).status_code == 409
    assert clerk.post(f"{made}/withdraw", data={"reason": "写错了"}).status_code == 409


def test_the_desk_closes_what_is_over(village, clerk):
    posted = make_notice(village, village.clerk.id)
    with clock.set_to(posted.closes_at):
        assert "公示期满" in clerk.get(url(village)).text
    assert book.find_figures(village.id, village.homes[0].id).spendable == 5


def test_an_unknown_notice_is_not_found(village, clerk):
    assert clerk.get(url(village, str(new_id()))).status_code == 404


def test_the_supervisor_reads_and_changes_nothing(app, village):
    posted = make_notice(village, village.clerk.id)
    supervisor = sign_in(app.test_client(), make_staff(Role.SUPERVISOR, village.place))
    page = supervisor.get(url(village, str(posted.id))).text
    assert "撤回并更正" not in page
    assert supervisor.post(url(village, "make"), data=typed()).status_code == 403


def test_a_head_under_age_is_marked_and_the_register_does_not_unmark(village, clerk):
    home = village.homes[0]
    page = f"/desk/{village.place.code}/households/{home.id}/edit"
    form = {"head": "王秀兰", "status": "resident", "size": "4", "minor": "y"}
    assert clerk.post(page, data=form).status_code == 303
    assert get_household(village.id, home.id).minor
    assert "公示只写姓" in clerk.get(page.removesuffix("/edit")).text
    del form["minor"]
    clerk.post(page, data=form)
    assert not get_household(village.id, home.id).minor
