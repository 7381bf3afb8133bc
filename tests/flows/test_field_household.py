"""One household in the field page: one tap, caps, undo, deductions, reminders, and what the server refuses."""

from __future__ import annotations

import uuid

import pytest
from PIL import Image
from sqlalchemy import select

from governance.affairs.awards.life import awards
from governance.affairs.awards.reminders import reminders
from governance.base.database import db
from governance.village.households import Household
from governance.village.kin import declare_kin
from governance.village.staff import Staff
from tests.flows.fielded import APP, go
from tests.flows.phone import phone_of, until


@pytest.fixture
def phone(open_window, demo, address):
    return phone_of(open_window, address).ready()


def pick(phone, code):
    """A rule of the pack, and a household that has not used it and is reminded of nothing."""
    return phone.page.evaluate(
        f"""(code) => {{ const {{ pack, field }} = {APP}.taken();
          const free = (one) => one.status === 'resident' && !field.homes[one.id].uses[code]
            && !field.homes[one.id].reminders.length;
          return [pack.rules.find((one) => one.code === code), pack.households.find(free)]; }}""",
        code,
    )


def rules(phone):
    return phone.page.evaluate(f"{APP}.taken().pack.rules")


def one_tap(phone, capped):
    """The code of a rule that is one tap, with a cap of more than one, or none of that kind."""
    return next(
        one["code"]
        for one in rules(phone)
        if one["points"]["min"] == one["points"]["max"] > 0
        and "photo" not in one["evidence"]
        and bool(one["cap"] and one["cap"]["period"] == "month" and 1 < one["cap"]["count"] < 6)
        == capped
    )


def row(phone, rule):
    phone.page.locator(".tab", has_text=rule["category"]).click()
    return phone.page.locator("button.item", has_text=rule["behaviour"]).first


def on_server(app, table, home):
    with app.app_context():
        found = db.session.execute(
            select(table).where(table.c.household_id == uuid.UUID(home))
        ).all()
        db.session.remove()
    return found


def test_one_tap_is_recorded_said_and_taken_back_as_long_as_it_waits(phone, demo):
    rule, home = pick(phone, one_tap(phone, True))
    before = len(on_server(demo, awards, home["id"]))
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    row(phone, rule).click()
    phone.page.locator(".confirmed .undo").wait_for()
    assert rule["behaviour"] in phone.page.inner_text(".confirmed")
    assert "手机已记，待传" in phone.page.inner_text("#main")
    assert f"1 / {rule['cap']['count']} 次" in row(phone, rule).inner_text()
    phone.page.get_by_role("button", name="撤回").click()
    phone.page.locator(".confirmed", has_text="已撤回").wait_for()
    assert f"0 / {rule['cap']['count']} 次" in row(phone, rule).inner_text()
    assert phone.waiting() == []
    phone.window.context.set_offline(False)
    phone.send()
    assert len(on_server(demo, awards, home["id"])) == before


SLOW = """() => { const { store } = document.getElementById('field').hemei, record = store.record;
  store.record = async (...given) => { await new Promise((done) => setTimeout(done, 400)); return record(...given); }; }"""


def two_taps(phone):
    """Two rules of one tap in one category."""
    every = [
        one
        for one in rules(phone)
        if one["points"]["min"] == one["points"]["max"] > 0 and "photo" not in one["evidence"]
    ]
    return next(
        (one, two)
        for one in every
        for two in every
        if one is not two and one["category"] == two["category"]
    )


def test_two_rules_tapped_one_after_the_other_are_both_recorded_a_double_tap_once(phone):
    first, second = two_taps(phone)
    home = phone.page.evaluate(
        f"""(codes) => {{ const {{ pack, field }} = {APP}.taken();
          return pack.households.find((one) => one.status === 'resident' && codes.every((code) => !field.homes[one.id].uses[code])); }}""",
        [first["code"], second["code"]],
    )
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    button = row(phone, first)
    phone.page.evaluate(SLOW)
    button.click()
    assert button.get_attribute("aria-busy") == "true", "a tap is answered at once"
    assert phone.page.locator(".confirmed .undo").count() == 0, "but not called recorded"
    button.click()
    row(phone, second).click()
    until(phone.page, "(await app().store.outbox()).length === 2")
    phone.page.locator(".confirmed", has_text=second["behaviour"]).wait_for()
    assert phone.page.locator("#main small", has_text="手机已记，待传").count() == 2


def test_who_goes_on_before_it_is_written_down_is_told_on_the_next_page(phone):
    rule, home = pick(phone, one_tap(phone, True))
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    button = row(phone, rule)
    phone.page.evaluate(SLOW)
    button.click()
    go(phone, "#/me")
    phone.page.locator(".notice.passing", has_text=home["code"]).wait_for()
    assert rule["behaviour"] in phone.page.inner_text(".notice.passing")
    assert phone.page.inner_text("nav.thumb") == "名单", "the page that was left draws nothing here"
    assert len(phone.waiting()) == 1


def test_the_figures_follow_the_servers_word_on_what_was_recorded(phone):
    rule, home = pick(phone, one_tap(phone, True))
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    phone.page.evaluate(
        f"""async ([household, rule]) => {{
          const {{ store }} = {APP}, id = crypto.randomUUID();
          await store.record({{ id, kind: 'award', household, rule, seen_at: new Date().toISOString() }});
          await store.settle([{{ id, outcome: 'recorded', state: 'booked', points: 5, standing: 7771, spendable: 7772 }}]);
        }}""",
        [home["id"], rule["id"]],
    )
    phone.page.locator(".figures", has_text="7771").wait_for()
    assert "7772" in phone.page.inner_text(".figures")
    assert "已传上去" in phone.page.inner_text("#main")


def test_a_second_tap_on_one_day_asks_and_the_cap_counts_what_waits(phone):
    rule, home = pick(phone, one_tap(phone, True))
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    for count in range(rule["cap"]["count"]):
        row(phone, rule).click()
        if count:
            assert "今天这一户已经记过这一项" in phone.page.inner_text(".notice.mind")
            phone.page.get_by_role("button", name="是另一件，再记").click()
        phone.page.locator("button.item", has_text=f"{count + 1} / ").or_(
            phone.page.locator("button.item", has_text="已记满")
        ).first.wait_for()
    full = row(phone, rule)
    assert f"本月已记满 {rule['cap']['count']} 次" in full.inner_text()
    assert full.get_attribute("aria-disabled") == "true"
    full.click(force=True)
    assert "这次没有记" in phone.page.inner_text(".confirmed")
    assert len(phone.waiting()) == rule["cap"]["count"]


def test_a_deduction_is_never_one_tap_and_says_why(phone, demo, tmp_path):
    code = next(
        one["code"]
        for one in rules(phone)
        if one["points"]["max"] < 0
        and not phone.page.evaluate(
            f"(code) => {APP}.taken().field.deductions_remind[code] || 0", one["code"]
        )
    )
    rule, home = pick(phone, code)
    go(phone, f"#/h/{home['id']}")
    row(phone, rule).click()
    phone.page.locator("#note").wait_for()
    record = phone.page.get_by_role("button", name="记上")
    if rule["points"]["min"] != rule["points"]["max"]:
        record.click()
        assert phone.page.inner_text(".error") == "请选一个分值。"
        phone.page.locator(".keys label").first.click()
    if rule["evidence"] == "photo":
        Image.new("RGB", (800, 600), "#888").save(tmp_path / "photo.png")
        phone.page.set_input_files("#main input[type=file]", tmp_path / "photo.png")
    record.click()
    assert phone.page.inner_text(".error") == "扣分要写事由。"
    assert phone.window.axe() == []
    phone.page.fill("#note", "巷道里倒了一车渣土")
    record.click()
    phone.page.locator(".confirmed .undo").wait_for()
    phone.send()
    phone.all_sent()
    (made,) = [one for one in on_server(demo, awards, home["id"]) if one.rule_code == code]
    assert made.note == "巷道里倒了一车渣土"


def test_a_rule_that_reminds_first_sends_a_reminder_from_the_field(phone, demo):
    code = phone.page.evaluate(f"Object.keys({APP}.taken().field.deductions_remind)[0]")
    rule, home = pick(phone, code)
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    row(phone, rule).click()
    send = phone.page.get_by_role("button", name="发提醒")
    send.click()
    assert "请写明" in phone.page.inner_text(".error")
    assert "前改好就不扣分" in phone.page.inner_text(".notice.mind")
    assert phone.window.axe() == []
    phone.page.fill("#note", "院墙外堆着旧木料")
    send.click()
    phone.page.locator(".confirmed", has_text="已记提醒").wait_for()
    phone.window.context.set_offline(False)
    phone.send()
    phone.all_sent()
    assert "院墙外堆着旧木料" in [one.note for one in on_server(demo, reminders, home["id"])]


def test_what_the_server_refuses_stands_with_its_reason_and_goes_to_the_committee(phone, demo):
    rule, home = pick(phone, one_tap(phone, True))
    make_kin(demo, phone.username, home["id"])
    go(phone, f"#/h/{home['id']}")
    row(phone, rule).click()
    phone.page.locator(".pill", has_text="没办成 1 条").wait_for()
    phone.page.click(".pill")
    phone.page.locator(".why", has_text="自己家或者亲属家").wait_for()
    assert phone.window.axe() == []
    phone.page.get_by_role("button", name="放下").click()
    phone.page.get_by_role("button", name="不，留着").click()
    with phone.page.expect_response("**/officer/sync"):
        phone.page.get_by_role("button", name="再传一次").click()
    until(
        phone.page,
        "(await app().store.refused()).length === 1 && app().sync.state().name === 'idle'",
    )
    phone.page.get_by_role("button", name="交村委会定").click()
    phone.page.locator(".refused").wait_for(state="detached")
    go(phone, f"#/h/{home['id']}")
    phone.page.locator("#main small", has_text="已交村委会").wait_for()


def make_kin(app, username, household_id):
    """The household is the officer's own, which their phone does not know."""
    with app.app_context():
        person = db.session.scalar(select(Staff).where(Staff.username == username))
        home = db.session.scalar(select(Household).where(Household.id == uuid.UUID(household_id)))
        declare_kin(person.id, home, "own")
        db.session.remove()
