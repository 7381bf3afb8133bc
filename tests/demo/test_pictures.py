"""The pictures of the demo: courtyards, drawn."""

from __future__ import annotations

import io
from random import Random

from PIL import Image
from sqlalchemy import select

from governance.affairs.awards import photos
from governance.base.database import db
from governance.demo.pictures import SIZE, draw_courtyard


def test_photos_that_the_rules_want_are_there(loaded, village):
    rows = db.session.execute(select(photos.photos)).all()
    assert rows
    for row in rows[:20]:
        path = photos.path_of(loaded.config["DATA_DIR"], row.village_id, row.id)
        assert path.read_bytes()[:2] == b"\xff\xd8"


def test_the_same_dice_draw_the_same_courtyard_and_nothing_tells_where():
    first, again, other = (draw_courtyard(Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    with Image.open(io.BytesIO(first)) as picture:
        assert (picture.format, picture.size) == ("JPEG", SIZE)
        assert not dict(picture.getexif())
