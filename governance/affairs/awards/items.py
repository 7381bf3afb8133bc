"""What was seen in the field, by whom, and what became of it: the words scoring and inspections share."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from governance.base.errors import HemeiError

_PLAIN = json.JSONEncoder(ensure_ascii=False)  # `dumps` would make one for each item
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Scorer:
    """Who files, and where they may: the grids, or None for the whole village."""

    staff_id: uuid.UUID
    village_id: uuid.UUID
    grid_ids: frozenset[uuid.UUID] | None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing seen: a household, a rule, points where the rule leaves a choice."""

    id: uuid.UUID
    household_id: uuid.UUID
    rule_id: uuid.UUID
    seen_at: datetime
    points: int | None = None
    note: str = ""
    photos: tuple[uuid.UUID, ...] = ()
    reminder_id: uuid.UUID | None = None

    def content(self) -> str:
        """A digest of everything but the id: the same id must bring the same content."""
        plain = [
            str(self.household_id),
            str(self.rule_id),
            self.points,
            self.note,
            self.seen_at.astimezone(UTC).isoformat(),
            sorted(map(str, self.photos)),
        ]
        if self.reminder_id:
            plain.append(str(self.reminder_id))
        return digest(plain)


@dataclass(frozen=True, slots=True)
class Inspected:
    """One inspection: a household or a public place, the checklist, and what was found wrong."""

    id: uuid.UUID
    place_id: uuid.UUID  # the household's id, or the public place's
    sheet_id: uuid.UUID
    seen_at: datetime
    findings: tuple[str, ...] = ()
    consent: bool = False
    photos: tuple[uuid.UUID, ...] = ()

    def content(self) -> str:
        """A digest of everything but the id: the same id must bring the same content."""
        return digest(
            [
                str(self.place_id),
                str(self.sheet_id),
                self.seen_at.astimezone(UTC).isoformat(),
                sorted(set(self.findings)),
                self.consent,
                sorted(map(str, self.photos)),
            ]
        )


Matter: TypeAlias = Item | Inspected


def digest(plain: list[Any]) -> str:
    """A digest of plain values."""
    return hashlib.sha256(_PLAIN.encode(plain).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody of the committee decided that what was handed in counts, although it was refused.

    It counts in spite of a rule that ended and of a household that lives away; `caps`: and of a
    cap that was reached. Their decision is the first check, and nothing is booked before publicity.
    """

    by: uuid.UUID
    caps: bool = True


@dataclass(slots=True)
class Outcome:
    """What became of an item: `recorded`, `already` or `refused`, and the household's figures."""

    id: uuid.UUID
    outcome: str
    state: str | None = None
    points: int | None = None
    standing: int | None = None
    spendable: int | None = None
    error: HemeiError | None = None
