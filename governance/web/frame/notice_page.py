"""What the pages of notices share: how long one still hangs, its digest as it is compared, its public address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from governance.affairs.publicity import disclosure, hanging
from governance.affairs.publicity.notices import Notice, NoticeState
from governance.base import clock
from governance.village import scheme
from governance.village.places import Place, Village
from governance.web.frame import words
from governance.web.frame.words import gettext

THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


def title_of(notice: Notice) -> str:
    """2026年第3期; a draft has no number yet."""
    if notice.number is None:
        return gettext("公示草稿")
    return gettext("%(year)s年第%(number)s期", year=notice.year, number=notice.number)


def time_left(notice: Notice) -> str:
    """How long a posted notice still hangs, in words; nothing for any other."""
    if notice.state != NoticeState.POSTED or notice.closes_at is None:
        return ""
    left = notice.closes_at - clock.now()
    if left.days >= 1:
        return gettext("还剩 %(count)s 天", count=left.days)
    hours = max(int(left.total_seconds()) // 3600, 0)
    return gettext("还剩 %(count)s 小时", count=hours) if hours else gettext("不到 1 小时")


def closing_of(notice: Notice) -> str:
    """When a notice closes, as the wall says it: the year only where it hangs over New Year."""
    assert notice.posted_at is not None
    assert notice.closes_at is not None
    days = [clock.local_date(one) for one in (notice.posted_at, notice.closes_at)]
    told = words.short_day_text if days[0].year == days[1].year else words.day_text
    return f"{told(days[1])} {words.time_text(notice.closes_at)}"


def digest_of(notice: Notice) -> list[str]:
    """The digest in pieces that an eye can compare."""
    digest = notice.head_hash or ""
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]


def public_address(place: Place | Village, notice: Notice) -> str:
    """Where anybody reads the notice: what its code on the wall holds."""
    path = url_for("public.notice", code=place.code, year=notice.year, number=notice.number)
    base = current_app.config["BASE_URL"] or request.url_root
    return str(base).rstrip("/") + path


def unreachable(address: str) -> bool:
    """Whether a code would point at this very computer, which no phone can open."""
    return urlsplit(address).hostname in THIS_COMPUTER


def about(notice: Notice) -> dict[str, Any]:
    """What a page says about a posted notice besides its lines."""
    return {
        "notice": notice,
        "title": title_of(notice),
        "left": time_left(notice),
        "closing_of": closing_of,
        "hangs_until": disclosure.hangs_until,
        "digest": digest_of(notice),
        "checkers": hanging.checkers(notice),
        "older": hanging.lists_older(notice),
        "replaced": hanging.replaced_by(notice),
        "replacement": hanging.replacement_of(notice),
        "title_of": title_of,
        "phone": scheme.find_scheme(notice.village_id).phone,
    }
