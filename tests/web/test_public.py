"""The public notices: read without signing in, nobody shamed; verification says plainly what it found."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from governance.affairs.awards import checking
from governance.affairs.publicity import notices, posting
from governance.base import clock
from governance.base.database import db
from governance.ledger import book
from governance.ledger.book import lines
from governance.village import codes
from governance.village.scheme import Settings, set_scheme
from tests.conftest import make_app
from tests.factories import (
    make_award,
    make_household,
    make_notice,
    make_objection,
    make_rule,
    make_scorer,
    make_village,
)
from tests.moments import MONDAY


@pytest.fixture
def clock_at():
    return MONDAY


@pytest.fixture
def homes():
    return 0


@pytest.fixture
def village(village):
    set_scheme(village.id, Settings(phone="09381234567"))
    village.rich = make_household(village, head="石建国", phone="13812345678")
    village.poor = make_household(village, group=2, head="杨海燕")
    officer = make_scorer(village)
    plus, minus = (
        make_rule(village, review="first"),
        make_rule(village, points=-2, review="first", behaviour="露天焚烧"),
    )
    village.award = make_award(officer, village.rich, plus, note="帮李大爷收麦")
    village.awards = [village.award, make_award(officer, village.poor, minus)]
    checking.check(village.id, village.clerk.id, village.awards)
    make_award(officer, village.rich, make_rule(village, behaviour="月度检查清洁户"))
    village.notice = make_notice(village, village.clerk.id)
    return village


def path(village, what="", number=1):
    return f"/v/{village.place.code}/notices{what and f'/2026-{number}'}"


def test_the_villages_page_names_what_hangs(village, client):
    page = client.get(f"/v/{village.place.code}").text
    assert "2026年第1期" in page
    assert "可提异议到 2026年3月5日 18:00" in page


def test_the_list_shows_every_notice_but_no_draft(village, client):
    with clock.set_to(MONDAY + timedelta(days=1)):
        notices.make_notice(village.id, village.clerk.id, clock.today(), 3)
        page = client.get(path(village)).text
    assert "2026年第1期" in page
    assert "草稿" not in page


def test_a_notice_says_who_what_and_until_when(village, client):
    page = client.get(path(village, "one")).text
    for words in (
        "石建国",
        "参加义务劳动",
        "+5",
        "张文书",
        "2026年3月5日 18:00",
        "还剩 3 天",
        "09381234567",
        village.notice.head_hash[:8],
        "村务监督委员会",
        f"/verify/{village.place.code}-2026-1",
    ):
        assert words in page


def test_a_deduction_names_nobody_and_nothing_private_is_shown(village, client):
    page = client.get(path(village, "one")).text
    assert "露天焚烧" in page
    for words in (
        "杨海燕",
        "李大爷",
        "1381234",
        str(village.poor.id),
        str(village.rich.id),
        "<img",
    ):
        assert words not in page


def test_an_objection_is_marked(village, client):
    make_objection(village, village.rich, award_id=village.award)
    assert "异议中" in client.get(path(village, "one")).text


def test_who_opened_their_card_may_object_to_a_line_from_the_notice(village, client):
    notice = path(village, "notice")
    assert "/my/objections/new" not in client.get(notice).text
    with clock.set_to(MONDAY):
        client.get(f"/c/{codes.code_in_use(village.id, village.poor.id, 'card').token}")
        links = re.findall(r'href="(/my/objections/new[^"]+)"', client.get(notice).text)
        assert len(links) == 3
        form = client.get(html.unescape(links[0])).text
        assert "公示的一条" in form
    with clock.set_to(MONDAY + timedelta(days=9)):
        assert "/my/objections/new" not in client.get(notice).text


def test_another_villages_household_has_nothing_to_object_to_here(village, client):
    with clock.set_to(MONDAY):
        other = make_village("安家村")
        card = codes.code_in_use(other.id, other.homes[0].id, "card").token
        client.get(f"/c/{card}")
        assert "/my/objections/new" not in client.get(path(village, "notice")).text


def test_a_withdrawn_notice_leaves_its_trace(village, client):
    draft = notices.correct_notice(
        village.id, village.clerk.id, village.notice.id, "户主名字写错了"
    )
    page = client.get(path(village, "one")).text
    assert "已撤回，理由：户主名字写错了" in page
    assert "重新公示" in page
    board_posted = make_again(village, draft)
    assert "见2026年第2期" in client.get(path(village, "one")).text
    assert "替换已撤回的2026年第1期" in client.get(path(village, "one", board_posted.number)).text


def make_again(village, draft):
    return posting.post_notice(village.id, village.clerk.id, draft.id)


@pytest.mark.parametrize(
    "what", ["/2026-2", "/2025-1", "/0-0", "/x-1", "/2026-99999999999999999999"]
)
def test_what_was_never_posted_is_not_found(village, client, what):
    assert client.get(path(village) + what).status_code == 404
    assert client.get(f"/verify/{village.place.code}-{what[1:]}").status_code == 404


@pytest.mark.parametrize("where", ["/v/000/notices", "/v/000/notices/2026-1", "/verify/000-2026-1"])
def test_an_unknown_village_is_not_found(village, client, where):
    assert client.get(where).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_no_page_number_breaks_the_list(village, client, page):
    assert client.get(f"{path(village)}?page={page}").status_code == 200
    assert client.get(f"{path(village, 'one')}?page={page}").status_code == 200


@pytest.mark.parametrize("where", ["/v/{code}", "/v/{code}/notices", "/verify/{code}-2026-1"])
def test_the_first_visitor_after_the_time_closes_the_notice(village, client, where):
    with clock.set_to(village.notice.closes_at):
        assert client.get(where.format(code=village.place.code)).status_code == 200
    assert book.find_figures(village.id, village.rich.id).spendable == 10


def test_a_true_book_is_called_untouched(village, client):
    page = client.get(f"/verify/{village.place.code}-2026-1").text
    assert "台账没有被改动。" in page
    assert "到这一期公示为止的 2 条和以后的 0 条" in page
    assert village.notice.head_hash[-8:] in page


def test_a_changed_line_is_named(village, client):
    with db.engine.begin() as connection:
        connection.execute(update(lines).where(lines.c.village_id == village.id).values(memo="改"))
    page = client.get(f"/verify/{village.place.code}-2026-1").text
    assert "台账对不上。" in page
    assert "第 1 条台账明细被改动过。" in page
    assert "没有被改动" not in page


def test_verification_is_limited(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path)
    with app.app_context():
        db.create_all()
    client = app.test_client()
    answers = [client.get("/verify/000-2026-1").status_code for _ in range(21)]
    assert answers == [404] * 20 + [429]
    with app.app_context():
        db.engine.dispose()
