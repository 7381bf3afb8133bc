"""What the other laws and notices ask, each by its article: points and aid, dividends, personal data, formalism."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import inspect

from governance.affairs.oversight import consistency
from governance.affairs.proof.erasing import TooYoung, forget_log
from governance.base import clock
from governance.base.database import db
from governance.base.errors import BadInput
from governance.village import scheme
from governance.village.cleaning import clean_note, mask_phone, public_name
from governance.village.rules.lint import find_concerns
from governance.village.rules.wording import Wording
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_scorer, make_staff, make_village, sign_in
from tests.laws.sources import HOUSE


def concerns(text):
    return find_concerns(Wording("A01", "其他", text, -5, -5))


@pytest.mark.parametrize("text", ["取消低保", "停发救助金", "取消惠农补贴", "不予救助"])
def test_social_assistance_art_47_48_points_never_touch_aid(text):
    assert any("第四十七条、第四十八条" in str(one.source) for one in concerns(text))


@pytest.mark.parametrize("text", ["罚款100元", "没收工具", "不退押金"])
def test_villagers_committees_art_31_rules_set_no_fines(text):
    assert any("无权设定罚款" in str(one.source) for one in concerns(text))


@pytest.mark.parametrize("text", ["越级上访", "不开证明", "取消选举资格", "群里乱发评论"])
def test_villagers_committees_art_31_rules_touch_no_rights(text):
    assert any("第三十一条" in str(one.source) for one in concerns(text))


def test_collective_economy_art_42_points_do_not_become_a_dividend(ctx):
    """No family of points pays out by points, and no page exports a list of shares."""
    village = make_village()
    for family in ("C", "D"):
        with pytest.raises(BadInput):
            scheme.set_scheme(village.id, scheme.Settings(family=family))
    assert not [rule for rule in ctx.url_map.iter_rules() if "dividend" in rule.rule]


def test_personal_information_art_6_no_identity_number_is_asked_for_or_kept(ctx):
    names = {
        column["name"]
        for table in inspect(db.engine).get_table_names()
        for column in inspect(db.engine).get_columns(table)
    }
    assert not [name for name in names if re.search("identity|id_card|sfz", name)]
    with pytest.raises(BadInput):
        clean_note("身份证 620503199001011234")


def test_personal_information_art_6_phones_are_masked_on_screen(app):
    with app.app_context():
        village = make_village()
        village.homes[0].phone = "13893800001"
        db.session.commit()
        officer = make_staff(Role.OFFICER, village.place)
    page = sign_in(app.test_client(), officer).get(f"/officer/household/{village.homes[0].id}").text
    assert "13893800001" not in page
    assert mask_phone("13893800001") == "138****0001"


def test_personal_information_art_31_a_child_is_named_by_the_surname_alone():
    assert public_name("王小明", minor=True) == "王某"
    assert public_name("欧阳小明", minor=True) == "欧阳某"
    assert public_name("王大明", minor=False) == "王大明"


def test_state_council_2026_12_a_complaint_entrance_stands_on_every_villagers_page(app):
    with app.app_context():
        village = make_village()
    for path in ("/", "/login", f"/v/{village.place.code}", f"/v/{village.place.code}/notices"):
        assert "投诉建议" in app.test_client().get(path).text


def test_state_council_2026_12_nobody_of_the_staff_is_ranked_or_counted(ctx):
    """Grids are compared by rule, without a name; no table keeps how often or how long somebody was here."""
    village = make_village()
    officer = make_staff(Role.OFFICER, village.place)
    rule = make_rule(village)
    for home in village.homes:
        make_award(make_scorer(village, officer), home, rule)
    since, until = clock.today() - timedelta(days=90), clock.today() + timedelta(days=1)
    grids = [one.id for one in village.grids]
    told = repr(consistency.compare_grids(village.id, grids, since, until))
    assert rule.code in told
    assert officer.name not in told
    assert officer.username not in told


def test_state_council_2026_12_a_photo_is_asked_for_only_where_the_rule_needs_one(ctx):
    village = make_village()
    plain = make_rule(village)
    assert make_award(make_scorer(village), village.homes[0], plain)  # no photo, no place, no track


def test_state_council_2026_12_no_place_is_tracked(ctx, client):
    assert "geolocation=()" in client.get("/").headers["Permissions-Policy"]
    names = {
        column["name"]
        for table in inspect(db.engine).get_table_names()
        for column in inspect(db.engine).get_columns(table)
    }
    assert not names & {"latitude", "longitude", "lat", "lng", "track"}


def test_cybersecurity_art_23_the_log_of_acts_is_kept_185_days_and_longer(ctx):
    """It is only added to; what is older than 185 days may be deleted, by one verb alone."""
    village = make_village()
    clerk = make_staff(Role.COMMITTEE, village.place)
    with pytest.raises(TooYoung):
        forget_log(village.id, clerk.id, clock.today() - timedelta(days=184))
    assert forget_log(village.id, clerk.id, clock.today() - timedelta(days=185)) == 0
    deleting = [
        one.stem
        for one in HOUSE.rglob("*.py")
        if re.search(r"delete\((acts|Act)\b", one.read_text(encoding="utf-8"))
    ]
    assert deleting == ["erasing"]
