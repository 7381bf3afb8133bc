"""Deciding ticked awards: what the committee's desk and the officer's checks share."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from governance.affairs.awards import checking
from governance.affairs.awards.checking import Verdict
from governance.affairs.awards.refusals import LONGEST_REASON
from governance.base.errors import BadInput
from governance.village.households import code_of
from governance.web.frame import access, words
from governance.web.frame.forms import Form, at_most, required


class ReasonForm(Form):
    """A no, or a reversal, with its reason."""

    reason = TextAreaField(_l("理由"), [required(), at_most(LONGEST_REASON)])


def ticked_awards() -> list[uuid.UUID]:
    """The ticked awards. Raises BadInput where an id was made up."""
    try:
        return [uuid.UUID(one) for one in request.form.getlist("award")]
    except ValueError:
        raise BadInput from None


def tell_verdicts(verdicts: list[Verdict], done: str, home: str) -> ResponseReturnValue:
    """One refused award is told as a page; among many, each refused one is named."""
    refused = [verdict for verdict in verdicts if verdict.error]
    if len(verdicts) == 1 and verdicts[0].error:
        raise verdicts[0].error
    good = len(verdicts) - len(refused)
    if good:
        flash(gettext("%(done)s %(count)s 条。", done=done, count=good))
    for verdict in refused:
        flash(_refused(verdict), "bad")
    return go_back(home)


def tell_nothing_ticked(home: str) -> ResponseReturnValue:
    """Nothing was ticked: say so, on the page one came from."""
    flash(gettext("请先勾选要办理的记分。"), "bad")
    return go_back(home)


def go_back(home: str) -> ResponseReturnValue:
    """To the page the form names, or to `home`."""
    return redirect(access.local_path(request.form.get("back")) or home, 303)


def _refused(verdict: Verdict) -> str:
    assert verdict.error is not None
    found = checking.find_detail(g.village.id, verdict.award_id)
    what = f"{code_of(found.group_no, found.number)} {found.behaviour}" if found else ""
    return f"{what}：{words.sentence(verdict.error)}"
