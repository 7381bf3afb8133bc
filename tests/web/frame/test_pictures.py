"""Photos at the doors: a form's photo has the id of its content, so that a second tap brings the same."""

from __future__ import annotations

import io
from types import SimpleNamespace

from governance.base.database import new_id
from governance.web.frame.pictures import data_of, photo_ids


def test_the_same_picture_of_the_same_thing_has_the_same_id():
    award, other = new_id(), new_id()
    assert photo_ids(award, b"yard") == photo_ids(award, b"yard")
    assert (
        len({*photo_ids(award, b"yard"), *photo_ids(award, b"door"), *photo_ids(other, b"yard")})
        == 3
    )
    assert photo_ids(award, b"") == ()


def test_a_field_without_a_file_brings_nothing():
    assert data_of(SimpleNamespace(data=None)) == b""
    assert data_of(SimpleNamespace(data=io.BytesIO(b"yard"))) == b"yard"
