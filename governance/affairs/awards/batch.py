"""Judging what officers saw (判定): everything a batch's decisions look at is read beforehand, each item is judged by itself.

Locks come first: the accounts, in key order. What was accepted is written together.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, insert, select

from governance.affairs.awards import life
from governance.affairs.awards.admission import admit_household, admit_rule
from governance.affairs.awards.caps import Uses
from governance.affairs.awards.items import Decision, Item, Outcome, Scorer
from governance.affairs.awards.life import CHECKS, State, awards
from governance.affairs.awards.photos import name_photos, spent_photos
from governance.affairs.awards.refusals import (
    CapReached,
    EvidenceMissing,
    PointsOutOfRange,
    ReminderMissing,
)
from governance.affairs.awards.reminders import Reminder, allows_deduction, find_reminders
from governance.affairs.recusal import note_attempts
from governance.affairs.trust import in_doubt
from governance.base import clock
from governance.base.database import AnyRow, ByKeys, db, in_village
from governance.base.errors import HemeiError
from governance.ledger import book
from governance.village.households import households
from governance.village.kin import OF_STAFF, kinships
from governance.village.rules.rulebook import Rule, find_rules
from governance.village.rules.wording import Review


@dataclass(slots=True)
class Batch:
    """Everything the judging of a batch looks at, read beforehand, and what it accepted."""

    scorer: Scorer
    locked: dict[uuid.UUID, book.Figures]
    homes: dict[uuid.UUID, AnyRow]
    rules: dict[uuid.UUID, Rule]
    known: dict[uuid.UUID, Any]
    uses: Uses
    spent_photos: set[uuid.UUID]
    reminders: dict[uuid.UUID, Reminder]
    decision: Decision | None = None
    accepted: list[dict[str, Any]] = field(default_factory=list)
    named_photos: list[dict[str, Any]] = field(default_factory=list)
    household_of: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    refused: list[tuple[HemeiError, uuid.UUID, None]] = field(default_factory=list)

    @classmethod
    def load(
        cls,
        scorer: Scorer,
        items: Sequence[Item],
        read: Sequence[Rule] = (),
        *,
        households: Collection[uuid.UUID] = (),
        counted: Iterable[tuple[Rule, date]] = (),
        decision: Decision | None = None,
    ) -> Batch:
        """Lock and read for a batch; `households` and `counted` (caps) are those no item names."""
        village_id = scorer.village_id
        homes = _lock(scorer, {item.household_id for item in items}.union(households))
        rules = _rules(village_id, {item.rule_id for item in items}, read)
        wanted = [
            (rules[item.rule_id], clock.local_date(item.seen_at))
            for item in items
            if item.rule_id in rules
        ]
        return cls(
            scorer=scorer,
            locked={
                key: book.Figures(one.standing, one.spendable, one.owed)
                for key, one in homes.items()
            },
            homes=homes,
            rules=rules,
            known=life.find_awards(village_id, [item.id for item in items]),
            uses=Uses.load(village_id, homes, [*wanted, *counted]),
            spent_photos=spent_photos(
                village_id, scorer.staff_id, {one for item in items for one in item.photos}
            ),
            reminders=find_reminders(
                village_id, {item.reminder_id for item in items if item.reminder_id}
            ),
            decision=decision,
        )

    def judge(self, item: Item) -> Outcome:
        """Accept an item, recognise it, or refuse it with a sentence."""
        try:
            return self._known_before(item) or self._accept(item)
        except HemeiError as refusal:
            return self.refuse(item.id, item.household_id, refusal)

    def refuse(self, item_id: uuid.UUID, household_id: uuid.UUID, refusal: HemeiError) -> Outcome:
        """Refuse an item; that somebody tried their own household is noted, the supervisor sees it."""
        self.refused.append((refusal, household_id, None))
        return Outcome(item_id, "refused", error=refusal)

    def admit(self, household_id: uuid.UUID) -> AnyRow:
        """The household, if the scorer may file for it now. Raises as `admit_household`."""
        return admit_household(
            self.homes.get(household_id), self.scorer.grid_ids, away=self.decision is not None
        )

    def _known_before(self, item: Item) -> Outcome | None:
        before = self.known.get(item.id)
        if before is None:
            return None
        if before.content != item.content() or before.filed_by != self.scorer.staff_id:
            raise book.KeyConflict
        self.household_of[item.id] = before.household_id
        return Outcome(item.id, "already", before.state, before.points)

    def _accept(self, item: Item) -> Outcome:
        household = self.admit(item.household_id)
        day = clock.local_date(item.seen_at)
        decided = self.decision is not None
        rule = admit_rule(self.rules.get(item.rule_id), item.seen_at, day, ended=decided)
        points = _points(rule, item.points)
        pictures = [one for one in item.photos if one not in self.spent_photos]
        self._evidence(item, rule, day, bool(pictures))
        capped = self.decision is None or not self.decision.caps
        if capped and self.uses.full(item.household_id, rule, day):
            raise CapReached.of(rule)
        row = _row(self.scorer, item, household.grid_id, rule, points, day)
        booked = rule.review == Review.AUTO and not in_doubt(self.scorer.village_id)
        row["state"] = (State.BOOKED if booked else State.FILED).value
        if self.decision:
            row |= _decided(rule, self.decision.by)
        self.accepted.append(row)
        self.known[item.id] = SimpleNamespace(**row)
        self.uses.add(item.household_id, rule.code, day)
        self.household_of[item.id] = item.household_id
        self.spent_photos.update(pictures)
        self.named_photos += [_photo_row(self.scorer, item, one) for one in pictures]
        return Outcome(item.id, "recorded", row["state"], points)

    def _evidence(self, item: Item, rule: Rule, day: date, pictured: bool) -> None:
        """What proves the item: a photo, or a reminder. Where somebody was reminded no photo is asked for."""
        reminder = self.reminders.get(item.reminder_id) if item.reminder_id else None
        if reminder and reminder.household_id != item.household_id:
            reminder = None
        if rule.reminds and not (reminder and allows_deduction(reminder, rule.code, day)):
            raise ReminderMissing(rule=rule.behaviour)
        if rule.wants_photo and not pictured and reminder is None:
            raise EvidenceMissing(rule=rule.behaviour)

    def write(self) -> None:
        """Write what was accepted: the awards, their photos, and those by `auto` rules into the book."""
        if self.accepted:
            db.session.execute(_FILE, self.accepted)
        name_photos(self.named_photos)
        note_attempts(self.scorer.village_id, self.scorer.staff_id, "score", self.refused)
        auto = [
            SimpleNamespace(**row) for row in self.accepted if row["state"] == State.BOOKED.value
        ]
        if auto:
            self._book(auto)

    def _book(self, rows: Sequence[Any]) -> None:
        written = life.book_awards(
            self.scorer.village_id, rows, self.scorer.staff_id, self.locked, fresh=True
        )
        for line in written:
            self.locked[line["household_id"]] = book.figures_after(line)

    def tell_figures(self, outcomes: Iterable[Outcome]) -> None:
        """Tell the households' figures as they stand after the batch."""
        for outcome in outcomes:
            household_id = self.household_of.get(outcome.id)
            if outcome.error is None and household_id is not None:
                figures = self.locked[household_id]
                outcome.standing, outcome.spendable = figures.standing, figures.spendable


def _points(rule: Rule, wanted: int | None) -> int:
    if wanted is None and rule.fixed:
        return rule.points_min
    if wanted is None or not rule.points_min <= wanted <= rule.points_max:
        raise PointsOutOfRange.of(rule)
    return wanted


def _row(
    scorer: Scorer, item: Item, grid_id: uuid.UUID, rule: Rule, points: int, day: date
) -> dict[str, Any]:
    return {
        "village_id": scorer.village_id,
        "id": item.id,
        "household_id": item.household_id,
        "grid_id": grid_id,
        "rule_id": rule.id,
        "rule_code": rule.code,
        "category": rule.category,
        "behaviour": rule.behaviour,
        "review": rule.review,
        "points": points,
        "note": item.note,
        "seen_at": item.seen_at,
        "seen_on": day,
        "filed_by": scorer.staff_id,
        "filed_at": clock.now(),
        "content": item.content(),
    }


def _decided(rule: Rule, by: uuid.UUID) -> dict[str, Any]:
    """The committee's decision is the first check; it is enough unless the rule wants two."""
    enough = CHECKS[Review(rule.review)] <= 1
    state = State.CHECKED if enough else State.FILED
    return {"state": state.value, "first_by": by, "first_at": clock.now()}


def _photo_row(scorer: Scorer, item: Item, photo_id: uuid.UUID) -> dict[str, Any]:
    return {
        "village_id": scorer.village_id,
        "id": photo_id,
        "award_id": item.id,
        "taken_by": scorer.staff_id,
        "named_at": clock.now(),
    }


def _lock(scorer: Scorer, ids: set[uuid.UUID]) -> dict[uuid.UUID, AnyRow]:
    """Lock the accounts in key order, as `book.hold` does, and read the households in the same
    statement, with the kinship the scorer declared: an award is mostly statements.
    """
    values = {"village": scorer.village_id, "staff": scorer.staff_id}
    return {row.household_id: row for row in _HOLD.rows(values, ids=ids)}


_HOLD = ByKeys(
    select(
        book.accounts,
        households.c.grid_id,
        households.c.group_no,
        households.c.number,
        households.c.status,
        households.c.closed_on,
        kinships.c.relation,
    )
    .join(households, in_village(households.c.id, book.accounts.c.household_id))
    .join(kinships, OF_STAFF, isouter=True)
    .where(book.accounts.c.village_id == bindparam("village"))
    .order_by(book.accounts.c.household_id)
    .with_for_update(of=book.accounts),
    ids=book.accounts.c.household_id,
)


def _rules(
    village_id: uuid.UUID, ids: set[uuid.UUID], read: Sequence[Rule]
) -> dict[uuid.UUID, Rule]:
    rules = {rule.id: rule for rule in read}
    if missing := ids - rules.keys():
        rules |= find_rules(village_id, missing)
    return rules


_FILE = insert(awards)
