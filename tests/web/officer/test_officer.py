"""The officer's door takes large photos: one that is too large is told so, and what was typed beside it comes back."""

from __future__ import annotations

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from governance.base.database import new_id
from governance.base.pictures import LARGEST
from governance.web.officer import MOST_SENT
from tests.factories import make_checklist, make_reminder_rule, make_rule
from tests.paintings import encode, picture

MEGABYTE = 2**20


@pytest.fixture
def home(village):
    return village.homes[0]


def photo_of(size):
    """A photo of so many bytes."""
    data = encode(picture())
    return FileStorage(io.BytesIO(data + bytes(size - len(data))), "photo.jpg")


def send(client, address, photo, **typed):
    """A form in one piece: in parts of a file, the test's own client would leave them open."""
    boundary, body = encode_multipart({"once": str(new_id()), "photo": photo} | typed)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize("size", [LARGEST + 1, 17 * MEGABYTE, 30 * MEGABYTE])
def test_points_and_note_come_back_with_a_photo_that_is_too_large(village, officer, home, size):
    rule = make_rule(village, points_min=2, points_max=5, evidence="photo")
    address = f"/officer/household/{home.id}/rule/{rule.id}"
    answer = send(officer, address, photo_of(size), points="4", note="修好了水渠")
    assert answer.status_code == 422
    assert "照片太大了" in answer.text
    assert "照片打不开" not in answer.text
    assert "修好了水渠" in answer.text
    assert 'value="4" checked' in answer.text


def test_a_reminder_and_an_inspection_come_back_as_well(village, officer, home):
    checklist = make_checklist(village)
    minus = make_reminder_rule(village)
    remind = send(
        officer,
        f"/officer/household/{home.id}/remind/{minus.id}",
        photo_of(20 * MEGABYTE),
        note="门前堆着旧木料",
    )
    inspect = send(
        officer,
        f"/officer/household/{home.id}/inspect/{checklist.id}",
        photo_of(20 * MEGABYTE),
        finding="B1",
    )
    for answer, typed in ((remind, "门前堆着旧木料"), (inspect, 'value="B1" checked')):
        assert answer.status_code == 422
        assert "照片太大了" in answer.text
        assert typed in answer.text


def test_sixteen_megabytes_are_taken_as_they_are(village, officer, home):
    rule = make_rule(village, evidence="photo")
    address = f"/officer/household/{home.id}/rule/{rule.id}"
    assert send(officer, address, photo_of(LARGEST)).status_code == 303
    assert (
        officer.put(f"/officer/photos/{new_id()}", data=photo_of(LARGEST).read()).status_code == 201
    )


def test_what_no_layer_in_front_would_let_through_is_not_read(village, officer, home):
    rule = make_rule(village, evidence="photo")
    address = f"/officer/household/{home.id}/rule/{rule.id}"
    assert send(officer, address, photo_of(MOST_SENT + 1)).status_code == 413


def test_the_form_makes_its_photo_small_before_it_is_sent(village, officer, home):
    checklist = make_checklist(village)
    rule = make_rule(village, evidence="photo")
    for address in (f"rule/{rule.id}", f"inspect/{checklist.id}"):
        page = officer.get(f"/officer/household/{home.id}/{address}").text
        assert "/photos.js?v=" in page
        assert 'data-too-large="照片太大了' in page
