"""Six weeks of the demo village: officers record, the committee checks, the shop hands over.

Everything goes through the service's own verbs, with the clock set to office hours of those days,
in the order of time. The dice are seeded: the same day makes the same six weeks.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from governance.affairs.awards import checking, photos, reversal
from governance.affairs.awards.items import Inspected, Item, Matter, Scorer
from governance.affairs.field import inspecting, undo
from governance.affairs.shop import handover, shown
from governance.affairs.shop.gifts import Gift, gifts_offered
from governance.affairs.shop.redemptions import Proof
from governance.base import clock
from governance.base.database import new_id
from governance.demo import looks
from governance.demo.cast import Cast
from governance.demo.pictures import draw_courtyard
from governance.demo.process import Act, Process
from governance.demo.sayings import (
    FORGOTTEN_CARD,
    GATHERINGS,
    HABITS,
    PARTY_RULES,
    REFUSALS,
    REVERSAL,
    Gathering,
    Habit,
)
from governance.ledger import book
from governance.village import codes
from governance.village.checklists.lists import Checklist, checklists_in_force
from governance.village.households import SCORABLE, Household
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import Review

DAYS = 42
DESK_DAYS = (38, 31, 24, 17, 10, 3)  # days ago the committee sat down to check
OFFICE_HOURS = (8, 9, 9, 10, 10, 14, 15, 15, 16, 17)
MARKET_DAYS = (2, 5)  # as date.weekday() counts
CUSTOMERS = 8  # on a market day: six to eight of these fall in the weeks with points to spend
FORGOTTEN = 14  # households nobody has come to
LEFT_LYING = {17: 3, 10: 3}  # on some desk days a few awards are left lying


@dataclass(frozen=True, slots=True)
class Sight:
    """Something an officer saw."""

    at: datetime
    home: Household
    rule: Rule
    note: str


@dataclass(slots=True)
class Season:
    """The six weeks up to `until`, planned first and then lived in the order of time."""

    cast: Cast
    until: datetime
    rng: Random
    keen: list[Household] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    waiting: list[tuple[uuid.UUID, Review]] = field(default_factory=list)
    bought: set[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=set)
    pictures: list[bytes] = field(default_factory=list)
    booked: list[uuid.UUID] = field(default_factory=list)
    checklist: Checklist | None = None  # of the monthly round
    dice: Random = field(default_factory=lambda: Random(60))  # noqa: S311 - nothing secret

    def live(self) -> None:
        """Let the six weeks pass."""
        [self.checklist] = [
            one for one in checklists_in_force(self.cast.village_id) if one.code == "household_60"
        ]
        at_home = [home for home in self.cast.homes if home.status in SCORABLE]
        self.rng.shuffle(at_home)
        self.keen = at_home[FORGOTTEN:]
        self.weights = [0.4 + self.rng.random() ** 2 * 3 for _ in self.keen]
        self.pictures = [draw_courtyard(self.rng) for _ in range(8)]
        acts = [
            *self._visits(),
            *self._desk_days(),
            *self._market_days(),
            *Process(self.cast, self.until).acts(),
            *looks.acts(self.cast, self.until),
        ]
        for moment, act in sorted(acts, key=lambda one: one[0]):
            if moment < self.until:
                with clock.set_to(moment):
                    act()

    def _days(self) -> Iterator[date]:
        last = clock.local_date(self.until)
        return (last - timedelta(days=ago) for ago in range(DAYS, -1, -1))

    def _moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), clock.VILLAGE_TIME)

    # What officers see.

    def _visits(self) -> Iterator[tuple[datetime, Act]]:
        """What an officer sees in a day is recorded together when the round ends."""
        rounds: dict[tuple[uuid.UUID, date], list[Sight]] = {}
        for sight in sorted((*self._habits(), *self._gatherings()), key=lambda one: one.at):
            if sight.at < self.until - timedelta(minutes=20):
                rounds.setdefault((sight.home.grid_id, sight.at.date()), []).append(sight)
        for number, sights in enumerate(rounds.values()):
            moment = sights[-1].at + timedelta(minutes=5, seconds=number % 60)
            yield moment, partial(self._record, sights, number)

    def _habits(self) -> Iterator[Sight]:
        days = list(self._days())
        for habit in HABITS:
            for week in range(DAYS // 7):
                for _ in range(int(habit.weekly + self.rng.random())):
                    yield self._sight(habit, days[week * 7 + self.rng.randrange(1, 8)])

    def _sight(self, habit: Habit, day: date) -> Sight:
        rule = self.cast.rules[habit.rule]
        noted = habit.notes and (rule.minus or self.rng.random() < 0.5)
        return Sight(
            at=self._moment(day, self.rng.choice(OFFICE_HOURS), self.rng.randrange(60)),
            home=self._somebody(rule),
            rule=rule,
            note=self.rng.choice(habit.notes) if noted else "",
        )

    def _gatherings(self) -> Iterator[Sight]:
        last = clock.local_date(self.until)
        for gathering in GATHERINGS:
            for ago in gathering.days_ago:
                yield from self._gather(gathering, last - timedelta(days=ago))

    def _gather(self, gathering: Gathering, day: date) -> Iterator[Sight]:
        rule = self.cast.rules[gathering.rule]
        came = {home.id: home for home in (self._somebody(rule) for _ in range(gathering.homes))}
        for home in came.values():
            at = self._moment(day, gathering.hour, self.rng.randrange(50))
            yield Sight(at, home, rule, gathering.note)

    def _somebody(self, rule: Rule) -> Household:
        """A household, the keener the likelier."""
        while True:
            [home] = self.rng.choices(self.keen, self.weights)
            if home.party or rule.code not in PARTY_RULES:
                return home

    def _record(self, sights: Sequence[Sight], number: int) -> None:
        officer = self.cast.officers[sights[0].home.grid_id]
        scorer = Scorer(officer, self.cast.village_id, frozenset({sights[0].home.grid_id}))
        items = [self._item(sight) for sight in sights]
        told = zip(items, sights, inspecting.record(scorer, items), strict=True)
        for item, sight, outcome in told:
            if outcome.outcome != "recorded" or outcome.state == inspecting.RECORDED:
                continue  # a cap was reached, as on any day; or an inspection gave nothing
            for photo_id in item.photos:
                self._store(photo_id, officer)
            award_id = inspecting.award_id_of(item.id) if isinstance(item, Inspected) else item.id
            if outcome.state == "booked":
                self.booked.append(award_id)
            if outcome.state == "filed":
                self.waiting.append((award_id, Review(sight.rule.review)))
            elif number % 90 == 45 and sight is sights[-1]:
                undo.withdraw(scorer, award_id)

    def _item(self, sight: Sight) -> Matter:
        rule = sight.rule
        if rule.code in looks.INSPECTED:
            assert self.checklist is not None
            return looks.inspected(self.checklist, sight.home.id, rule.code, sight.at, self.dice)
        photos_wanted = 0 if not rule.wants_photo else 2 if "before" in rule.evidence else 1
        return Item(
            id=new_id(),
            household_id=sight.home.id,
            rule_id=rule.id,
            seen_at=sight.at,
            points=None if rule.fixed else self.rng.randint(rule.points_min, rule.points_max),
            note=sight.note,
            photos=tuple(new_id() for _ in range(photos_wanted)),
        )

    def _store(self, photo_id: uuid.UUID, by: uuid.UUID) -> None:
        picture = self.rng.choice(self.pictures)
        photos.store_photo(self.cast.folder, self.cast.village_id, photo_id, by, picture)

    # What the committee decides.

    def _desk_days(self) -> Iterator[tuple[datetime, Act]]:
        """Once a week; on the last of these days one of the two was away, so nothing had a second check."""
        last = clock.local_date(self.until)
        for ago in DESK_DAYS:
            day = last - timedelta(days=ago)
            yield self._moment(day, 16, 10), partial(self._decide, ago)
        yield self._moment(day, 17, 5), self._reverse_one

    def _decide(self, ago: int) -> None:
        village_id, (clerk, head, _) = self.cast.village_id, self.cast.committee
        queue, self.waiting = self.waiting[LEFT_LYING.get(ago, 0) :], []
        turned_down, _ = queue.pop(self.rng.randrange(len(queue)))
        checking.reject(village_id, clerk, [turned_down], REFUSALS[DESK_DAYS.index(ago)])
        checking.check(village_id, clerk, [award_id for award_id, _ in queue])
        if ago != DESK_DAYS[-1]:
            second = [award_id for award_id, wanted in queue if wanted is Review.SECOND]
            checking.check(village_id, head, second)

    def _reverse_one(self) -> None:
        village_id, (clerk, head, _) = self.cast.village_id, self.cast.committee
        reversal.ask_reversal(village_id, clerk, self.booked[-3], REVERSAL)
        reversal.confirm_reversal(village_id, head, self.booked[-3])

    # What the shop hands over.

    def _market_days(self) -> Iterator[tuple[datetime, Act]]:
        for day in list(self._days())[10:]:
            if day.weekday() in MARKET_DAYS:
                for customer in range(CUSTOMERS):
                    moment = self._moment(day, 9 + customer % 4, self.rng.randrange(60))
                    if moment < self.until:
                        yield moment, self._sell

    def _hand_over(self, home: Household, gift: Gift) -> None:
        """With the card scanned; the first customer of all has left it at home."""
        village_id, keeper = self.cast.village_id, self.cast.shop
        card = codes.code_in_use(village_id, home.id, "card")
        if card and len(self.bought) > 1:
            shown.note_shown(keeper, card, Proof.SCANNED)
        handover.hand_over(
            village_id, keeper, new_id(), home.id, {gift.id: 1}, no_card=FORGOTTEN_CARD
        )

    def _sell(self) -> None:
        village_id = self.cast.village_id
        offers = gifts_offered(village_id)
        for _ in range(20):  # until somebody has points for something
            home = self.rng.choice(self.keen)
            have = book.find_figures(village_id, home.id).spendable
            within = [
                gift
                for gift in offers
                if gift.points <= have and gift.stock and (home.id, gift.id) not in self.bought
            ]
            if have >= 10 and within:
                gift = within[-1] if self.rng.random() < 0.5 else self.rng.choice(within)
                self.bought.add((home.id, gift.id))
                self._hand_over(home, gift)
                return
