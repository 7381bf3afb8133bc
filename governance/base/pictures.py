"""Pictures from phones, made small: measured by their header before anything is unpacked."""

from __future__ import annotations

import io

from PIL import Image

from governance.base.errors import BadInput, phrase

LONGEST_SIDE = 1600  # pixels: DESIGN section 5
LARGEST = 16 * 2**20  # bytes: a phone's own photo passes as it is
MOST_PIXELS = 16_000_000  # unpacked at once: 50 MB of memory, and under a second
MOST_PIXELS_READ = 120_000_000  # a JPEG's, of which only every second to eighth is unpacked
FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION = 0x0112  # the EXIF tag, and what to do so that its side is up
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
TOO_MANY_PIXELS = phrase(
    "照片太大了（%(width)s×%(height)s 像素）。请把相机的照片尺寸调小些，再拍一张。"
)
SCAN = 0xDA  # the JPEG marker before its rows

Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit knows nothing of `draft`; ours stand in `shrink`


class BadPhoto(BadInput):
    """Something that is no picture we can keep."""

    code = "bad_photo"
    message = phrase("照片打不开，请重新拍一张（JPEG、PNG 或 WebP，不超过 16 MB）。")
    field = "photo"


class PhotoTooLarge(BadPhoto):
    """A picture of more bytes, or more pixels, than we unpack."""

    code = "photo_too_large"
    message = phrase("照片太大了，最多 16 MB。请把相机的照片尺寸调小些，再拍一张。")


def shrink(data: bytes) -> bytes:
    """A picture as JPEG, upright, longest side 1600 pixels, without EXIF. Raises BadPhoto, PhotoTooLarge."""
    if len(data) > LARGEST:
        raise PhotoTooLarge
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _refuse_bomb(picture, data)
            upright = _turn(picture).convert("RGB")
            upright.info.clear()  # comments and XMP would be written again, and may tell names and places
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=82)
    except BadPhoto:
        raise
    except Exception as fault:  # a damaged file fails in its decoder in every way there is
        raise BadPhoto from fault
    return out.getvalue()


def _refuse_bomb(picture: Image.Image, data: bytes) -> None:
    """Refuse by the header alone what would take too much to unpack; ask a JPEG for fewer pixels first."""
    if picture.format == "JPEG":
        most = MOST_PIXELS_READ if _in_one_pass(data, len(picture.getbands())) else MOST_PIXELS
        _refuse_more(picture, most)
        share = LONGEST_SIDE / max(picture.size)
        width, height = (max(1, round(side * share)) for side in picture.size)
        picture.draft("RGB", (width, height))
    _refuse_more(picture, MOST_PIXELS)


def _refuse_more(picture: Image.Image, most: int) -> None:
    if picture.width * picture.height > most:
        raise PhotoTooLarge(TOO_MANY_PIXELS, width=picture.width, height=picture.height)


def _in_one_pass(data: bytes, bands: int) -> bool:
    """Whether a JPEG's rows come one after another, as cameras write them.

    A progressive one, or one split by colours, is held whole in memory before its first row is known.
    """
    place = 2
    while place + 4 < len(data) and data[place] == 0xFF:
        kind = data[place + 1]
        if kind == SCAN:
            return data[place + 4] == bands
        if kind in (0xC2, 0xC6, 0xCA, 0xCE):  # the frames of progressive ones
            return False
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return False


def _turn(picture: Image.Image) -> Image.Image:
    """The picture with its own side up. Pillow's `exif_transpose` also writes the EXIF anew, and trips over odd ones."""
    turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    return picture if turn is None else picture.transpose(turn)
