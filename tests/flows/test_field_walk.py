"""The walk in the field page: door order, progress, who was not at home, the search; how it looks."""

from __future__ import annotations

import pytest

from tests.flows.conftest import PHONE
from tests.flows.fielded import APP, add_checklists, contrast, go, homes, rule, small_targets
from tests.flows.phone import Phone, phone_of

SMALL = {"width": 320, "height": 568}


@pytest.fixture
def phone(open_window, demo, address):
    add_checklists(demo)
    return phone_of(open_window, address).ready()


def progress(phone):
    return phone.page.inner_text(".far")


def test_the_walk_goes_from_door_to_door_and_says_how_far_one_is(phone):
    order = homes(phone)
    total = len(order) + len(homes(phone, "seasonal"))
    phone.page.get_by_role("button", name="今天", exact=True).click()
    assert f"今天已走 0 / {total}" in progress(phone)
    phone.lasting()
    phone.window.context.set_offline(True)
    phone.page.click("nav.thumb a.next")
    phone.page.locator("h1", has_text=f"{order[0]['head']}家").wait_for()
    phone.page.get_by_role("button", name="走过了").click()
    phone.page.locator(".card", has_text=order[1]["code"]).locator("h1").wait_for()
    phone.page.get_by_role("button", name="不在家").click()
    phone.page.locator(".card", has_text=order[2]["code"]).locator("h1").wait_for()
    go(phone, "#/")
    assert f"1 / {total}" in progress(phone)
    phone.page.get_by_role("button", name="不在家 1").click()
    assert phone.page.locator(".list.long li").count() == 1
    # Not inner_text: a row that is not drawn yet has none (content-visibility).
    assert order[1]["head"] in phone.page.text_content(".list.long")
    assert order[2]["code"] in phone.page.inner_text("nav.thumb a.next")
    phone.open()
    assert f"1 / {total}" in progress(phone), "a battery that died forgets nothing"


def test_away_and_empty_households_are_shown_quietly_and_never_next(phone):
    away = homes(phone, "away")
    row = phone.page.locator(f"a[href='#/h/{away[0]['id']}']")
    assert "外出" in row.text_content()
    go(phone, f"#/h/{away[0]['id']}")
    assert "不检查、不记分" in phone.page.inner_text(".notice.mind")
    assert phone.page.locator("button.item").count() == 0
    quiet = {one["id"] for one in [*away, *homes(phone, "empty")]}
    go(phone, "#/")
    for _ in range(12):
        following = phone.page.locator("nav.thumb a", has_text="下一户").get_attribute("href")
        assert following.removeprefix("#/h/") not in quiet
        go(phone, following)


@pytest.mark.parametrize("how", ["code", "short", "name", "initials"])
def test_a_household_is_found_however_it_is_typed(phone, how):
    home = homes(phone)[7]
    group, number = home["code"].removesuffix("号").split("组")
    initials = phone.page.evaluate(f"(id) => {APP}.taken().field.homes[id].initials", home["id"])
    typed = {
        "code": home["code"],
        "short": f"{group}-{number}",
        "name": home["head"][:2],
        "initials": initials,
    }
    phone.page.fill("#find", typed[how])
    assert home["head"] in phone.page.inner_text("[role=search] + .list")
    phone.page.fill("#find", "没有这个人")
    assert "没有找到" in phone.page.inner_text("[role=search] + .list")


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["360", "320"])
def test_every_page_is_read_in_the_sun_and_met_by_a_thumb(open_window, demo, address, size):
    add_checklists(demo)
    phone = Phone(open_window(address, size)).ready()
    home = homes(phone)[0]["id"]
    checklist, place = phone.page.evaluate(
        f"[{APP}.taken().pack.sheets[0].id, {APP}.taken().field.places[0].id]"
    )
    public = phone.page.evaluate(
        f"Object.entries({APP}.taken().field.sheets).find(([, one]) => one.target === 'public')[0]"
    )
    meeting = rule(phone, "G01") or phone.page.evaluate(
        f"{APP}.taken().pack.rules.find((one) => one.evidence === 'sign_in')"
    )
    faults = {}
    for path in (
        "#/",
        f"#/h/{home}",
        f"#/inspect/{home}/{checklist}",
        f"#/inspect/{place}/{public}",
        "#/scan",
        "#/outbox",
        "#/many/choose",
        f"#/many/{meeting['id']}",
        "#/me",
    ):
        go(phone, path)
        found = [
            *phone.window.axe(),
            *contrast(phone),
            *small_targets(phone),
            phone.window.too_wide(),
        ]
        faults[path] = [one for one in found if one]
    assert not any(faults.values()), {path: one for path, one in faults.items() if one}
    assert phone.window.complaints == []


def test_a_new_list_is_shown_where_one_stands(phone):
    home = homes(phone)[0]
    phone.lasting()
    phone.window.context.set_offline(True)
    phone.page.evaluate(
        f"""async (id) => {{ const app = {APP}, {{ pack }} = app.taken();
          await app.store.keepPack({{ ...pack, made_at: 'newer', households: pack.households.map((one) => one.id === id ? {{ ...one, head: '新户主' }} : one) }}, 'newer'); }}""",
        home["id"],
    )
    phone.page.locator(".list.long a", has_text="新户主").wait_for()


def test_five_hundred_households_are_listed_and_found_as_one_types(phone):
    """How fast this is on a slow phone stands in `make bench`; here only that nothing is left out."""
    phone.lasting()
    phone.window.context.set_offline(True)  # or the true list would come and take their place
    phone.page.evaluate(
        f"""async () => {{
          const app = {APP}, {{ pack, packTag }} = app.taken();
          const households = Array.from({{ length: 500 }}, (_, at) => ({{ ...pack.households[at % pack.households.length],
            id: crypto.randomUUID(), code: `${{1 + Math.floor(at / 60)}}组${{1 + at % 60}}号`, status: 'resident' }}));
          await app.store.keepPack({{ ...pack, made_at: 'many', households }}, 'many');
        }}"""
    )
    phone.page.reload()
    rows = phone.page.locator(".list.long li:visible")
    rows.nth(499).wait_for(state="attached")
    phone.page.fill("#find", "3-17")
    phone.page.get_by_text("3组17号").first.wait_for()
    rows.nth(20).wait_for(state="detached")
    phone.page.fill("#find", "")
    rows.nth(499).wait_for(state="attached")
