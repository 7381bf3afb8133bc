"""Photos: kept once, small, under the id their maker gave them."""

from __future__ import annotations

import pytest
from PIL import Image
from sqlalchemy.exc import IntegrityError

from governance.affairs.awards import photos
from governance.affairs.awards.photos import store_photo
from governance.base.database import atomic, new_id
from governance.base.errors import Conflict, NotThere
from governance.base.pictures import BadPhoto
from governance.village.staff import Role
from tests.factories import make_staff, make_village
from tests.paintings import taken
from tests.races import at_once


def test_a_photo_is_kept_in_a_file_of_its_village(village, officer, tmp_path):
    key = new_id()
    assert store_photo(tmp_path, village.id, key, officer.staff_id, taken())
    kept = photos.get_photo(village.id, key)
    assert (kept.taken_by, kept.award_id) == (officer.staff_id, None)
    path = photos.path_of(tmp_path, village.id, key)
    assert str(village.id) in str(path)
    with Image.open(path) as kept_picture:
        assert kept_picture.format == "JPEG"


def test_the_same_id_again_changes_nothing(village, officer, tmp_path):
    key = new_id()
    store_photo(tmp_path, village.id, key, officer.staff_id, taken(1))
    first = photos.path_of(tmp_path, village.id, key).read_bytes()
    assert store_photo(tmp_path, village.id, key, officer.staff_id, taken(6)) is False
    assert photos.path_of(tmp_path, village.id, key).read_bytes() == first


def test_somebody_elses_id_is_refused(village, officer, tmp_path):
    key, other = new_id(), make_staff(Role.OFFICER, village.place)
    store_photo(tmp_path, village.id, key, officer.staff_id, taken())
    first = photos.path_of(tmp_path, village.id, key).read_bytes()
    with pytest.raises(Conflict):
        store_photo(tmp_path, village.id, key, other.id, taken(6))
    assert photos.path_of(tmp_path, village.id, key).read_bytes() == first


def test_a_bad_photo_leaves_no_row_and_no_file(village, officer, tmp_path):
    key = new_id()
    with pytest.raises(BadPhoto):
        store_photo(tmp_path, village.id, key, officer.staff_id, b"no picture")
    with pytest.raises(NotThere):
        photos.get_photo(village.id, key)
    assert list(tmp_path.iterdir()) == []


def test_a_photo_of_another_village_is_not_found(village, officer, tmp_path):
    key = new_id()
    store_photo(tmp_path, village.id, key, officer.staff_id, taken())
    with pytest.raises(NotThere):
        photos.get_photo(make_village(homes=0).id, key)


def test_in_a_transaction_of_somebody_else_it_is_not_kept_a_second_time(
    village, officer, tmp_path, monkeypatch
):
    def meet(*_):
        calls.append(1)
        raise IntegrityError("insert", {}, Exception("photos.id"))

    calls = []
    monkeypatch.setattr(photos, "write_file", meet)
    with pytest.raises(IntegrityError), atomic():
        store_photo(tmp_path, village.id, new_id(), officer.staff_id, taken())
    assert len(calls) == 1


def test_one_id_sent_eight_times_at_once_is_kept_once(app, village, officer, tmp_path):
    key, data = new_id(), taken()
    kept = at_once(
        app, *[lambda: store_photo(tmp_path, village.id, key, officer.staff_id, data)] * 8
    )
    assert sorted(kept) == [False] * 7 + [True]
    assert len(list(tmp_path.rglob("*.jpg"))) == 1
