"""Pages read as a browser without JavaScript reads them: their fields, their hidden ids, and what it would send."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from PIL import Image


def fields_of(page: str) -> list[tuple[str, str]]:
    """What a browser would send back: every input and the chosen options of a page."""
    found = []
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag and 'type="radio"' not in tag
        if name and (ticked or " checked" in tag):
            found.append((name[1], html.unescape(value[1]) if value else "y"))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'selected value="([^"]*)"|value="([^"]*)" selected', body)
        found.append((name, (chosen[1] or chosen[2] or "") if chosen else ""))
    return found


def send(client: Any, address: str, pairs: list[tuple[str, str]], **more: Any) -> Any:
    """Send a form with these fields, some of them more than once; the answer."""
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return client.post(address, data=data, **more)


def hidden(page: str, name: str) -> str:
    """What a hidden field or a button holds."""
    return html.unescape(re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)[1])


def fresh(client: Any, address: str) -> tuple[str, str]:
    """A page just opened, and the id that its form is sent under once."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return page.text, hidden(page.text, "once")


def photo_file(colour: str = "green") -> tuple[io.BytesIO, str]:
    """A photo, as a form takes it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return io.BytesIO(out.getvalue()), "photo.jpg"
