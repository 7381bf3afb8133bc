"""Recusal (回避): nobody decides about their own household or a relative's, nor about what they had a hand in.

Kin comes first: whoever also had a hand in it is told of kin, and the attempt is noted. What is noted stays, though the
refusal undoes everything else: so ask before the transaction begins.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.affairs.acts import note_acts
from governance.base.errors import HemeiError, NotAllowed, phrase
from governance.village.kin import kin_of


class OwnHousehold(NotAllowed):
    """Nobody files or checks for their own household or a declared relative's."""

    code = "own_household"
    message = phrase("这是您自己家或者亲属家，请由别人来记、来审。")
    field: str | None = "household"


class FiledByKin(NotAllowed):
    """Who filed it, or looked first, declared the household as theirs afterwards."""

    code = "filed_by_kin"
    message = phrase(
        "记这一条或者初审的人，后来申报了这一户是自己家或者亲属家。请退回，由别人重新记。"
    )


class OwnAward(NotAllowed):
    """Nobody checks what they filed."""

    code = "own_award"
    message = phrase("这一条是您自己记的，要由别人来审。")


@dataclass(frozen=True, slots=True)
class Concern:
    """What somebody is about to decide: whose it is, who had a hand in it, and how each of them is told."""

    village_id: uuid.UUID
    household_ids: tuple[uuid.UUID, ...]  # the first one is named in the log of acts
    subject_id: uuid.UUID | None = None  # the award, reminder, ... named there
    hands: Mapping[uuid.UUID | None, type[NotAllowed]] = field(default_factory=dict)
    of_kin: type[OwnHousehold] = OwnHousehold

    def why_not(self, by: uuid.UUID, kin: Container[uuid.UUID]) -> NotAllowed | None:
        """Why somebody may not decide, if so; `kin`: their own household and their relatives'."""
        if any(one in kin for one in self.household_ids):
            return self.of_kin()
        return self.hands[by]() if by in self.hands else None


def of_filed(row: Any) -> Concern:
    """An award, or an item handed in: it concerns its household, and who filed it had a hand in it."""
    return Concern(row.village_id, (row.household_id,), row.id, {row.filed_by: OwnAward})


def why_not(concern: Concern, by: uuid.UUID) -> NotAllowed | None:
    """Why somebody may not decide, if so."""
    return concern.why_not(by, kin_of(concern.village_id, by))


def refuse_partial(concern: Concern, by: uuid.UUID, what: str) -> None:
    """Refuse whoever is not to decide; an attempt of kin is noted as `what`.

    Raises what the concern says: OwnHousehold, or the refusal of a hand in it.
    """
    refusal = why_not(concern, by)
    if refusal:
        tried = (refusal, concern.household_ids[0], concern.subject_id)
        note_attempts(concern.village_id, by, what, [tried])
        raise refusal


def note_attempts(
    village_id: uuid.UUID,
    by: uuid.UUID,
    what: str,
    refused: Iterable[tuple[HemeiError, uuid.UUID, uuid.UUID | None]],
) -> None:
    """Of what somebody was refused (why, household, subject), note the attempts on their own household."""
    tried = [
        (household_id, subject_id)
        for refusal, household_id, subject_id in refused
        if isinstance(refusal, OwnHousehold)
    ]
    note_acts(village_id, by, what, tried, OwnHousehold.code)
