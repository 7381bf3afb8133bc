"""Recording inspections (记检查): the score computes itself, and the village's settings say what follows.

An inspection stands by itself. What its result gives is recorded through scoring, in the same
transaction and in the batch's order, so that caps count right; a result below the mark reminds.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert

from governance.affairs.awards import recording, reminding
from governance.affairs.awards.admission import refuse_future
from governance.affairs.awards.batch import Batch
from governance.affairs.awards.items import (
    LONGEST_NOTE,
    Decision,
    Inspected,
    Item,
    Matter,
    Outcome,
    Scorer,
)
from governance.affairs.awards.life import find_awards
from governance.affairs.awards.photos import name_photos, spent_photos
from governance.affairs.awards.refusals import (
    CapReached,
    ChecklistRetired,
    EvidenceMissing,
    NotResident,
    NotYourPlace,
    PointsOutOfRange,
)
from governance.affairs.awards.reminders import find_open, find_reminders
from governance.affairs.field.inspections import find_known, inspections
from governance.base import clock
from governance.base.database import AnyRow, atomic, db, once_more
from governance.base.errors import HemeiError, phrase
from governance.ledger import book
from governance.village.checklists.lists import Checklist, find_checklists
from governance.village.checklists.wording import BadFindings, score, texts_of
from governance.village.households import UnknownHousehold
from governance.village.places import lock_place
from governance.village.publicplaces import PublicPlace, find_public_places
from governance.village.rules.rulebook import Rule, rules_in_force

RECORDED = "recorded"  # the state of an inspection that gives no award
# The inspection stands all the same: the rule is used up, or asks for more since the checklist was made.
WITHOUT_POINTS = (CapReached, EvidenceMissing, PointsOutOfRange)


class ChecklistNotThere(BadFindings):
    """An inspection by a checklist that is not of this village, or not for such a place."""

    message = phrase("没有这张检查表，或者它不是查这里用的。")
    field = "sheet"


def record(scorer: Scorer, matters: Sequence[Matter]) -> list[Outcome]:
    """Record what was seen, awards and inspections mixed; each stands or falls alone, in order.

    Awards alone take scoring's own path.
    """
    seen = [one for one in matters if isinstance(one, Inspected)]
    if not seen and not find_known(scorer.village_id, [one.id for one in matters]):
        return recording.record(scorer, [one for one in matters if isinstance(one, Item)])
    return once_more(lambda: _record(scorer, matters))


def record_one(scorer: Scorer, inspected: Inspected) -> Outcome:
    """Record one inspection. Raises the refusal."""
    outcome = record(scorer, [inspected])[0]
    if outcome.error:
        raise outcome.error
    return outcome


def record_decided(
    scorer: Scorer, inspected: Inspected, decision: Decision, checklist: Checklist | None = None
) -> Outcome:
    """Record an inspection the committee lets count. Raises the refusals that stay.

    `checklist`: the version that stood on the day, where it is not the one the item names.
    """
    with atomic():
        stands_for = {inspected.sheet_id: checklist} if checklist else {}
        outcome = _record(scorer, [inspected], decision, stands_for)[0]
        if outcome.error:
            raise outcome.error
    return outcome


def award_id_of(inspection_id: uuid.UUID) -> uuid.UUID:
    """The id of the award an inspection gives: the same inspection gives it once."""
    return uuid.uuid5(inspection_id, "award")


def reminder_id_of(inspection_id: uuid.UUID) -> uuid.UUID:
    """The id of the reminder an inspection gives."""
    return uuid.uuid5(inspection_id, "reminder")


def _record(
    scorer: Scorer,
    matters: Sequence[Matter],
    decision: Decision | None = None,
    stands_for: dict[uuid.UUID, Checklist] | None = None,
) -> list[Outcome]:
    with atomic():
        mixed = MixedBatch.load(scorer, matters, decision, stands_for or {})
        outcomes = [mixed.judge(one) for one in matters]
        mixed.write()
        mixed.batch.tell_figures(outcomes)
    return outcomes


@dataclass(slots=True)
class Reading:
    """An inspection read by its checklist: the score, and what follows by the village's settings."""

    checklist: Checklist
    score: int
    item: Item | None = None  # the award it would give
    shared: list[Rule] = field(default_factory=list)  # rules of the checklist: one of them a period
    remind: Rule | None = None
    note: str = ""


@dataclass(slots=True)
class MixedBatch:
    """A batch in which inspections are: the batch that judges awards, and what inspections need besides."""

    scorer: Scorer
    batch: Batch
    read: dict[uuid.UUID, Reading | HemeiError]
    known: dict[uuid.UUID, AnyRow | SimpleNamespace]
    places: dict[uuid.UUID, PublicPlace]
    spent: set[uuid.UUID]
    reminder_ids: set[uuid.UUID]  # those the inspections would give, and that are taken
    decision: Decision | None
    accepted: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def load(
        cls,
        scorer: Scorer,
        matters: Sequence[Matter],
        decision: Decision | None,
        stands_for: dict[uuid.UUID, Checklist],
    ) -> MixedBatch:
        """Read the checklists first, then lock what the results concern."""
        village_id = scorer.village_id
        seen = [one for one in matters if isinstance(one, Inspected)]
        checklists = find_checklists(village_id, {one.sheet_id for one in seen}) | stands_for
        rules = {rule.code: rule for rule in rules_in_force(village_id)}
        read = {one.id: _read(one, checklists.get(one.sheet_id), rules, decision) for one in seen}
        good = {key: one for key, one in read.items() if isinstance(one, Reading)}
        if any(one.remind for one in good.values()):
            lock_place(village_id)  # before the accounts: reminders are numbered under this lock
        items = [one for one in matters if isinstance(one, Item)]
        given = [one.item for one in good.values() if one.item]
        batch = Batch.load(
            scorer,
            [*items, *given],
            list(rules.values()),
            households={one.place_id for one in seen},
            counted=[
                (rule, clock.local_date(one.seen_at))
                for one in seen
                if one.id in good
                for rule in good[one.id].shared
            ],
            decision=Decision(decision.by, caps=False) if decision else None,
        )
        batch.known |= find_awards(village_id, [one.id for one in seen])
        return cls(
            scorer=scorer,
            batch=batch,
            read=read,
            decision=decision,
            known=find_known(village_id, [one.id for one in matters]),
            places=find_public_places(village_id, {one.place_id for one in seen}),
            spent=spent_photos(
                village_id, scorer.staff_id, {photo for one in seen for photo in one.photos}
            ),
            reminder_ids=set(
                find_reminders(
                    village_id, [reminder_id_of(key) for key, one in good.items() if one.remind]
                )
            ),
        )

    def judge(self, matter: Matter) -> Outcome:
        """Accept, recognise or refuse one matter."""
        try:
            if isinstance(matter, Inspected):
                return self._known_before(matter) or self._accept(matter)
            if matter.id in self.known:  # the id is an inspection's
                raise book.KeyConflict
        except HemeiError as refusal:
            household_id = matter.place_id if isinstance(matter, Inspected) else matter.household_id
            return self.batch.refuse(matter.id, household_id, refusal)
        return self.batch.judge(matter)

    def _known_before(self, seen: Inspected) -> Outcome | None:
        if seen.id in self.batch.known:  # the id is an award's
            raise book.KeyConflict
        before = self.known.get(seen.id)
        if before is None:
            return None
        if before.content != seen.content() or before.filed_by != self.scorer.staff_id:
            raise book.KeyConflict
        if before.household_id:
            self.batch.household_of[seen.id] = before.household_id
        return Outcome(seen.id, "already", before.state or RECORDED, before.points or 0)

    def _accept(self, seen: Inspected) -> Outcome:
        read = self.read[seen.id]
        if isinstance(read, HemeiError):
            raise read
        day = clock.local_date(seen.seen_at)
        place = self._place(seen, read.checklist)
        if reminder_id_of(seen.id) in self.reminder_ids:
            raise book.KeyConflict
        award = None if place else self._award(read, seen, day)
        grid_id = place.grid_id if place else self.batch.homes[seen.place_id].grid_id
        row = {
            "village_id": self.scorer.village_id,
            "id": seen.id,
            "household_id": None if place else seen.place_id,
            "public_place_id": place.id if place else None,
            "grid_id": grid_id,
            "sheet_id": read.checklist.id,
            "sheet_code": read.checklist.code,
            "findings": sorted(set(seen.findings)),
            "consent": seen.consent,
            "score": read.score,
            "seen_at": seen.seen_at,
            "seen_on": day,
            "filed_by": self.scorer.staff_id,
            "filed_at": clock.now(),
            "award_id": award.id if award else None,
            "reminder_id": None,
            "content": seen.content(),
        }
        self.accepted.append(row)
        state, points = (award.state, award.points) if award else (RECORDED, 0)
        self.known[seen.id] = SimpleNamespace(**row, state=state, points=points)
        if place is None:
            self.batch.household_of[seen.id] = seen.place_id
        self._name_photos(seen)
        return Outcome(seen.id, "recorded", state, points)

    def _place(self, seen: Inspected, checklist: Checklist) -> PublicPlace | None:
        """The public place inspected, or None for a household that may be."""
        place = self.places.get(seen.place_id)
        if place is None and seen.place_id not in self.batch.homes:
            raise UnknownHousehold
        if not (checklist.for_public if place else checklist.for_households):
            raise ChecklistNotThere
        if place is None:
            self.batch.admit(seen.place_id)
            return None
        if self.scorer.grid_ids is not None and place.grid_id not in self.scorer.grid_ids:
            raise NotYourPlace
        if place.closed_at is not None and self.decision is None:
            raise UnknownHousehold
        return place

    def _award(self, read: Reading, seen: Inspected, day: date) -> Outcome | None:
        """What the result gives, as if tapped; nothing where one of the checklist's rules was used up."""
        used = self.batch.uses.full
        if read.item is None or any(used(seen.place_id, rule, day) for rule in read.shared):
            return None
        outcome = self.batch.judge(read.item)
        if outcome.error is None:
            return outcome
        if isinstance(outcome.error, WITHOUT_POINTS):
            return None
        raise outcome.error

    def _name_photos(self, seen: Inspected) -> None:
        for photo_id in seen.photos:
            if photo_id not in self.spent:
                self.spent.add(photo_id)
                self.pictures.append(
                    {
                        "village_id": self.scorer.village_id,
                        "id": photo_id,
                        "award_id": seen.id,
                        "taken_by": self.scorer.staff_id,
                        "named_at": clock.now(),
                    }
                )

    def write(self) -> None:
        """Write the awards, the reminders, then the inspections that name them."""
        self.batch.write()
        for row in self.accepted:
            read = self.read[row["id"]]
            if isinstance(read, Reading) and read.remind and row["household_id"]:
                row["reminder_id"] = self._remind(row, read.remind, read.note)
        if self.accepted:
            db.session.execute(insert(inspections), self.accepted)
        name_photos(self.pictures)

    def _remind(self, row: dict[str, Any], rule: Rule, note: str) -> uuid.UUID | None:
        """Remind of what was found; one that is open already says it."""
        try:
            return reminding.remind(
                self.scorer,
                reminder_id_of(row["id"]),
                row["household_id"],
                rule.id,
                note,
                row["seen_at"],
            ).id
        except reminding.AlreadyReminded:
            first = find_open(self.scorer.village_id, row["household_id"], rule.code)
            return first.id if first else None
        except NotResident:  # lives away, and counts because the committee said so
            return None


def _read(
    seen: Inspected, checklist: Checklist | None, rules: dict[str, Rule], decision: Decision | None
) -> Reading | HemeiError:
    """The score, and what would follow from it."""
    try:
        left = _score(seen, checklist, decision)
    except HemeiError as refusal:
        return refusal
    assert checklist is not None
    day = clock.local_date(seen.seen_at)
    stand = {code: rule for code, rule in rules.items() if decision or rule.in_force(day)}
    read = Reading(
        checklist, left, shared=[stand[one.rule] for one in checklist.gives if one.rule in stand]
    )
    best = next((one for one in checklist.gives if left >= one.least and one.rule in stand), None)
    if best:
        read.item = Item(
            award_id_of(seen.id),
            seen.place_id,
            stand[best.rule].id,
            seen.seen_at,
            note=f"检查得 {left} 分",
        )
    read.remind = _rule_to_remind(checklist, seen, left, stand)
    read.note = "、".join(texts_of(checklist.scenes, seen.findings))[:LONGEST_NOTE]
    return read


def _rule_to_remind(
    checklist: Checklist, seen: Inspected, left: int, stand: dict[str, Rule]
) -> Rule | None:
    """By which rule a result below the mark reminds; one that came after the day reminds nobody."""
    told = checklist.reminds
    if told is None or not seen.findings or (told.below is not None and left >= told.below):
        return None
    rule = stand.get(told.rule)
    return rule if rule and rule.reminds and rule.in_force(clock.local_date(seen.seen_at)) else None


def _score(seen: Inspected, checklist: Checklist | None, decision: Decision | None) -> int:
    """The score by the checklist, if it may be used. Raises what refuses the inspection."""
    if checklist is None:
        raise ChecklistNotThere
    refuse_future(seen.seen_at)
    day = clock.local_date(seen.seen_at)
    if decision is None and not (checklist.in_force(day) and checklist.in_force(clock.today())):
        raise ChecklistRetired(sheet=checklist.title)
    return score(checklist.scenes, seen.findings, seen.consent)
