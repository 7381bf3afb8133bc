"""The pack an officer's phone takes along: the households of their grids, the rules in force."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from sqlalchemy import select

from governance.base.database import db, in_village
from governance.village.checklists.lists import Checklist, checklists_in_force
from governance.village.codes import codes
from governance.village.households import code_of, households
from governance.village.places import Place, Village
from governance.village.rules import rulebook
from governance.village.rules.rulebook import Rule


def make_pack(village: Place | Village, grid_ids: frozenset[uuid.UUID] | None) -> dict[str, Any]:
    """The pack's content, all but the moment it was made (DESIGN section 5)."""
    return {
        "village": {"id": str(village.id), "name": village.name},
        "households": _households(village.id, grid_ids),
        "rules": [_rule(rule) for rule in rulebook.rules_in_force(village.id)],
        "sheets": [_checklist(checklist) for checklist in checklists_in_force(village.id)],
    }


def digest(content: dict[str, Any]) -> str:
    """A short name of the content, the same as long as nothing in it changes."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _households(
    village_id: uuid.UUID, grid_ids: frozenset[uuid.UUID] | None
) -> list[dict[str, Any]]:
    query = (
        select(
            households.c.id,
            households.c.group_no,
            households.c.number,
            households.c.head,
            households.c.status,
            codes.c.token,
        )
        .join(
            codes,
            in_village(codes.c.household_id, households.c.id)
            & (codes.c.kind == "door")
            & codes.c.replaced_at.is_(None),
        )
        .where(households.c.village_id == village_id, households.c.closed_on.is_(None))
        .order_by(households.c.group_no, households.c.number)
    )
    if grid_ids is not None:
        query = query.where(households.c.grid_id.in_(grid_ids))
    return [
        {
            "id": str(row.id),
            "code": code_of(row.group_no, row.number),
            "head": row.head,
            "door": row.token,
            "group": f"{row.group_no}组",
            "status": row.status,
        }
        for row in db.session.execute(query)
    ]


def _rule(rule: Rule) -> dict[str, Any]:
    cap = {"count": rule.cap_count, "period": rule.cap_period} if rule.cap_count else None
    return {
        "id": str(rule.id),
        "code": rule.code,
        "category": rule.category,
        "behaviour": rule.behaviour,
        "points": {"min": rule.points_min, "max": rule.points_max},
        "evidence": "photo" if rule.wants_photo else rule.evidence,
        "review": rule.review,
        "cap": cap,
    }


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "id": str(checklist.id),
        "title": checklist.title,
        "full": checklist.full,
        "scenes": checklist.content,
    }
