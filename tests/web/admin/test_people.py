"""People at the admin door: added, appointed, dismissed, locked and let in again, within the admin's reach."""

from __future__ import annotations

import pytest

from governance.base.database import db
from governance.village import places, signing, staff
from governance.village.staff import Role
from tests.factories import PASSWORD, make_staff, search, sign_in, sign_in_first

NEW = {"username": "zhang", "name": "张文书", "password": "first-password"}


def person_id(app, username):
    with app.app_context():
        return staff.find_staff(username).id


def test_people_are_found_by_either_name(root, two):
    page = search(root, "/admin/people", f"{two[0].officer.username}").text
    assert two[0].officer.username in page
    assert two[1].officer.username not in page
    assert "1 人" in page
    assert root.get("/admin/people?page=x").status_code == 200
    assert root.get("/admin/people?page=-9").status_code == 200
    assert root.get("/admin/people?page=99999999999999999999").status_code == 200
    assert search(root, "/admin/people", "\x00").status_code == 400


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"username": "a"}, "用户名用 2 到 30 个"),
        ({"username": "a b"}, "用户名用 2 到 30 个"),
        ({"username": "root"}, "已经有人用了"),
        ({"name": "<b>"}, "不该有的字符"),
        ({"password": "short"}, "密码至少 8 位"),
        ({"password": "zhangwenshu", "username": "zhangwenshu"}, "不能是用户名"),
        ({"password": "x" * 201}, "不超过 200 个字"),
        ({"role": "town"}, "role"),
        ({"role": ""}, "role"),
    ],
)
def test_somebody_who_cannot_be_added_is_refused_at_the_field(app, root, two, changed, sentence):
    data = NEW | {"role": "committee"} | changed
    answer = root.post(f"/admin/place/{two[0].place.code}/person", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    with app.app_context():
        assert staff.find_staff("zhang") is None


def test_the_demo_password_is_handed_to_nobody_outside_the_demo(app, root, two, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", False)
    data = NEW | {"role": "committee", "password": "hemei-demo"}
    answer = root.post(f"/admin/place/{two[0].place.code}/person", data=data)
    assert answer.status_code == 422
    assert "演示密码" in answer.text
    answer = root.post(
        f"/admin/person/{two[0].officer.id}/password", data={"password": "hemei-demo"}
    )
    assert "演示密码" in answer.text


def test_somebody_who_signs_in_already_is_given_one_more_post(app, root, two):
    mine, other = two
    address = f"/admin/place/{mine.grids[1].code}/appoint"
    data = {"username": other.officer.username, "role": "officer"}
    assert root.post(address, data=data).status_code == 303
    assert root.post(address, data=data).status_code == 303  # twice is once
    page = root.get(f"/admin/person/{other.officer.id}").text
    assert page.count("免去<") == 2
    assert "没有这个用户名" in root.post(address, data=data | {"username": "nobody"}).text


def test_the_committee_and_its_supervisor_are_never_one_person(root, two):
    code = two[0].place.code
    assert (
        root.post(f"/admin/place/{code}/person", data=NEW | {"role": "supervisor"}).status_code
        == 303
    )
    answer = root.post(
        f"/admin/place/{code}/appoint", data={"username": "zhang", "role": "committee"}
    )
    assert answer.status_code == 422
    assert "第三十七条" in answer.text


def test_whoever_has_a_post_elsewhere_keeps_their_password_from_a_smaller_admin(app, county, two):
    mine, other = two
    with app.app_context():
        person = staff.get_staff(mine.officer.id)
        staff.appoint(person, Role.OFFICER, places.get_place(other.grids[0].code))
    page = county.get(f"/admin/person/{mine.officer.id}").text
    assert other.grids[0].code not in page
    assert "在别处还有任职" in page
    for act in ("password", "active", "unlock"):
        assert county.post(f"/admin/person/{mine.officer.id}/{act}").status_code == 403


def test_a_smaller_admin_cannot_become_a_greater_one(app, county, two):
    with app.app_context():
        root = make_staff(Role.ADMIN, None, "root")
        staff.appoint(staff.get_staff(root.id), Role.COMMITTEE, places.get_place(two[0].place.code))
    answer = county.post(f"/admin/person/{root.id}/password", data={"password": "taken-over"})
    assert answer.status_code == 403


def test_a_new_password_ends_the_old_sign_in_and_the_lock(app, root, two):
    officer = two[0].officer
    phone = sign_in(app.test_client(), officer)
    for _ in range(signing.LOCK.most):
        app.test_client().post(
            "/login", data={"username": officer.username, "password": "wrong-one"}
        )
    assert "已锁定" in root.get(f"/admin/person/{officer.id}").text
    answer = root.post(f"/admin/person/{officer.id}/password", data={"password": "brand-new-one"})
    assert answer.status_code == 303
    assert "已锁定" not in root.get(f"/admin/person/{officer.id}").text
    assert phone.get("/officer/").status_code == 302
    data = {"username": officer.username, "password": "brand-new-one"}
    assert app.test_client().post("/login", data=data).status_code == 303


def test_a_lock_is_ended_before_its_time(app, root, two):
    officer = two[0].officer
    for _ in range(signing.LOCK.most):
        app.test_client().post(
            "/login", data={"username": officer.username, "password": "wrong-one"}
        )
    assert root.post(f"/admin/person/{officer.id}/unlock").status_code == 303
    sign_in(app.test_client(), officer)


def test_who_is_deactivated_is_out_at_once_and_may_come_back(app, root, two):
    officer = two[0].officer
    phone = sign_in(app.test_client(), officer)
    assert root.post(f"/admin/person/{officer.id}/active", data={"active": "0"}).status_code == 303
    assert phone.get("/officer/").status_code == 302
    data = {"username": officer.username, "password": PASSWORD}
    assert "用户名或密码不对" in app.test_client().post("/login", data=data).text
    assert "已停用" in root.get("/admin/people").text
    assert root.post(f"/admin/person/{officer.id}/active", data={"active": "1"}).status_code == 303
    sign_in(app.test_client(), officer)


def test_who_is_dismissed_loses_that_post_at_once(app, root, two):
    officer = two[0].officer
    phone = sign_in(app.test_client(), officer)
    with app.app_context():
        post = db.session.scalar(db.select(staff.Appointment).filter_by(staff_id=officer.id))
    data = {"post": str(post.id)}
    assert root.post(f"/admin/person/{officer.id}/dismiss", data=data).status_code == 303
    assert phone.get("/officer/").status_code == 403
    assert root.post(f"/admin/person/{officer.id}/dismiss", data=data).status_code == 404
    assert "没有任职" in root.get(f"/admin/person/{officer.id}").text


def test_dismissing_the_last_post_within_reach_leads_back_to_the_place(app, county, two):
    officer = two[0].officer
    with app.app_context():
        post = db.session.scalar(db.select(staff.Appointment).filter_by(staff_id=officer.id))
    answer = county.post(f"/admin/person/{officer.id}/dismiss", data={"post": str(post.id)})
    assert answer.location == f"/admin/place/{two[0].grids[0].code}"
    assert county.get(answer.location).status_code == 200


def test_an_admin_cannot_lock_themselves_out(app, root):
    me = person_id(app, "root")
    with app.app_context():
        post = db.session.scalar(db.select(staff.Appointment).filter_by(staff_id=me))
    for act, data in (
        ("dismiss", {"post": str(post.id)}),
        ("active", {"active": "0"}),
        ("password", {"password": "brand-new-one"}),
    ):
        assert root.post(f"/admin/person/{me}/{act}", data=data).status_code == 403
    page = root.get(f"/admin/person/{me}").text
    assert "免去<" not in page
    assert "停用<" not in page


def test_another_admin_of_the_whole_service_can_be_added_and_dismissed(app, root):
    data = {"username": "second", "name": "王工", "password": "first-password", "role": "admin"}
    assert root.post("/admin/admins", data=data | {"role": "county"}).status_code == 422
    assert root.post("/admin/admins", data=data).status_code == 303
    second = sign_in_first(app.test_client(), "second", "first-password")
    assert second.get("/admin/county").status_code == 200
    with app.app_context():
        post = db.session.scalar(
            db.select(staff.Appointment).filter_by(staff_id=staff.find_staff("second").id)
        )
    assert (
        root.post(f"/admin/person/{post.staff_id}/dismiss", data={"post": str(post.id)}).status_code
        == 303
    )
    assert second.get("/admin/").status_code == 403
