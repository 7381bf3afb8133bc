"""Photos are deleted after the village's months; the row tells that there was one."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from governance.affairs.awards import photoage, photos
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput, NotThere
from governance.village.scheme import Settings, find_scheme, set_scheme
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_scorer, make_staff, sign_in


def picture(**more):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG", **more)
    return out.getvalue()


def store(app, village, scorer, ago):
    photo_id = new_id()
    with clock.set_to(clock.now() - timedelta(days=ago)):
        photos.store_photo(app.config["DATA_DIR"], village.id, photo_id, scorer.staff_id, picture())
    return photo_id


def test_the_file_goes_and_the_row_stays(ctx, village):
    scorer, folder = make_scorer(village), ctx.config["DATA_DIR"]
    old, young = store(ctx, village, scorer, 370), store(ctx, village, scorer, 350)
    award_id = make_award(
        scorer, village.homes[0], make_rule(village, evidence="photo"), photos=(old,)
    )
    [(place, count)] = list(photoage.remove_all_old(folder))
    assert (place.id, count) == (village.id, 1)
    assert not photos.path_of(folder, village.id, old).exists()
    assert photos.file_of(folder, village.id, young).exists()
    [row] = photos.photos_of(village.id, award_id)
    assert (row.stored_at, row.removed_at is not None) == (None, True)
    with pytest.raises(NotThere):
        photos.get_photo(village.id, old)
    assert list(photoage.remove_all_old(folder)) == []
    assert not photos.store_photo(folder, village.id, old, scorer.staff_id, picture())
    assert not photos.path_of(folder, village.id, old).exists()


def test_the_village_says_how_long(ctx, village):
    scorer, folder = make_scorer(village), ctx.config["DATA_DIR"]
    store(ctx, village, scorer, 70)
    assert find_scheme(village.id).photo_months == 12
    set_scheme(village.id, Settings(photo_months=2))
    told = ctx.test_cli_runner().invoke(args=["book", "due"])
    assert "照片到期，删除 1 张" in told.output or "1 photos" in told.output, told.output
    assert list(photoage.remove_all_old(folder)) == []
    for months in (0, 61):
        with pytest.raises(BadInput) as refused:
            set_scheme(village.id, Settings(photo_months=months))
        assert refused.value.field == "photo_months"


def test_the_desk_says_that_a_photo_was_deleted(ctx, village):
    scorer = make_scorer(village)
    old = store(ctx, village, scorer, 400)
    award_id = make_award(
        scorer, village.homes[0], make_rule(village, evidence="photo"), photos=(old,)
    )
    photoage.remove_old(ctx.config["DATA_DIR"], village.id, 12)
    desk = sign_in(ctx.test_client(), make_staff(Role.COMMITTEE, village.place))
    assert "照片已按期删除" in desk.get(f"/desk/{village.place.code}/awards/{award_id}").text


def test_a_photo_never_keeps_what_the_camera_wrote_into_it(ctx, village):
    exif = Image.Exif()
    exif[0x010E] = "王秀兰家"
    exif[0x8825] = {1: "N", 2: (34.0, 35.0, 0.0)}
    scorer, photo_id, folder = make_scorer(village), new_id(), ctx.config["DATA_DIR"]
    data = picture(exif=exif)
    assert Image.open(io.BytesIO(data)).getexif()
    photos.store_photo(folder, village.id, photo_id, scorer.staff_id, data)
    kept = photos.file_of(folder, village.id, photo_id).read_bytes()
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert b"Exif" not in kept


def test_months_are_counted_on_the_calendar():
    assert clock.months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert clock.months_before(date(2026, 1, 15), 12) == date(2025, 1, 15)
    assert clock.months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
