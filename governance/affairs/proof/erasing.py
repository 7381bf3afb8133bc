"""Erasing by law (依法删除): what must not be kept goes, its seal stays without its salt, and an act says why.

Network logs are kept six months at least (网络安全法), so nothing of the log goes before 185 days are over
since it was sealed. Somebody's own words go when they ask for it (个人信息保护法 art. 47).
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import delete, select, update

from governance.affairs.acts import acts, note_act
from governance.affairs.awards.photoage import REMOVED
from governance.affairs.publicity.objections import get_objection, objections
from governance.base import clock
from governance.base.database import atomic, db
from governance.base.errors import BadInput, phrase
from governance.ledger.book import lines
from governance.ledger.seals import erase, seals

LOG_KEPT = clock.days(185)
LOG_FORGOTTEN, WORDS_ERASED = "log_forgotten", "words_erased"
ERASING = (LOG_FORGOTTEN, WORDS_ERASED)
ERASED_WORDS = "（应本人要求删除）"


class TooYoung(BadInput):
    """The law wants logs to be kept for a while."""

    code = "too_young"
    message = phrase("操作记录至少保存 185 天，只能删除 %(day)s 以前的。")
    field = "before"


def forget_log(village_id: uuid.UUID, by: uuid.UUID, before: date) -> int:
    """Delete what of the log was sealed before a day; how many acts. What says why is kept. Raises TooYoung."""
    latest = clock.today() - LOG_KEPT
    if before > latest:
        raise TooYoung(day=latest)
    with atomic():
        old = db.session.scalars(
            select(seals.c.row_id)
            .join(
                lines,
                (lines.c.village_id == seals.c.village_id) & (lines.c.seq == seals.c.mark_seq),
            )
            .join(acts, (acts.c.village_id == seals.c.village_id) & (acts.c.id == seals.c.row_id))
            .where(
                seals.c.village_id == village_id,
                seals.c.kind == "acts",
                seals.c.erased_by.is_(None),
                lines.c.at < clock.start_of(before),
                acts.c.what.not_in([*ERASING, REMOVED]),
            )
        ).all()
        if old:
            erase(village_id, "acts", old, note_act(village_id, by, LOG_FORGOTTEN))
            db.session.execute(
                delete(acts).where(acts.c.village_id == village_id, acts.c.id.in_(old))
            )
    return len(old)


def erase_words(village_id: uuid.UUID, by: uuid.UUID, objection_id: uuid.UUID) -> None:
    """Erase what somebody wrote in an objection; that there was one, and its answer, stays. Raises UnknownObjection."""
    with atomic():
        objection = get_objection(village_id, objection_id, lock=True)
        if objection.words == ERASED_WORDS:
            return
        act = note_act(village_id, by, WORDS_ERASED, objection.household_id, objection_id)
        erase(village_id, "objections", [objection_id], act)
        db.session.execute(
            update(objections)
            .where(objections.c.village_id == village_id, objections.c.id == objection_id)
            .values(words=ERASED_WORDS)
        )
