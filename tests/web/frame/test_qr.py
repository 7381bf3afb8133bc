"""QR codes as SVG: drawn stroke by stroke, they are read back."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from governance.web.frame.qr import QUIET, qr_svg


def read_svg(svg: str) -> zxingcpp.Barcode:
    """Draw the strokes of a code and read it."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    image = Image.new("L", (size * 4, size * 4), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        left, top = int(x) * 4, int(y) * 4
        draw.rectangle((left, top, left + int(length) * 4 - 1, top + 3), fill=0)
    (found,) = zxingcpp.read_barcodes(image)
    return found


@pytest.mark.parametrize("mark", ["/h/mvhyu2rzmdca7z7y2", "/c/23456789abcdefghj", "/h/" + "z" * 17])
@pytest.mark.parametrize(
    "base", ["http://192.168.1.100:8000", "https://hemei.shijia-cun.example.gov.cn"]
)
def test_a_code_is_read_back_with_a_quarter_to_spare(base: str, mark: str):
    found = read_svg(qr_svg(base + mark, "3组17号"))
    assert (found.text, found.ec_level) == (base + mark, "Q")


def test_nothing_is_drawn_in_the_quiet_zone():
    svg = qr_svg("http://192.168.1.100:8000/h/mvhyu2rzmdca7z7y2", "3组17号")
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        assert int(x) >= QUIET
        assert int(x) + int(length) <= size - QUIET
        assert QUIET <= int(y) < size - QUIET


def test_the_label_is_text_never_markup_and_no_style_stands_in_it():
    svg = qr_svg("x", '3组"><script>')
    assert "<script>" not in svg
    assert "style=" not in svg
