"""The area door: figures of the villages below, in the order of their codes, without a name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from governance.affairs.acts import acts
from governance.affairs.figures import boards, rollup
from governance.affairs.publicity.heads import Head, kept_heads, sheet_of
from governance.base import clock
from governance.base.database import db
from governance.ledger.book import lines
from governance.village import places
from governance.village.places import Level
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_household,
    make_notice,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
    sign_in,
)
from tests.reads import statements
from tests.tampering import tamper


@pytest.fixture
def county(app):
    """A county of two towns; the first town has two villages, one of them with awards."""
    with app.app_context():
        busy = make_village("石家村", homes=3)
        quiet = places.add_place(Level.VILLAGE, busy.town.code + "202", "白家村")
        far = places.add_place(Level.TOWN, busy.county.code + "101", "中梁镇")
        make_household(busy, head="安翠平", status="away")
        rule = make_rule(busy, category="人居环境", points=5)
        scorer = make_scorer(busy)
        make_award(scorer, busy.homes[0], rule)
        make_award(scorer, busy.homes[0], rule)
        make_award(
            scorer, busy.homes[1], make_rule(busy, category="公共参与", points=-2), note="乱堆"
        )
        busy.quiet, busy.far = quiet, far
        busy.month = clock.month_of(clock.today())
        busy.town_eye = make_staff(Role.TOWN, busy.town, name="赵主任")
        busy.county_eye = make_staff(Role.COUNTY, busy.county, name="钱局长")
    return busy


def test_the_roll_up_counts_households_coverage_points_and_what_is_owed(app, county):
    with app.app_context():
        figures = rollup.figures_of([county.id, county.quiet.id], county.month)
    busy = figures[county.id]
    assert (busy.households, busy.living, busy.scored) == (4, 3, 2)
    assert (busy.entries, busy.plus, busy.minus) == (3, 10, -2)
    assert busy.outstanding == 10
    assert busy.coverage == 66
    assert figures[county.quiet.id] == rollup.Figures()
    assert figures[county.quiet.id].coverage is None
    assert rollup.add_up(figures.values()) == busy


def test_last_month_and_last_quarter_do_not_count(app, county):
    with app.app_context(), clock.set_to(clock.now() + clock.days(100)):
        later = rollup.figures_of([county.id], clock.month_of(clock.today()))[county.id]
    assert (later.scored, later.entries, later.plus) == (0, 0, 0)
    assert later.outstanding == 10


def test_the_roll_up_agrees_with_the_villages_own_overview(app, county):
    with app.app_context():
        figures = rollup.figures_of([county.id], county.month)[county.id]
        assert figures.living - figures.scored == len(boards.never_scored(county.id))
        assert figures.outstanding == boards.outstanding([county.id])


def test_the_roll_up_asks_as_often_for_many_villages_as_for_one(app, county):
    with app.app_context(), statements() as asked:
        rollup.figures_of([county.id], county.month)
        one = len(asked)
        rollup.figures_of([county.id, county.quiet.id], county.month)
    assert (one, len(asked)) == (4, 8)


def test_the_town_sees_its_villages_in_the_order_of_their_codes(app, county):
    page = sign_in(app.test_client(), county.town_eye).get("/area/")
    assert page.status_code == 200
    assert page.text.index("石家村") < page.text.index("白家村")
    for text in ("66%", "人居环境", "不排名"):
        assert text in page.text


def test_no_name_of_a_household_or_of_staff_is_shown(app, county):
    for eye in (county.town_eye, county.county_eye):
        page = sign_in(app.test_client(), eye).get("/area/").text
        for name in ("王秀兰", "安翠平", "李志明"):
            assert name not in page


def test_the_county_sees_its_towns_and_opens_one(app, county):
    client = sign_in(app.test_client(), county.county_eye)
    page = client.get("/area/").text
    assert "罗峪镇" in page
    assert "中梁镇" in page
    assert "石家村" not in page
    assert "石家村" in client.get(f"/area/{county.town.code}").text
    assert "还没有添加地方" in client.get(f"/area/{county.far.code}").text


def test_a_town_sees_neither_its_county_nor_another_town_nor_a_village_page(app, county):
    client = sign_in(app.test_client(), county.town_eye)
    for code in (county.county.code, county.far.code, county.place.code, "x", "62"):
        assert client.get(f"/area/{code}").status_code == 404


def test_the_door_only_reads(app, county):
    client = sign_in(app.test_client(), county.town_eye)
    assert client.post("/area/").status_code == 405


# --- what town and county keep of the books


@pytest.fixture
def posted(app, county):
    """The busy village has posted a notice, and its sheet hangs on the wall."""
    with app.app_context():
        county.notice = make_notice(county)
        county.sheet = sheet_of(county.place.code, county.notice)
    return county


@pytest.fixture
def clerk_of_town(app, county):
    """Somebody of the town, signed in."""
    return sign_in(app.test_client(), county.town_eye)


def keep(client, text):
    return client.post("/area/sheet", data={"text": text}, follow_redirects=True)


def test_what_is_posted_in_one_house_is_kept_by_itself(clerk_of_town, posted):
    page = clerk_of_town.get("/area/sheet").text
    assert "张贴时自动" in page
    assert f"{posted.sheet.year}-{posted.sheet.number}" in page
    again = keep(clerk_of_town, posted.sheet.text()).text
    assert "的台账摘要已留底。" in again
    assert "它和以前留的接不上" not in again
    assert again.count("张贴时自动") == 1


def test_a_sheet_is_pasted_as_a_phone_reads_it(clerk_of_town, posted, app):
    with app.app_context():
        tamper(delete(kept_heads))
    text = posted.sheet.text()
    assert "照公示纸登记" in keep(clerk_of_town, f" {text[:40]}\n{text[40:].lower()} ").text


@pytest.mark.parametrize("text", ["", "你好", "HEMEI1:620500100201:2026-1:5", "9" * 401])
def test_what_is_no_sheet_is_refused(clerk_of_town, posted, text):
    answer = keep(clerk_of_town, text)
    assert answer.status_code == 422
    assert "已留底" not in answer.text


def test_a_sheet_of_a_village_elsewhere_is_not_theirs(clerk_of_town, posted, app):
    with app.app_context():
        other = make_village("邓家村")
        make_award(make_scorer(other), other.homes[0], make_rule(other))
        sheet = sheet_of(other.place.code, make_notice(other))
    answer = keep(clerk_of_town, sheet.text())
    assert (answer.status_code, "没有代码为" in answer.text) == (422, True)


def test_a_rewritten_book_is_told_on_the_area_page(clerk_of_town, posted, app):
    assert "对不上" not in clerk_of_town.get("/area/").text
    with app.app_context():
        last = lines.c.seq == posted.sheet.head.seq
        tamper(update(lines).where(lines.c.village_id == posted.id, last).values(hash="0" * 64))
    for page in ("/area/", f"/area/{posted.town.code}", "/area/sheet"):
        told = clerk_of_town.get(page).text
        assert "石家村：" in told
        assert "和现在的台账对不上。那以前的明细可能被改写过。" in told


def test_a_sheet_that_the_book_does_not_continue_is_told_and_noted(clerk_of_town, posted, app):
    forged = replace(posted.sheet, head=Head(posted.sheet.head.seq, "f" * 64))
    page = keep(clerk_of_town, forged.text()).text
    assert "它和以前留的接不上，请看下面。" in page
    assert "和现在的台账对不上" in page
    with app.app_context():
        noted = db.session.scalars(select(acts.c.what).where(acts.c.village_id == posted.id)).all()
    assert noted == ["area.sheet"]
