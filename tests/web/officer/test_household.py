"""Scoring on the spot without JavaScript: scan, tap, done; and every way it can be refused."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from governance.affairs.awards.life import State, awards
from governance.affairs.awards.photos import path_of, photos
from governance.base.database import db, new_id
from governance.ledger import audit, book
from governance.village import households
from governance.village.codes import code_in_use
from governance.village.kin import declare_kin
from governance.village.rules import rulebook
from governance.village.staff import Role
from tests.factories import make_rule, make_staff, make_village, search, sign_in
from tests.web.pages import photo_file


def tap(client, home, rule, once=None, **more):
    data = {"rule": str(rule.id), "once": str(once or new_id()), **more}
    return client.post(f"/officer/household/{home.id}/award", data=data)


def fill(client, home, rule, **more):
    data = {"once": str(new_id()), **more}
    return client.post(
        f"/officer/household/{home.id}/rule/{rule.id}",
        data=data,
        content_type="multipart/form-data",
    )


def states():
    db.session.rollback()
    return [row.state for row in db.session.execute(db.select(awards.c.state))]


def test_the_door_code_brings_the_officer_to_the_household(village, officer):
    token = code_in_use(village.id, village.homes[0].id, "door").token
    page = officer.get(f"/h/{token}", follow_redirects=True)
    assert page.status_code == 200
    assert "王秀兰家" in page.text


def test_one_tap_books_and_shows_the_new_figures_and_an_undo(village, officer):
    rule = make_rule(village)
    answer = tap(officer, village.homes[0], rule)
    assert answer.status_code == 303
    page = officer.get(answer.location)
    assert "已记：参加义务劳动" in page.text
    assert "撤回" in page.text
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(5, 5)


def test_a_double_tap_is_one_award(village, officer):
    rule, once = make_rule(village), new_id()
    assert tap(officer, village.homes[0], rule, once).status_code == 303
    again = tap(officer, village.homes[0], rule, once)
    assert again.status_code == 303
    assert "没有重复" in officer.get(again.location).text
    assert states() == ["booked"]


def test_the_same_rule_from_a_fresh_page_asks_whether_it_is_the_same_act(village, officer):
    rule = make_rule(village)
    tap(officer, village.homes[0], rule)
    asked = tap(officer, village.homes[0], rule)
    assert asked.status_code == 409
    assert "今天已经记过这一项" in asked.text
    assert "李志明" in asked.text
    fields = dict(re.findall(r'name="(once|again)" value="([^"]+)"', asked.text))
    assert fill(officer, village.homes[0], rule, **fields).status_code == 303
    assert states() == ["booked", "booked"]


def test_an_undo_takes_the_award_back_in_the_book(village, officer):
    rule = make_rule(village)
    tap(officer, village.homes[0], rule)
    award_id = db.session.scalar(db.select(awards.c.id))
    answer = officer.post(f"/officer/award/{award_id}/withdraw", data={"back": "/officer/"})
    assert answer.status_code == 303
    assert states() == [State.REVERSED.value]
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(0, 0)
    assert audit.audit_book(village.id).fault is None


def test_nothing_can_be_undone_after_a_later_line(village, officer):
    first, second = make_rule(village), make_rule(village, behaviour="志愿服务")
    tap(officer, village.homes[0], first)
    award_id = db.session.scalar(db.select(awards.c.id))
    tap(officer, village.homes[0], second)
    answer = officer.post(f"/officer/award/{award_id}/withdraw")
    assert answer.status_code == 409
    assert "不能撤回" in answer.text


def test_a_range_is_asked_for_and_kept_when_it_is_wrong(village, officer):
    rule = make_rule(village, behaviour="拾金不昧", points_min=2, points_max=10)
    home = village.homes[0]
    assert tap(officer, home, rule).location.endswith(f"/rule/{rule.id}")
    assert 'type="radio"' in officer.get(f"/officer/household/{home.id}/rule/{rule.id}").text
    wrong = fill(officer, home, rule, points="11", note="捡到钱包")
    assert wrong.status_code == 422
    assert "应为 2 到 10 分" in wrong.text
    assert "捡到钱包" in wrong.text
    assert fill(officer, home, rule, points="7").status_code == 303
    assert book.find_figures(village.id, home.id).standing == 7


def test_a_photo_rule_wants_its_photo_and_keeps_it_for_its_officer(village, officer, app):
    rule = make_rule(village, behaviour="参加集体环境整治", evidence="photo")
    home = village.homes[0]
    assert "需要一张照片" in fill(officer, home, rule).text
    assert fill(officer, home, rule, photo=photo_file()).status_code == 303
    photo_id = db.session.scalar(db.select(photos.c.id))
    with officer.get(f"/officer/photos/{photo_id}") as kept:
        assert kept.status_code == 200
        assert kept.mimetype == "image/jpeg"
    other = sign_in(app.test_client(), make_staff(Role.OFFICER, village.place))
    assert other.get(f"/officer/photos/{photo_id}").status_code == 403


def test_the_photo_of_the_corrected_form_is_the_one_kept(village, officer):
    rule = make_rule(village, evidence="photo", points_min=1, points_max=5)
    home, once = village.homes[0], str(new_id())
    refused = fill(officer, home, rule, once=once, points="9", photo=photo_file("red"))
    assert refused.status_code == 422
    assert (
        fill(officer, home, rule, once=once, points="3", photo=photo_file("blue")).status_code
        == 303
    )
    [kept] = db.session.scalars(db.select(photos.c.id).where(photos.c.award_id.is_not(None)))
    with officer.get(f"/officer/photos/{kept}") as answer:
        assert Image.open(io.BytesIO(answer.data)).getpixel((0, 0))[2] > 200


def test_a_lost_photo_is_said(village, officer, app):
    rule = make_rule(village, evidence="photo")
    fill(officer, village.homes[0], rule, photo=photo_file())
    kept = db.session.scalar(db.select(photos.c.id))
    path_of(app.config["DATA_DIR"], village.id, kept).unlink()
    assert officer.get(f"/officer/photos/{kept}").status_code == 404


def test_a_withdrawn_page_sent_again_says_that_it_was_withdrawn(village, officer):
    rule, once = make_rule(village), new_id()
    tap(officer, village.homes[0], rule, once)
    officer.post(f"/officer/award/{db.session.scalar(db.select(awards.c.id))}/withdraw")
    again = tap(officer, village.homes[0], rule, once)
    assert "已经撤回" in officer.get(again.location).text


def test_a_household_that_cannot_be_scored_says_so_before_the_tap(village, officer):
    home, rule = village.homes[0], make_rule(village)
    declare_kin(village.officer.id, home, "own")
    page = officer.get(f"/officer/household/{home.id}").text
    assert "自己家" in page
    assert rule.behaviour not in page


def test_something_that_is_no_photo_is_refused_with_a_sentence(village, officer):
    rule = make_rule(village, evidence="photo")
    answer = fill(officer, village.homes[0], rule, photo=(io.BytesIO(b"GIF89a nonsense"), "x.gif"))
    assert answer.status_code == 422
    assert "照片打不开" in answer.text
    assert states() == []


def test_a_deduction_is_never_one_tap_and_says_why(village, officer):
    rule = make_rule(village, behaviour="露天焚烧垃圾", points=-5, review="second")
    home = village.homes[0]
    assert "/rule/" in tap(officer, home, rule).location
    assert fill(officer, home, rule).status_code == 422
    assert fill(officer, home, rule, note="屋后烧秸秆").status_code == 303
    assert states() == ["filed"]


@pytest.mark.parametrize("status", ["away", "empty"])
def test_a_household_that_lives_away_is_not_scored(village, officer, status):
    home = village.homes[0]
    details = households.details_of(home)
    details.status = status
    households.edit_household(home, home.grid_id, details)
    answer = tap(officer, home, make_rule(village))
    assert answer.status_code == 409
    assert "不记分" in answer.text


def test_a_cap_refuses_with_the_rule_and_the_count(village, officer):
    rule = make_rule(village, cap_count=1, cap_period="month")
    tap(officer, village.homes[0], rule)
    answer = fill(officer, village.homes[0], rule, again="1")
    assert answer.status_code == 409
    assert "本月最多 1 次" in answer.text
    assert "已记满 1 次" in officer.get(f"/officer/household/{village.homes[0].id}").text


def test_ones_own_household_is_refused(village, officer):
    declare_kin(village.officer.id, village.homes[0], "own")
    answer = tap(officer, village.homes[0], make_rule(village))
    assert answer.status_code == 403
    assert "自己家" in answer.text


def test_a_retired_rule_is_refused(village, officer):
    rule = make_rule(village)
    rulebook.retire_rule(rule, rule.since)
    answer = tap(officer, village.homes[0], rule)
    assert answer.status_code == 409
    assert "停用" in answer.text


def test_another_grid_is_neither_seen_nor_scored(village, officer):
    home = village.homes[1]
    assert officer.get(f"/officer/household/{home.id}").status_code == 403
    assert tap(officer, home, make_rule(village)).status_code == 403
    assert home.code not in officer.get("/officer/").text
    assert states() == []


def test_a_household_or_rule_of_another_village_is_not_found(village, officer):
    other = make_village("安家村")
    assert officer.get(f"/officer/household/{other.homes[0].id}").status_code == 404
    assert tap(officer, village.homes[0], make_rule(other)).status_code == 404


@pytest.mark.parametrize("once", ["", "x", "0"])
def test_a_broken_page_is_refused_not_failed(village, officer, once):
    answer = tap(officer, village.homes[0], make_rule(village), once=once or " ")
    assert answer.status_code == 422


def test_the_rules_tapped_most_come_first(village, officer):
    rules = [make_rule(village, behaviour=f"做好事{n}") for n in range(3)]
    tap(officer, village.homes[0], rules[2])
    page = officer.get(f"/officer/household/{village.homes[0].id}").text
    page = page[page.index('id="rules"') :]
    assert page.index("做好事2") < page.index("做好事0") < page.index("做好事1")


def test_households_are_found_by_name_code_and_pages_that_do_not_exist_are_empty(village, officer):
    assert "王秀兰" in search(officer, "/officer/", "秀兰").text
    assert "王秀兰" in search(officer, "/officer/", "1组1号").text
    assert "没有找到" in search(officer, "/officer/", "赵").text
    assert officer.get("/officer/?page=99999999999999999999").status_code == 200
    assert officer.get("/officer/mine").status_code == 200
