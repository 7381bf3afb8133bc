"""Inspecting in the field page: ticked, scored and photographed without a signal; on the server once."""

from __future__ import annotations

import pytest
from PIL import Image
from sqlalchemy import select

from governance.affairs.awards.life import awards
from governance.affairs.awards.photos import photos
from governance.affairs.awards.reminders import reminders
from governance.affairs.field.inspections import inspections
from governance.base.database import db
from governance.ledger import audit
from tests.flows.fielded import APP, add_checklists, go, homes
from tests.flows.phone import phone_of


@pytest.fixture
def phone(open_window, demo, address):
    add_checklists(demo)
    return phone_of(open_window, address).ready()


def checklist_of(phone, code, target="household"):
    """The id of the checklist with a code for households, or for public places."""
    return phone.page.evaluate(
        f"""([code, target]) => Object.entries({APP}.taken().field.sheets)
          .find(([, one]) => one.code.startsWith(code) && [target, 'both'].includes(one.target))[0]""",
        [code, target],
    )


def tick(phone, *codes):
    for code in codes:
        phone.page.locator(f"#f-{code}").check()


def score(phone):
    return phone.page.inner_text("nav.thumb .next b")


def stored(app, table, **where):
    """The rows of a table; the book is audited on the way."""
    with app.app_context():
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        rows = db.session.execute(query).all()
        village = db.session.scalar(select(awards.c.village_id).limit(1))
        assert audit.audit_book(village).fault is None
        db.session.remove()
    return rows


def a_clean_home(phone):
    """A household that got nothing for its tidiness this month."""
    return phone.page.evaluate(
        f"""() => {{ const {{ pack, field }} = {APP}.taken();
          return pack.households.find((one) => one.status === 'resident' && !field.homes[one.id].reminders.length
            && !Object.values(field.homes[one.id].inspected).some((seen) => seen.day === new Date().toISOString().slice(0, 10))
            && !['E01', 'E02'].some((code) => field.homes[one.id].uses[code])); }}"""
    )


def test_scored_and_photographed_offline_it_is_on_the_server_exactly_once(phone, demo, tmp_path):
    home = a_clean_home(phone)
    before = {one.id for one in stored(demo, inspections)}
    photo = tmp_path / "yard.png"
    Image.new("RGB", (2400, 1800), "#7a5").save(photo)
    phone.lasting()
    phone.window.context.set_offline(True)
    go(phone, f"#/h/{home['id']}")
    phone.page.locator("a.item", has_text="入户检查").click()
    phone.page.locator("#f-B0").wait_for()
    assert score(phone) == "60 分"
    tick(phone, "B0", "D4")
    assert score(phone) == "56 分"
    phone.page.locator(".scene", has_text="庭院").locator("input[type=file]").set_input_files(photo)
    phone.page.locator("nav.thumb .next").click()
    assert "56 / 60 分" in phone.page.inner_text(".result h1").replace("\n", "")
    assert "+5" in phone.page.inner_text(".result .good")
    assert "没有看：室内" in phone.page.inner_text(".result")
    phone.page.get_by_role("button", name="记上").click()
    phone.page.wait_for_url(f"**#/h/{home['id']}")
    phone.page.locator(".confirmed", has_text="56 分").wait_for()
    phone.page.locator(".pill", has_text="离线 · 待传 2 条").wait_for()
    assert {one.id for one in stored(demo, inspections)} == before
    phone.open()
    phone.window.context.set_offline(False)
    phone.all_sent()
    (seen,) = [one for one in stored(demo, inspections) if one.id not in before]
    assert (str(seen.household_id), seen.score, seen.findings) == (home["id"], 56, ["B0", "D4"])
    assert seen.consent is False
    assert [one.rule_code for one in stored(demo, awards, id=seen.award_id)] == ["E01"]
    (picture,) = stored(demo, photos, award_id=seen.id)
    assert picture.stored_at is not None


def test_indoors_is_not_looked_at_without_consent_and_ticks_there_do_not_count(phone):
    go(phone, f"#/inspect/{homes(phone)[0]['id']}/{checklist_of(phone, 'household_60')}")
    assert not phone.page.locator("#f-A0").is_visible()
    consent = phone.page.locator("label.consent input")
    consent.check()
    tick(phone, "A0", "A1")
    assert score(phone) == "58 分"
    consent.uncheck()
    assert score(phone) == "60 分"
    assert not phone.page.locator("#f-A0").is_visible()
    consent.check()
    assert score(phone) == "58 分"
    assert phone.window.axe() == []


def test_last_time_is_marked_and_taken_over_in_one_tap(phone, demo):
    home, checklist = a_clean_home(phone), checklist_of(phone, "household_60")
    go(phone, f"#/inspect/{home['id']}/{checklist}")
    tick(phone, "B5", "C0")
    phone.page.locator("nav.thumb .next").click()
    phone.page.get_by_role("button", name="记上").click()
    phone.page.wait_for_url("**#/h/*")
    phone.send()
    phone.all_sent()
    go(phone, "#/")
    go(phone, f"#/inspect/{home['id']}/{checklist}")
    assert phone.page.locator(".chip", has_text="上次").count() == 2
    phone.page.get_by_role("button", name="和上次一样").click()
    assert "53" in phone.page.inner_text(".result h1")
    phone.page.get_by_role("button", name="改一改").click()
    assert phone.page.locator("#f-B5").is_checked()
    assert phone.page.locator("#f-C0").is_checked()


def test_what_is_to_be_put_right_reminds(phone, demo):
    home, checklist = a_clean_home(phone), checklist_of(phone, "three_clean")
    before = {row.id for row in stored(demo, reminders)}
    go(phone, f"#/inspect/{home['id']}/{checklist}")
    tick(phone, "Q1")
    phone.page.locator("nav.thumb .next").click()
    assert "发提醒" in phone.page.inner_text(".result .mind")
    phone.page.get_by_role("button", name="记上").click()
    phone.page.wait_for_url("**#/h/*")
    phone.send()
    phone.all_sent()
    (made,) = [row for row in stored(demo, reminders) if row.id not in before]
    assert str(made.household_id) == home["id"]


def test_a_public_place_is_inspected_from_the_list(phone, demo):
    before = {one.id for one in stored(demo, inspections)}
    place = phone.page.locator("section", has_text="公共场所").locator("a.item").first
    name = place.inner_text()
    place.click()
    phone.page.locator("#f-M1").check()
    phone.page.locator("nav.thumb .next").click()
    phone.page.get_by_role("button", name="记上").click()
    phone.page.wait_for_url("**#/")
    phone.send()
    phone.all_sent()
    (seen,) = [one for one in stored(demo, inspections) if one.id not in before]
    assert seen.public_place_id is not None
    assert seen.findings == ["M1"]
    assert "广场" in name
