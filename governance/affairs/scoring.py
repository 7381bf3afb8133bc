"""Scoring on the spot: what officers saw becomes awards, one by one or five hundred at once.

One item or many take the same path: lock the accounts, read what the decisions need in a few
statements, judge each item by itself, write what was accepted together. An item's id is made where
it was seen, so that sending it again has no second effect.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from governance.affairs import awards as life
from governance.affairs.awards import State
from governance.affairs.items import LONGEST_NOTE, Decision, Item, Outcome, Scorer
from governance.affairs.judging import Desk
from governance.affairs.notices import was_posted
from governance.affairs.refusals import PostedMeanwhile, TooLateToWithdraw
from governance.affairs.reversal import take_back
from governance.base import clock
from governance.base.database import atomic, in_atomic
from governance.ledger import book
from governance.village.rulebook import Rule
from governance.village.wording import Review

__all__ = [
    "LONGEST_NOTE", "Item", "Outcome", "Scorer",
    "can_withdraw", "record", "record_decided", "record_one", "withdraw",
]  # fmt: skip


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


def record_decided(
    scorer: Scorer, item: Item, decision: Decision, rule: Rule | None = None
) -> Outcome:
    """Record what an officer handed in and the committee lets count. Raises the refusals that stay.

    `rule`: the wording that stood on the day, where it is not the one the item names.
    """
    with atomic():
        desk = Desk.load(scorer, [item], decision=decision)
        if rule:
            desk.rules[item.rule_id] = rule
        outcome = desk.judge(item)
        if outcome.error:
            raise outcome.error
        desk.write()
        desk.tell_figures([outcome])
    return outcome


def _record(scorer: Scorer, items: Sequence[Item], rules: Sequence[Rule]) -> list[Outcome]:
    with atomic():
        desk = Desk.load(scorer, items, rules)
        outcomes = [desk.judge(item) for item in items]
        desk.write()
        desk.tell_figures(outcomes)
    return outcomes


def withdraw(scorer: Scorer, award_id: uuid.UUID) -> str:
    """Take one's own award back while nothing was built on it; withdrawing twice is once.

    A waiting award is withdrawn. A booked one is reversed in the book, as long as it is still the
    household's last line and was not posted, so that nobody has counted on it. Returns the new state.

    Raises UnknownAward, TooLateToWithdraw, PostedMeanwhile.
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
            if was_posted(award.village_id, award.id):
                raise PostedMeanwhile
            take_back(award, scorer.staff_id, "网格员撤回", held)
        else:
            raise TooLateToWithdraw
        return award.state


def can_withdraw(award: Any, last_source: uuid.UUID | None) -> bool:
    """Whether the filer may still take an award back; `last_source` is the household's last line's."""
    if award.state == State.FILED:
        return bool(award.first_by is None)
    untouched = last_source is not None and last_source == award.id
    own = award.state == State.BOOKED and award.review == Review.AUTO and untouched
    return bool(own) and not was_posted(award.village_id, award.id)


def _is_last(award: life.Award) -> bool:
    last = book.last_lines(award.village_id, award.household_id, limit=1)
    return bool(last) and last[0].source == award.id
