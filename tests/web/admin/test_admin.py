"""The admin door: from an empty database to a village at work, and never beyond the admin's places."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import search, sign_in_first

NEW = {"username": "zhang", "name": "张文书", "password": "first-password"}


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
