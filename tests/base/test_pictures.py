"""Pictures: upright, small, without anything but the picture; what would take too much is refused by its header."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from governance.base import pictures
from governance.base.pictures import BadPhoto, PhotoTooLarge, shrink
from tests.paintings import decode, encode, picture, reddish, taken


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


def unpacked(monkeypatch):
    """The pictures whose pixels were asked for."""
    loaded = []
    load = ImageFile.ImageFile.load

    def note(image):
        loaded.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", note)
    return loaded


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("PNG", (8000, 7000)),
        ("PNG", (14_000, 14_000)),
        ("PNG", (16_000_001, 1)),
        ("JPEG", (16_000, 8000)),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch, kind, size):
    data = encode(Image.new("L", size), kind)
    loaded = unpacked(monkeypatch)
    with pytest.raises(PhotoTooLarge) as refusal:
        shrink(data)
    assert "太大" in str(refusal.value)
    assert f"{size[0]}×{size[1]}" in str(refusal.value)
    assert loaded == []


def test_a_webp_of_50_bytes_and_50_megapixels_is_refused_by_its_header():
    """A lossless WebP's size stands in the four bytes after its signature."""
    data = bytearray(encode(Image.new("RGB", (16, 16)), "WEBP", lossless=True))
    place = data.index(b"VP8L") + 9
    data[place : place + 4] = ((7000 - 1) | (7000 - 1) << 14).to_bytes(4, "little")
    with pytest.raises(PhotoTooLarge):
        shrink(bytes(data))


def test_what_a_phone_of_108_megapixels_takes_is_kept(monkeypatch):
    """Only a part of its pixels is unpacked."""
    data = encode(Image.new("L", (12_000, 9000)), "JPEG")
    loaded = unpacked(monkeypatch)
    assert decode(shrink(data)).size == (1600, 1200)
    assert max(wide * high for wide, high in loaded) <= pictures.MOST_PIXELS


@pytest.mark.parametrize(
    "more", [{"progressive": True}, {"progressive": True, "exif": b"Exif\0\0"}]
)
def test_a_progressive_jpeg_is_held_whole_and_so_has_the_smaller_limit(more):
    with pytest.raises(PhotoTooLarge):
        shrink(encode(Image.new("L", (5000, 4000)), "JPEG", **more))
    assert decode(shrink(encode(Image.new("L", (2000, 1000)), "JPEG", **more))).size == (1600, 800)


def test_a_jpeg_split_by_colours_has_the_smaller_limit_too():
    """What a scan holds is told after its marker: here one band of three."""
    data = bytearray(encode(Image.new("RGB", (5000, 4000)), "JPEG"))
    place = data.index(b"\xff\xda")
    data[place + 4] = 1
    with pytest.raises(PhotoTooLarge):
        shrink(bytes(data))


def test_more_than_16_mb_is_too_large_and_not_unreadable():
    with pytest.raises(PhotoTooLarge) as refusal:
        shrink(b"\0" * (pictures.LARGEST + 1))
    assert "16 MB" in str(refusal.value)


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
