"""The admin door: from an empty database to a village at work, and never beyond the admin's places."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.base.database import db
from governance.village import places, signing, staff
from governance.village.staff import Role
from tests.factories import PASSWORD, make_staff, make_village, search, sign_in, sign_in_first

NEW = {"username": "zhang", "name": "张文书", "password": "first-password"}


@pytest.fixture
def root(app):
    """A browser signed in as the admin of the whole service, in an empty house."""
    with app.app_context():
        person = make_staff(Role.ADMIN, None, "root")
    return sign_in(app.test_client(), person)


@pytest.fixture
def two(app):
    """Two villages in two counties, and an admin of the first county."""
    with app.app_context():
        mine, other = make_village(), make_village("白家村")
        mine.admin = make_staff(Role.ADMIN, mine.county, "countyadmin")
        mine.officer = make_staff(Role.OFFICER, mine.grids[0])
        other.officer = make_staff(Role.OFFICER, other.grids[0])
    return mine, other


@pytest.fixture
def county(app, two):
    return sign_in(app.test_client(), two[0].admin)


def person_id(app, username):
    with app.app_context():
        return staff.find_staff(username).id


def test_from_an_empty_database_the_pages_alone_make_a_village(app, root):
    assert "还没有地方" in root.get("/admin/").text
    for address, code, name in (
        ("/admin/county", "620500", "秦州区"),
        ("/admin/place/620500/add", "620500100", "罗峪镇"),
        ("/admin/place/620500100/add", "620500100201", "石家村"),
        ("/admin/place/620500100201/add", "62050010020101", "一组网格"),
    ):
        answer = root.post(address, data={"code": code, "name": name})
        assert answer.status_code == 303, answer.text
        assert name in root.get(answer.location).text
    answer = root.post("/admin/place/620500100201/person", data=NEW | {"role": "committee"})
    assert answer.status_code == 303, answer.text
    clerk = sign_in_first(app.test_client(), "zhang", "first-password")
    assert clerk.get("/").location == "/desk/620500100201/"
    assert clerk.get("/desk/620500100201/team/").status_code == 200


def test_a_new_grid_is_offered_the_next_free_code(app, root, two):
    code = two[0].place.code
    assert f'value="{code}03"' in root.get(f"/admin/place/{code}/add").text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "请填写这一栏"),
        ("62050", "代码应为 6 位数字"),
        ("abcdef", "代码应为 6 位数字"),
        ("６２０５００", "代码应为 6 位数字"),
    ],
)
def test_a_wrong_code_is_told_and_what_was_typed_is_kept(root, code, sentence):
    answer = root.post("/admin/county", data={"code": code, "name": "秦州区"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "秦州区" in answer.text


def test_a_code_that_is_taken_or_not_below_its_parent_is_refused(root, two):
    mine, other = two
    taken = root.post("/admin/county", data={"code": mine.county.code, "name": "别处"})
    assert taken.status_code == 422
    assert "已经有了：秦州区" in taken.text
    astray = root.post(
        f"/admin/place/{mine.county.code}/add",
        data={"code": other.county.code + "300", "name": "别处"},
    )
    assert astray.status_code == 422
    assert "应以上级的代码" in astray.text


def test_a_place_is_renamed_and_keeps_its_code(app, root, two):
    code = two[0].place.code
    assert root.post(f"/admin/place/{code}/name", data={"name": " "}).status_code == 422
    assert root.post(f"/admin/place/{code}/name", data={"name": "新石家村"}).status_code == 303
    assert "新石家村" in root.get(f"/admin/place/{code}").text


def test_nothing_can_be_added_below_a_grid(root, two):
    assert root.get(f"/admin/place/{two[0].grids[0].code}/add").status_code == 404


def test_an_admin_of_a_county_sees_and_changes_nothing_elsewhere(app, county, two):
    mine, other = two
    assert mine.county.name in county.get("/admin/").text
    assert other.place.name not in search(county, "/admin/", "村").text
    assert other.officer.username not in county.get("/admin/people").text
    for code in (other.county.code, other.place.code, other.grids[0].code):
        assert county.get(f"/admin/place/{code}").status_code == 404
        for page in ("add", "name", "person", "appoint"):
            assert county.post(f"/admin/place/{code}/{page}", data=NEW).status_code == 404
    for page in ("password", "dismiss", "active", "unlock"):
        assert county.post(f"/admin/person/{other.officer.id}/{page}").status_code == 404
    assert county.get(f"/admin/person/{other.officer.id}").status_code == 404
    assert county.get("/admin/county").status_code == 403
    assert county.post("/admin/admins", data=NEW | {"role": "admin"}).status_code == 403


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


TEXT = st.text(max_size=40) | st.sampled_from(["", "620500", "root", "officer", "０", "\ud800x"])
FORMS = {
    "/admin/county": ("code", "name"),
    "/admin/admins": ("username", "name", "password", "role"),
    "/admin/place/{code}/add": ("code", "name"),
    "/admin/place/{code}/name": ("name",),
    "/admin/place/{code}/person": ("username", "name", "password", "role"),
    "/admin/place/{code}/appoint": ("username", "role"),
    "/admin/person/{person}/dismiss": ("post",),
    "/admin/person/{person}/password": ("password",),
    "/admin/person/{person}/active": ("active",),
}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("address", FORMS)
def test_nothing_that_is_typed_breaks_the_door(root, two, address, data):
    filled = {
        name: data.draw(TEXT, name).encode("utf-8", "replace").decode() for name in FORMS[address]
    }
    at = address.format(code=two[0].place.code, person=two[0].officer.id)
    answer = root.post(at, data=filled)
    assert answer.status_code in (303, 400, 403, 404, 409, 422), answer.text
    found = search(root, "/admin/people", data.draw(TEXT, "q").encode("utf-8", "replace").decode())
    assert found.status_code in (200, 400)
