"""Scoring on the spot: what officers saw becomes awards, one by one or five hundred at once.

One item or many take the same path: lock the accounts, read what the decisions need in a few
statements, judge each item by itself, write what was accepted together. An item's id is made where
it was seen, so that sending it again has no second effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from governance.affairs.awards import life
from governance.affairs.awards.batch import Batch
from governance.affairs.awards.items import Decision, Item, Outcome, Scorer
from governance.affairs.awards.life import Award, State
from governance.affairs.trust import refuse_in_doubt
from governance.base.database import atomic, db, once_more
from governance.ledger import book
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import Review


def record(scorer: Scorer, items: Sequence[Item], rules: Sequence[Rule] = ()) -> list[Outcome]:
    """Record what was seen; each item stands or falls alone, in order.

    Awards by `auto` rules are booked at once, the others wait for their checks. Two phones that
    send one id at the same moment meet at the primary key: the later one is judged once more.
    `rules` are those the caller has read already.
    """
    return once_more(lambda: _record(scorer, items, rules))


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
        batch = Batch.load(scorer, [item], decision=decision)
        if rule:
            batch.rules[item.rule_id] = rule
        outcome = batch.judge(item)
        if outcome.error:
            raise outcome.error
        batch.write()
        batch.tell_figures([outcome])
    return outcome


def _record(scorer: Scorer, items: Sequence[Item], rules: Sequence[Rule]) -> list[Outcome]:
    with atomic():
        batch = Batch.load(scorer, items, rules)
        outcomes = [batch.judge(item) for item in items]
        batch.write()
        batch.tell_figures(outcomes)
    return outcomes


def book_waiting(village_id: UUID) -> int:
    """Book what an `auto` rule had recorded while the date was in doubt; how many. Raises DateInDoubt."""
    refuse_in_doubt(village_id)
    with atomic():
        waiting = db.session.scalars(
            select(Award)
            .where(
                Award.village_id == village_id,
                Award.state == State.FILED.value,
                Award.review == Review.AUTO.value,
                Award.first_by.is_(None),
            )
            .order_by(Award.filed_at, Award.id)
        ).all()
        locked = book.lock(village_id, {one.household_id for one in waiting})
        still = [one for one in waiting if _still_waits(one)]
        life.book_awards(village_id, still, None, locked)
        for one in still:
            one.state = life.move(one.state, State.BOOKED).value
    return len(still)


def _still_waits(award: Award) -> bool:
    """Behind the lock of its household: somebody may have taken it back, or checked it meanwhile."""
    db.session.refresh(award, with_for_update=True)
    return award.state == State.FILED and award.first_by is None
