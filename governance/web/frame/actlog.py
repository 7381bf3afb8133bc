"""The hook that notes what staff do: on a door, for every page of it, so that a new page cannot be forgotten.

An act is noted after it succeeded, with one insert, in a transaction of its own: the log may fail, the act
stands. No words, names or numbers go into it, only ids.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from flask import Blueprint, Response, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from governance.affairs.acts import note_act
from governance.web.frame import access
from governance.web.frame.actwords import DOWNLOADS, NOTED_LATER, UNLOGGED

Places = Callable[[], Collection[uuid.UUID]]


def log_acts(door: Blueprint, places: Places | None = None) -> None:
    """Note what succeeds at a door; `places` says at which places it was done, if not in `g.village`."""

    def note(response: Response) -> Response:
        if _is_act(response):
            note_now(places() if places else None)
        return response

    door.after_request(note)


def note_now(places: Collection[uuid.UUID] | None = None) -> None:
    """Note the present request as an act, at `places` or in `g.village`. Never raises for the database."""
    staff_id, what = access.visitor().id, request.endpoint or ""
    household_id, subject_id = _concerned()
    try:
        for place_id in [g.village.id] if places is None else places:
            note_act(place_id, staff_id, what, household_id, subject_id)
        if not (places is None or places):  # done to the whole service: no village keeps it
            current_app.logger.info("%s by %s to %s", what, staff_id, subject_id)
    except SQLAlchemyError as fault:
        current_app.logger.error(
            "act not noted: %s by %s (%s)", what, staff_id, type(fault).__name__
        )


def _is_act(response: Response) -> bool:
    if response.status_code >= 400 or access.find_visitor() is None:
        return False
    if request.method in access.READING:
        return request.method == "GET" and request.endpoint in DOWNLOADS
    return request.endpoint not in UNLOGGED | NOTED_LATER and not _only_refused()


def _only_refused() -> bool:
    """Whether all that is left to say on the next page is a no ("nothing was ticked")."""
    told = session.get("_flashes", [])
    return bool(told) and all(kind == "bad" for kind, _ in told)


def _concerned() -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The household and the other thing that the address names, or else the form by its one id."""
    named = {
        name: value
        for name, value in (request.view_args or {}).items()
        if isinstance(value, uuid.UUID)
    }
    household = named.pop("household_id", None) or _one_of_form("household")
    subject = next(iter(named.values()), None) or _one_of_form("award")
    return household, subject


def _one_of_form(name: str) -> uuid.UUID | None:
    given = request.form.getlist(name)
    try:
        return uuid.UUID(given[0]) if len(given) == 1 else None
    except ValueError:
        return None
