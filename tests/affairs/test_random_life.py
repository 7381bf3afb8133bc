"""The life of awards under random moves by random people, legal and not: the laws hold after every one of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from governance.affairs.awards import checking, recording, reversal, settling
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import CHECKS, MOVES, Award, State
from governance.affairs.awards.reminders import Reminder, reminder_of
from governance.affairs.field import undo
from governance.affairs.proof import house
from governance.affairs.publicity import (
    answering,
    closing,
    notices,
    objecting,
    objections,
    posting,
)
from governance.affairs.publicity.notices import Notice, NoticeState, notice_items
from governance.affairs.publicity.objecting import Thing
from governance.affairs.publicity.objections import HOLDS, Objection
from governance.affairs.shop import handover
from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import HemeiError
from governance.ledger import book
from governance.ledger.book import Figures, lines
from governance.ledger.lines import Kind
from governance.village import kin
from governance.village.staff import Role
from tests.factories import (
    make_bonus_rule,
    make_gift,
    make_item,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_staff,
    make_village,
)

START = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)  # the new year is days away
PEOPLE, HOMES = 6, 3
RULES = (("auto", 5), ("first", 4), ("second", 9), ("first", -3))
RANDOM = settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a story takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Life:
    """A village whose people do what they are told, or are refused."""

    def __init__(self, people):
        self.village = make_village(homes=HOMES)
        self.id, self.people, self.homes = self.village.id, people, self.village.homes
        self.rules = [make_rule(self.village, review=how, points=n) for how, n in RULES]
        self.reminding = make_reminder_rule(self.village, days=1)
        make_bonus_rule(self.village)
        self.gift = make_gift(self.village, points=1, stock=999)
        self.spent = Counter()
        # The first person lives in the first house, the second is a relative of the second.
        for person, home in zip(people, self.homes[:2], strict=False):
            kin.declare_kin(person, home, "own" if home is self.homes[0] else "relative")

        for which in range(2 * len(RULES)):  # something to begin with
            self.file(people[2 + which % 2], 1 + which % 2, which % len(RULES))

    def file(self, who, home, which):
        """Record an award by any rule for any household."""
        rules = [*self.rules, self.reminding]  # the last one not without its reminder
        item = make_item(self.homes[home % HOMES], rules[which % len(rules)])
        recording.record_one(Scorer(who, self.id, None), item)

    def remind(self, who, home, _):
        """Remind a household first."""
        make_reminder(Scorer(who, self.id, None), self.homes[home % HOMES], self.reminding)

    def correct(self, who, which, _):
        """Confirm that it was put right."""
        settling.correct(Scorer(who, self.id, None), self.newest(Reminder, which), new_id())

    def deduct(self, who, which, _):
        """Take the points after the reminder."""
        settling.deduct(Scorer(who, self.id, None), self.newest(Reminder, which), new_id())

    def check(self, who, which, _):
        """Check an award, whatever became of it."""
        self.done(checking.check(self.id, who, [self.award(which)]))

    def reject(self, who, which, _):
        """Turn an award down."""
        self.done(checking.reject(self.id, who, [self.award(which)], "没有看到"))

    def done(self, outcomes):
        """Of several at once each stands or falls alone: here there is one."""
        for outcome in outcomes:
            if outcome.error:
                raise outcome.error

    def withdraw(self, who, which, _):
        """Take one's own award back."""
        undo.withdraw(Scorer(who, self.id, None), self.award(which))

    def post(self, who, days, _):
        """Make a notice of what waits, or post the draft that there is."""
        draft = notices.find_draft(self.id) or notices.make_notice(
            self.id, who, clock.today(), (3, 5, 7)[days % 3]
        )
        posting.post_notice(self.id, who, draft.id)

    def take_down(self, who, which, _):
        """Withdraw a notice."""
        notices.withdraw_notice(self.id, who, self.newest(Notice, which), "有一户写错了")

    def object(self, _, home, which):
        """Object to an award as one's own, or to an item of a notice."""
        award, by = self.awards().get(self.award(which)), self.homes[home % HOMES].id
        thing = Thing(notice_id=self.newest(Notice, 0), position=which % 4 + 1)
        if home % 2 and award:
            thing, by = Thing(award_id=award.id), award.household_id
        objecting.file_objection(self.id, by, thing, "这一条记得不对")

    def decide(self, who, which, upheld):
        """Answer an objection."""
        answer = answering.Answer(bool(upheld % 2), "查过了")
        answering.decide(self.id, who, self.newest(Objection, which), answer)

    def appeal(self, _, which, __):
        """Turn to the supervision committee."""
        found = objections.get_objection(self.id, self.newest(Objection, which))
        answering.appeal(self.id, found.household_id, found.id)

    def decide_finally(self, who, which, upheld):
        """Answer as the supervision committee."""
        answer = answering.Answer(bool(upheld % 2), "查过了")
        answering.decide_finally(self.id, who, self.newest(Objection, which), answer)

    def ask(self, who, which, _):
        """Ask to reverse."""
        reversal.ask_reversal(self.id, who, self.award(which), "记错了人家")

    def confirm(self, who, which, _):
        """Confirm a reversal, whether somebody asked for it or not."""
        asked = [*reversal.asked(self.id), self.award(which)]
        reversal.confirm_reversal(self.id, who, asked[which % len(asked)])

    def spend(self, who, home, cost):
        """Redeem at the counter; what is objected to stays."""
        home_id = self.homes[home % HOMES].id
        gifts_ = {self.gift.id: cost + 1}
        handover.hand_over(self.id, who, new_id(), home_id, gifts_, no_card="忘带了")
        self.spent[home_id] += cost + 1
        held = objections.contested_points(self.id, home_id)
        assert book.find_figures(self.id, home_id).spendable >= held

    def close(self, *_):
        """Somebody looks at the notices."""
        closing.close_due(self.id)

    def award(self, which):
        """The id of one of the awards, the newest first; of none if there is none."""
        return self.newest(Award, which)

    def newest(self, model, which):
        """The id of one of the newest rows."""
        ids = db.session.scalars(
            select(model.id).where(model.village_id == self.id).order_by(model.id.desc())
        ).all()
        return ids[which % len(ids)] if ids else new_id()

    def awards(self):
        """All awards as they stand."""
        db.session.rollback()
        return {
            one.id: one
            for one in db.session.execute(
                select(Award.__table__).where(Award.village_id == self.id)
            ).all()
        }

    def held(self):
        """The awards that somebody objects to and nobody has answered."""
        rows = db.session.scalars(
            select(Objection.award_id).where(
                Objection.village_id == self.id, Objection.state.in_(HOLDS)
            )
        )
        return set(rows) - {None}

    def decided(self):
        """By whom objections were decided."""
        rows = db.session.execute(
            select(Objection.award_id, Objection.decided_by, Objection.final_by).where(
                Objection.village_id == self.id
            )
        )
        return {(row.award_id, by) for row in rows for by in (row.decided_by, row.final_by) if by}


VERBS = {
    "file": 3,
    "remind": 2,
    "correct": 1,
    "deduct": 3,
    "check": 7,
    "reject": 1,
    "withdraw": 1,
    "post": 3,
    "take_down": 1,
    "object": 4,
    "decide": 4,
    "appeal": 3,
    "decide_finally": 3,
    "ask": 2,
    "confirm": 2,
    "spend": 3,
    "close": 2,
}
moves = st.tuples(
    st.sampled_from([verb for verb, weight in VERBS.items() for _ in range(weight)]),
    st.integers(0, PEOPLE - 1),
    st.integers(0, 7),
    st.integers(0, 7),
    st.sampled_from([0, 0, 0, 1, 24, 80]),  # hours until the next move
)


@pytest.fixture
def people(ctx):
    place = make_village(homes=0).place
    return [make_staff(Role.COMMITTEE, place).id for _ in range(PEOPLE)]


@RANDOM
@given(story=st.lists(moves, min_size=25, max_size=60))
def test_whatever_people_do_the_laws_hold(people, story):
    db.session.rollback()
    moment = START
    with clock.set_to(moment):
        life = Life(people)
    before = SimpleNamespace(awards=life.awards(), decided=set())
    for verb, who, one, other, hours in story:
        moment += timedelta(minutes=10, hours=hours)
        with clock.set_to(moment):
            try:
                getattr(life, verb)(people[who], one, other)
            except HemeiError:
                db.session.rollback()
            before = prove_move(life, before)
            prove_figures(life)
    with clock.set_to(moment):
        assert house.audit_house(life.id).fault is None


def prove_move(life, before):
    """Every award moved as the table allows, by the right people, and not before its time."""
    now = SimpleNamespace(awards=life.awards(), decided=life.decided())
    held = life.held()
    for award in now.awards.values():
        hands = [award.filed_by, award.first_by, award.second_by]
        known = [one for one in hands if one]
        assert len(known) == len(set(known))
        assert not any(award.household_id in kin.kin_of(life.id, one) for one in known)
        old = before.awards.get(award.id)
        if old is None:
            auto = award.review == "auto"
            assert award.state == (State.BOOKED if auto else State.FILED)
            if award.rule_id == life.reminding.id:
                reminder = reminder_of(life.id, award.id)
                assert reminder.deadline < clock.today()
        elif old.state != award.state:
            assert State(award.state) in MOVES[State(old.state)]
            if award.state == State.BOOKED:
                assert award.id not in held
                assert len(known) == 1 + CHECKS[award.review]
                assert hung_its_time(award)
    for award_id, by in now.decided - before.decided:
        award = before.awards[award_id]
        assert by not in (award.filed_by, award.first_by, award.second_by)
    return now


def hung_its_time(award):
    """Whether a notice that listed an award was closed after everybody had the time to read it."""
    found = db.session.execute(
        select(Notice.closes_at, Notice.closed_at)
        .join(
            notice_items,
            (notice_items.c.village_id == Notice.village_id)
            & (notice_items.c.notice_id == Notice.id),
        )
        .where(
            Notice.village_id == award.village_id,
            Notice.state == NoticeState.CLOSED.value,
            notice_items.c.award_id == award.id,
            notice_items.c.listed == "checked",
        )
    ).all()
    return any(row.closed_at >= row.closes_at for row in found)


def prove_figures(life):
    """The figures are the sum of the lines, and what is booked and nothing else; spendable is never negative."""
    rows = db.session.execute(
        select(
            lines.c.household_id,
            func.sum(lines.c.standing),
            func.sum(lines.c.spendable),
            func.sum(lines.c.owed),
        )
        .where(lines.c.village_id == life.id)
        .group_by(lines.c.household_id)
    )
    sums = {row[0]: Figures(*row[1:]) for row in rows}
    found = life.awards().values()
    for home in life.homes:
        figures = book.find_figures(life.id, home.id)
        assert figures == sums.get(home.id, Figures(0, 0))
        booked = sum(
            one.points for one in found if one.household_id == home.id and one.state == State.BOOKED
        )
        assert figures.standing == booked
        assert figures.spendable - figures.owed == booked - life.spent[home.id]
        assert min(figures.spendable, figures.owed) == 0 <= figures.spendable
    entered = db.session.scalars(
        select(lines.c.source).where(
            lines.c.village_id == life.id, lines.c.kind == Kind.AWARD.value
        )
    ).all()
    stood = [one.id for one in found if one.state in (State.BOOKED, State.REVERSED)]
    assert sorted(entered) == sorted(stood)
