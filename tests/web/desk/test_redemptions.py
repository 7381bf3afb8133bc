"""The redemption desk: what was handed over, by month and day; goods taken back on any day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.affairs.shop import gifts, handover
from governance.base import clock
from governance.ledger import audit, book
from governance.village.staff import Role
from tests.factories import give_points, hand_over, make_gift, make_staff, make_village, sign_in


@pytest.fixture
def homes():
    return 1


@pytest.fixture
def village(village):
    """Soap handed over on 3 November 2026 and on 15 October 2026."""
    with clock.set_to(datetime(2026, 10, 1, tzinfo=UTC)):
        give_points(village, village.homes[0], 50)
    village.soap = make_gift(village, "肥皂", points=5)
    keeper = make_staff(Role.STOREKEEPER, village.place)

    def give(moment, pieces):
        with clock.set_to(moment):
            return hand_over(village, keeper, village.homes[0], {village.soap: pieces}).id

    village.old = give(datetime(2026, 10, 15, 4, tzinfo=UTC), 1)
    village.new = give(datetime(2026, 11, 3, 4, tzinfo=UTC), 2)
    village.desk = f"/desk/{village.place.code}/redemptions"
    yield village
    assert audit.audit_book(village.id).fault is None


def shown(clerk, village, **asked):
    page = clerk.get(f"{village.desk}/", query_string=asked)
    assert page.status_code == 200
    return [key for key in (village.old, village.new) if str(key) in page.text], page.text


def test_a_month_or_a_day_is_listed_with_its_points(clerk, village):
    found, page = shown(clerk, village, month="2026-11")
    assert found == [village.new]
    assert "1 单，扣 10 分" in page
    assert "肥皂×2" in page
    assert "month=2026-10" in page
    assert shown(clerk, village, month="2026-10")[0] == [village.old]
    assert shown(clerk, village, day="2026-10-15")[0] == [village.old]
    assert shown(clerk, village, day="2026-11-04")[0] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "2026-13"},
        {"month": "0001-01"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "x"},
        {"page": "x"},
    ],
)
def test_a_strange_date_shows_this_month(clerk, village, asked):
    with clock.set_to(datetime(2026, 11, 20, tzinfo=UTC)):
        assert shown(clerk, village, **asked)[0] == [village.new]


def test_goods_are_taken_back_on_any_day_once(clerk, village):
    page = f"{village.desk}/{village.old}"
    assert "退回这一单" in clerk.get(page).text
    for _ in range(2):
        answer = clerk.post(f"{page}/take-back", data={"reason": "肥皂过期"})
        assert answer.status_code == 303
    text = clerk.get(page).text
    assert "肥皂过期" in text
    assert "退回这一单" not in text
    assert book.find_figures(village.id, village.homes[0].id).spendable == 40
    assert gifts.get_gift(village.id, village.soap.id).stock == 8


def test_taking_back_wants_a_reason(clerk, village):
    for reason in ("", "   ", "长" * 201):
        answer = clerk.post(f"{village.desk}/{village.old}/take-back", data={"reason": reason})
        assert answer.status_code == 422
    assert book.find_figures(village.id, village.homes[0].id).spendable == 35


def test_what_another_took_back_is_told(clerk, village):
    other = make_staff(Role.COMMITTEE, village.place)
    handover.take_back(village.id, other.id, village.old, "退货", any_day=True)
    answer = clerk.post(f"{village.desk}/{village.old}/take-back", data={"reason": "退货"})
    assert answer.status_code == 409
    assert "已退回" in answer.text


def test_the_supervisor_looks_and_takes_nothing_back(app, clerk, village):
    reader = sign_in(app.test_client(), village.supervisor)
    assert shown(reader, village, month="2026-11")[0] == [village.new]
    page = reader.get(f"{village.desk}/{village.new}")
    assert page.status_code == 200
    assert "退回这一单" not in page.text
    assert (
        reader.post(f"{village.desk}/{village.new}/take-back", data={"reason": "x"}).status_code
        == 403
    )


def test_another_villages_redemptions_are_not_found(app, clerk, village):
    other = make_village(homes=0)
    stranger = make_staff(Role.COMMITTEE, other.place)
    visitor = sign_in(app.test_client(), stranger)
    theirs = f"/desk/{other.place.code}/redemptions"
    assert visitor.get(f"{theirs}/{village.new}").status_code == 404
    assert (
        visitor.post(f"{theirs}/{village.new}/take-back", data={"reason": "x"}).status_code == 404
    )
    assert visitor.get(f"{village.desk}/").status_code == 404


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked=st.fixed_dictionaries(
        {
            "day": st.text(max_size=12) | st.dates().map(str),
            "month": st.text(max_size=8),
            "page": st.text(max_size=5),
        }
    )
)
def test_whatever_is_asked_nothing_breaks(clerk, village, asked):
    assert clerk.get(f"{village.desk}/", query_string=asked).status_code < 500
