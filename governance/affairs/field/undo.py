"""Taking back (撤回): what an officer recorded by mistake, as long as nothing was built on it."""

from __future__ import annotations

import uuid
from typing import Any

from governance.affairs.awards import life
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import State
from governance.affairs.awards.refusals import PostedMeanwhile, TooLateToWithdraw
from governance.affairs.awards.reversal import take_back
from governance.affairs.publicity.notices import was_posted
from governance.base import clock
from governance.base.database import atomic
from governance.ledger import book
from governance.village.rules.wording import Review


def withdraw(scorer: Scorer, award_id: uuid.UUID) -> str:
    """Take one's own award back while nothing was built on it; withdrawing twice is once.

    A waiting award is withdrawn. A booked one is reversed in the book, as long as it is still the
    household's last line and was not posted, so that nobody has counted on it. Returns the new state.

    Raises UnknownAward, TooLateToWithdraw, PostedMeanwhile.
    """
    with atomic():
        award = life.get_award(scorer.village_id, award_id)
        locked = book.lock(scorer.village_id, [award.household_id])
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
            take_back(award, scorer.staff_id, "网格员撤回", locked)
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
