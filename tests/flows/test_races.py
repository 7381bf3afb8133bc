"""Many at once, on the real service with two worker processes: exactly what there is, once, and the book adds up."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from governance.affairs.awards import checking, life
from governance.affairs.shop import gifts
from governance.base.database import db, new_id
from governance.ledger import audit, book
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_gift,
    make_household,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.races import together
from tests.servers import serve

CROWD = 20


@pytest.fixture(scope="module")
def service(house):
    with serve(house) as running:
        yield running


@pytest.fixture
def village(app):
    """A village with a shop; whatever happens in the test, its books and shelves are true afterwards."""
    with app.app_context():
        village = make_village(homes=1)
        village.keeper = make_staff(Role.STOREKEEPER, village.place)
    yield village
    with app.app_context():
        assert audit.audit_book(village.id).fault is None
        for gift in gifts.all_gifts(village.id):
            moves, _ = gifts.moves_of(village.id, gift.id, limit=1000)
            assert gift.stock == sum(move.change for move in moves) >= 0


def hand_over(browser, home, gift, key=None):
    fields = {
        "key": key or new_id(),
        "cost": gift.points,
        f"gift-{gift.id}": 1,
        "no_card": "忘带了",
    }
    return browser.post(f"/shop/household/{home.id}/hand-over", fields)


def spendable(village, home):
    return book.find_figures(village.id, home.id).spendable


def lines(village, kind):
    return db.session.scalar(
        select(func.count()).where(book.lines.c.village_id == village.id, book.lines.c.kind == kind)
    )


def statuses(answers):
    return Counter(answer.status for answer in answers)


def test_twenty_at_once_for_the_last_piece_one_wins(app, service, village):
    with app.app_context():
        homes = [make_household(village) for _ in range(CROWD)]
        for home in homes:
            give_points(village, home, 10)
        oil = make_gift(village, "食用油", points=10, stock=1)
    shop = service.browser(village.keeper)
    answers = together(CROWD, lambda n: hand_over(shop, homes[n], oil))
    assert statuses(answers) == {303: 1, 409: CROWD - 1}
    assert all("「食用油」不够了，只剩 0 件。" in one.text for one in answers if one.status == 409)
    with app.app_context():
        assert gifts.get_gift(village.id, oil.id).stock == 0
        assert sorted(spendable(village, home) for home in homes) == [0] + [10] * (CROWD - 1)
        assert lines(village, "redemption") == 1


def test_twenty_at_once_with_the_last_points_one_wins(app, service, village):
    with app.app_context():
        home, oil = village.homes[0], make_gift(village, points=10, stock=100)
        give_points(village, home, 10)
    shop = service.browser(village.keeper)
    answers = together(CROWD, lambda n: hand_over(shop, home, oil))
    assert statuses(answers) == {303: 1, 409: CROWD - 1}
    assert all("可兑换分不够" in one.text for one in answers if one.status == 409)
    with app.app_context():
        assert (spendable(village, home), gifts.get_gift(village.id, oil.id).stock) == (0, 99)


def test_twenty_at_once_under_a_months_limit_only_so_many_win(app, service, village):
    with app.app_context():
        home, soap = village.homes[0], make_gift(village, points=1, stock=100, month_limit=3)
        give_points(village, home, 50)
    shop = service.browser(village.keeper)
    answers = together(CROWD, lambda n: hand_over(shop, home, soap))
    assert statuses(answers) == {303: 3, 409: CROWD - 3}
    with app.app_context():
        assert (spendable(village, home), gifts.get_gift(village.id, soap.id).stock) == (47, 97)


def test_the_same_submission_eight_times_is_one_hand_over(app, service, village):
    with app.app_context():
        home, soap = village.homes[0], make_gift(village, points=5)
        give_points(village, home, 50)
    shop, key = service.browser(village.keeper), new_id()
    answers = together(8, lambda n: hand_over(shop, home, soap, key))
    assert statuses(answers) == {303: 8}
    assert {answer.location for answer in answers} == {f"/shop/redemption/{key}"}
    with app.app_context():
        assert (spendable(village, home), gifts.get_gift(village.id, soap.id).stock) == (45, 9)
        assert lines(village, "redemption") == 1


def test_one_id_for_eight_households_at_once_is_one_hand_over(app, service, village):
    with app.app_context():
        homes, soap = [make_household(village) for _ in range(8)], make_gift(village, points=5)
        for home in homes:
            give_points(village, home, 5)
    shop, key = service.browser(village.keeper), new_id()
    answers = together(8, lambda n: hand_over(shop, homes[n], soap, key))
    assert statuses(answers) == {303: 1, 409: 7}
    with app.app_context():
        assert sorted(spendable(village, home) for home in homes) == [0] + [5] * 7


def test_taking_back_eight_times_at_once_is_once(app, service, village):
    with app.app_context():
        home, soap = village.homes[0], make_gift(village, points=5)
        give_points(village, home, 5)
    shop, key = service.browser(village.keeper), new_id()
    hand_over(shop, home, soap, key)
    path = f"/shop/redemption/{key}/take-back"
    answers = together(8, lambda n: shop.post(path, {"reason": "拿错了"}))
    assert statuses(answers) == {303: 8}
    with app.app_context():
        assert (spendable(village, home), gifts.get_gift(village.id, soap.id).stock) == (5, 10)
        assert lines(village, "return") == 1


def test_baskets_in_every_order_do_not_lock_each_other_out(app, service, village):
    """Each takes two gifts and gives them back, the gifts named in both orders."""
    with app.app_context():
        homes = [make_household(village) for _ in range(8)]
        pair = [make_gift(village, points=1, stock=100) for _ in range(2)]
        for home in homes:
            give_points(village, home, 20)
    shop = service.browser(village.keeper)

    def shopping(number):
        answers = []
        for turn in range(5):
            key = new_id()
            order = pair if (number + turn) % 2 else pair[::-1]
            fields = [
                ("key", key),
                ("cost", 2),
                ("no_card", "忘带了"),
                *((f"gift-{gift.id}", 1) for gift in order),
            ]
            answers.append(shop.post(f"/shop/household/{homes[number].id}/hand-over", fields))
            answers.append(shop.post(f"/shop/redemption/{key}/take-back", {"reason": "退"}))
        return answers

    answers = [one for some in together(8, shopping) for one in some]
    assert statuses(answers) == {303: 80}
    with app.app_context():
        assert [gifts.get_gift(village.id, gift.id).stock for gift in pair] == [100, 100]
        assert {spendable(village, home) for home in homes} == {20}


def test_the_same_check_twelve_times_is_one_check(app, service, village):
    with app.app_context():
        home = village.homes[0]
        award = make_award(make_scorer(village), home, make_rule(village, review="first", points=5))
        clerk = make_staff(Role.COMMITTEE, village.place)
    desk = service.browser(clerk)
    path = f"/desk/{village.place.code}/awards/check"
    answers = together(12, lambda n: desk.post(path, {"award": award}))
    assert statuses(answers) == {303: 12}
    with app.app_context():
        assert life.get_award(village.id, award).state == "checked"
        assert (spendable(village, home), lines(village, "award")) == (0, 0)


def test_of_twelve_checkers_at_once_one_checks(app, service, village):
    with app.app_context():
        home = village.homes[0]
        award = make_award(make_scorer(village), home, make_rule(village, review="first", points=5))
        clerks = [make_staff(Role.COMMITTEE, village.place).id for _ in range(12)]

    def check(number):
        with app.app_context():
            return checking.check(village.id, clerks[number], [award])[0].error

    refused = [error for error in together(12, check) if error is not None]
    assert [type(error) for error in refused] == [life.IllegalMove] * 11
    with app.app_context():
        assert life.get_award(village.id, award).second_by is None
        assert (spendable(village, home), lines(village, "award")) == (0, 0)


def score(browser, home, rule):
    """A tap on a rule; `again` says that the same act seen twice is meant."""
    fields = {"rule": rule.id, "once": new_id(), "again": "1"}
    return browser.post(f"/officer/household/{home.id}/award", fields)


def test_eight_writers_on_one_household_are_all_counted(app, service, village):
    with app.app_context():
        home, rule = village.homes[0], make_rule(village, points=5)
        officers = [make_staff(Role.OFFICER, village.place) for _ in range(8)]
    phones = [service.browser(officer) for officer in officers]
    answers = together(8, lambda n: [score(phones[n], home, rule) for _ in range(10)])
    assert statuses(one for some in answers for one in some) == {303: 80}
    with app.app_context():
        assert (spendable(village, home), lines(village, "award")) == (400, 80)


def test_the_same_tap_eight_times_is_one_award(app, service, village):
    with app.app_context():
        home, rule = village.homes[0], make_rule(village, points=5)
        officer = make_staff(Role.OFFICER, village.place)
    phone, fields = service.browser(officer), {"rule": rule.id, "once": new_id()}
    answers = together(8, lambda n: phone.post(f"/officer/household/{home.id}/award", fields))
    assert statuses(answers) == {303: 8}
    with app.app_context():
        assert (spendable(village, home), lines(village, "award")) == (5, 1)


def test_two_officers_with_one_use_of_a_rule_left_one_wins(app, service, village):
    with app.app_context():
        home = village.homes[0]
        rule = make_rule(village, points=5, cap_count=1, cap_period="month")
        officers = [make_staff(Role.OFFICER, village.place) for _ in range(2)]
    phones = [service.browser(officer) for officer in officers]
    answers = together(2, lambda n: score(phones[n], home, rule))
    assert statuses(answers) == {303: 1, 409: 1}
    assert any("已经记满" in answer.text for answer in answers)
    with app.app_context():
        assert (spendable(village, home), lines(village, "award")) == (5, 1)
