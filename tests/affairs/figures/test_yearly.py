"""The year's base: every open household once, whoever asks and however often."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.affairs.figures import yearly
from governance.base import clock
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village import households
from governance.village.scheme import Settings, set_scheme
from tests.factories import make_award, make_household, make_rule, make_scorer, make_village
from tests.reads import figures_of


@pytest.fixture
def based(village):
    set_scheme(village.id, Settings("B", 80))
    return village


def test_a_village_that_earns_from_nothing_has_no_base(village):
    assert yearly.grant_base(village.id) == 0
    assert yearly.count_without_base(village.id) == 0
    assert figures_of(village, village.homes[0]) == Figures(0, 0)


def test_every_open_household_gets_the_base_once_and_cannot_spend_it(based):
    make_household(based, status="empty")
    households.close_household(based.homes[2])
    assert yearly.count_without_base(based.id) == 4
    assert yearly.grant_base(based.id) == 4
    assert yearly.grant_base(based.id) == 0
    assert yearly.count_without_base(based.id) == 0
    assert [figures_of(based, home) for home in based.homes] == [
        Figures(80, 0),
        Figures(80, 0),
        Figures(0, 0),
        Figures(80, 0),
        Figures(80, 0),
    ]
    line = book.last_lines(based.id, based.homes[0].id)[0]
    assert (line.kind, line.memo) == ("base", f"{clock.today().year}年基础分")
    assert line.key == f"base:{clock.today().year}:{based.homes[0].id}"


def test_a_household_registered_later_gets_its_own(based):
    yearly.grant_base(based.id)
    late = make_household(based)
    assert yearly.grant_base(based.id) == 1
    assert figures_of(based, late) == Figures(80, 0)


def test_a_base_changed_during_the_year_changes_nothing_that_was_given(based):
    yearly.grant_base(based.id)
    set_scheme(based.id, Settings("B", 100))
    assert yearly.grant_base(based.id) == 0
    assert figures_of(based, based.homes[0]) == Figures(80, 0)


def test_a_new_base_is_never_added_to_the_old_years_score(based):
    yearly.grant_base(based.id)
    with clock.set_to(datetime(clock.today().year + 1, 1, 2, tzinfo=UTC)):
        late = make_household(based)
        assert yearly.grant_base(based.id) == 1
        assert figures_of(based, late) == Figures(80, 0)
    assert figures_of(based, based.homes[0]) == Figures(80, 0)


def test_the_year_turns_at_midnight_in_the_village(based):
    with clock.set_to(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        assert yearly.grant_base(based.id) == 4
    assert book.last_lines(based.id, based.homes[0].id)[0].key.startswith("base:2027:")


def test_points_earned_above_the_base_may_be_spent(based):
    yearly.grant_base(based.id)
    make_award(make_scorer(based), based.homes[0], make_rule(based))
    assert figures_of(based, based.homes[0]) == Figures(85, 5)


def test_a_village_larger_than_one_portion_is_granted_whole(based, monkeypatch):
    monkeypatch.setattr(yearly, "AT_ONCE", 2)
    for _ in range(3):
        make_household(based)
    assert yearly.grant_base(based.id) == 7
    assert yearly.grant_base(based.id) == 0


def test_a_grant_that_meets_another_gives_only_what_is_missing(based, monkeypatch):
    everybody = [home.id for home in based.homes]
    yearly.grant_base(based.id)
    monkeypatch.setattr(yearly, "_without_base", lambda village_id: everybody)
    assert yearly.grant_base(based.id) == 0
    assert figures_of(based, based.homes[0]) == Figures(80, 0)


def test_every_village_with_a_base_is_served_and_told(based):
    plain, other = make_village(homes=1), make_village(name="邓家村", homes=1)
    set_scheme(other.id, Settings("B", 100))
    told = [(village.name, count) for village, count in yearly.grant_bases()]
    assert sorted(told) == [("石家村", 4), ("邓家村", 1)]
    assert list(yearly.grant_bases()) == []
    assert figures_of(plain, plain.homes[0]) == Figures(0, 0)
