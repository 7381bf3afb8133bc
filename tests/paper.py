"""Printed sheets: a PDF drawn as paper would be, and the codes on it read back as a phone would."""

from __future__ import annotations

import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image

DPI = 150


def draw(file: Path) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    command = ["pdftoppm", "-r", str(DPI), "-gray", str(file), str(file.with_suffix(""))]
    subprocess.run(command, check=True)
    return [Image.open(one) for one in sorted(file.parent.glob(f"{file.stem}-*.pgm"))]


def read_sheet(sheet: Image.Image) -> list[zxingcpp.Barcode]:
    """The codes of a sheet, row by row."""
    found = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode)
    return sorted(
        found, key=lambda one: (round(one.position.top_left.y / 100), one.position.top_left.x)
    )
