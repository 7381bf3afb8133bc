"""What an officer's page shows: the rules most used first, caps already met, what was just recorded."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select, tuple_

from governance.affairs.awards.admission import admit_household
from governance.affairs.awards.caps import Uses
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import LIVE, awards
from governance.affairs.awards.refusals import NotResident
from governance.affairs.recusal import OwnHousehold
from governance.base import clock
from governance.base.database import AnyRow, db, in_village, one_of
from governance.base.errors import HemeiError
from governance.ledger import book
from governance.village.households import SCORABLE, code_of, households
from governance.village.kin import OF_STAFF, kinships
from governance.village.rules import rulebook
from governance.village.rules.rulebook import Rule
from governance.village.staff import Staff

staff = Staff.__table__

OFTEN = 8  # rules offered first
REMEMBERED = 100  # of the officer's last awards


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A household as the officer stands before it. `why_not`: what forbids recording anything just now."""

    village_id: uuid.UUID
    id: uuid.UUID
    group_no: int
    number: int
    head: str
    size: int
    status: str
    party: bool
    figures: book.Figures
    why_not: HemeiError | None

    @property
    def code(self) -> str:
        """What people call the household: group and number."""
        return code_of(self.group_no, self.number)


def at_the_door(scorer: Scorer, household_id: uuid.UUID) -> Doorstep:
    """A household of the scorer's grids: who lives there, its figures, the scorer's kinship, in one statement.

    Raises UnknownHousehold, NotYourPlace.
    """
    values = {"village": scorer.village_id, "household": household_id, "staff": scorer.staff_id}
    row, why_not = db.session.execute(_DOORSTEP, values).first(), None
    try:
        row = admit_household(row, scorer.grid_ids)
    except (NotResident, OwnHousehold) as refusal:
        why_not = refusal
    assert row is not None
    return Doorstep(
        scorer.village_id,
        household_id,
        row.group_no,
        row.number,
        row.head,
        row.size,
        row.status,
        row.party,
        book.Figures(row.standing, row.spendable, row.owed),
        why_not,
    )


_DOORSTEP = (
    select(
        households.c.grid_id,
        households.c.group_no,
        households.c.number,
        households.c.head,
        households.c.size,
        households.c.status,
        households.c.party,
        households.c.closed_on,
        book.accounts.c.standing,
        book.accounts.c.spendable,
        book.accounts.c.owed,
        kinships.c.relation,
    )
    .join(book.accounts, in_village(book.accounts.c.household_id, households.c.id))
    .join(kinships, OF_STAFF, isouter=True)
    .where(
        households.c.village_id == bindparam("village"), households.c.id == bindparam("household")
    )
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule as the officer sees it: how often it was used in the cap's period, and whether that is all."""

    rule: Rule
    used: int
    full: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The rules to tap of one category, or the officer's short list; and the categories there are."""

    categories: list[str]
    shown: list[Offer]


def choice_of_rules(
    village_id: uuid.UUID, household_id: uuid.UUID, staff_id: uuid.UUID, category: str = ""
) -> Choice:
    """The rules in force today for one household, the caps of those shown counted."""
    day = clock.today()
    outline = rulebook.outline_in_force(village_id, day)
    categories = list(dict.fromkeys(one.category for one in outline))
    if category:
        wanted = [one.id for one in outline if one.category == category]
    else:
        wanted = _short_list(outline, often_used(village_id, staff_id))
    found = rulebook.find_rules(village_id, wanted)
    shown = [found[one] for one in wanted]
    uses = Uses.load(village_id, [household_id], [(rule, day) for rule in shown])
    return Choice(categories, [_offer(uses, household_id, rule, day) for rule in shown])


def _short_list(outline: Sequence[AnyRow], often: Sequence[str]) -> list[uuid.UUID]:
    """The officer's most used, filled up from the rulebook's beginning, without deductions."""
    rank = {code: place for place, code in enumerate(often)}
    wanted = [one for one in outline if one.code in rank or not one.minus]
    wanted.sort(key=lambda one: rank.get(one.code, len(rank)))
    return [one.id for one in wanted[:OFTEN]]


def _offer(uses: Uses, household_id: uuid.UUID, rule: Rule, day: date) -> Offer:
    used = uses.count(household_id, rule, day)
    return Offer(rule, used, rule.cap_count is not None and used >= rule.cap_count)


def often_used(village_id: uuid.UUID, staff_id: uuid.UUID) -> list[str]:
    """The codes of the rules an officer used lately, the most used first."""
    return list(db.session.scalars(_OFTEN_USED, {"village": village_id, "staff": staff_id}))


_LATELY = (
    select(awards.c.rule_code, awards.c.filed_at)
    .where(awards.c.village_id == bindparam("village"), awards.c.filed_by == bindparam("staff"))
    .order_by(awards.c.filed_at.desc())
    .limit(REMEMBERED)
    .subquery()
)
_OFTEN_USED = (
    select(_LATELY.c.rule_code)
    .group_by(_LATELY.c.rule_code)
    .order_by(func.count().desc(), func.max(_LATELY.c.filed_at).desc(), _LATELY.c.rule_code)
)


def recorded_by(village_id: uuid.UUID, staff_id: uuid.UUID, limit: int) -> Sequence[AnyRow]:
    """What an officer recorded last, with the household."""
    values = {"village": village_id, "staff": staff_id, "limit": limit}
    return db.session.execute(_RECORDED, values).all()


_RECORDED = (
    select(awards, households.c.group_no, households.c.number, households.c.head)
    .join(households, in_village(households.c.id, awards.c.household_id))
    .where(awards.c.village_id == bindparam("village"), awards.c.filed_by == bindparam("staff"))
    .order_by(awards.c.filed_at.desc(), awards.c.id.desc())
    .limit(bindparam("limit"))
)


def last_recorded(village_id: uuid.UUID, staff_id: uuid.UUID) -> AnyRow | None:
    """What an officer recorded last of all, as far as it matters for taking it back."""
    return db.session.execute(_LAST, {"village": village_id, "staff": staff_id}).first()


_LAST = (
    select(
        awards.c.village_id,
        awards.c.id,
        awards.c.household_id,
        awards.c.behaviour,
        awards.c.points,
        awards.c.state,
        awards.c.review,
        awards.c.first_by,
    )
    .where(awards.c.village_id == bindparam("village"), awards.c.filed_by == bindparam("staff"))
    .order_by(awards.c.filed_at.desc(), awards.c.id.desc())
    .limit(1)
)


def find_twin(
    village_id: uuid.UUID, household_id: uuid.UUID, rule_code: str, award_id: uuid.UUID
) -> AnyRow | None:
    """Another live award for the same household and rule today: perhaps the same act, seen twice."""
    values = {
        "village": village_id,
        "household": household_id,
        "rule": rule_code,
        "today": clock.today(),
        "itself": award_id,
    }
    return db.session.execute(_TWIN, values).first()


_TWIN = (
    select(awards, staff.c.name.label("filer"))
    .join(staff, staff.c.id == awards.c.filed_by)
    .where(
        awards.c.village_id == bindparam("village"),
        awards.c.household_id == bindparam("household"),
        awards.c.rule_code == bindparam("rule"),
        awards.c.seen_on == bindparam("today"),
        awards.c.id != bindparam("itself"),
        one_of(awards.c.state, LIVE),
    )
    .order_by(awards.c.filed_at)
    .limit(1)
)


def first_seen(village_id: uuid.UUID, *award_ids: uuid.UUID) -> datetime | None:
    """When an award, or the first of a batch, was seen that is sent once more: a page tapped twice tells the same moment."""
    seen_at: datetime | None = db.session.scalar(
        select(func.min(awards.c.seen_at)).where(
            awards.c.village_id == village_id, awards.c.id.in_(award_ids)
        )
    )
    return seen_at


def names_of(village_id: uuid.UUID, household_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What people call some households, with the head's name."""
    rows = db.session.execute(
        select(
            households.c.id, households.c.group_no, households.c.number, households.c.head
        ).where(households.c.village_id == village_id, households.c.id.in_(list(household_ids)))
    )
    return {row.id: f"{code_of(row.group_no, row.number)} {row.head}" for row in rows}


def next_household(household: Doorstep, grid_ids: frozenset[uuid.UUID] | None) -> uuid.UUID | None:
    """The next household in door order that can be scored, within the officer's grids."""
    values = {
        "village": household.village_id,
        "group": household.group_no,
        "number": household.number,
        "grids": grid_ids or (),
    }
    return db.session.scalar(_NEXT if grid_ids is None else _NEXT_IN_GRIDS, values)


_NEXT = (
    select(households.c.id)
    .where(
        households.c.village_id == bindparam("village"),
        households.c.closed_on.is_(None),
        one_of(households.c.status, SCORABLE),
        tuple_(households.c.group_no, households.c.number)
        > tuple_(bindparam("group"), bindparam("number")),
    )
    .order_by(households.c.group_no, households.c.number)
    .limit(1)
)
_NEXT_IN_GRIDS = _NEXT.where(households.c.grid_id.in_(bindparam("grids", expanding=True)))
