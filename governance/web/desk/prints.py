"""The prints desk: door plates and household cards, laid out for A4 and the browser's own printing.

Only the committee comes in. A card opens a household's passbook and spends its points, and a
plate on the wrong door credits the wrong household: neither is a page for reading along.
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.base.database import AnyRow
from governance.base.errors import NotThere, phrase
from governance.village import directory, households, places
from governance.village.households import code_of
from governance.web.desk import make_desk
from governance.web.frame import access
from governance.web.frame.parts import asked_part
from governance.web.frame.qr import qr_svg

door = make_desk(
    "sheets", __name__, "/sheets", readable=(), closed=phrase("门牌码和户卡只由村委会打印。")
)

PLATES, CARDS = 8, 10  # on a sheet of A4
PART = 200  # households at a time: 25 sheets of plates, 20 of cards
FOUND = 20
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


@door.get("/")
def home() -> ResponseReturnValue:
    """Choose what to print: plates or cards, for the village, a grid, or one household."""
    words = access.searched()
    found, total = directory.search(g.village.id, words, limit=FOUND) if words else ([], 0)
    return render_template(
        "desk/prints.html",
        grids=places.grids_of(g.village.id),
        total=directory.count_for_print(g.village.id),
        part_size=PART,
        q=words,
        found=found,
        more=total - len(found),
        address=_address(),
        unreachable=_unreachable(),
    )


@door.get("/doors")
def doors() -> ResponseReturnValue:
    """Door plates. They hang in public: no name stands on them."""
    return _print("desk/prints_doors.html", "door", "/h/", PLATES)


@door.get("/cards")
def cards() -> ResponseReturnValue:
    """Household cards, each with the number that is typed where no camera is at hand."""
    return _print("desk/prints_cards.html", "card", "/c/", CARDS)


def _print(template: str, kind: str, path: str, size: int) -> ResponseReturnValue:
    what, grid_id, household_id = _chosen()
    total = 1 if household_id else directory.count_for_print(g.village.id, grid_id)
    part = asked_part(total, PART)
    rows = directory.codes_for_print(
        g.village.id,
        kind,
        grid_id=grid_id,
        household_id=household_id,
        limit=part.size,
        offset=part.offset,
    )
    labels = [_label(row, path) for row in rows]
    return render_template(
        template,
        what=what,
        kind=kind,
        part=part,
        total_text=gettext("%(count)s 户", count=part.total),
        sheets=[labels[start : start + size] for start in range(0, len(labels), size)],
        unreachable=_unreachable(),
    )


def _chosen() -> tuple[str, uuid.UUID | None, uuid.UUID | None]:
    """What is printed: in words, with its grid or household. Raises UnknownHousehold, NotThere."""
    if wanted := request.args.get("household"):
        home = households.get_household(g.village.id, _uuid(wanted))
        return home.code, None, home.id
    if code := request.args.get("grid"):
        grid = next((one for one in places.grids_of(g.village.id) if one.code == code), None)
        if grid is None:
            raise NotThere(phrase("没有代码为 %(code)s 的地方。"), code=code[:20])
        return grid.name, grid.id, None
    return gettext("全村"), None, None


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise households.UnknownHousehold from None


def _label(row: AnyRow, path: str) -> dict[str, Any]:
    code = code_of(row.group_no, row.number)
    return {
        "code": code,
        "group": row.group_no,
        "number": row.number,
        "head": row.head,
        "card_number": spaced(row.card_number or ""),
        "qr": qr_svg(_address() + path + row.token, gettext("%(code)s 的二维码", code=code)),
    }


def spaced(number: str) -> str:
    """A card number as it is read aloud: 6028 1234."""
    return f"{number[:4]} {number[4:]}".strip()


def _address() -> str:
    """What the codes point to: the service's public address, or the one this page was asked at."""
    return str(current_app.config["BASE_URL"] or request.url_root).rstrip("/")


def _unreachable() -> bool:
    """Whether the codes would point at this very computer, which no phone can open."""
    return urlsplit(_address()).hostname in THIS_COMPUTER
