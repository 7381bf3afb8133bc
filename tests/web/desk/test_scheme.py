"""The scheme desk: settings in words and yuan, the base at a press, a supervisor who only reads."""

from __future__ import annotations

import pytest

from governance.base.errors import BadInput
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village.scheme import Settings, find_scheme, set_scheme
from governance.village.staff import Role
from governance.web.desk.scheme import cents
from tests.factories import make_staff, sign_in


def url(village, path=""):
    return f"/desk/{village.place.code}/scheme/{path}"


def typed(**fields):
    plain = {"family": "A", "base": "", "cents_per_point": "1", "phone": ""}
    return plain | {"publicity_days": "5", "minus_shown": "group"} | fields


def test_how_notices_are_posted_is_set(village, clerk):
    answer = clerk.post(url(village), data=typed(publicity_days="7", minus_shown="nobody"))
    assert answer.status_code == 303
    now = find_scheme(village.id)
    assert (now.publicity_days, now.minus_shown) == (7, "nobody")
    page = clerk.get(url(village)).text
    assert 'value="7"' in page
    assert page.count(" checked") == 3


@pytest.mark.parametrize(
    "fields", [{"publicity_days": ""}, {"publicity_days": "4"}, {"minus_shown": "everybody"}]
)
def test_other_ways_of_posting_are_refused(village, clerk, fields):
    assert clerk.post(url(village), data=typed(**fields)).status_code == 422
    assert find_scheme(village.id) == Settings()


def test_the_scheme_is_told_in_one_sentence(village, clerk):
    assert (
        "每户从零开始，做一件记一件，挣到的分都可以兑换，1 分换 1 元的东西。"
        in clerk.get(url(village)).text
    )
    set_scheme(village.id, Settings("B", 80, 50))
    assert "每户每年先有 80 分基础分" in clerk.get(url(village)).text
    assert "1 分换 0.50 元的东西" in clerk.get(url(village)).text


def test_the_scheme_is_set_in_yuan_and_kept_in_cents(village, clerk):
    answer = clerk.post(
        url(village),
        data=typed(family="B", base="100", cents_per_point="0.5", phone="0938-1234567"),
    )
    assert answer.status_code == 303
    assert "已保存" in clerk.get(answer.location).text
    assert find_scheme(village.id) == Settings("B", 100, 50, "09381234567")


def test_a_base_typed_for_the_other_family_is_not_kept(village, clerk):
    assert clerk.post(url(village), data=typed(base="80")).status_code == 303
    assert find_scheme(village.id).base == 0


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("base", {"family": "B"}),
        ("base", {"family": "B", "base": "1001"}),
        ("base", {"family": "B", "base": "一百"}),
        ("cents_per_point", {"cents_per_point": ""}),
        ("cents_per_point", {"cents_per_point": "101"}),
        ("cents_per_point", {"cents_per_point": "NaN"}),
        ("cents_per_point", {"cents_per_point": "0.001"}),
        ("phone", {"phone": "12345"}),
    ],
)
def test_a_wrong_field_is_told_at_the_field_and_changes_nothing(village, clerk, field, fields):
    answer = clerk.post(url(village), data=typed(**fields))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert find_scheme(village.id) == Settings()


@pytest.mark.parametrize("family", ["", "C"])
def test_a_family_must_be_one_of_the_two(village, clerk, family):
    assert clerk.post(url(village), data=typed(family=family)).status_code == 422
    assert find_scheme(village.id) == Settings()


@pytest.mark.parametrize(
    ("text", "worth"),
    [("1", 100), ("0.5", 50), ("0.05", 5), ("２", 200), ("1.50元", 150), ("0", 0)],
)
def test_yuan_become_cents(text, worth):
    assert cents(text) == worth


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1e2", "Infinity", "一", "12345"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadInput) as refusal:
        cents(text)
    assert refusal.value.field == "cents_per_point"


def test_the_base_is_given_at_a_press_and_once(village, clerk):
    set_scheme(village.id, Settings("B", 100))
    assert "还有 2 户没有记入" in clerk.get(url(village)).text
    told = [clerk.get(clerk.post(url(village, "base")).location).text for _ in range(2)]
    assert "已给 2 户记入" in told[0]
    assert "没有重复" in told[1]
    assert "每一户都记过了" in told[1]
    assert book.find_figures(village.id, village.homes[0].id) == Figures(100, 0)


def test_a_village_without_a_base_has_none_to_give(village, clerk):
    assert clerk.post(url(village, "base")).status_code == 422
    assert book.find_figures(village.id, village.homes[0].id) == Figures(0, 0)


def test_the_supervisor_reads_and_changes_nothing(app, village):
    supervisor = sign_in(app.test_client(), make_staff(Role.SUPERVISOR, village.place))
    set_scheme(village.id, Settings("B", 100))
    page = supervisor.get(url(village)).text
    assert "每户每年先有 100 分基础分" in page
    assert "修改方案" not in page
    for path in ("", "base"):
        assert supervisor.post(url(village, path), data=typed()).status_code == 403
    assert find_scheme(village.id) == Settings("B", 100)
    assert book.find_figures(village.id, village.homes[0].id) == Figures(0, 0)
