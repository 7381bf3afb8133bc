"""Samples: drawn by lot from last month, the same seed draws the same, and what was found stands once all is seen."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from governance.affairs.acts import acts
from governance.affairs.awards import checking
from governance.affairs.awards.life import get_award
from governance.affairs.field import undo
from governance.affairs.oversight import samples
from governance.affairs.oversight.samples import (
    LookFirst,
    NoteMissing,
    NothingToDraw,
    OwnHand,
    SampleClosed,
    UnknownSample,
    draw,
    draw_sample,
    draws_again,
    enter_result,
    get_item,
    get_sample,
    is_closed,
    items_of,
)
from governance.affairs.recusal import OwnHousehold
from governance.base import clock
from governance.base.database import db
from governance.base.errors import BadInput
from governance.village.kin import declare_kin
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_sample, make_staff, make_village

OCTOBER, NOVEMBER = datetime(2026, 10, 12, 8, tzinfo=UTC), datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def clock_at():
    return OCTOBER


@pytest.fixture
def village(village, officer):
    """A village with 30 awards in October and 5 in November, looked at on 20 November."""
    village.rule = make_rule(village, review="first")
    village.october = [make_award(officer, village.homes[n % 4], village.rule) for n in range(30)]
    village.watcher = make_staff(Role.SUPERVISOR, village.place, name="赵玉梅")
    with clock.set_to(NOVEMBER):
        village.november = [make_award(officer, village.homes[0], village.rule) for _ in range(5)]
        yield village


def drawn(sample):
    return [item.award_id for item in items_of(sample)]


def look_at_all(sample, by):
    for item in items_of(sample):
        enter_result(sample, by.id, item.position, "true")


# --- the lot ------------------------------------------------------------------------------------


def test_only_last_months_awards_are_drawn_each_once(village):
    sample = draw_sample(village.id, village.watcher.id, 10)
    assert (sample.month, sample.size, sample.pool) == (202610, 10, 30)
    assert len(set(drawn(sample))) == 10
    assert set(drawn(sample)) <= set(village.october)
    assert sample.drawn_by == village.watcher.id


def test_the_same_seed_draws_the_same_awards(village):
    sample = draw_sample(village.id, village.watcher.id, 10)
    by_hand = random.Random(sample.seed).sample(sorted(village.october), 10)
    assert drawn(sample) == by_hand
    assert draw(village.october[::-1], 10, sample.seed) == by_hand
    assert draw(village.october, 10, "another") != by_hand


def test_two_drawings_have_two_seeds(village):
    first = draw_sample(village.id, village.watcher.id, 10)
    look_at_all(first, village.watcher)
    second = draw_sample(village.id, village.watcher.id, 10)
    assert len(first.seed) == len(second.seed) == 32
    assert first.seed != second.seed


def test_every_award_of_the_month_may_be_drawn(village):
    seen = {one for n in range(200) for one in draw(village.october, 5, f"seed{n}")}
    assert seen == set(village.october)


def test_a_small_month_is_drawn_whole(village):
    sample = draw_sample(village.id, village.watcher.id, 50)
    assert sample.size == 30
    assert set(drawn(sample)) == set(village.october)


def test_what_never_brought_points_is_not_drawn_and_what_was_reversed_is(village):
    checker = make_staff(Role.COMMITTEE, village.place)
    undo.withdraw(village.scorer, village.october[0])
    checking.reject(village.id, checker.id, [village.october[1]], "没有去")
    checking.check(village.id, checker.id, [village.october[2]])
    sample = draw_sample(village.id, village.watcher.id, 50)
    assert set(drawn(sample)) == set(village.october[2:])


def test_a_drawing_proves_itself_whatever_becomes_of_the_awards_later(village):
    sample = draw_sample(village.id, village.watcher.id, 10)
    with clock.set_to(NOVEMBER + timedelta(hours=1)):
        checker = make_staff(Role.COMMITTEE, village.place)
        checking.reject(village.id, checker.id, village.october[:9], "没有去")
        undo.withdraw(village.scorer, village.october[9])
        late = make_award(village.scorer, village.homes[1], village.rule, seen_at=OCTOBER)
        assert late not in drawn(sample)
        assert draws_again(sample)


def test_a_drawing_somebody_tampered_with_does_not_prove_itself(village):
    sample = draw_sample(village.id, village.watcher.id, 10)
    left = next(one for one in village.october if one not in drawn(sample))
    table = samples.sample_items
    db.session.execute(table.update().where(table.c.position == 1).values(award_id=left))
    db.session.commit()
    assert not draws_again(sample)


@pytest.mark.parametrize("size", [0, -1, 51])
def test_a_size_beyond_1_to_50_is_refused(village, size):
    with pytest.raises(BadInput) as refused:
        draw_sample(village.id, village.watcher.id, size)
    assert refused.value.field == "size"
    assert "1 到 50" in str(refused.value)


def test_nothing_is_drawn_from_an_empty_month(village):
    with clock.set_to(datetime(2026, 9, 20, tzinfo=UTC)), pytest.raises(NothingToDraw):
        draw_sample(village.id, village.watcher.id, 10)
    with pytest.raises(NothingToDraw):
        draw_sample(make_village("白家村").id, village.watcher.id, 10)


def test_nobody_draws_again_until_the_first_lot_is_looked_at(village):
    sample = draw_sample(village.id, village.watcher.id, 2)
    with pytest.raises(LookFirst):
        draw_sample(village.id, village.watcher.id, 2)
    enter_result(sample, village.watcher.id, 1, "true")
    with pytest.raises(LookFirst):
        draw_sample(village.id, village.watcher.id, 2)
    enter_result(sample, village.watcher.id, 2, "true")
    draw_sample(village.id, village.watcher.id, 2)


def test_what_one_may_not_look_at_does_not_stop_the_next_drawing(village):
    make_sample(village, [village.october[0]], village.watcher)
    declare_kin(village.watcher.id, village.homes[0], "relative")
    assert samples.count_open(village.id) == 1
    draw_sample(village.id, village.watcher.id, 2)


@pytest.mark.parametrize(
    ("day", "month"),
    [((2026, 1, 1), 202512), ((2026, 3, 31), 202602), ((2026, 12, 31), 202611)],
)
def test_the_month_before(day, month):
    assert samples.last_month(datetime(*day, tzinfo=UTC).date()) == month


def test_december_is_drawn_in_january_by_the_villages_own_clock(village):
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight on New Year's Day
    with clock.set_to(new_year - timedelta(hours=1)):
        last = make_award(village.scorer, village.homes[0], village.rule)
    with clock.set_to(new_year):
        first = make_award(village.scorer, village.homes[0], village.rule)
        sample = draw_sample(village.id, village.watcher.id, 10)
    assert sample.month == 202612
    assert drawn(sample) == [last]
    assert first not in drawn(sample)


# --- looking again ------------------------------------------------------------------------------


@pytest.fixture
def sample(village):
    return make_sample(village, village.october[:3], village.watcher)


def test_an_item_names_what_has_to_be_looked_at(village, sample):
    item = get_item(sample, 1)
    assert (item.group_no, item.number, item.head) == (1, 1, "王秀兰")
    assert (item.behaviour, item.points, item.filer) == ("参加义务劳动", 5, "李志明")
    assert item.photos == 0
    assert item.result == ""


def test_a_result_names_who_looked_and_when(village, sample):
    enter_result(sample, village.watcher.id, 1, "doubt", "那天没有劳动")
    item = get_item(sample, 1)
    assert (item.result, item.found, item.looker) == ("doubt", "那天没有劳动", "赵玉梅")
    assert item.looked_at == NOVEMBER
    [row] = samples.samples_of(village.id)
    assert (row.drawer, row.size, row.looked, row.doubts) == ("赵玉梅", 3, 1, 1)


def test_a_doubt_without_a_note_is_refused(village, sample):
    for note in ("", "  ", "\u200b"):
        with pytest.raises(NoteMissing):
            enter_result(sample, village.watcher.id, 1, "doubt", note)
    assert get_item(sample, 1).result == ""


@pytest.mark.parametrize(("result", "note"), [("", ""), ("nonsense", ""), ("true", "长" * 501)])
def test_an_unknown_result_and_too_long_a_note_are_refused(village, sample, result, note):
    with pytest.raises(BadInput):
        enter_result(sample, village.watcher.id, 1, result, note)
    assert get_item(sample, 1).result == ""


def test_a_result_may_be_changed_until_all_are_entered_and_then_stands(village, sample):
    enter_result(sample, village.watcher.id, 1, "doubt", "那天没有劳动")
    enter_result(sample, village.watcher.id, 1, "true")
    assert get_item(sample, 1).result == "true"
    look_at_all(sample, village.watcher)
    assert is_closed(items_of(sample))
    with pytest.raises(SampleClosed):
        enter_result(sample, village.watcher.id, 1, "doubt", "那天没有劳动")
    assert get_item(sample, 1).result == "true"


@pytest.mark.parametrize("relation", ["own", "relative"])
def test_nobody_looks_at_their_own_household_and_the_attempt_is_noted(village, sample, relation):
    declare_kin(village.watcher.id, village.homes[0], relation)
    with pytest.raises(OwnHousehold):
        enter_result(sample, village.watcher.id, 1, "true")
    assert get_item(sample, 1).result == ""
    [note] = db.session.execute(db.select(acts)).all()
    assert (note.what, note.refused, note.household_id) == (
        "look",
        "own_household",
        village.homes[0].id,
    )
    assert note.subject_id == village.october[0]


def test_nobody_looks_again_at_what_they_filed_or_checked(village, sample):
    checker = make_staff(Role.COMMITTEE, village.place)
    checking.check(village.id, checker.id, [village.october[0]])
    assert get_award(village.id, village.october[0]).first_by == checker.id
    for person_id in (village.scorer.staff_id, checker.id):
        with pytest.raises(OwnHand):
            enter_result(sample, person_id, 1, "true")


def test_what_was_not_drawn_is_not_there(village, sample):
    for position in (0, 4, 2**31, 10**20):
        with pytest.raises(UnknownSample):
            enter_result(sample, village.watcher.id, position, "true")
    other = make_village("白家村")
    for village_id, sample_id in ((other.id, sample.id), (village.id, uuid.uuid4())):
        with pytest.raises(UnknownSample):
            get_sample(village_id, sample_id)
