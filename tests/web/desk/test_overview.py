"""The overview of a village that has just begun: what is missing is said, with the way to it."""

from __future__ import annotations

import pytest

from governance.village import households, staff
from governance.village.staff import Role
from tests.factories import make_household, make_rule, make_staff, sign_in
from tests.reads import posts_of

STEPS = ("households/register/", "rules/load", "team/")


@pytest.fixture
def homes():
    return 0


@pytest.fixture
def village(village):
    """Nobody scores there yet."""
    staff.dismiss(village.officer, posts_of(village.officer)[0].id)
    return village


def steps(app, village, person):
    """The steps the page still asks for."""
    page = sign_in(app.test_client(), person).get(f"/desk/{village.place.code}/").text
    told = page.partition("开始记分以前，还要办")[2].partition("</section>")[0]
    return tuple(one for one in STEPS if f"/desk/{village.place.code}/{one}" in told)


def test_a_new_village_is_told_what_to_do_first(app, village):
    assert steps(app, village, village.clerk) == STEPS
    make_household(village)
    assert steps(app, village, village.clerk) == STEPS[1:]
    make_rule(village)
    make_staff(Role.OFFICER, village.grids[0])
    assert steps(app, village, village.clerk) == ()


def test_who_may_not_change_anything_is_asked_for_nothing(app, village):
    assert steps(app, village, village.supervisor) == ()


def test_nobody_is_called_scored_where_nobody_lives(app, village):
    clerk = sign_in(app.test_client(), village.clerk)
    page = clerk.get(f"/desk/{village.place.code}/").text
    assert "还没有常住户。" in page
    assert "常住户都记到了" not in page
    assert "没有这样的农户。" in clerk.get(f"/desk/{village.place.code}/never-scored").text
    closed = f"/desk/{village.place.code}/households/?closed=1"
    assert "没有注销的农户。" in clerk.get(closed).text
    households.close_household(make_household(village, head="陈海荣"))
    assert "陈海荣" in clerk.get(closed).text
    assert "没有符合的农户" in clerk.get(closed + "&status=away").text
