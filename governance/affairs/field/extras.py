"""What the field page takes along beside the pack (field.json): figures, caps used, last lines, checklists' settings. Bulk statements only."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import func, select

from governance.affairs.awards.caps import Uses
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards
from governance.affairs.awards.reminders import ReminderState, reminders
from governance.affairs.field.doorstep import often_used
from governance.affairs.field.inspections import last_results
from governance.affairs.figures import passbook
from governance.affairs.shop.redemptions import redemptions
from governance.base import clock
from governance.base.database import db, in_village
from governance.ledger import book
from governance.ledger.lines import Line
from governance.village.checklists.lists import Checklist, checklists_in_force
from governance.village.codes import codes
from governance.village.households import households
from governance.village.places import get_place_by_id
from governance.village.publicplaces import PublicPlace, public_places
from governance.village.rules.rulebook import Rule, rules_in_force

LAST = 3  # lines of each passbook
LATELY = 200  # days back the last lines are looked for
lines = Line.__table__


def make_field(scorer: Scorer) -> dict[str, Any]:
    """The content of field.json as far as it is the village's: without the moment, the person, the token."""
    village = get_place_by_id(scorer.village_id)
    rules = rules_in_force(village.id)
    places = public_places(village.id, scorer.grid_ids)
    return {
        "village": {
            "id": str(village.id),
            "name": village.name,
            "code": village.code,
            "tag": village.tag,
        },
        "homes": _homes(scorer, rules),
        "often": list(often_used(village.id, scorer.staff_id)),
        "closed_rules": [],
        "deductions_remind": {rule.code: rule.remind_days for rule in rules if rule.reminds},
        "sheets": {
            str(checklist.id): _checklist(checklist)
            for checklist in checklists_in_force(village.id)
        },
        "places": _places(places),
    }


def _homes(scorer: Scorer, rules: Sequence[Rule]) -> dict[str, Any]:
    village_id, today = scorer.village_id, clock.today()
    homes = _figures(scorer)
    ids = [row.id for row in homes]
    uses = Uses.load(village_id, ids, [(rule, today) for rule in rules]).by_household()
    last, reminded, inspected = (
        _last_lines(village_id, ids),
        _reminders(village_id, ids),
        last_results(village_id, ids),
    )
    return {
        str(row.id): {
            "standing": row.standing,
            "spendable": row.spendable,
            "owed": row.owed,
            "size": row.size,
            "initials": initials(row.head),
            "card": card_mark(row.token),
            "uses": {
                code: [day.isoformat() for day in sorted(days)]
                for code, days in uses.get(row.id, {}).items()
            },
            "last": last.get(row.id, []),
            "reminders": reminded.get(row.id, []),
            "inspected": _inspected(inspected.get(row.id, {})),
        }
        for row in homes
    }


def card_mark(token: str | None) -> str:
    """What the phone knows a household's card by: it recognises a card that is shown, and can make none."""
    return hashlib.sha256(token.encode()).hexdigest()[:24] if token else ""


def _inspected(by_sheet: dict[str, Any]) -> dict[str, Any]:
    return {
        code: {"day": row.seen_on.isoformat(), "score": row.score, "findings": row.findings}
        for code, row in by_sheet.items()
    }


def _figures(scorer: Scorer) -> Sequence[Any]:
    query = (
        select(
            households.c.id,
            households.c.head,
            households.c.size,
            book.accounts.c.standing,
            book.accounts.c.spendable,
            book.accounts.c.owed,
            codes.c.token,
        )
        .join(book.accounts, in_village(book.accounts.c.household_id, households.c.id))
        .outerjoin(
            codes,
            in_village(codes.c.household_id, households.c.id)
            & (codes.c.kind == "card")
            & codes.c.replaced_at.is_(None),
        )
        .where(households.c.village_id == scorer.village_id, households.c.closed_on.is_(None))
        .order_by(households.c.group_no, households.c.number)
    )
    if scorer.grid_ids is not None:
        query = query.where(households.c.grid_id.in_(scorer.grid_ids))
    return db.session.execute(query).all()


def _last_lines(
    village_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    turn = (
        func.row_number()
        .over(partition_by=lines.c.household_id, order_by=lines.c.seq.desc())
        .label("turn")
    )
    lately = (
        select(
            lines.c.household_id,
            lines.c.seq,
            lines.c.at,
            lines.c.memo,
            lines.c.standing,
            lines.c.spendable,
            passbook.NOTE,
            turn,
        )
        .join(awards, passbook.OF_AWARD, isouter=True)
        .join(redemptions, passbook.OF_REDEMPTION, isouter=True)
        .where(
            lines.c.village_id == village_id,
            lines.c.household_id.in_(ids),
            lines.c.at >= clock.now() - clock.days(LATELY),
        )
        .subquery()
    )
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    query = select(lately).where(lately.c.turn <= LAST).order_by(lately.c.seq.desc())
    for row in db.session.execute(query):
        found.setdefault(row.household_id, []).append(
            {
                "day": clock.local_date(row.at).isoformat(),
                "text": passbook.words_of(row),
                "points": row.standing or row.spendable,
            }
        )
    return found


def _reminders(
    village_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    query = (
        select(
            reminders.c.household_id,
            reminders.c.id,
            reminders.c.note,
            reminders.c.deadline,
            reminders.c.rule_code,
        )
        .where(
            reminders.c.village_id == village_id,
            reminders.c.household_id.in_(ids),
            reminders.c.state == ReminderState.OPEN.value,
        )
        .order_by(reminders.c.deadline, reminders.c.id)
    )
    for row in db.session.execute(query):
        found.setdefault(row.household_id, []).append(
            {
                "id": str(row.id),
                "text": row.note,
                "deadline": row.deadline.isoformat(),
                "rule": row.rule_code,
            }
        )
    return found


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "code": checklist.code,
        "target": checklist.target,
        "outcomes": checklist.outcomes,
        "remind": checklist.remind,
    }


def _places(places: Sequence[PublicPlace]) -> list[dict[str, Any]]:
    return [
        {"id": str(place.id), "name": place.name, "grid": str(place.grid_id)} for place in places
    ]


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """The first letters of a name in pinyin, lower case: 王秀兰 is `wxl`."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return "".join(letters).lower()
