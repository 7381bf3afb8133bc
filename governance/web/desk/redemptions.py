"""The redemption desk (兑换记录): what was handed over, by day or month, and the way to take it back."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from governance.affairs.awards.refusals import LONGEST_REASON
from governance.affairs.shop import handover, redemptions
from governance.affairs.shop.redemptions import Redemption, State
from governance.base import clock
from governance.ledger import book
from governance.village import households, staff
from governance.web.desk import make_desk
from governance.web.frame import access
from governance.web.frame.forms import Form, at_most, required, strip
from governance.web.frame.pages import asked_page
from governance.web.frame.parts import asked_part

door = make_desk("redemptions", __name__, "/redemptions", readable=("home", "one", "slips"))
PAGE = 50
SLIPS, MOST_SLIPS = 3, 300  # on a sheet of A4; at once
YEARS = range(2000, 2101)


class BackForm(Form):
    """Why goods are taken back."""

    reason = StringField(_l("退回的原因"), [required(), at_most(LONGEST_REASON)], filters=[strip])


@door.get("/")
def home() -> ResponseReturnValue:
    """What was handed over in a month, or on a day of it."""
    day, month = _day(request.args.get("day", "")), _month(request.args.get("month", ""))
    since, until = (day, day + clock.days(1)) if day else (month, _next(month))
    page = asked_page(PAGE)
    rows, total = redemptions.listed(
        g.village.id, since=since, until=until, limit=PAGE, offset=page.offset
    )
    asked: dict[str, Any] = {"day": day.isoformat()} if day else {"month": f"{month:%Y-%m}"}
    return render_template(
        "desk/redemptions.html",
        rows=rows,
        day=day,
        month=month,
        items=redemptions.items_of(g.village.id, [row.id for row in rows]),
        points=redemptions.points_redeemed(g.village.id, since, until),
        before=_next(month, -1),
        after=_next(month) if _next(month) <= clock.today() else None,
        **page.pager(total, ".home", **asked),
    )


@door.get("/<uuid:redemption_id>")
def one(redemption_id: uuid.UUID) -> ResponseReturnValue:
    """One redemption with all that is known of it."""
    return _show(redemptions.get_redemption(g.village.id, redemption_id), BackForm())


@door.post("/<uuid:redemption_id>/take-back")
def take_back(redemption_id: uuid.UUID) -> ResponseReturnValue:
    """Take goods back, on any day: points to the household, goods to the shelf."""
    found, form = redemptions.get_redemption(g.village.id, redemption_id), BackForm()
    if form.validate():
        with form.refusing():
            handover.take_back(
                g.village.id,
                access.visitor().id,
                redemption_id,
                form.reason.data or "",
                any_day=True,
            )
            flash(gettext("已退回：分数退给这一户，东西回到库存。"))
            return redirect(url_for(".one", redemption_id=redemption_id), 303)
    return _show(found, form)


@door.post("/<uuid:redemption_id>/tell")
def tell(redemption_id: uuid.UUID) -> ResponseReturnValue:
    """Note that the household was told of a hand-over without its card."""
    redemptions.note_told(g.village.id, redemption_id)
    flash(gettext("已记下：这一户知道了。"))
    return redirect(url_for(".one", redemption_id=redemption_id), 303)


@door.get("/slips")
def slips() -> ResponseReturnValue:
    """Slips for the households that have not said they know of a hand-over without their card."""
    untold = redemptions.untold(g.village.id)
    part = asked_part(len(untold), MOST_SLIPS)
    rows = untold[part.offset : part.offset + part.size]
    return render_template(
        "desk/redemptions_slips.html",
        kind="slip",
        part=part,
        total_text=gettext("%(count)s 张告知单", count=part.total),
        unreachable=False,
        sheets=[rows[start : start + SLIPS] for start in range(0, len(rows), SLIPS)],
        items=redemptions.items_of(g.village.id, [row.id for row in rows]),
    )


def _show(found: Redemption, form: BackForm) -> ResponseReturnValue:
    page = render_template(
        "desk/redemptions_one.html",
        redemption=found,
        items=redemptions.items_of(g.village.id, [found.id])[found.id],
        household=households.get_household(g.village.id, found.household_id),
        figures=book.find_figures(g.village.id, found.household_id),
        made_by=staff.get_staff(found.made_by),
        ended_by=staff.get_staff(found.ended_by) if found.ended_by else None,
        may_take_back=State.RETURNED in redemptions.MOVES[State(found.state)],
        form=form,
    )
    return page, form.http_status


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _month(text: str) -> date:
    """The first day of the month asked for, or of this one."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if found and int(found[1]) in YEARS:
        return date(int(found[1]), int(found[2]), 1)
    return clock.today().replace(day=1)


def _next(month: date, step: int = 1) -> date:
    """The first day of the month after, or before."""
    count = month.year * 12 + month.month - 1 + step
    return date(count // 12, count % 12 + 1, 1)
