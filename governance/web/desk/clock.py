"""The date, looked at by somebody (核对日期): while it is in doubt, what cannot be undone waits for this page."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from governance.affairs import trust
from governance.affairs.awards import recording
from governance.affairs.publicity import closing
from governance.base import clock
from governance.base.errors import Conflict, phrase
from governance.web.desk.overview import door
from governance.web.frame.words import gettext


class DateNotInDoubt(Conflict):
    """The date has come right by itself, or somebody else looked at it."""

    code = "date_not_in_doubt"
    message = phrase("日期现在没有疑问，不用核对。")


@door.get("/date")
def date() -> ResponseReturnValue:
    """The date as the machine shows it, large, and what speaks against it."""
    doubt = trust.find_doubt(g.village.id)
    why = trust.WHYS[doubt.why] if doubt else None
    return render_template("desk/clock.html", doubt=doubt, why=why, now=clock.now())


@door.post("/date")
def confirm_date() -> ResponseReturnValue:
    """Somebody says that the date is right: what waited is done."""
    if trust.find_doubt(g.village.id) is None:
        raise DateNotInDoubt
    trust.confirm_date(g.village.id)
    booked = recording.book_waiting(g.village.id) + closing.close_due(g.village.id)
    flash(gettext("日期已核对，积压的 %(count)s 条已入账。", count=booked))
    return redirect(url_for(".home"), 303)
