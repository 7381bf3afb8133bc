"""A draft tried on the past quarter: a world small enough to reckon by hand, and laws that always hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from governance.affairs.awards import trial as trying
from governance.affairs.awards.life import awards
from governance.affairs.awards.trial import quarter_before, try_out
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger import audit
from governance.village.rules import drafts
from governance.village.rules.adoption import adopt_set, hold_against
from governance.village.rules.drafts import DRAFT_FIELDS, DraftRule, SetNotThere
from governance.village.rules.rulebook import Rule, retire_rule
from governance.village.rules.wording import Wording
from governance.village.scheme import Settings, set_scheme
from tests.factories import make_award, make_meeting, make_rule, make_scorer, make_village
from tests.reads import statements

TODAY = date(2026, 11, 20)  # the quarter before: July to September


@dataclass
class Scene:
    """A village at noon of TODAY, its clerk and scorer, and a draft."""

    village: object
    clerk: object
    scorer: object
    draft: object = None
    rules: dict = field(default_factory=dict)

    def rule(self, code, points=5, **more):
        self.rules[code] = make_rule(
            self.village, code=code, points=points, since=date(2025, 1, 1), **more
        )
        return self.rules[code]

    def seen(self, home, code, on, **more):
        moment = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        with clock.set_to(moment + clock.days(0.01)):
            return make_award(
                self.scorer, self.village.homes[home], self.rules[code], seen_at=moment, **more
            )

    def begin(self):
        self.draft = drafts.start_set(
            self.village.id, self.clerk, "草案", drafts.wordings_to_copy(self.village.id)
        )
        return self.draft

    def edit(self, code, **more):
        rule = self.drafted(code)
        wording = replace(rule.wording(), **more)
        drafts.edit_draft_rule(self.village.id, self.draft.id, rule.id, wording)

    def drop(self, code):
        drafts.drop_draft_rule(self.village.id, self.draft.id, self.drafted(code).id)

    def drafted(self, code):
        rules = drafts.rules_of_set(self.village.id, self.draft.id)
        return next(one for one in rules if one.code == code)

    def try_out(self, today=TODAY):
        return try_out(self.village.id, self.draft.id, today)


def row(trial, code):
    [found] = [one for one in trial.rules if one.code == code]
    return (
        found.mark,
        found.count_before,
        found.count_after,
        found.points_before,
        found.points_after,
    )


@pytest.fixture
def clock_at():
    return datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def scene(village, clerk, officer):
    return Scene(village, clerk.id, officer)


def test_a_small_quarter_reckoned_by_hand(scene):
    set_scheme(scene.village.id, Settings(cents_per_point=50))
    scene.rule("A01", 5)  # will be 8
    scene.rule("B01", 3)  # will be dropped
    scene.rule("C01", 2)  # will be capped at 1 a month
    scene.rule("D01", None, points_min=2, points_max=10)  # will be 4 to 6
    scene.rule("M01", -4)  # will be −6
    scene.rule("U01", 1)  # stays
    scene.seen(0, "A01", date(2026, 7, 1))  # 5 -> 8
    scene.seen(0, "A01", date(2026, 9, 30))  # 5 -> 8
    scene.seen(0, "B01", date(2026, 8, 8))  # 3 -> 0; household 0: +3
    scene.seen(1, "C01", date(2026, 7, 2))  # 2
    scene.seen(1, "C01", date(2026, 7, 30))  # 2 -> 0
    scene.seen(1, "C01", date(2026, 8, 1))  # 2; household 1: −2
    scene.seen(2, "D01", date(2026, 8, 1), points=10)  # -> 6
    scene.seen(2, "D01", date(2026, 8, 2), points=2)  # -> 4
    scene.seen(2, "D01", date(2026, 8, 3), points=5)  # stays
    scene.seen(2, "M01", date(2026, 8, 4))  # −4 -> −6; household 2: −4 +2 −2 = −4
    scene.seen(3, "U01", date(2026, 8, 4))  # household 3: nothing
    scene.seen(0, "A01", date(2026, 6, 30))  # the quarter before
    scene.seen(0, "A01", date(2026, 10, 1))  # the running quarter
    scene.begin()
    scene.edit("A01", points_min=8, points_max=8)
    scene.drop("B01")
    scene.edit("C01", cap_count=1, cap_period="month")
    scene.edit("D01", points_min=4, points_max=6)
    scene.edit("M01", points_min=-6, points_max=-6)
    drafts.add_draft_rule(scene.village.id, scene.draft.id, Wording("N01", "新", "新的行为", 9, 9))
    trial = scene.try_out()
    assert (trial.first, trial.last, trial.running) == (date(2026, 7, 1), date(2026, 9, 30), False)
    assert row(trial, "A01") == ("changed", 2, 2, 10, 16)
    assert row(trial, "B01") == ("dropped", 1, 0, 3, 0)
    assert row(trial, "C01") == ("changed", 3, 2, 6, 4)
    assert row(trial, "D01") == ("changed", 3, 3, 17, 15)
    assert row(trial, "M01") == ("changed", 1, 1, -4, -6)
    assert row(trial, "U01") == ("same", 1, 1, 1, 1)
    assert row(trial, "N01") == ("added", 0, 0, 0, 0)
    assert (trial.awards, trial.households) == (11, 4)
    assert (trial.changed, trial.more, trial.less) == (3, 1, 2)
    assert (trial.most_gained, trial.most_lost) == (3, 4)
    assert (trial.points_before, trial.points_after) == (33, 30)
    assert (trial.cents_before, trial.cents_after) == (37 * 50, 36 * 50)


def test_a_change_that_evens_out_is_a_change_and_neither_more_nor_less(scene):
    scene.rule("A01", 5)
    scene.rule("B01", 3)
    scene.seen(0, "A01", date(2026, 7, 1))
    scene.seen(0, "B01", date(2026, 7, 1))
    scene.begin()
    scene.edit("A01", points_min=6, points_max=6)
    scene.edit("B01", points_min=2, points_max=2)
    trial = scene.try_out()
    assert (trial.changed, trial.more, trial.less, trial.most_gained, trial.most_lost) == (
        1,
        0,
        0,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("period", "kept"), [("event", 6), ("month", 3), ("quarter", 2), ("year", 1), ("once", 0)]
)
def test_a_cap_counts_over_its_own_window_and_what_came_before_the_quarter_comes_first(
    scene, period, kept
):
    scene.rule("A01", 5)
    scene.seen(0, "A01", date(2025, 12, 31))
    scene.seen(0, "A01", date(2026, 5, 1))
    for on in (
        date(2026, 7, 1),
        date(2026, 7, 31),
        date(2026, 8, 1),
        date(2026, 8, 2),
        date(2026, 9, 1),
        date(2026, 9, 9),
    ):
        scene.seen(0, "A01", on)
    scene.begin()
    count = 2 if period in ("quarter", "year", "once") else 1
    scene.edit("A01", cap_count=count, cap_period=period)
    assert row(scene.try_out(), "A01") == ("changed", 6, kept, 30, kept * 5)


def test_the_first_seen_are_the_ones_a_cap_keeps(scene):
    scene.rule("A01", None, points_min=1, points_max=9)
    scene.seen(0, "A01", date(2026, 8, 20), points=9)
    scene.seen(0, "A01", date(2026, 8, 10), points=1)  # filed later, seen earlier
    scene.seen(1, "A01", date(2026, 8, 30), points=4)  # another household has its own cap
    scene.begin()
    scene.edit("A01", cap_count=1, cap_period="quarter")
    assert row(scene.try_out(), "A01") == ("changed", 3, 2, 14, 5)


@pytest.mark.by_hand
@pytest.mark.parametrize("state", ["rejected", "withdrawn", "reversed"])
def test_what_no_longer_counts_is_left_out(scene, state):
    scene.rule("A01", 5)
    scene.seen(0, "A01", date(2026, 7, 1))
    gone = scene.seen(1, "A01", date(2026, 7, 1))
    with atomic():
        reason = None if state == "withdrawn" else "记错了"
        db.session.execute(
            update(awards).where(awards.c.id == gone).values(state=state, reason=reason)
        )
    scene.begin()
    scene.drop("A01")
    assert row(scene.try_out(), "A01") == ("dropped", 1, 0, 5, 0)


@pytest.mark.by_hand
def test_waiting_checked_and_published_awards_count(scene):
    scene.rule("A01", 5, review="first")
    ids = [scene.seen(0, "A01", date(2026, 7, 1 + n)) for n in range(3)]
    with atomic():
        for one, state in zip(ids, ("filed", "checked", "published"), strict=True):
            db.session.execute(update(awards).where(awards.c.id == one).values(state=state))
    scene.begin()
    scene.drop("A01")
    assert row(scene.try_out(), "A01") == ("dropped", 3, 0, 15, 0)


def test_without_awards_in_the_past_quarter_the_running_one_is_taken_and_said(scene):
    scene.rule("A01", 5)
    scene.seen(0, "A01", date(2026, 10, 1))
    scene.seen(0, "A01", TODAY)
    scene.begin()
    scene.edit("A01", points_min=6, points_max=6)
    trial = scene.try_out()
    assert (trial.first, trial.last, trial.running) == (date(2026, 10, 1), TODAY, True)
    assert row(trial, "A01") == ("changed", 2, 2, 10, 12)


def test_a_village_without_awards_has_nothing_to_try(scene):
    scene.rule("A01", 5)
    scene.begin()
    scene.drop("A01")
    trial = scene.try_out()
    assert (trial.awards, trial.households, trial.changed, trial.running) == (0, 0, 0, True)


def test_a_rule_ended_long_ago_is_no_change_of_the_draft(scene):
    scene.seen(0, scene.rule("A01", 5).code, date(2026, 7, 1))
    retire_rule(scene.rules["A01"], date(2026, 10, 1))
    scene.rule("B01", 5)
    scene.begin()
    trial = scene.try_out()
    assert row(trial, "A01") == ("ended", 1, 1, 5, 5)
    assert trial.changed == 0


def test_a_rule_taken_up_again_gives_its_new_points_under_its_new_cap(scene):
    scene.rule("A01", 5)
    for n in range(3):
        scene.seen(0, "A01", date(2026, 7, 1 + n))
    retire_rule(scene.rules["A01"], date(2026, 10, 1))
    scene.begin()
    drafts.add_draft_rule(
        scene.village.id,
        scene.draft.id,
        Wording("A01", "公共参与", "参加义务劳动", 7, 7, cap_count=2, cap_period="month"),
    )
    assert row(scene.try_out(), "A01") == ("added", 3, 2, 15, 14)


def test_a_rule_that_turns_from_plus_to_minus(scene):
    scene.rule("A01", None, points_min=2, points_max=5)
    scene.seen(0, "A01", date(2026, 7, 1), points=3)
    scene.begin()
    scene.edit("A01", points_min=-5, points_max=-2)
    trial = scene.try_out()
    assert row(trial, "A01") == ("changed", 1, 1, 3, -2)
    assert (trial.cents_before, trial.cents_after) == (300, 0)


def test_other_villages_awards_are_not_taken(scene):
    other = make_village("白家村", homes=1)
    rule = make_rule(other, code="A01", points=5, since=date(2025, 1, 1))
    moment = datetime(2026, 7, 1, 4, tzinfo=UTC)
    make_award(make_scorer(other), other.homes[0], rule, seen_at=moment)
    scene.rule("A01", 5)
    scene.begin()
    scene.drop("A01")
    assert scene.try_out().awards == 0
    with pytest.raises(SetNotThere):
        try_out(other.id, scene.draft.id, TODAY)


def test_trying_reads_in_a_few_statements_and_writes_nothing(scene):
    scene.rule("A01", 5)
    for n in range(20):
        scene.seen(n % 4, "A01", date(2026, 7, 1 + n))
    scene.begin()
    scene.edit("A01", cap_count=1, cap_period="year")
    with statements() as asked:
        assert row(scene.try_out(), "A01") == ("changed", 20, 4, 100, 20)
    assert len(asked) <= 8
    assert all(one.lstrip().upper().startswith("SELECT") for one in asked)


def test_adopting_changes_no_award_made_before_and_the_book_stays_proved(scene):
    scene.rule("A01", 5)
    award_id = scene.seen(0, "A01", date(2026, 7, 1))
    before = db.session.execute(db.select(awards).where(awards.c.id == award_id)).one()
    scene.begin()
    scene.edit("A01", points_min=8, points_max=8, behaviour="参加义务植树")
    adopt_set(scene.village.id, scene.clerk, scene.draft.id, make_meeting(held_on=TODAY), TODAY)
    assert db.session.execute(db.select(awards).where(awards.c.id == award_id)).one() == before
    assert (before.points, before.behaviour) == (5, "参加义务劳动")
    assert audit.audit_book(scene.village.id).fault is None


def test_an_adopted_set_shows_the_trial_the_assembly_could_see(scene):
    scene.rule("A01", 5)
    scene.seen(0, "A01", date(2026, 7, 1))
    scene.begin()
    scene.edit("A01", points_min=8, points_max=8)
    seen_then = scene.try_out()
    adopt_set(
        scene.village.id,
        scene.clerk,
        scene.draft.id,
        make_meeting(held_on=TODAY),
        date(2026, 12, 1),
    )
    assert scene.try_out(date(2027, 3, 3)) == seen_then


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2027, 1, 1), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 7, 1), date(2026, 9, 30)),
        (date(2024, 4, 1), date(2024, 1, 1), date(2024, 3, 31)),
        (date(2024, 6, 30), date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_the_quarter_before(day, first, last):
    assert quarter_before(day) == (first, last)


# --- laws, on made-up quarters -----------------------------------------------------------------

CODES = ("A", "B", "C")
ranges = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from((1, -1))).map(
    lambda one: tuple(sorted((one[0] * one[2], one[1] * one[2])))
)
caps = st.one_of(
    st.just((None, None)),
    st.tuples(st.integers(1, 3), st.sampled_from(("event", "month", "quarter", "year", "once"))),
)
books = st.dictionaries(st.sampled_from(CODES), st.tuples(ranges, caps), min_size=1)
pasts = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(CODES),
        st.integers(1, 9),
        st.dates(date(2026, 7, 1), date(2026, 9, 30)),
    ),
    max_size=30,
)
HOMES = [new_id() for _ in range(3)]
without_io = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ruled(kind, code, low, high, cap):
    plain = {
        "code": code,
        "category": "类",
        "behaviour": "行为",
        "pillar": "",
        "unit": "",
        "points_min": low,
        "points_max": high,
        "cap_count": cap[0],
        "cap_period": cap[1],
        "evidence": "none",
        "review": "auto",
        "remind_days": None,
        "note": "",
    }
    assert set(plain) == set(DRAFT_FIELDS)
    return kind(**plain, position=1)


def book_of(kind, told):
    return [ruled(kind, code, *told[code][0], told[code][1]) for code in sorted(told)]


def tried(rules, drafts, past):
    found = hold_against(drafts, rules)
    some = sorted(
        (trying.Past(HOMES[home], code, "行为", points, on) for home, code, points, on in past),
        key=lambda one: one.seen_on,
    )
    blank = trying.Trial(date(2026, 7, 1), date(2026, 9, 30), False, 100, [])
    return trying.take_through(found, some, trying._Caps.changed_by(found), blank)


@without_io
@given(book=books, past=pasts)
def test_a_draft_equal_to_the_rules_in_force_changes_nothing(book, past):
    trial = tried(book_of(Rule, book), book_of(DraftRule, book), past)
    assert (trial.changed, trial.more, trial.less) == (0, 0, 0)
    assert trial.points_after == trial.points_before == sum(one[2] for one in past)
    assert not any(one.moved for one in trial.rules)


@without_io
@given(book=books, past=pasts)
def test_dropping_everything_takes_every_point(book, past):
    past = [one for one in past if one[1] in book]
    trial = tried(book_of(Rule, book), [], past)
    assert (trial.points_after, trial.cents_after, trial.more) == (0, 0, 0)
    assert trial.changed == trial.less == len({one[0] for one in past})


@without_io
@given(book=books, cap=caps, past=pasts)
def test_caps_only_lower_the_count(book, cap, past):
    capped = {code: (points, cap) for code, (points, _) in book.items()}
    trial = tried(book_of(Rule, book), book_of(DraftRule, capped), past)
    for one in trial.rules:
        assert one.count_after <= one.count_before
        assert one.points_after <= one.points_before
        if one.code in book and cap[0] and capped[one.code] != book[one.code]:
            assert one.count_after >= min(one.count_before, 1)


@without_io
@given(before=books, after=books, past=pasts)
def test_the_sums_agree_whatever_the_draft(before, after, past):
    trial = tried(book_of(Rule, before), book_of(DraftRule, after), past)
    assert trial.points_before == sum(one.points_before for one in trial.rules)
    assert trial.points_after == sum(one.points_after for one in trial.rules)
    assert trial.awards == len(past)
    assert trial.more + trial.less <= trial.changed <= trial.households <= 3
    assert (trial.more > 0) == (trial.most_gained > 0)
    assert (trial.less > 0) == (trial.most_lost > 0)
    for one in trial.rules:
        if one.mark == "changed" and one.count_after:
            low, high = after[one.code][0]
            if after[one.code][0] != before[one.code][0]:
                assert low * one.count_after <= one.points_after <= high * one.count_after
