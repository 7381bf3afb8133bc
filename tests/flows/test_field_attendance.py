"""Attendance in the field page: one rule for all who came, by name or by code, each household once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from governance.affairs.awards.life import awards
from governance.base import clock
from governance.base.database import db
from governance.ledger import audit
from tests.flows.fielded import APP, go, homes
from tests.flows.phone import phone_of


@pytest.fixture
def phone(open_window, demo, address):
    return phone_of(open_window, address).ready()


def meeting(phone):
    """The rule for coming to the villagers' meeting."""
    return phone.page.evaluate(
        f"{APP}.taken().pack.rules.find((one) => one.evidence === 'sign_in' && one.points.min === one.points.max)"
    )


def free(phone, code, count):
    """Households that live here and have not used the rule today."""
    return phone.page.evaluate(
        f"""([code, count]) => {{ const {{ pack, field }} = {APP}.taken();
          return pack.households.filter((one) => one.status === 'resident' && !field.homes[one.id].uses[code]).slice(0, count); }}""",
        [code, count],
    )


def come(phone, home):
    phone.page.fill("#find", home["code"])
    phone.page.locator("[role=search] + .list button.item").first.click()


def test_who_came_is_recorded_once_each_and_nothing_is_lost_on_the_way(phone, demo):
    rule = meeting(phone)
    came = free(phone, rule["code"], 4)
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, "#/")
    phone.page.locator("a.item", has_text="点名").click()
    phone.page.locator("a.item", has_text=rule["behaviour"]).first.click()
    for home in came:
        come(phone, home)
        phone.page.locator(".notice", has_text=home["code"]).wait_for()
    come(phone, came[0])
    phone.page.locator(".notice.mind", has_text="已经点过了").wait_for()
    phone.page.locator("li", has_text=came[3]["code"]).get_by_role("button", name="去掉").click()
    phone.page.get_by_role("button", name="记上 3 户").wait_for()
    assert phone.window.axe() == []
    go(phone, "#/")
    assert "点了 3 户，还没有记上" in phone.page.inner_text("#main")
    phone.open()
    phone.page.get_by_role("link", name="接着记").click()
    phone.page.get_by_role("button", name="记上 3 户").click()
    phone.page.locator(".notice.good", has_text="已记 3 户").wait_for()
    assert len(phone.waiting()) == 3
    phone.window.context.set_offline(False)
    phone.send()
    phone.all_sent()
    with demo.app_context():
        rows = db.session.execute(
            select(awards.c.household_id, awards.c.village_id).where(
                awards.c.rule_code == rule["code"], awards.c.seen_on == clock.today()
            )
        ).all()
        assert audit.audit_book(rows[0].village_id).fault is None
        db.session.remove()
    have = [str(row.household_id) for row in rows]
    assert [have.count(one["id"]) for one in came] == [1, 1, 1, 0]


def test_who_lives_away_or_has_had_it_is_not_put_down(phone):
    rule = meeting(phone)
    go(phone, f"#/many/{rule['id']}")
    come(phone, homes(phone, "away")[0])
    phone.page.locator(".notice.mind", has_text="不记分").wait_for()
    home = free(phone, rule["code"], 1)[0]
    come(phone, home)
    phone.page.get_by_role("button", name="记上 1 户").click()
    phone.page.locator(".notice.good", has_text="已记 1 户").wait_for()
    come(phone, home)
    phone.page.locator(".notice.mind", has_text="已记满").wait_for()


def test_leaving_the_page_with_households_not_recorded_warns(phone):
    rule = meeting(phone)
    go(phone, f"#/many/{rule['id']}")
    come(phone, free(phone, rule["code"], 1)[0])
    phone.page.get_by_role("button", name="记上 1 户").wait_for()
    asked = []
    phone.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    phone.page.reload()
    assert asked == ["beforeunload"]
    phone.page.get_by_role("button", name="记上 1 户").wait_for()


def test_only_rules_of_one_tap_are_offered(phone):
    go(phone, "#/many/choose")
    offered = phone.page.locator("#main .list .item").all_inner_texts()
    assert offered
    assert not [one for one in offered if "−" in one or "～" in one or "要拍照" in one]
    go(phone, "#/many/no-such-rule")
    assert phone.page.locator("#main .list .item").count() == len(offered)
