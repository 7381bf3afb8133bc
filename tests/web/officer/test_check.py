"""The officer's checks: what others recorded in one's own grids, and nothing else."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from governance.affairs.awards import checking, photos
from governance.affairs.awards.life import Award
from governance.base.database import db, new_id
from governance.village.kin import declare_kin
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_scorer, make_staff, sign_in

CHECKS = "/officer/checks"


@pytest.fixture
def village(village):
    village.scorer = make_scorer(village)
    return village


def file(village, n=0, scorer=None, **wording):
    rule = make_rule(village, **({"review": "second"} | wording))
    return make_award(scorer or village.scorer, village.homes[n], rule)


def award(village, award_id):
    db.session.rollback()
    return db.session.get(Award, (village.id, award_id), populate_existing=True)


def post(officer, verb, *ids, **more):
    return officer.post(
        f"{CHECKS}/{verb}", data={"award": [str(one) for one in ids]} | more, follow_redirects=True
    )


def test_the_officer_sees_what_others_recorded_in_their_grids(village, officer):
    file(village, 0, behaviour="修水渠")
    file(village, 1, behaviour="邻里帮扶")
    mine = make_scorer(village, village.officer)
    file(village, 0, scorer=mine, behaviour="自己记的")
    half = file(village, 0, behaviour="已经初审")
    checking.check(village.id, make_staff(Role.COMMITTEE, village.place).id, [half])
    page = officer.get(CHECKS).text
    assert "修水渠" in page
    for absent in ("邻里帮扶", "自己记的", "已经初审"):
        assert absent not in page
    assert "有 1 条别人记的分" in officer.get("/officer/").text


def test_nothing_to_check_is_said(officer):
    assert "没有等您初审的记分" in officer.get(CHECKS).text
    assert "请您初审" not in officer.get("/officer/").text


def test_a_first_check_leaves_the_second_to_the_committee(village, officer):
    award_id = file(village)
    assert "已通过 1 条" in post(officer, "approve", award_id).text
    assert award(village, award_id).first_by == village.officer.id
    assert award(village, award_id).state == "filed"


def test_the_one_check_a_rule_asks_for_may_be_the_officers(village, officer):
    award_id = file(village, review="first")
    post(officer, "approve", award_id)
    assert award(village, award_id).state == "checked"


def test_another_grid_is_refused_and_named(village, officer):
    here, there = file(village, 0), file(village, 1, behaviour="邻里帮扶")
    page = post(officer, "approve", here, there).text
    assert "邻里帮扶：这一户不在您的网格里" in page
    assert award(village, there).first_by is None


def test_ones_own_household_is_refused(village, officer):
    declare_kin(village.officer.id, village.homes[0], "own")
    answer = officer.post(f"{CHECKS}/approve", data={"award": str(file(village))})
    assert answer.status_code == 403


def test_a_no_needs_a_reason_which_the_filer_reads(app, village, officer):
    award_id = file(village)
    assert "请写明理由" in post(officer, "turn-down", award_id, reason=" ").text
    assert award(village, award_id).state == "filed"
    assert "已退回 1 条" in post(officer, "turn-down", award_id, reason="没有去").text
    assert award(village, award_id).state == "rejected"
    filer = sign_in(
        app.test_client(), db.session.get(type(village.officer), village.scorer.staff_id)
    )
    assert "没有去" in filer.get("/officer/mine").text


def test_nothing_ticked_is_said(officer):
    assert "请先勾选" in post(officer, "approve").text
    assert "请先勾选" in post(officer, "turn-down").text


def test_a_photo_is_seen_by_who_checks_while_it_waits(app, village, officer):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    folder, photo_id = app.config["DATA_DIR"], new_id()
    photos.store_photo(folder, village.id, photo_id, village.scorer.staff_id, picture.getvalue())
    rule = make_rule(village, review="first", evidence="photo")
    award_id = make_award(village.scorer, village.homes[0], rule, photos=(photo_id,))
    address = f"{CHECKS}/photos/{photo_id}"
    assert address in officer.get(CHECKS).text
    with officer.get(address) as answer:
        assert answer.mimetype == "image/jpeg"
    other = sign_in(app.test_client(), make_staff(Role.OFFICER, village.grids[1]))
    assert other.get(address).status_code == 404
    post(officer, "approve", award_id)
    assert officer.get(address).status_code == 404
