"""Handing in (交村委会定) and deciding: what an officer saw and the service refused is judged by a person. Never dropped unseen."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from governance.affairs.awards import recording
from governance.affairs.awards.items import (
    Decision,
    Inspected,
    Item,
    Matter,
    Outcome,
    Scorer,
    digest,
)
from governance.affairs.awards.refusals import clean_reason
from governance.affairs.field import inspecting
from governance.affairs.field.contract import WRONG, BadItem, matter_of
from governance.affairs.field.handed_in import (
    STATE_NAMES,
    WHY,
    HandedIn,
    HandedInState,
    get_handed_in,
)
from governance.affairs.recusal import of_filed, refuse_partial, why_not
from governance.base import clock
from governance.base.database import atomic, db, once_more
from governance.base.errors import Conflict, HemeiError, phrase
from governance.ledger import book
from governance.village.checklists.lists import Checklist, find_checklist_on, find_checklists
from governance.village.households import UnknownHousehold, households
from governance.village.persons import find_person
from governance.village.publicplaces import find_public_places
from governance.village.rules.rulebook import Rule, RuleNotThere, get_rule, rules_in_force
from governance.village.staff import Role


class HandedInSettled(Conflict):
    """Somebody was faster."""

    code = "held_settled"
    message = phrase("这一条已经办过了：%(now)s。")


def hand_in(scorer: Scorer, raws: Sequence[Any]) -> list[HemeiError | str]:
    """Keep refused items for the committee, each once by its id: `held`, `already`, or the refusal."""
    return once_more(lambda: _hand_in(scorer, raws))


def _hand_in(scorer: Scorer, raws: Sequence[Any]) -> list[HemeiError | str]:
    with atomic():
        read = [_read(raw) for raw in raws]
        good = [one for one in read if isinstance(one, _Handed)]
        known = _Known.load(scorer.village_id, good)
        answers = [one if isinstance(one, HemeiError) else known.keep(scorer, one) for one in read]
        db.session.add_all(known.fresh)
        db.session.flush()
    return answers


@dataclass(frozen=True, slots=True)
class _Handed:
    """A readable item, as it was sent and as it is meant."""

    matter: Matter
    raw: dict[str, Any]
    why: str

    def content(self) -> str:
        return digest([self.matter.content()])


def _read(raw: Any) -> _Handed | HemeiError:
    try:
        why = raw["why"]
        if not isinstance(why, str):
            raise BadItem(field="why")
        matter = matter_of(raw)
        plain = {name: raw[name] for name in sorted(raw) if name in ITEM_KEYS}
        return _Handed(matter, plain, why if why in WHY else "other")
    except HemeiError as refusal:
        return refusal
    except WRONG:
        return BadItem()


ITEM_KEYS = frozenset(
    (
        "id",
        "kind",
        "household",
        "rule",
        "sheet",
        "points",
        "note",
        "seen_at",
        "photos",
        "findings",
        "consent",
    )
)


@dataclass(slots=True)
class _Known:
    """What the items name, as far as the village has it, and the rows to be written."""

    places: set[uuid.UUID]
    rules: set[uuid.UUID]
    checklists: set[uuid.UUID]
    before: dict[uuid.UUID, HandedIn]
    fresh: list[HandedIn]

    @classmethod
    def load(cls, village_id: uuid.UUID, handed: Iterable[_Handed]) -> _Known:
        matters = [one.matter for one in handed]
        items = [one for one in matters if isinstance(one, Item)]
        seen = [one for one in matters if isinstance(one, Inspected)]
        homes = {one.household_id for one in items} | {one.place_id for one in seen}
        where = (households.c.village_id == village_id, households.c.id.in_(homes))
        wanted = {one.rule_id for one in items}
        return cls(
            places=set(db.session.scalars(select(households.c.id).where(*where)))
            | find_public_places(village_id, homes).keys(),
            rules=set(
                db.session.scalars(
                    select(Rule.id).where(Rule.village_id == village_id, Rule.id.in_(wanted))
                )
            ),
            checklists=set(find_checklists(village_id, {one.sheet_id for one in seen})),
            before=_find_handed_in(village_id, [one.id for one in matters]),
            fresh=[],
        )

    def keep(self, scorer: Scorer, handed: _Handed) -> HemeiError | str:
        """Keep one item, or say why it cannot be."""
        matter = handed.matter
        before = self.before.get(matter.id)
        if before:
            same = before.filed_by == scorer.staff_id and before.content == handed.content()
            return "already" if same else book.KeyConflict()
        seen = isinstance(matter, Inspected)
        place_id = matter.place_id if isinstance(matter, Inspected) else matter.household_id
        if place_id not in self.places:
            return UnknownHousehold()
        if isinstance(matter, Inspected) and matter.sheet_id not in self.checklists:
            return inspecting.ChecklistNotThere()
        if isinstance(matter, Item) and matter.rule_id not in self.rules:
            return RuleNotThere()
        row = HandedIn(
            village_id=scorer.village_id,
            id=matter.id,
            item=handed.raw,
            household_id=place_id,
            rule_id=None if seen else getattr(matter, "rule_id", None),
            sheet_id=getattr(matter, "sheet_id", None),
            seen_at=matter.seen_at,
            why=handed.why,
            filed_by=scorer.staff_id,
            filed_at=clock.now(),
            state=HandedInState.HELD.value,
            content=handed.content(),
        )
        self.before[matter.id] = row
        self.fresh.append(row)
        return "held"


def _find_handed_in(village_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, HandedIn]:
    found = db.session.scalars(
        select(HandedIn).where(HandedIn.village_id == village_id, HandedIn.id.in_(ids))
    )
    return {one.id: one for one in found}


def accept(village_id: uuid.UUID, by: uuid.UUID, handed_id: uuid.UUID) -> Outcome:
    """Let a handed item count, with `by` as its first check; twice is once.

    It counts in spite of a reached cap, an ended rule or an away household, and goes into the next
    notice. Raises UnknownHandedIn, OwnAward, OwnHousehold, HandedInSettled, and what scoring refuses else.
    """
    refuse_partial(of_filed(get_handed_in(village_id, handed_id)), by, "held")
    with atomic():
        handed = get_handed_in(village_id, handed_id, lock=True)
        if handed.state == HandedInState.DROPPED or handed.decided_by not in (None, by):
            raise HandedInSettled(now=STATE_NAMES[HandedInState(handed.state)])
        outcome = _record(_scorer_of(handed), handed, by)
        handed.state, handed.decided_by, handed.decided_at = (
            HandedInState.ACCEPTED.value,
            by,
            clock.now(),
        )
    return outcome


def _record(scorer: Scorer, handed: HandedIn, by: uuid.UUID) -> Outcome:
    matter, day = matter_of(handed.item), clock.local_date(handed.seen_at)
    if isinstance(matter, Inspected):
        checklist = find_checklists(handed.village_id, [matter.sheet_id])[matter.sheet_id]
        then = find_checklist_on(handed.village_id, checklist.code, day)
        usable = then if then and _same_findings(then, matter) else None
        return inspecting.record_decided(scorer, matter, Decision(by), usable)
    code = get_rule(handed.village_id, matter.rule_id).code
    stood = (one for one in rules_in_force(handed.village_id, day) if one.code == code)
    return recording.record_decided(scorer, matter, Decision(by), next(stood, None))


def _same_findings(checklist: Checklist, seen: Inspected) -> bool:
    """Whether the checklist of the day knows everything that was ticked on another version."""
    known = {one.code for scene in checklist.scenes for one in scene.findings}
    return set(seen.findings) <= known


def _scorer_of(handed: HandedIn) -> Scorer:
    """Who handed it in, with the grids they have now; one who is no officer any more had them then."""
    person = find_person(handed.filed_by)
    posts = [
        post
        for post in (person.posts if person else ())
        if post.role == Role.OFFICER and post.village and post.village.id == handed.village_id
    ]
    whole = not posts or any(post.place_id == handed.village_id for post in posts)
    grids = None if whole else frozenset(post.place_id for post in posts if post.place_id)
    return Scorer(handed.filed_by, handed.village_id, grids)


def drop(village_id: uuid.UUID, by: uuid.UUID, handed_id: uuid.UUID, reason: str) -> None:
    """Let a handed item not count, with a reason the officer reads; twice is once.

    Raises ReasonMissing, BadInput, UnknownHandedIn, OwnAward, OwnHousehold, HandedInSettled.
    """
    reason = clean_reason(reason)
    refuse_partial(of_filed(get_handed_in(village_id, handed_id)), by, "held")
    with atomic():
        handed = get_handed_in(village_id, handed_id, lock=True)
        if handed.state == HandedInState.DROPPED and handed.decided_by == by:
            return
        if handed.state != HandedInState.HELD:
            raise HandedInSettled(now=STATE_NAMES[HandedInState(handed.state)])
        handed.state, handed.decided_by, handed.decided_at = (
            HandedInState.DROPPED.value,
            by,
            clock.now(),
        )
        handed.reason = reason


def is_partial(handed: Any, by: uuid.UUID) -> bool:
    """Whether somebody may not decide: they handed it in, or it is about their own household."""
    return why_not(of_filed(handed), by) is not None
