"""The log of acts: one hook on each staff door, so that no page can be forgotten; words for every one of them."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from governance.affairs.acts import Act, acts
from governance.affairs.oversight import log
from governance.base.database import db, new_id
from governance.village import households, staff
from governance.village.households import get_household
from governance.village.register import workbooks
from governance.village.staff import Role
from governance.web.frame import actlog
from governance.web.frame.actwords import ACTS, ATTEMPTS, DOWNLOADS, KINDS, NOTED_LATER, UNLOGGED
from tests.factories import (
    give_points,
    make_award,
    make_gift,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
    search,
    sign_in,
)
from tests.reads import statements

LOGGED = ("admin", "account", "area", "kin", "shop")
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def is_logged(rule):
    return rule.rule.startswith("/desk/") or rule.endpoint.split(".")[0] in LOGGED


@pytest.fixture
def village(village):
    village.desk = f"/desk/{village.place.code}"
    return village


def noted():
    return db.session.execute(db.select(acts).order_by(acts.c.at, acts.c.id)).all()


# --- nothing is forgotten -----------------------------------------------------------------------


def test_every_changing_page_of_the_staff_doors_has_its_words(app):
    """A new page: write its words in ACTS of web/actwords.py, or why it is not an act in UNLOGGED."""
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if is_logged(rule) and rule.methods & CHANGING
    }
    assert len(changing) > 40
    assert changing - set(ACTS) - UNLOGGED == set()
    assert {one for one in ACTS if "." in one} - DOWNLOADS - changing == set()
    assert changing >= UNLOGGED | NOTED_LATER


def test_every_word_belongs_to_a_kind_that_can_be_asked_for():
    assert {one.split(".")[0] for one in ACTS} == set(KINDS)
    assert not {one for one in ATTEMPTS if "." in one}


def test_every_staff_door_has_the_hook_and_the_others_have_not(app):
    doors = {rule.endpoint.split(".")[0] for rule in app.url_map.iter_rules() if is_logged(rule)}
    hooked = {
        name
        for name, hooks in app.after_request_funcs.items()
        if any(hook.__module__ == actlog.__name__ for hook in hooks)
    }
    assert hooked == doors


# --- what is noted ------------------------------------------------------------------------------


def test_what_somebody_does_is_noted_with_the_household(village, clerk):
    home = village.homes[0]
    assert clerk.post(f"{village.desk}/households/{home.id}/close").status_code == 303
    [act] = noted()
    assert (act.village_id, act.staff_id, act.what) == (
        village.id,
        village.clerk.id,
        "households.close",
    )
    assert (act.household_id, act.subject_id, act.refused) == (home.id, None, "")


def test_reading_is_not_noted_nor_what_was_refused(app, village, clerk):
    home = village.homes[0]
    clerk.get(f"{village.desk}/households/{home.id}")
    clerk.get(f"{village.desk}/households/{home.id}/close")
    assert clerk.post(f"{village.desk}/gifts/add", data={}).status_code == 422
    assert clerk.post(f"{village.desk}/households/{village.id}/close").status_code == 404
    supervisor = sign_in(app.test_client(), village.supervisor)
    assert supervisor.post(f"{village.desk}/households/{home.id}/close").status_code == 403
    stranger = app.test_client()
    assert stranger.post(f"{village.desk}/households/{home.id}/close").status_code == 302
    assert noted() == []


def test_a_form_with_nothing_ticked_does_nothing_and_notes_nothing(village, clerk):
    assert clerk.post(f"{village.desk}/awards/check").status_code == 303
    assert noted() == []


def test_the_one_ticked_award_is_named(village, clerk):
    rule = make_rule(village, review="first")
    award_id = make_award(make_scorer(village, village.officer), village.homes[0], rule)
    clerk.post(f"{village.desk}/awards/check", data={"award": str(award_id)})
    [act] = noted()
    assert (act.what, act.subject_id) == ("awards.check", award_id)
    rows, _ = log.acts_of(village.id)
    assert (rows[0].group_no, rows[0].number, rows[0].behaviour) == (1, 1, "参加义务劳动")


def test_the_previews_note_nothing(village, clerk):
    file = workbooks.export_households(village.id)
    answer = clerk.post(
        f"{village.desk}/households/register/", data={"file": (io.BytesIO(file), "x.xlsx")}
    )
    assert answer.status_code == 303
    clerk.post(answer.location + "/drop")
    assert noted() == []


def test_an_import_is_noted_when_it_has_come_to_its_end(village, clerk):
    file = workbooks.export_households(village.id)
    home = get_household(village.id, village.homes[0].id)
    with households.editing(home):  # so that the file brings a change
        details = replace(households.details_of(home), head="王秀莲")
        households.edit_household(home, home.grid_id, details)
    form = {"file": (io.BytesIO(file), "x.xlsx")}
    preview = clerk.post(f"{village.desk}/households/register/", data=form).location
    answer = clerk.post(preview, data={"digest": "of another plan"})
    assert answer.status_code == 303
    assert noted() == []
    digest = clerk.get(preview).text.split('name="digest" value="')[1].split('"')[0]
    assert clerk.post(preview, data={"digest": digest}).status_code == 303
    assert [act.what for act in noted()] == ["register.carry_out"]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("households/register/export/households.xlsx", "register.export_households"),
        ("households/register/export/members.xlsx", "register.export_members"),
        ("sheets/doors", "sheets.doors"),
        ("sheets/cards", "sheets.cards"),
    ],
)
def test_personal_data_taken_away_is_noted_though_it_is_only_read(app, village, clerk, path, what):
    assert what in DOWNLOADS
    assert clerk.get(f"{village.desk}/{path}").status_code == 200
    assert [act.what for act in noted()] == [what]
    assert app.test_client().get(f"{village.desk}/{path}").status_code == 302
    assert len(noted()) == 1


def test_the_counter_notes_a_hand_over(app, village):
    keeper = make_staff(Role.STOREKEEPER, village.place)
    give_points(village, village.homes[0], 20)
    gift = make_gift(village)
    shop = sign_in(app.test_client(), keeper)
    answer = shop.post(
        f"/shop/household/{village.homes[0].id}/hand-over",
        data={f"gift-{gift.id}": 1, "cost": 5, "no_card": "忘带了"},
    )
    assert answer.status_code == 303
    [act] = noted()
    assert (act.what, act.household_id) == ("shop.hand_over", village.homes[0].id)


def test_a_declaration_is_noted_with_the_household_that_was_tapped(village, clerk):
    form = {"household": str(village.homes[0].id), "relation": "own"}
    assert clerk.post("/declare/", data=form).status_code == 303
    assert clerk.post("/declare/", data={"household": "x"}).status_code == 404
    [act] = noted()
    assert (act.what, act.household_id) == ("kin.home", village.homes[0].id)


def test_scoring_and_searching_are_not_acts_of_the_log(app, village, clerk):
    rule = make_rule(village)
    phone = sign_in(app.test_client(), village.officer)
    home = village.homes[0].id
    tapped = {"rule": str(rule.id), "once": str(new_id())}
    assert phone.post(f"/officer/household/{home}/award", data=tapped).status_code == 303
    search(clerk, f"{village.desk}/households/", "王秀兰")
    assert noted() == []


# --- the admin's door ---------------------------------------------------------------------------


@pytest.fixture
def admin(app, village):
    village.admin = make_staff(Role.ADMIN, village.county)
    return sign_in(app.test_client(), village.admin)


def test_what_an_admin_does_to_somebody_stands_in_the_log_of_their_village(village, admin):
    officer = make_staff(Role.OFFICER, village.grids[0])
    make_village("白家村")
    form = {"password": "another-password", "again": "another-password"}
    assert admin.post(f"/admin/person/{officer.id}/password", data=form).status_code == 303
    [act] = noted()
    assert (act.village_id, act.what, act.subject_id) == (village.id, "admin.password", officer.id)


def test_a_dismissal_is_noted_where_the_post_was(village, admin):
    person = make_staff(Role.OFFICER, village.grids[0])
    staff.appoint(person, Role.TOWN, village.town)
    held = db.select(staff.Appointment.id).where(
        staff.Appointment.staff_id == person.id, staff.Appointment.role == Role.OFFICER.value
    )
    post = db.session.scalar(held)
    assert admin.post(f"/admin/person/{person.id}/dismiss", data={"post": post}).status_code == 303
    [act] = noted()
    assert (act.village_id, act.what) == (village.id, "admin.dismiss")


def test_what_an_admin_does_at_a_place_is_noted_there(village, admin):
    for code, place_id in (
        (village.place.code, village.id),
        (village.grids[0].code, village.id),
        (village.town.code, village.town.id),
    ):
        answer = admin.post(f"/admin/place/{code}/name", data={"name": "新名字"})
        assert answer.status_code == 303
        assert noted()[-1].village_id == place_id


def test_what_is_done_to_the_whole_service_stands_in_the_services_own_log(app, village, caplog):
    root = make_staff(Role.ADMIN, None)
    browser = sign_in(app.test_client(), root)
    form = {"code": "629999", "name": "新县"}
    assert browser.post("/admin/county", data=form).status_code == 303
    assert [act.what for act in noted()] == ["admin.add_county"]
    new = {"username": "second", "name": "周正", "password": "first-password", "role": "admin"}
    with caplog.at_level(logging.INFO):
        assert browser.post("/admin/admins", data=new).status_code == 303
    assert len(noted()) == 1
    assert "admin.add_admin" in caplog.text
    assert "周正" not in caplog.text
    assert "first-password" not in caplog.text


# --- the log does not stand in the way ----------------------------------------------------------


def test_an_act_stands_though_the_log_fails(village, clerk, monkeypatch, caplog):
    def fail(*_act):
        raise OperationalError("INSERT", {"what": "王秀兰"}, Exception("disk full"))

    monkeypatch.setattr(actlog, "note_act", fail)
    home = village.homes[0]
    assert clerk.post(f"{village.desk}/households/{home.id}/close").status_code == 303
    assert get_household(village.id, home.id).closed_on is not None
    assert "act not noted: households.close" in caplog.text
    assert "王秀兰" not in caplog.text


def test_an_act_costs_one_insert_and_no_question(app, village, clerk):
    clerk.get(f"{village.desk}/households/")
    with statements(app) as asked:
        clerk.post(f"{village.desk}/households/{village.homes[0].id}/close")
    assert len([one for one in asked if "acts" in one]) == 1
    assert asked[-1].startswith("INSERT INTO acts")


def test_no_words_fit_into_the_log():
    """Ids and codes only: neither names nor phones can be written there."""
    assert set(Act.__table__.columns.keys()) == {
        "village_id",
        "id",
        "at",
        "staff_id",
        "what",
        "household_id",
        "subject_id",
        "refused",
    }
