"""Pictures made for a test, as files and back."""

from __future__ import annotations

import io

from PIL import Image

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
