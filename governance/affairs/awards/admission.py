"""Who may be scored, by whom and by which rule: the same answers for awards and for reminders."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from governance.affairs.awards.refusals import (
    NotResident,
    NotYourPlace,
    RuleRetired,
    SeenInFuture,
)
from governance.affairs.recusal import OwnHousehold
from governance.base import clock
from governance.base.database import AnyRow
from governance.village.households import SCORABLE, UnknownHousehold, code_of
from governance.village.rules.rulebook import Rule, RuleNotThere

CLOCK_SLACK = timedelta(minutes=10)  # phones are that far ahead without anybody noticing


def admit_household(
    household: AnyRow | None, grid_ids: frozenset[uuid.UUID] | None, *, away: bool = False
) -> AnyRow:
    """The household, if somebody with these grids may file for it; `relation` is their kinship with it.

    `away`: also one that lives away, because somebody decided so. Raises UnknownHousehold, NotYourPlace, NotResident, OwnHousehold.
    """
    if household is None:
        raise UnknownHousehold
    if grid_ids is not None and household.grid_id not in grid_ids:
        raise NotYourPlace
    if household.closed_on is not None:
        raise UnknownHousehold
    if household.status not in SCORABLE and not away:
        raise NotResident.of(code_of(household.group_no, household.number), household.status)
    if household.relation is not None:
        raise OwnHousehold
    return household


def admit_rule(rule: Rule | None, seen_at: datetime, day: date, *, ended: bool = False) -> Rule:
    """The rule, if it may be used now for what was seen at a moment, on that `day`.

    `ended`: also one that is no longer in force, because somebody decided so. Raises RuleNotThere, SeenInFuture, RuleRetired.
    """
    if rule is None:
        raise RuleNotThere
    refuse_future(seen_at)
    if not ended and not (rule.in_force(day) and rule.in_force(clock.today())):
        raise RuleRetired(rule=rule.behaviour)
    return rule


def refuse_future(seen_at: datetime) -> None:
    """Refuse what was seen later than now. Raises SeenInFuture."""
    if seen_at > clock.now() + CLOCK_SLACK:
        raise SeenInFuture
