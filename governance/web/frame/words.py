"""Words on screen: sentences translated, dates and numbers as a village writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import g, has_request_context, session
from flask_babel import force_locale, get_locale
from flask_babel import gettext as look_up
from markupsafe import Markup, escape

from governance.affairs.awards.life import STATE_NAMES
from governance.affairs.awards.reminders import STATE_NAMES as REMINDER_NAMES
from governance.affairs.field.handed_in import STATE_NAMES as HELD_NAMES
from governance.affairs.publicity.hanging import MARK_NAMES
from governance.affairs.publicity.notices import NOTICE_NAMES
from governance.affairs.publicity.objections import CHANNEL_NAMES
from governance.affairs.publicity.objections import STATE_NAMES as OBJECTION_NAMES
from governance.affairs.shop.gifts import CHANGE_NAMES
from governance.affairs.shop.redemptions import PROOF_NAMES
from governance.affairs.shop.redemptions import STATE_NAMES as REDEMPTION_NAMES
from governance.base import clock
from governance.base.errors import HemeiError, Phrase, phrase
from governance.ledger.lines import KIND_NAMES
from governance.village.households import STATUS_NAMES
from governance.village.jobs import STATE_NAMES as JOB_NAMES
from governance.village.kin import RELATIONS
from governance.village.places import LEVEL_NAMES
from governance.village.rules.evidence import EVIDENCE_NAMES
from governance.village.rules.wording import PERIOD_NAMES, REVIEW_NAMES
from governance.village.signing.log import WHAT_NAMES
from governance.village.staff import ROLE_NAMES

CAPS = {
    "month": phrase("每月最多 %(count)s 次"),
    "quarter": phrase("每季度最多 %(count)s 次"),
    "year": phrase("每年最多 %(count)s 次"),
    "event": phrase("每件事最多 %(count)s 次"),
    "once": phrase("一共 %(count)s 次"),
}


def choose_language() -> str:
    """Chinese, unless the visitor clicked English."""
    return "en" if session.get("language") == "en" else "zh"


def english() -> bool:
    """Whether the visitor, or the shell, reads English; asked once a request, because every date on a page asks."""
    if not has_request_context():
        locale = get_locale()
        return locale is not None and bool(locale.language == "en")
    known = g.get("english")
    if known is None:
        known = g.english = choose_language() == "en"
    return bool(known)


def gettext(text: str, /, **values: object) -> str:
    """A sentence in the visitor's language. It is written in Chinese: only English is looked up."""
    told = str(look_up(text)) if english() else text
    return told % values if values else told


def in_chinese(caller: Callable[[], Markup]) -> Markup:
    """A part of a page in Chinese whatever the visitor reads: the paper that is for villagers."""
    if not english():
        return caller()
    g.english = False
    try:
        with force_locale("zh"):
            return caller()
    finally:
        g.english = True


def teller() -> Callable[..., Markup]:
    """The `_` of a page in the visitor's language; what a sentence names is escaped.

    A page has a hundred sentences, and to ask for the language at each of them, as the extension's
    own `_` does, took a third of the page's time.
    """
    return _looked_up if english() else _as_written


def _as_written(text: str, /, **values: object) -> Markup:
    if not values:
        return Markup(text)
    return Markup(text % {name: escape(value) for name, value in values.items()})


def _looked_up(text: str, /, **values: object) -> Markup:
    return _as_written(str(look_up(text)), **values)


def gain(points: int) -> Markup:
    """Points as a page shows them: +5 in green, −5 in red."""
    colour = "plus" if points > 0 else "minus" if points < 0 else "muted"
    return Markup(f'<b class="num {colour}">{signed(points)}</b>')


def translated(text: str, values: Mapping[str, object] | None = None) -> str:
    """A phrase in the visitor's language; values that are phrases themselves are translated too."""
    told = {name: _told(value) for name, value in (values or {}).items()}
    return str(gettext(text, **told))


def _told(value: object) -> object:
    if isinstance(value, Phrase):
        return gettext(value)
    if isinstance(value, date):
        return day_text(value)
    return value


def sentence(refusal: HemeiError) -> str:
    """A refusal as the visitor reads it."""
    return translated(refusal.text, refusal.values)


def day_text(value: date | datetime) -> str:
    """2026年11月21日, or 21 Nov 2026."""
    day = clock.local_date(value) if isinstance(value, datetime) else value
    if english():
        return f"{day.day} {day:%b %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def short_day_text(value: date | datetime) -> str:
    """11月21日, or 21 Nov: where the year is plain from the page."""
    day = clock.local_date(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%b}" if english() else f"{day.month}月{day.day}日"


def moment_text(value: datetime) -> str:
    """2026年11月21日 15:04, as the village's clock shows it."""
    return f"{day_text(value)} {clock.local_time(value):%H:%M}"


def left_text(deadline: date) -> str:
    """How long there still is to put something right."""
    left = (deadline - clock.today()).days
    if left < 0:
        return gettext("期限已过，待核实")
    return gettext("还有 %(days)s 天", days=left) if left else gettext("今天是最后一天")


def month_text(month: int) -> str:
    """2026年11月, or Nov 2026."""
    day = date(month // 100, month % 100, 1)
    return f"{day:%b %Y}" if english() else f"{day.year}年{day.month}月"


def time_text(value: datetime) -> str:
    """15:04, as the village's clock shows it: where the day is plain from the page."""
    return f"{clock.local_time(value):%H:%M}"


def signed(points: int) -> str:
    """+5 or −1,200, with a real minus sign."""
    return f"+{points:,}" if points > 0 else f"−{-points:,}" if points < 0 else "0"


def figure(points: int) -> str:
    """A household's figure: 1,200 or −5, with a real minus sign."""
    return f"{points:,}".replace("-", "−")


def yuan(cents: int) -> str:
    """An amount of money: 5 or 5.50."""
    return f"{cents // 100:,}" if cents % 100 == 0 else f"{cents / 100:,.2f}"


def points_text(low: int, high: int) -> str:
    """A rule's points: +5, or +2 至 +10."""
    if low == high:
        return signed(low)
    return str(gettext("%(low)s 至 %(high)s", low=signed(low), high=signed(high)))


def cap_text(count: int | None, period: str | None) -> str:
    """A rule's cap in words, or an empty text."""
    if count is None or period is None:
        return ""
    return str(gettext(CAPS[period], count=count))


def evidence_text(evidence: str) -> str:
    """What proves an act, in words; a document's own name is shown as it stands."""
    return gettext(EVIDENCE_NAMES[evidence]) if evidence in EVIDENCE_NAMES else evidence


NAMES: dict[str, Mapping[Any, Phrase]] = {
    "state": STATE_NAMES,
    "status": STATUS_NAMES,
    "period": PERIOD_NAMES,
    "role": ROLE_NAMES,
    "level": LEVEL_NAMES,
    "relation": RELATIONS,
    "review": REVIEW_NAMES,
    "kind": KIND_NAMES,
    "redemption": REDEMPTION_NAMES,
    "proof": PROOF_NAMES,
    "change": CHANGE_NAMES,
    "objection": OBJECTION_NAMES,
    "channel": CHANNEL_NAMES,
    "notice": NOTICE_NAMES,
    "mark": MARK_NAMES,
    "reminder": REMINDER_NAMES,
    "held": HELD_NAMES,
    "job": JOB_NAMES,
    "sign_in": WHAT_NAMES,
}


def name_of(what: str, value: str) -> str:
    """The word on screen for a value of the code: a state, status, period, role, level, relation, review or kind, ..."""
    return str(gettext(NAMES[what][value]))
