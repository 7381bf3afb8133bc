"""Who takes part in the demo."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from governance.village.households import Household
from governance.village.rules.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: people by sign-in, each household's officer, the rules by code."""

    village_id: uuid.UUID
    homes: Sequence[Household]
    officers: dict[uuid.UUID, uuid.UUID]  # grid -> officer
    committee: tuple[uuid.UUID, uuid.UUID, uuid.UUID]  # two who check, one who answers
    shop: uuid.UUID
    rules: dict[str, Rule]
    folder: Path
