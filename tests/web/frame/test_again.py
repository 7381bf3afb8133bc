"""A form that came too late: kept as it was filled, sent once more; never what another site sent."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from governance.base.config import DEMO_PASSWORD
from governance.base.database import db
from governance.village import households
from governance.village.codes import code_in_use
from governance.village.places import Place
from tests.factories import PASSWORD, make_village, sign_in

OURS = {"Origin": "http://localhost"}
FORM = {"name": "九组<网格>", "csrf_token": "old"}


@pytest.fixture
def village(village):
    village.path = f"/desk/{village.place.code}/team/grids/add"
    return village


@pytest.fixture
def clerk(app, clerk, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return clerk


def hidden(page):
    """The fields a page would send again."""
    form = page.partition('<form method="post" action="/desk')[2].partition("</form>")[0]
    found = re.findall(r'name="([^"]*)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def grids(name):
    return len(db.session.scalars(select(Place).where(Place.name == name)).all())


def test_what_was_typed_is_handed_back_and_goes_through_at_the_second_tap(village, clerk):
    answer = clerk.post(village.path, data=FORM, headers=OURS)
    assert answer.status_code == 400
    assert "您填的都还在" in answer.text
    assert grids(FORM["name"]) == 0
    kept = hidden(answer.text)
    assert kept["name"] == FORM["name"]
    assert kept["csrf_token"] != "old"
    assert clerk.post(village.path, data=kept, headers=OURS).status_code == 303
    assert grids(FORM["name"]) == 1


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "重新登录或者退出过"),
        ({"Origin": "null"}, "重新登录或者退出过"),
        ({"Origin": "https://evil.example"}, "不是从本网站的页面交来的"),
    ],
)
def test_what_another_site_may_have_sent_is_not_offered_again(village, clerk, headers, told):
    answer = clerk.post(village.path, data=FORM, headers=headers)
    assert answer.status_code in (400, 403)
    assert "九组" not in answer.text
    assert told in answer.text


def test_who_is_signed_out_signs_in_beside_the_form(app, village):
    stranger = app.test_client()
    answer = stranger.post(village.path, data=FORM, headers=OURS)
    assert answer.status_code == 401
    assert "登录已失效" in answer.text
    assert 'href="/login"' in answer.text
    assert hidden(answer.text)["name"] == FORM["name"]
    sign_in(stranger, village.clerk)
    assert stranger.post(village.path, data=hidden(answer.text), headers=OURS).status_code == 303
    assert grids(FORM["name"]) == 1
    assert app.test_client().post(village.path, data=FORM).status_code == 302


def test_a_password_is_never_written_into_a_page(village, clerk):
    typed = {
        "name": "李志明",
        "username": "li",
        "password": PASSWORD,
        "new_password": DEMO_PASSWORD,
    }
    path = village.path.replace("grids/add", "add")
    page = clerk.post(path, data=typed, headers=OURS).text
    assert hidden(page).keys() == {"csrf_token", "name", "username"}
    assert PASSWORD not in page
    page = clerk.post("/login", data=typed, headers=OURS).text
    assert "您填的都还在" not in page


def test_a_file_has_to_be_chosen_again(village, clerk):
    path = village.path.replace("team/grids/add", "gifts/load")
    sent = {"file": (__file__, "gifts.csv"), "note": "十一月"}
    page = clerk.post(path, data=sent, headers=OURS).text
    assert "照片和文件要重新选" in page


def test_a_household_whose_card_was_replaced_opens_the_new_one_beside_the_form(app, village):
    home = make_village("白家村", homes=1)
    card = code_in_use(home.id, home.homes[0].id, "card").token
    phone = app.test_client()
    phone.get(f"/c/{card}")
    households.replace_code(home.homes[0], home.place, "card", card)
    answer = phone.post("/my/objections/new", data={"words": "修水渠没有记"}, headers=OURS)
    assert answer.status_code == 401
    assert "先在新窗口打开户卡" in answer.text
    assert 'name="words" value="修水渠没有记"' in answer.text


def test_below_a_prefix_it_goes_back_to_where_it_came_from(village, clerk):
    page = clerk.post(
        village.path, data=FORM, headers=OURS, environ_overrides={"SCRIPT_NAME": "/hemei"}
    ).text
    assert f'action="/hemei{village.path}"' in page
