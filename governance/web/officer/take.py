"""The field page's own JSON: what it takes along beside the pack, items handed to the committee, reminders."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from governance.affairs.awards import reminding
from governance.affairs.awards.items import Outcome, Scorer
from governance.affairs.awards.reminders import Reminder, find_reminders
from governance.affairs.field import deciding, extras, pack
from governance.affairs.field.contract import WRONG, BadItem, moment_of, name_of, note_of, photos_of
from governance.base import clock
from governance.base.errors import HemeiError
from governance.village.places import Village
from governance.web.frame import access, villages
from governance.web.officer.sync import door, error_told, items_sent, told


@door.get("/field.json")
def take_field() -> ResponseReturnValue:
    """Figures, caps used, last lines, checklists' settings, public places; and the token to send with."""
    visitor = access.visitor()
    content = extras.make_field(access.officer_scorer())
    if len(g.villages) > 1:
        content["villages"] = [{"id": str(one.id), "name": one.name} for one in g.villages]
    content["officer"] = {"id": str(visitor.id), "name": visitor.name}
    now = clock.now().isoformat()
    answer = jsonify(content | {"made_at": now, "server_time": now, "csrf": generate_csrf()})
    # The day counts: with a new month the caps begin anew.
    answer.set_etag(pack.digest(content | {"today": clock.today().isoformat()}))
    return answer.make_conditional(request)


@door.post("/held")
def hold() -> ResponseReturnValue:
    """Keep refused items for the committee; one result per item, in order."""
    raws = items_sent()
    answers = villages.each_where_it_was_seen(raws, _seen_at, g.villages, _hand_in)
    return jsonify(results=[_kept(raw, one) for raw, one in zip(raws, answers, strict=True)])


def _kept(raw: Any, answer: HemeiError | str) -> dict[str, Any]:
    if isinstance(answer, HemeiError):
        return {"id": name_of(raw), "outcome": "refused", "error": error_told(answer)}
    return {"id": raw["id"], "outcome": answer}


@door.post("/remind")
def remind() -> ResponseReturnValue:
    """Give reminders that were written without a signal; one result per item, in order."""
    raws = items_sent()
    return jsonify(results=villages.each_where_it_was_seen(raws, _seen_at, g.villages, _remind_all))


def _hand_in(village: Village, raws: list[Any]) -> list[HemeiError | str]:
    return deciding.hand_in(access.officer_scorer(village), raws)


def _remind_all(village: Village, raws: list[Any]) -> list[dict[str, Any]]:
    scorer = access.officer_scorer(village)
    return [_remind(scorer, raw) for raw in raws]


def _seen_at(raw: Any) -> uuid.UUID | None:
    """The household that something sent is about, if it can be read at all."""
    try:
        return uuid.UUID(raw["household"])
    except WRONG:
        return None


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
    known = bool(find_reminders(scorer.village_id, [reminder_id]))
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
