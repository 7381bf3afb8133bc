"""One rule for many households, without JavaScript: tick who came, send once. Hung on the officer's door."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from governance.affairs.awards import recording
from governance.affairs.awards.items import LONGEST_NOTE, Item, Outcome
from governance.affairs.field import doorstep
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput
from governance.ledger import book
from governance.village import directory
from governance.village.households import SCORABLE
from governance.village.rules import rulebook
from governance.village.rules.rulebook import Rule
from governance.web.frame import access, words
from governance.web.frame.forms import Form, at_most
from governance.web.frame.once import once_of
from governance.web.frame.words import gettext
from governance.web.officer import door
from governance.web.officer.household import one_tap

MOST = 2000  # households on one page: more than a village has


class ManyForm(Form):
    """The households are plain ticks; `once` makes a second tap the same tap."""

    once = HiddenField()
    note = StringField(_l("说明（可以不填）"), [at_most(LONGEST_NOTE)])


@door.context_processor
def _rules() -> dict[str, Any]:
    """The first page offers the rules that can be given to many at once."""
    return {"rules_for_many": rules_for_many}


def rules_for_many() -> list[Rule]:
    """The rules a tick says all about; not those an inspection gives."""
    rules = rulebook.rules_in_force(g.village.id)
    return [rule for rule in rules if one_tap(rule) and rule.evidence != "inspection"]


@door.route("/many/<uuid:rule_id>", methods=["GET", "POST"])
def many(rule_id: uuid.UUID) -> ResponseReturnValue:
    """Tick the households of one's grids that did the same thing: came to a meeting, worked along."""
    rule = rulebook.get_rule(g.village.id, rule_id)
    if not one_tap(rule):
        raise BadInput(field="rule")
    form, ticked = ManyForm(), request.form.getlist("household")
    if form.validate_on_submit():
        try:
            return _tell(rule, _record(rule, form, ticked))
        except BadInput as refusal:
            form.refuse(refusal)
    elif request.method == "GET":
        form.once.data = str(new_id())
    page = render_template(
        "officer/many.html", rule=rule, form=form, ticked=ticked, rows=_households()
    )
    return page, 422 if form.errors or form.form_errors else 200


def _households() -> Any:
    grids = access.officer_scorer().grid_ids
    rows, _ = directory.search(g.village.id, "", grid_ids=grids, limit=MOST)
    return [row for row in rows if row.status in SCORABLE]


def _record(rule: Rule, form: ManyForm, ticked: list[str]) -> list[tuple[uuid.UUID, Outcome]]:
    """One batch; the page and the household make the award's id, so that a second send is the same."""
    key = once_of(form.once.data)
    try:
        homes = [uuid.UUID(one) for one in dict.fromkeys(ticked)]
    except ValueError:
        raise BadInput from None
    ids = {home: uuid.uuid5(key, f"{home}:{rule.id}:many") for home in homes}
    # Sent once more it takes the moment of the first time.
    seen_at = doorstep.first_seen(g.village.id, *ids.values()) or clock.now()
    note = (form.note.data or "").strip()
    items = [Item(ids[home], home, rule.id, seen_at, note=note) for home in homes]
    outcomes = recording.record(access.officer_scorer(), items, [rule])
    return list(zip(homes, outcomes, strict=True))


def _tell(rule: Rule, told: list[tuple[uuid.UUID, Outcome]]) -> ResponseReturnValue:
    """The result for each household in a sentence."""
    if not told:
        flash(gettext("请先勾选农户。"), "bad")
        return redirect(url_for(".many", rule_id=rule.id), 303)
    names = doorstep.names_of(g.village.id, [home for home, _ in told])
    rows = [(names.get(home, ""), outcome, _sentence(outcome)) for home, outcome in told]
    return render_template("officer/many_told.html", rule=rule, rows=rows)


def _sentence(outcome: Outcome) -> str:
    if isinstance(outcome.error, book.KeyConflict):
        return gettext("这一户刚才已经记过，这次没有再记。")
    if outcome.error:
        return words.sentence(outcome.error)
    state = words.name_of("state", outcome.state or "")
    if outcome.outcome == "already":
        return gettext("刚才已经记上了，没有重复（%(state)s）。", state=state)
    return gettext("记上了，%(state)s。", state=state)
