"""The complaint entrance: on every public page, without signing in, limited, and answered by number."""

from __future__ import annotations

import logging
import re

import pytest

from governance.affairs.oversight.complaints import (
    Complaint,
    answer_complaint,
    get_numbered,
    make_complaint,
)
from governance.base.database import db
from governance.village import codes
from governance.village.places import Level, add_place
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import make_staff, make_village, sign_in


@pytest.fixture
def village(village, home):
    village.door = codes.code_in_use(village.id, home.id, "door").token
    village.card = codes.code_in_use(village.id, home.id, "card").token
    village.page = f"/v/{village.place.code}/complaint"
    return village


def count():
    return db.session.scalar(db.select(db.func.count()).select_from(Complaint))


def number_on(page):
    first, last = re.search(r'class="keep num">(\d{4}) (\d{4})<', page).groups()
    return first + last


def form_on(client, village):
    key = re.search(r'name="key"[^>]*value="([^"]+)"', client.get(village.page).text)[1]
    return {"key": key, "words": "3组的路灯坏了三天", "contact": "13893812345"}


# --- the way in ---------------------------------------------------------------------------------


def test_every_public_page_leads_to_the_entrance(client, village):
    pages = [
        "/",
        "/login",
        "/card",
        "/none",
        "/c/none",
        f"/h/{village.door}",
        f"/v/{village.place.code}",
        village.page,
        "/complaint",
    ]
    for page in pages:
        assert "投诉建议" in client.get(page, follow_redirects=True).text, page
    client.get(f"/c/{village.card}")
    for page in ("/my/", "/my/rules", "/my/gifts", "/my/board", "/none"):
        assert "投诉建议" in client.get(page).text, page


def test_where_the_village_is_known_the_link_goes_straight_there(client, village):
    link = f'href="{village.page}"'
    for page in (f"/h/{village.door}", f"/v/{village.place.code}"):
        assert link in client.get(page).text, page
    for page in ("/", "/login", "/none"):
        assert 'href="/complaint"' in client.get(page).text, page
    client.get(f"/c/{village.card}")
    assert link in client.get("/my/").text
    assert client.get("/complaint").location == village.page  # the household's own village


def test_an_officer_finds_the_entrance_too(app, village):
    officer = make_staff(Role.OFFICER, village.grids[0])
    phone = sign_in(app.test_client(), officer)
    assert f'href="{village.page}"' in phone.get("/officer/").text


def test_with_one_village_nobody_has_to_choose(client, village):
    assert client.get("/complaint").location == village.page


def test_villages_are_chosen_by_town_and_counties_first_where_there_are_more(client, village):
    add_place(Level.VILLAGE, village.town.code + "300", "汆溪村")
    page = client.get("/complaint").text
    assert page.index("罗峪镇") < page.index("石家村") < page.index("汆溪村")
    other = make_village("白家村")
    page = client.get("/complaint").text
    assert "石家村" not in page
    page = client.get(f"/complaint?county={other.county.code}").text
    assert "白家村" in page
    assert "石家村" not in page
    assert client.get("/complaint?county=nonsense").status_code == 200


def test_a_service_without_villages_says_so(client):
    assert "这里还没有村" in client.get("/complaint").text


@pytest.mark.parametrize("code", ["x", "999999999999"])
def test_an_unknown_village_is_not_there(client, village, code):
    for path in ("complaint", "complaint/answer"):
        assert client.get(f"/v/{code}/{path}").status_code == 404
        assert client.post(f"/v/{code}/{path}").status_code == 404
    town = f"/v/{village.town.code}/complaint"
    assert client.get(town).status_code == 404


# --- writing ------------------------------------------------------------------------------------


def test_a_stranger_writes_and_gets_a_number(client, village):
    answer = client.post(village.page, data=form_on(client, village))
    assert answer.status_code == 200
    made = get_numbered(village.id, number_on(answer.text))
    assert (made.words, made.contact) == ("3组的路灯坏了三天", "13893812345")


def test_a_contact_may_be_left_out(client, village):
    assert client.post(village.page, data={"words": "路灯坏了"}).status_code == 200
    assert count() == 1


def test_the_page_sent_twice_shows_the_same_number(client, village):
    form = form_on(client, village)
    first, again = (number_on(client.post(village.page, data=form).text) for _ in range(2))
    assert first == again
    assert count() == 1


def test_a_made_up_key_is_no_obstacle(client, village):
    assert client.post(village.page, data={"key": "x", "words": "路灯坏了"}).status_code == 200
    assert count() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"words": ""}, "请填写这一栏"),
        ({"words": "好"}, "请写 2 到 1000 个字"),
        ({"words": "长" * 1001}, "请写 2 到 1000 个字"),
        ({"words": "路灯坏了", "contact": "1" * 61}, "不超过 60 个字"),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(client, village, typed, told):
    answer = client.post(village.page, data=typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert typed["words"] in answer.text
    assert count() == 0


def test_the_form_carries_a_token(tmp_path):
    service = make_app("sqlite://", tmp_path, WTF_CSRF_ENABLED=True)
    with service.app_context():
        db.create_all()
        code = make_village().place.code
        answer = service.test_client().post(f"/v/{code}/complaint", data={"words": "路灯坏了"})
        assert answer.status_code == 400
        db.session.remove()
        db.engine.dispose()


def test_the_sixth_within_an_hour_waits_and_what_was_typed_is_kept(client, village):
    for n in range(5):
        assert client.post(village.page, data={"words": f"第{n}条意见"}).status_code == 200
    answer = client.post(village.page, data={"words": "第六条意见", "contact": "王老师"})
    assert answer.status_code == 429
    for kept in ("从这里交来的太多了", "第六条意见", "王老师"):
        assert kept in answer.text
    assert count() == 5


def test_a_form_with_a_mistake_does_not_count(client, village):
    for _ in range(8):
        assert client.post(village.page, data={"words": "好"}).status_code == 422
    assert client.post(village.page, data={"words": "路灯坏了"}).status_code == 200


# --- the answer ---------------------------------------------------------------------------------


def test_the_answer_is_looked_up_with_the_number_which_no_address_holds(client, village):
    made = make_complaint(village.id, "路灯坏了", "13893812345")
    clerk = make_staff(Role.COMMITTEE, village.place)
    asked = {"number": f"{made.number[:4]} {made.number[4:]}"}
    page = client.post(village.page + "/answer", data=asked)
    assert page.status_code == 200
    for text in ("路灯坏了", "还在办理"):
        assert text in page.text
    assert "13893812345" not in page.text
    assert made.number not in page.text
    answer_complaint(village.id, clerk.id, made.id, "明天来修")
    page = client.post(village.page + "/answer", data=asked).text
    assert "明天来修" in page
    assert "还在办理" not in page
    assert "李志明" not in page
    assert client.get(village.page + "/answer").location == village.page


def test_a_wrong_number_is_refused_and_kept_to_be_mended(client, village):
    answer = client.post(village.page + "/answer", data={"number": "12345678"})
    assert answer.status_code == 404
    assert "本村没有这个编号" in answer.text
    assert "12345678" in answer.text
    assert client.post(village.page + "/answer", data={"number": ""}).status_code == 422
    assert client.post(village.page + "/answer", data={"number": "1" * 31}).status_code == 422


def test_numbers_cannot_be_tried_out(client, village):
    seen = [
        client.post(village.page + "/answer", data={"number": f"1234{n:04d}"}).status_code
        for n in range(31)
    ]
    assert seen == [404] * 30 + [429]


def test_neither_words_nor_contact_nor_number_go_into_a_log(client, village, caplog):
    with caplog.at_level(logging.DEBUG):
        page = client.post(village.page, data=form_on(client, village)).text
        client.post(village.page + "/answer", data={"number": number_on(page)})
        client.post(village.page + "/answer", data={"number": "87654321"})
    for text in ("路灯", "13893812345", number_on(page), "87654321"):
        assert text not in caplog.text
