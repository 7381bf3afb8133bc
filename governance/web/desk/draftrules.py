"""The rules of a draft: add, change in place, drop, put back. A harmful word is warned of as at the rule desk."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import DateField
from wtforms.validators import Optional

from governance.base import clock
from governance.village.rules import drafts, rulebook
from governance.village.rules.drafts import DraftRule
from governance.village.rules.wording import Wording
from governance.web.desk.drafts import door
from governance.web.desk.ruleform import NewRuleForm, RuleForm, save_rule, token_of


class _Dateless(RuleForm):
    """A draft's rule has no dates: they come with the assembly's decision."""

    since = DateField(validators=[Optional()])

    def wording(self, code: str) -> Wording:
        """What was typed. Raises BadInput where fields do not go together."""
        return replace(super().wording(code), since=clock.today(), assembly_on=None)


class DraftRuleForm(_Dateless):
    """A rule of the draft; its code stays."""


class NewDraftRuleForm(_Dateless, NewRuleForm):
    """A rule under a code that is new to the draft."""


@door.route("/<uuid:set_id>/add", methods=["GET", "POST"])
def add(set_id: uuid.UUID) -> ResponseReturnValue:
    """Add a rule to the draft."""
    drafts.get_set(g.village.id, set_id)
    form = NewDraftRuleForm()
    if form.validate_on_submit():
        added = save_rule(
            form,
            form.code.data or "",
            lambda wording: drafts.add_draft_rule(g.village.id, set_id, wording),
        )
        if added:
            flash(gettext("草案里已新增 %(code)s。", code=added.code))
            return redirect(url_for(".one", set_id=set_id), 303)
    elif request.method == "GET":
        form.show(None)
    return _show(form, set_id, None)


@door.route("/<uuid:set_id>/rules/<uuid:draft_rule_id>", methods=["GET", "POST"])
def edit(set_id: uuid.UUID, draft_rule_id: uuid.UUID) -> ResponseReturnValue:
    """Change a rule of the draft."""
    old = drafts.get_draft_rule(g.village.id, set_id, draft_rule_id)
    form = DraftRuleForm()
    if form.validate_on_submit():
        changed = save_rule(
            form,
            old.code,
            lambda wording: drafts.edit_draft_rule(g.village.id, set_id, old.id, wording),
        )
        if changed:
            flash(gettext("草案里的 %(code)s 已改好。", code=changed.code))
            return redirect(url_for(".one", set_id=set_id), 303)
    elif request.method == "GET":
        form.show(old.wording())
    return _show(form, set_id, old)


@door.post("/<uuid:set_id>/rules/<uuid:draft_rule_id>/drop")
def drop_rule(set_id: uuid.UUID, draft_rule_id: uuid.UUID) -> ResponseReturnValue:
    """Take a rule out of the draft."""
    dropped = drafts.drop_draft_rule(g.village.id, set_id, draft_rule_id)
    flash(gettext("%(code)s 已从草案里去掉。现行细则不变。", code=dropped.code))
    return redirect(url_for(".one", set_id=set_id), 303)


@door.post("/<uuid:set_id>/put-back")
def put_back(set_id: uuid.UUID) -> ResponseReturnValue:
    """Put a rule of the rulebook back into the draft."""
    back = drafts.put_back_rule(g.village.id, set_id, request.form.get("code", ""))
    flash(gettext("%(code)s 已放回草案。", code=back.code))
    return redirect(url_for(".compare", set_id=set_id), 303)


def _show(form: RuleForm, set_id: uuid.UUID, old: DraftRule | None) -> ResponseReturnValue:
    drafted = rulebook.by_category(drafts.rules_of_set(g.village.id, set_id))
    page = render_template(
        "desk/draftrules.html",
        form=form,
        draft=drafts.get_set(g.village.id, set_id),
        old=old,
        token=token_of(form.concerns),
        categories=list(dict.fromkeys([*drafted, *rulebook.categories_of(g.village.id)])),
    )
    return page, 200 if request.method == "GET" else 422
