"""Scoring on the spot: what officers saw becomes awards, one by one or five hundred at once.

One item or many take the same path: lock the accounts, read what the decisions need in a few
statements, judge each item by itself, write what was accepted together. An item's id is made where
it was seen, so that sending it again has no second effect.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Uuid, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from governance.affairs import awards as life
from governance.affairs.acts import note_attempts
from governance.affairs.admission import admit_household, admit_rule
from governance.affairs.awards import State, awards
from governance.affairs.caps import Uses
from governance.affairs.photos import name_photos, spent_photos
from governance.affairs.refusals import (
    CapReached,
    EvidenceMissing,
    OwnHousehold,
    PointsOutOfRange,
    ReminderMissing,
    TooLateToWithdraw,
)
from governance.affairs.reminders import Reminder, allows_deduction, find_reminders
from governance.affairs.reversal import take_back
from governance.base import clock
from governance.base.database import AnyRow, ByKeys, atomic, db, in_atomic
from governance.base.errors import HemeiError
from governance.ledger import book
from governance.village.households import households
from governance.village.kin import kinships
from governance.village.rulebook import Rule
from governance.village.wording import Review

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
            str(self.household_id), str(self.rule_id), self.points, self.note,
            self.seen_at.astimezone(UTC).isoformat(), sorted(map(str, self.photos)),
        ]  # fmt: skip
        if self.reminder_id:
            plain.append(str(self.reminder_id))
        return hashlib.sha256(_PLAIN.encode(plain).encode()).hexdigest()


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


def record(scorer: Scorer, items: Sequence[Item], rules: Sequence[Rule] = ()) -> list[Outcome]:
    """Record what was seen; each item stands or falls alone, in order.

    Awards by `auto` rules are booked at once, the others wait for their checks. Two phones that
    send one id at the same moment meet at the primary key: the later one is judged once more.
    `rules` are those the caller has read already.
    """
    try:
        return _record(scorer, items, rules)
    except IntegrityError:
        if in_atomic():  # the transaction is not ours to begin anew
            raise
        return _record(scorer, items, rules)


def record_one(scorer: Scorer, item: Item, *rules: Rule) -> Outcome:
    """Record one thing seen. Raises the refusal."""
    outcome = record(scorer, [item], rules)[0]
    if outcome.error:
        raise outcome.error
    return outcome


def _record(scorer: Scorer, items: Sequence[Item], rules: Sequence[Rule]) -> list[Outcome]:
    with atomic():
        desk = _Desk.load(scorer, items, rules)
        outcomes = [desk.judge(item) for item in items]
        if desk.accepted:
            db.session.execute(_FILE, desk.accepted)
        name_photos(desk.named_photos)
        note_attempts(
            scorer.village_id, scorer.staff_id, "score", desk.own_households(items, outcomes)
        )
        _book(scorer, desk)
        _tell_figures(desk, outcomes)
    return outcomes


def _book(scorer: Scorer, desk: _Desk) -> None:
    auto = [row for row in desk.accepted if row["state"] == State.BOOKED.value]
    if not auto:
        return
    rows = [SimpleNamespace(**row) for row in auto]
    written = life.book_awards(scorer.village_id, rows, scorer.staff_id, desk.held, fresh=True)
    for line in written:
        desk.held[line["household_id"]] = book.figures_after(line)


def _tell_figures(desk: _Desk, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        household_id = desk.household_of.get(outcome.id)
        if outcome.error is None and household_id is not None:
            figures = desk.held[household_id]
            outcome.standing, outcome.spendable = figures.standing, figures.spendable


@dataclass(slots=True)
class _Desk:
    """Everything the judging of a batch looks at, read beforehand, and what it accepted."""

    scorer: Scorer
    held: dict[uuid.UUID, book.Figures]
    homes: dict[uuid.UUID, AnyRow]
    rules: dict[uuid.UUID, Rule]
    known: dict[uuid.UUID, Any]
    uses: Uses
    spent_photos: set[uuid.UUID]
    reminders: dict[uuid.UUID, Reminder]
    accepted: list[dict[str, Any]] = field(default_factory=list)
    named_photos: list[dict[str, Any]] = field(default_factory=list)
    household_of: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)

    @classmethod
    def load(cls, scorer: Scorer, items: Sequence[Item], read: Sequence[Rule]) -> _Desk:
        village_id = scorer.village_id
        homes = _hold(scorer, {item.household_id for item in items})
        rules = _rules(village_id, {item.rule_id for item in items}, read)
        wanted = [
            (rules[item.rule_id], clock.local_date(item.seen_at))
            for item in items
            if item.rule_id in rules
        ]
        return cls(
            scorer=scorer,
            held={
                key: book.Figures(one.standing, one.spendable, one.owed)
                for key, one in homes.items()
            },
            homes=homes,
            rules=rules,
            known=life.find_awards(village_id, [item.id for item in items]),
            uses=Uses.load(village_id, homes, wanted),
            spent_photos=spent_photos(
                village_id, scorer.staff_id, {one for item in items for one in item.photos}
            ),
            reminders=find_reminders(
                village_id, {item.reminder_id for item in items if item.reminder_id}
            ),
        )

    def own_households(
        self, items: Sequence[Item], outcomes: Sequence[Outcome]
    ) -> list[tuple[uuid.UUID, uuid.UUID | None]]:
        """The households somebody tried to score although they are their own: the supervisor sees it."""
        return [
            (item.household_id, None)
            for item, outcome in zip(items, outcomes, strict=True)
            if isinstance(outcome.error, OwnHousehold)
        ]

    def judge(self, item: Item) -> Outcome:
        """Accept an item, recognise it, or refuse it with a sentence."""
        try:
            return self._known_before(item) or self._accept(item)
        except HemeiError as refusal:
            return Outcome(item.id, "refused", error=refusal)

    def _known_before(self, item: Item) -> Outcome | None:
        before = self.known.get(item.id)
        if before is None:
            return None
        if before.content != item.content() or before.filed_by != self.scorer.staff_id:
            raise book.KeyConflict
        self.household_of[item.id] = before.household_id
        return Outcome(item.id, "already", before.state, before.points)

    def _accept(self, item: Item) -> Outcome:
        household = admit_household(self.homes.get(item.household_id), self.scorer.grid_ids)
        day = clock.local_date(item.seen_at)
        rule = admit_rule(self.rules.get(item.rule_id), item.seen_at, day)
        points = _points(rule, item.points)
        pictures = [one for one in item.photos if one not in self.spent_photos]
        self._evidence(item, rule, day, bool(pictures))
        if self.uses.full(item.household_id, rule, day):
            raise CapReached.of(rule)
        auto = rule.review == Review.AUTO
        row = _row(self.scorer, item, household.grid_id, rule, points, day)
        row["state"] = (State.BOOKED if auto else State.FILED).value
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


def _photo_row(scorer: Scorer, item: Item, photo_id: uuid.UUID) -> dict[str, Any]:
    return {
        "village_id": scorer.village_id,
        "id": photo_id,
        "award_id": item.id,
        "taken_by": scorer.staff_id,
        "named_at": clock.now(),
    }


def _hold(scorer: Scorer, ids: set[uuid.UUID]) -> dict[uuid.UUID, AnyRow]:
    """Lock the accounts in key order, as `book.hold` does, and read the households in the same
    statement, with the kinship the scorer declared: an award is mostly statements.
    """
    values = {"village": scorer.village_id, "staff": scorer.staff_id}
    return {row.household_id: row for row in _HOLD.rows(values, ids=ids)}


_HOLD = ByKeys(
    select(
        book.accounts, households.c.grid_id, households.c.group_no, households.c.number,
        households.c.status, households.c.closed_on, kinships.c.relation,
    )
    .join(
        households,
        (households.c.village_id == book.accounts.c.village_id)
        & (households.c.id == book.accounts.c.household_id),
    )
    .join(
        kinships,
        (kinships.c.village_id == households.c.village_id)
        & (kinships.c.household_id == households.c.id)
        & (kinships.c.staff_id == bindparam("staff", type_=Uuid())),
        isouter=True,
    )
    .where(book.accounts.c.village_id == bindparam("village"))
    .order_by(book.accounts.c.household_id)
    .with_for_update(of=book.accounts),
    ids=book.accounts.c.household_id,
)  # fmt: skip


def _rules(
    village_id: uuid.UUID, ids: set[uuid.UUID], read: Sequence[Rule]
) -> dict[uuid.UUID, Rule]:
    rules = {rule.id: rule for rule in read}
    if missing := ids - rules.keys():
        found = db.session.scalars(_RULES, {"village": village_id, "ids": missing})
        rules |= {rule.id: rule for rule in found}
    return rules


_RULES = select(Rule).where(
    Rule.village_id == bindparam("village"), Rule.id.in_(bindparam("ids", expanding=True))
)
_FILE = insert(awards)


def withdraw(scorer: Scorer, award_id: uuid.UUID) -> str:
    """Take one's own award back while nothing was built on it; withdrawing twice is once.

    A waiting award is withdrawn. A booked one is reversed in the book, as long as it is still the
    household's last line, so that nobody has counted on it. Returns the new state.

    Raises UnknownAward, TooLateToWithdraw.
    """
    with atomic():
        award = life.get_award(scorer.village_id, award_id)
        held = book.hold(scorer.village_id, [award.household_id])
        award = life.get_award(scorer.village_id, award_id, lock=True)
        if award.filed_by != scorer.staff_id:
            raise life.UnknownAward
        if award.state in (State.WITHDRAWN, State.REVERSED):
            return award.state
        if award.state == State.FILED and award.first_by is None:
            award.state = life.move(award.state, State.WITHDRAWN).value
            award.ended_by, award.ended_at = scorer.staff_id, clock.now()
        elif award.state == State.BOOKED and award.review == Review.AUTO and _is_last(award):
            take_back(award, scorer.staff_id, "网格员撤回", held)
        else:
            raise TooLateToWithdraw
        return award.state


def can_withdraw(award: Any, last_source: uuid.UUID | None) -> bool:
    """Whether the filer may still take an award back; `last_source` is the household's last line's."""
    if award.state == State.FILED:
        return bool(award.first_by is None)
    untouched = last_source is not None and last_source == award.id
    return bool(award.state == State.BOOKED and award.review == Review.AUTO and untouched)


def _is_last(award: life.Award) -> bool:
    last = book.last_lines(award.village_id, award.household_id, limit=1)
    return bool(last) and last[0].source == award.id
