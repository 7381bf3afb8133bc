"""The field page's own JSON: what it takes along beside the pack, items handed to the committee, reminders."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, jsonify, request
from flask_wtf.csrf import generate_csrf

from governance.affairs.awards import reminding
from governance.affairs.awards.items import Outcome, Scorer
from governance.affairs.awards.reminders import Reminder, find_reminders
from governance.affairs.field import deciding, extras, pack
from governance.affairs.field.contract import WRONG, BadItem, moment_of, name_of, note_of, photos_of
from governance.base import clock
from governance.base.errors import HemeiError
from governance.web.frame import access
from governance.web.officer.sync import door, error_told, items_sent, told


@door.get("/field.json")
def take_field() -> Any:
    """Figures, caps used, last lines, checklists' settings, public places; and the token to send with."""
    visitor = access.visitor()
    content = extras.make_field(access.officer_scorer())
    content["officer"] = {"id": str(visitor.id), "name": visitor.name}
    now = clock.now().isoformat()
    answer = jsonify(content | {"made_at": now, "server_time": now, "csrf": generate_csrf()})
    # The day counts: with a new month the caps begin anew.
    answer.set_etag(pack.digest(content | {"today": clock.today().isoformat()}))
    return answer.make_conditional(request)


@door.post("/held")
def hold() -> Any:
    """Keep refused items for the committee; one result per item, in order."""
    raws = items_sent()
    answers = deciding.hand_in(access.officer_scorer(), raws)
    return jsonify(results=[_kept(raw, one) for raw, one in zip(raws, answers, strict=True)])


def _kept(raw: Any, answer: HemeiError | str) -> dict[str, Any]:
    if isinstance(answer, HemeiError):
        return {"id": name_of(raw), "outcome": "refused", "error": error_told(answer)}
    return {"id": raw["id"], "outcome": answer}


@door.post("/remind")
def remind() -> Any:
    """Give reminders that were written without a signal; one result per item, in order."""
    scorer = access.officer_scorer()
    return jsonify(results=[_remind(scorer, raw) for raw in items_sent()])


def _remind(scorer: Scorer, raw: Any) -> dict[str, Any]:
    try:
        return _reminded(scorer, raw)
    except HemeiError as refusal:
        error = refusal
    except WRONG:
        error = BadItem()
    nothing = dict.fromkeys(("state", "points", "standing", "spendable"))
    return {"id": name_of(raw), "outcome": "refused", **nothing, "error": error_told(error)}


def _reminded(scorer: Scorer, raw: Any) -> dict[str, Any]:
    """One reminder. Raises BadItem, what a wrong type raises, and what reminding refuses."""
    reminder_id, pictures = uuid.UUID(raw["id"]), photos_of(raw)
    known = bool(find_reminders(g.village.id, [reminder_id]))
    made: Reminder = reminding.remind(
        scorer,
        reminder_id,
        uuid.UUID(raw["household"]),
        uuid.UUID(raw["rule"]),
        note_of(raw),
        moment_of(raw),
        pictures,
    )
    return told(Outcome(made.id, "already" if known else "recorded", made.state, 0))
