"""Storage fails in different ways: each is told truly, the form is handed back, the phone comes again."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from governance.affairs.awards import recording
from governance.affairs.field import inspecting
from governance.village.staff import Role
from governance.web.officer import household
from tests.factories import make_rule, make_staff, make_village, sign_in


def failing(said):
    def fail(*_args, **_more):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(said))

    return fail


@pytest.fixture
def officer(ctx, client):
    ctx.config["PROPAGATE_EXCEPTIONS"] = False
    village = make_village()
    rule = make_rule(village, evidence="photo")
    person = make_staff(Role.OFFICER, village.place)
    phone = sign_in(client, person)
    address = f"/officer/household/{village.homes[0].id}/rule/{rule.id}"
    yield phone, address
    ctx.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("database or disk is full", "磁盘满了"),
        ("attempt to write a readonly database", "只能读、不能写"),
        ("database is locked", "系统正忙"),
    ],
)
def test_a_form_is_handed_back_with_what_was_typed_and_the_true_reason(
    officer, monkeypatch, said, sentence
):
    phone, address = officer
    monkeypatch.setattr(recording, "record_one", failing(said))
    monkeypatch.setattr(household, "keep_photo", lambda *_: None)
    answer = phone.post(
        address,
        data={"once": "0199f0a0-0000-7000-8000-000000000001", "note": "修好了水渠"},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert sentence in answer.text
    assert "修好了水渠" in answer.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [("disk image is malformed", "可能坏了"), ("unable to open database file", "数据库连不上")],
)
def test_a_database_that_cannot_be_read_is_told_without_asking_it_who_looks(
    officer, monkeypatch, said, sentence
):
    phone, address = officer
    monkeypatch.setattr(household, "_find_page", failing(said), raising=False)
    monkeypatch.setattr("governance.affairs.field.doorstep.at_the_door", failing(said))
    monkeypatch.setattr(household, "at_the_door", failing(said))
    answer = phone.get(address)
    assert answer.status_code == 503
    assert sentence in answer.text


def test_the_phone_is_asked_to_send_the_whole_batch_again(officer, monkeypatch):
    phone, _ = officer
    monkeypatch.setattr(inspecting, "record", failing("database or disk is full"))
    answer = phone.post("/officer/sync", json={"items": []})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.json["error"]["code"] == "full"
    assert "results" not in answer.json


def test_a_disk_that_is_full_for_a_photo_is_full_and_not_a_bad_photo(officer, monkeypatch):
    phone, _ = officer

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("governance.affairs.awards.photos.store_photo", full)
    answer = phone.put("/officer/photos/0199f0a0-0000-7000-8000-000000000002", data=b"x")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "full")


def test_another_fault_of_the_database_is_a_fault_of_ours(officer, monkeypatch):
    phone, _ = officer
    monkeypatch.setattr(inspecting, "record", failing("no such table: lines"))
    assert phone.post("/officer/sync", json={"items": []}).status_code == 500
