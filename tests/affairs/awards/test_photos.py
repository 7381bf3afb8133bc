"""Photos: upright, small, without anything but the picture; kept once, under the id their maker gave them."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from governance.affairs.awards import photos
from governance.affairs.awards.photos import BadPhoto, shrink, store_photo
from governance.base.database import new_id
from governance.base.errors import Conflict, NotThere
from governance.village.staff import Role
from tests.factories import make_staff, make_village
from tests.servers import together

RED, BLUE = (200, 20, 20), (20, 20, 200)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def picture(size=(80, 40), mode="RGB"):
    """Red on the left, blue on the right."""
    made = Image.new("RGB", size, RED)
    made.paste(BLUE, (size[0] // 2, 0, *size))
    return made.convert(mode)


def encode(image, kind="JPEG", **more):
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def decode(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def reddish(pixel):
    return pixel[0] > pixel[2]


def taken(orientation=1):
    """A photo as a phone takes it: with its maker, the place, and which side is up."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "SecretPhone"
    exif.get_ifd(GPS)[1] = "N"
    return encode(picture(), exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_becomes_a_jpeg(kind):
    small = decode(shrink(encode(picture(), kind)))
    assert (small.format, small.mode, small.size) == ("JPEG", "RGB", (80, 40))


@pytest.mark.parametrize("mode", ["L", "1", "RGBA", "P", "LA", "I;16"])
def test_every_mode_of_a_picture_is_kept_as_colours(mode):
    image = Image.new("I;16", (80, 40), 9000) if mode == "I;16" else picture(mode=mode)
    assert decode(shrink(encode(image, "PNG"))).mode == "RGB"


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (80, 40), (5, 20)),
        (3, (80, 40), (75, 20)),
        (6, (40, 80), (20, 5)),
        (8, (40, 80), (20, 75)),
    ],
)
def test_a_photo_is_turned_upright(orientation, size, red):
    small = decode(shrink(taken(orientation)))
    assert small.size == size
    assert reddish(small.getpixel(red))
    assert not reddish(small.getpixel((size[0] - 1 - red[0], size[1] - 1 - red[1])))


def test_maker_place_and_comments_are_gone():
    noted = taken()
    secret = encode(
        decode(noted),
        exif=decode(noted).getexif(),
        comment=b"SecretNote",
        xmp=b"<x>SecretPlace</x>",
    )
    assert secret.count(b"Secret") == 3
    small = shrink(secret)
    assert b"Secret" not in small
    assert not dict(decode(small).getexif())
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "SecretName")
    assert b"Secret" not in shrink(encode(picture(), "PNG", pnginfo=text))


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((3200, 800), (1600, 400)),
        ((800, 3200), (400, 1600)),
        ((1600, 1600), (1600, 1600)),
        ((10, 5), (10, 5)),
    ],
)
def test_the_longest_side_is_1600_pixels(size, small):
    assert decode(shrink(encode(picture(size)))).size == small


@pytest.mark.parametrize("size", [(8000, 7000), (10_000, 10_000), (14_000, 14_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(size):
    with pytest.raises(BadPhoto):
        shrink(encode(Image.new("1", size), "PNG"))


def test_more_than_5_mb_is_refused():
    noise = Image.frombytes("RGB", (1500, 1500), random.Random(1).randbytes(1500 * 1500 * 3))
    data = encode(noise, "PNG")
    assert len(data) > photos.LARGEST
    with pytest.raises(BadPhoto):
        shrink(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encode(picture(), "GIF"),
        encode(picture(), "BMP"),
        encode(picture(), "PDF"),
        encode(picture())[:400],
        encode(picture(), "PNG")[:60],
    ],
)
def test_what_is_no_picture_of_the_three_kinds_is_refused(data):
    with pytest.raises(BadPhoto) as refusal:
        shrink(data)
    assert refusal.value.field == "photo"


SAMPLES = [taken(6), encode(picture(), "PNG"), encode(picture(), "WEBP")]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks about damaged EXIF
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
)
def test_a_damaged_file_is_a_picture_or_a_refusal(data, damage):
    spoiled = bytearray(data)
    for place, value in damage:
        spoiled[place % len(spoiled)] = value
    try:
        small = shrink(bytes(spoiled))
    except BadPhoto:
        return
    assert decode(small).format == "JPEG"


@pytest.fixture
def village(ctx):
    return make_village(homes=0)


@pytest.fixture
def officer(village):
    return make_staff(Role.OFFICER, village.place)


def test_a_photo_is_kept_in_a_file_of_its_village(village, officer, tmp_path):
    key = new_id()
    assert store_photo(tmp_path, village.id, key, officer.id, taken())
    kept = photos.get_photo(village.id, key)
    assert (kept.taken_by, kept.award_id) == (officer.id, None)
    path = photos.path_of(tmp_path, village.id, key)
    assert str(village.id) in str(path)
    assert decode(path.read_bytes()).format == "JPEG"


def test_the_same_id_again_changes_nothing(village, officer, tmp_path):
    key = new_id()
    store_photo(tmp_path, village.id, key, officer.id, taken(1))
    first = photos.path_of(tmp_path, village.id, key).read_bytes()
    assert store_photo(tmp_path, village.id, key, officer.id, taken(6)) is False
    assert photos.path_of(tmp_path, village.id, key).read_bytes() == first


def test_somebody_elses_id_is_refused(village, officer, tmp_path):
    key, other = new_id(), make_staff(Role.OFFICER, village.place)
    store_photo(tmp_path, village.id, key, officer.id, taken())
    first = photos.path_of(tmp_path, village.id, key).read_bytes()
    with pytest.raises(Conflict):
        store_photo(tmp_path, village.id, key, other.id, taken(6))
    assert photos.path_of(tmp_path, village.id, key).read_bytes() == first


def test_a_bad_photo_leaves_no_row_and_no_file(village, officer, tmp_path):
    key = new_id()
    with pytest.raises(BadPhoto):
        store_photo(tmp_path, village.id, key, officer.id, b"no picture")
    with pytest.raises(NotThere):
        photos.get_photo(village.id, key)
    assert list(tmp_path.iterdir()) == []


def test_a_photo_of_another_village_is_not_found(village, officer, tmp_path):
    key = new_id()
    store_photo(tmp_path, village.id, key, officer.id, taken())
    with pytest.raises(NotThere):
        photos.get_photo(make_village(homes=0).id, key)


def test_one_id_sent_eight_times_at_once_is_kept_once(app, tmp_path):
    with app.app_context():
        village = make_village(homes=0)
        officer, key, data = make_staff(Role.OFFICER, village.place), new_id(), taken()

    def send(_number):
        with app.app_context():
            return store_photo(tmp_path, village.id, key, officer.id, data)

    assert sorted(together(8, send)) == [False] * 7 + [True]
    assert len(list(tmp_path.rglob("*.jpg"))) == 1
