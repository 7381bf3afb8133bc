"""The team desk: the village's people and grids, first passwords, and the households they keep off."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.base.database import db
from governance.village import kin, places, staff
from governance.village.staff import Role
from tests.factories import make_staff, make_village, search, sign_in, sign_in_first

NEW = {
    "username": "chen",
    "name": "陈海荣",
    "password": "first-password",
    "role": "officer",
    "grid": "",
}


def url(village, path=""):
    return f"/desk/{village.place.code}/team/{path}"


def post_id(person, role=None):
    found = db.select(staff.Appointment.id).where(
        staff.Appointment.staff_id == person.id, staff.IN_POST
    )
    return str(db.session.scalar(found.where(staff.Appointment.role == role) if role else found))


def test_the_desk_lists_people_by_role_and_grids_with_their_officers(village, clerk):
    page = clerk.get(url(village)).text
    for text in ("张文书", "李志明", "赵玉梅", "1组网格", "第三十七条"):
        assert text in page
    assert page.count("李志明") == 2  # as an officer, and beside the grid


def test_a_new_officer_scores_in_the_grid_they_were_given_and_in_no_other(app, village, clerk):
    answer = clerk.post(url(village, "add"), data=NEW | {"grid": village.grids[1].code})
    assert answer.status_code == 303, answer.text
    assert "2组网格" in clerk.get(answer.location).text
    phone = sign_in_first(app.test_client(), "chen", "first-password")
    assert phone.get(f"/officer/household/{village.homes[1].id}").status_code == 200
    assert phone.get(f"/officer/household/{village.homes[0].id}").status_code == 403


def test_the_committee_appoints_no_supervisor_and_no_admin(village, clerk):
    for role in ("supervisor", "admin", "town", "nonsense", ""):
        assert clerk.post(url(village, "add"), data=NEW | {"role": role}).status_code == 422
        answer = clerk.post(
            url(village, f"{village.officer.id}/appoint"), data={"role": role, "grid": ""}
        )
        assert answer.status_code == 422
    assert staff.find_staff("chen") is None
    page = clerk.post(
        url(village, f"{village.supervisor.id}/appoint"), data={"role": "committee", "grid": ""}
    )
    assert page.status_code == 422
    assert "第三十七条" in page.text


def test_the_committee_neither_dismisses_a_supervisor_nor_itself(village, clerk):
    for person, code in ((village.supervisor, 403), (village.clerk, 403)):
        data = {"post": post_id(person)}
        assert clerk.post(url(village, f"{person.id}/dismiss"), data=data).status_code == code
    assert "免去<" not in clerk.get(url(village, village.supervisor.id)).text
    assert "免去<" not in clerk.get(url(village, village.clerk.id)).text


def test_an_officer_is_appointed_to_a_second_grid_and_dismissed_from_the_first(village, clerk):
    page = url(village, village.officer.id)
    data = {"role": "officer", "grid": village.grids[1].code}
    assert clerk.post(f"{page}/appoint", data=data).status_code == 303
    first = clerk.post(f"{page}/dismiss", data={"post": post_id(village.officer)})
    assert first.location == page
    last = clerk.post(f"{page}/dismiss", data={"post": post_id(village.officer)})
    assert last.location == url(village)
    assert clerk.get(page).status_code == 404  # without a post they are not of this village
    assert clerk.post(f"{page}/dismiss", data={"post": ""}).status_code == 404


def test_a_post_of_another_person_or_no_post_at_all_is_not_found(village, clerk):
    page = url(village, f"{village.officer.id}/dismiss")
    assert clerk.post(page, data={"post": post_id(village.supervisor)}).status_code == 404
    assert clerk.post(page, data={"post": "nonsense"}).status_code == 404


def test_the_committee_sets_a_new_password_for_its_own_people(app, village, clerk):
    page = url(village, f"{village.officer.id}/password")
    assert "密码至少 8 位" in clerk.post(page, data={"password": "short"}).text
    assert clerk.post(page, data={"password": "brand-new-one"}).status_code == 303
    data = {"username": "officer1", "password": "brand-new-one"}
    assert app.test_client().post("/login", data=data).status_code == 303


def test_whoever_could_outrank_the_committee_keeps_their_password(village, clerk):
    other = make_village("白家村")
    busy = make_staff(Role.OFFICER, village.grids[0])
    staff.appoint(staff.get_staff(busy.id), Role.OFFICER, places.get_place(other.grids[0].code))
    admin = make_staff(Role.ADMIN, village.place)
    for person in (village.supervisor, village.clerk, busy, admin):
        page = url(village, f"{person.id}/password")
        assert clerk.get(page).status_code == 403
        assert clerk.post(page, data={"password": "taken-over"}).status_code == 403
    assert "在别处还有任职" in clerk.get(url(village, busy.id)).text


def test_people_of_another_village_are_not_found(village, clerk):
    other = make_village("白家村")
    stranger = make_staff(Role.OFFICER, other.grids[0])
    assert clerk.get(url(village, stranger.id)).status_code == 404
    for act in ("appoint", "dismiss", "password", "kin", "kin/withdraw"):
        assert clerk.post(url(village, f"{stranger.id}/{act}")).status_code == 404
    assert (
        clerk.post(url(village, f"grids/{other.grids[0].id}"), data={"name": "抢来的"}).status_code
        == 404
    )
    assert clerk.post(url(village, f"grids/{village.id}"), data={"name": "村"}).status_code == 404
    data = NEW | {"grid": other.grids[0].code}
    assert clerk.post(url(village, "add"), data=data).status_code == 422


def test_two_grids_of_one_name_are_refused(village, clerk):
    one, two = village.grids
    for path in ("grids/add", f"grids/{two.id}"):
        answer = clerk.post(url(village, path), data={"name": f" {one.name} "})
        assert answer.status_code == 422
        assert f"已经有叫「{one.name}」的网格了" in answer.text
    same = clerk.post(url(village, f"grids/{one.id}"), data={"name": one.name})
    assert same.status_code == 303


def test_grids_are_added_and_renamed(village, clerk):
    assert clerk.post(url(village, "grids/add"), data={"name": ""}).status_code == 422
    assert clerk.post(url(village, "grids/add"), data={"name": "河西网格"}).status_code == 303
    page = clerk.get(url(village)).text
    assert "河西网格" in page
    assert village.place.code + "03" in page
    address = url(village, f"grids/{village.grids[0].id}")
    assert clerk.post(address, data={"name": "x" * 61}).status_code == 422
    assert clerk.post(address, data={"name": "河东网格"}).status_code == 303
    assert "河东网格" in clerk.get(url(village)).text


def test_the_committee_enters_and_takes_back_a_declaration_for_somebody(village, clerk):
    home, page = village.homes[0], url(village, village.officer.id)
    assert "1组1号" in search(clerk, f"{page}/kin", "1组1号").text
    assert "没有找到" in search(clerk, f"{page}/kin", "没有的人").text
    data = {"household": str(home.id), "relation": "relative"}
    assert clerk.post(f"{page}/kin", data=data).status_code == 303
    assert "亲属户" in clerk.get(page).text
    assert kin.kin_of(village.id, village.officer.id) == {home.id}
    clerk.post(f"{page}/kin/withdraw", data=data)
    assert kin.kin_of(village.id, village.officer.id) == set()


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 404), ({"household": "x"}, 404), ({"household": None, "relation": "friend"}, 422)],
)
def test_a_declaration_that_names_nothing_is_refused(village, clerk, data, status):
    if "household" in data and data["household"] is None:
        data = data | {"household": str(village.homes[0].id)}
    assert clerk.post(url(village, f"{village.officer.id}/kin"), data=data).status_code == status


def test_nobody_takes_their_own_declaration_back(village, clerk):
    home, page = village.homes[0], url(village, village.clerk.id)
    data = {"household": str(home.id), "relation": "own"}
    assert clerk.post("/declare/", data=data).status_code == 303
    answer = clerk.post(f"{page}/kin/withdraw", data=data)
    assert answer.status_code == 403
    assert "其他成员核实" in answer.text
    assert kin.kin_of(village.id, village.clerk.id) == {home.id}


def test_the_supervisor_reads_the_desk_and_is_shown_nothing_to_change(app, village):
    supervisor = sign_in(app.test_client(), village.supervisor)
    for path in ("", village.officer.id):
        page = supervisor.get(url(village, path)).text
        assert "李志明" in page
        assert "免去<" not in page
        assert "添加人员" not in page
    assert supervisor.post(url(village, "add"), data=NEW).status_code == 403


TEXT = st.text(max_size=40) | st.sampled_from(
    ["", "officer", "committee", "1组1号", "%", "_", "\\"]
)
FORMS = {
    "add": ("username", "name", "password", "role", "grid"),
    "{person}/appoint": ("role", "grid"),
    "{person}/dismiss": ("post",),
    "{person}/password": ("password",),
    "{person}/kin": ("household", "relation"),
    "{person}/kin/withdraw": ("household",),
    "grids/add": ("name",),
    "grids/{grid}": ("name",),
}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("path", FORMS)
def test_nothing_that_is_typed_breaks_the_desk(village, clerk, path, data):
    filled = {
        name: data.draw(TEXT, name).encode("utf-8", "replace").decode() for name in FORMS[path]
    }
    at = url(village, path.format(person=village.officer.id, grid=village.grids[0].id))
    answer = clerk.post(at, data=filled)
    assert answer.status_code in (303, 400, 403, 404, 409, 422), answer.text
    words = data.draw(TEXT, "q").encode("utf-8", "replace").decode()
    found = search(clerk, url(village, f"{village.officer.id}/kin"), words)
    assert found.status_code in (200, 400, 404)
