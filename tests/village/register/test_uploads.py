"""An upload between preview and import: of one village, thrown away after a day."""

from __future__ import annotations

import os
import uuid

import pytest

from governance.base import clock
from governance.base.worksheets.worksheet import Worksheet
from governance.village.register import uploads
from governance.village.register.uploads import UploadGone

VILLAGE = uuid.uuid4()
TABLE, FRESH = [Worksheet("旧", {0: ["甲"]})], [Worksheet("新", {3: ["乙"]})]


@pytest.fixture
def upload(tmp_path):
    return uploads.keep_upload(tmp_path, VILLAGE, TABLE)


def test_an_upload_is_read_as_often_as_one_looks(tmp_path, upload):
    assert [uploads.read_upload(tmp_path, VILLAGE, upload) for _ in "ab"] == [TABLE] * 2


def test_another_village_does_not_find_it(tmp_path, upload):
    with pytest.raises(UploadGone):
        uploads.read_upload(tmp_path, uuid.uuid4(), upload)


def test_a_dropped_one_is_gone_from_the_disk(tmp_path, upload):
    uploads.drop_upload(tmp_path, VILLAGE, upload)
    assert not list((tmp_path / str(VILLAGE)).iterdir())


def test_the_next_upload_throws_away_what_is_older_than_a_day(tmp_path, upload):
    fresh = uploads.keep_upload(tmp_path, VILLAGE, FRESH)
    yesterday = (clock.now() - clock.days(1.1)).timestamp()
    os.utime(tmp_path / str(VILLAGE) / str(upload), (yesterday, yesterday))
    uploads.keep_upload(tmp_path, VILLAGE, TABLE)
    assert uploads.read_upload(tmp_path, VILLAGE, fresh) == FRESH
    with pytest.raises(UploadGone):
        uploads.read_upload(tmp_path, VILLAGE, upload)


@pytest.mark.parametrize("left", [b"PK\x03\x04", b"[1]", b"{}", b"\xff"])
def test_what_an_older_version_kept_is_asked_for_again(tmp_path, upload, left):
    (tmp_path / str(VILLAGE) / str(upload)).write_bytes(left)
    with pytest.raises(UploadGone):
        uploads.read_upload(tmp_path, VILLAGE, upload)
