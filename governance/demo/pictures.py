"""Pictures for the demo's evidence: a courtyard drawn with a few strokes, so that nobody's face or home is shown."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

SIZE = (480, 360)


def draw_courtyard(rng: Random) -> bytes:
    """A sky, a hill, a wall with a gate, a swept yard: as JPEG."""
    width, height = SIZE
    picture = Image.new("RGB", SIZE, rng.choice(["#cfe0ea", "#dfe7ea", "#e9e2d2"]))
    draw = ImageDraw.Draw(picture)
    peak = rng.randrange(80, width - 80)
    draw.polygon([(0, 200), (peak, rng.randrange(70, 130)), (width, 200)], fill="#8fa894")
    draw.rectangle((0, 250, width, height), fill=rng.choice(["#cdbfa3", "#c4b8a6", "#d3c9b4"]))
    draw.rectangle((0, 170, width, 255), fill=rng.choice(["#b98d6a", "#e4ddcf", "#a8785a"]))
    draw.polygon([(0, 170), (12, 156), (width - 12, 156), (width, 170)], fill="#4d5358")
    gate = rng.randrange(90, width - 170)
    draw.rectangle((gate, 178, gate + 84, 255), fill=rng.choice(["#7c2d23", "#5b4636", "#9c3425"]))
    draw.line((gate + 42, 178, gate + 42, 255), fill="#2c2420", width=3)
    for _ in range(rng.randrange(2, 5)):
        x = rng.randrange(20, width - 20)
        draw.line((x, 256, x, 216), fill="#5b4636", width=5)
        draw.ellipse((x - 24, 170, x + 24, 222), fill=rng.choice(["#5f8a5a", "#7a9a4f", "#b58a2a"]))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
