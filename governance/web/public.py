"""The public pages of a village: the rules, the notices and their verification. No sign-in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from governance.affairs.publicity import closing, hanging, verification
from governance.affairs.publicity.notices import Notice, NoticeState
from governance.village import places, scheme
from governance.village.places import Level, Place
from governance.village.rules import rulebook
from governance.web.frame import access, notice_page
from governance.web.frame.limits import VERIFICATIONS, limited
from governance.web.frame.pages import asked_page

door = Blueprint("public", __name__)
NOTICES, LINES = 20, 200  # on a page
NUMBER = "<int(max=9999):year>-<int(max=99999):number>"


@door.get("/v/<code>")
def village(code: str) -> ResponseReturnValue:
    """What the village scores, what hangs on its wall, and how to reach the committee."""
    place = _place(code)
    return render_template(
        "public/village.html",
        village=place,
        hanging=hanging.notices_now(place.id),
        title_of=notice_page.title_of,
        rules=rulebook.rules_in_force(place.id),
        scheme=scheme.find_scheme(place.id),
    )


@door.get("/v/<code>/notices")
def notices(code: str) -> ResponseReturnValue:
    """All notices that were on the wall, newest first."""
    place, page = _place(code), asked_page(NOTICES)
    found, total = hanging.all_notices(place.id, limit=NOTICES, offset=page.offset)
    return render_template(
        "public/notices.html",
        village=place,
        notices=found,
        title_of=notice_page.title_of,
        time_left=notice_page.time_left,
        **page.pager(total, ".notices", code=place.code),
    )


@door.get(f"/v/<code>/notices/{NUMBER}")
def notice(code: str, year: int, number: int) -> ResponseReturnValue:
    """One notice, as it hangs on the wall, with what became of its lines."""
    place, found = _notice(code, year, number)
    items, page = hanging.read_items(found), asked_page(LINES)
    return render_template(
        "public/notice.html",
        village=place,
        items=items[page.offset : page.offset + LINES],
        **page.pager(len(items), ".notice", code=code, year=year, number=number),
        may_object=_may_object(found),
        **notice_page.about(found),
    )


def _may_object(notice: Notice) -> bool:
    """While a notice hangs, a household that opened its card here may object to each line."""
    home = access.find_home()
    own = home is not None and home.village.id == notice.village_id
    return own and notice.state == NoticeState.POSTED


@door.get(f"/verify/<code>-{NUMBER}")
@limited("verify", VERIFICATIONS)
def verify(code: str, year: int, number: int) -> ResponseReturnValue:
    """Recompute the village's chain and say whether a line was changed since the notice."""
    place, found = _notice(code, year, number)
    return render_template(
        "public/verify.html",
        village=place,
        notice=found,
        title=notice_page.title_of(found),
        digest=notice_page.digest_of(found),
        verified=verification.verify_notice(found),
    )


def _place(code: str) -> Place:
    """The village, its notices closed whose time is over. Raises NotThere."""
    place = places.get_place(code, Level.VILLAGE)
    closing.close_due(place.id)
    return place


def _notice(code: str, year: int, number: int) -> tuple[Place, Notice]:
    place = _place(code)
    return place, hanging.get_public_notice(place.id, year, number)
