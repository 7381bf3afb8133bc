"""Somebody with posts in several villages chooses one on the page, and keeps working in each."""

from __future__ import annotations

import re

import pytest

from governance.affairs.figures import passbook
from governance.base import clock
from governance.base.database import new_id
from governance.village import codes, staff
from governance.village.staff import Role
from tests.factories import (
    give_points,
    make_award,
    make_gift,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
    sign_in,
)
from tests.web.visitors import picture

WHY = "忘带了"


@pytest.fixture
def two(app):
    """Two villages with a rule and a gift each, and one person who is officer and storekeeper in both."""
    with app.app_context():
        villages = [make_village("石家村"), make_village("白家村")]
        person = make_staff(Role.OFFICER, villages[0].grids[0], "both", "李志明")
        staff.appoint(person, Role.OFFICER, villages[1].grids[1])
        for village in villages:
            staff.appoint(person, Role.STOREKEEPER, village.place)
            village.rule = make_rule(village)
            village.reminding = make_reminder_rule(village)
            village.soap = make_gift(village)
        for home in (villages[0].homes[0], villages[1].homes[1]):
            owner = villages[0] if home is villages[0].homes[0] else villages[1]
            give_points(owner, home, 20)
        villages[0].mine, villages[1].mine = villages[0].homes[0], villages[1].homes[1]
        for village in villages:
            village.door = codes.code_in_use(village.id, village.mine.id, "door").token
            village.card = codes.code_in_use(village.id, village.mine.id, "card").token
        villages[0].person = person
    return villages


@pytest.fixture
def phone(app, two):
    return sign_in(app.test_client(), two[0].person)


def go_to(phone, village, role="officer"):
    code = village.place.code
    if role == "officer":
        with_post = re.findall(
            rf'name="code" value="({code}\d\d)"', phone.get("/account/posts").text
        )
        code = with_post[0]
    answer = phone.post("/account/post", data={"role": role, "code": code})
    assert answer.status_code == 303
    return answer.location


def item(village, home=None, **more):
    return {
        "id": str(new_id()),
        "kind": "award",
        "household": str((home or village.mine).id),
        "rule": str(village.rule.id),
        "seen_at": clock.now().isoformat(),
    } | more


def sync(phone, *items):
    answer = phone.post("/officer/sync", json={"items": list(items)})
    assert answer.status_code == 200
    return [
        (one["id"], one["outcome"], one.get("error", {}).get("code"))
        for one in answer.json["results"]
    ]


def lines(app, village):
    with app.app_context():
        return [one.memo for one in passbook.read(village.id, village.mine.id, 10)]


def test_the_page_offers_every_post_and_leads_to_its_work(two, phone):
    page = phone.get("/account/posts").text
    assert page.count("去这里") == 4
    assert "换村" in phone.get("/officer/").text
    assert go_to(phone, two[1]) == "/officer/"
    assert "白家村" in phone.get("/officer/").text
    assert go_to(phone, two[0], "storekeeper") == "/shop/"
    assert "石家村" in phone.get("/shop/").text
    assert (
        "石家村" in phone.get("/officer/").text
    )  # the choice is of the village, for all one's work there


def test_a_post_that_is_not_ones_own_is_not_gone_to(app, two, phone):
    with app.app_context():
        other = make_village()
    for code in (other.place.code, "", "nonsense"):
        answer = phone.post("/account/post", data={"role": "storekeeper", "code": code})
        assert answer.status_code == 404


def test_somebody_with_one_village_is_not_asked(app, two):
    with app.app_context():
        other = make_staff(Role.OFFICER, two[0].grids[0])
    assert "换村" not in sign_in(app.test_client(), other).get("/officer/").text


def test_each_list_shows_the_chosen_village_alone(two, phone):
    for village in two:
        go_to(phone, village)
        pack = phone.get("/officer/pack.json").json
        assert pack["village"]["id"] == str(village.id)
        assert [one["id"] for one in pack["households"]] == [str(village.mine.id)]
        field = phone.get("/officer/field.json").json
        assert field["village"]["id"] == str(village.id)
        assert {one["name"] for one in field["villages"]} == {"石家村", "白家村"}


def test_a_phone_with_one_village_hears_nothing_of_several(app, two):
    with app.app_context():
        other = make_staff(Role.OFFICER, two[0].grids[0])
    assert "villages" not in sign_in(app.test_client(), other).get("/officer/field.json").json


def test_what_was_recorded_in_one_village_is_sent_while_another_is_chosen(app, two, phone):
    """The outbox of a phone goes each to its own: the answers come in the order of what was sent."""
    go_to(phone, two[1])
    mixed = [item(two[0]), item(two[1]), item(two[0])]
    assert sync(phone, *mixed) == [(one["id"], "recorded", None) for one in mixed]
    assert sync(phone, *mixed[::-1]) == [(one["id"], "already", None) for one in mixed[::-1]]
    assert len(lines(app, two[0])) == 3
    assert len(lines(app, two[1])) == 2


def test_what_belongs_to_no_village_of_theirs_is_refused_as_ever(app, two, phone):
    with app.app_context():
        other = make_village()
    wrong = [
        item(two[0], other.homes[0]),  # of a village without a post
        item(two[0], two[0].homes[1]),  # of a grid that is not theirs
        item(two[0], rule=str(two[1].rule.id)),  # by another village's rule
        {"id": "x", "kind": "nonsense"},
        item(two[0]),
    ]
    assert [code for _, _, code in sync(phone, *wrong)] == [
        "unknown_household",
        "not_your_place",
        "unknown_rule",
        "bad_item",
        None,
    ]


def test_what_is_handed_in_and_reminded_goes_each_to_its_own(app, two, phone):
    handed = [item(village) | {"why": "cap_reached"} for village in two]
    answer = phone.post("/officer/held", json={"items": [*handed, "nonsense"]}).json["results"]
    assert [one["outcome"] for one in answer] == ["held", "held", "refused"]
    reminders = [
        item(village) | {"rule": str(village.reminding.id), "note": "院墙外堆着旧木料"}
        for village in two
    ]
    answer = phone.post("/officer/remind", json={"items": reminders}).json["results"]
    assert [one["outcome"] for one in answer] == ["recorded", "recorded"]
    again = phone.post("/officer/remind", json={"items": reminders}).json["results"]
    assert [one["outcome"] for one in again] == ["already", "already"]
    for village in two:
        go_to(phone, village)
        assert phone.get("/officer/mine").text.count("这条细则已经记满") <= 1
        page = phone.get(f"/officer/household/{village.mine.id}").text
        assert "院墙外" in page


def test_a_photo_goes_where_its_award_is(app, two, phone):
    go_to(phone, two[1])
    photo = str(new_id())
    [(_, outcome, _)] = sync(phone, item(two[0], photos=[photo]))
    assert outcome == "recorded"
    assert phone.put(f"/officer/photos/{photo}", data=picture()).status_code == 201
    go_to(phone, two[0])
    assert phone.get(f"/officer/photos/{photo}", buffered=True).status_code == 200


def test_scanning_a_door_goes_to_its_village(two, phone):
    go_to(phone, two[0])
    answer = phone.get(f"/h/{two[1].door}", follow_redirects=True)
    assert answer.status_code == 200
    assert "白家村" in answer.text
    assert "白家村" in phone.get("/officer/").text


def test_a_page_opened_before_another_was_chosen_still_does_what_it_says(app, two, phone):
    go_to(phone, two[0])
    form = {"rule": str(two[0].rule.id), "once": str(new_id())}
    go_to(phone, two[1])
    answer = phone.post(f"/officer/household/{two[0].mine.id}/award", data=form)
    assert answer.status_code == 303
    assert len(lines(app, two[0])) == 2
    assert "白家村" in phone.get("/officer/").text  # a form is no choice


def test_checks_of_a_stale_page_are_decided_in_their_village(app, two, phone):
    with app.app_context():
        rule = make_rule(two[0], review="first")
        award = make_award(make_scorer(two[0]), two[0].mine, rule)
    go_to(phone, two[1])
    answer = phone.post("/officer/checks/approve", data={"award": str(award)})
    assert "已通过" in phone.get(answer.location).text


def test_declaring_ones_household_works_in_each(two, phone):
    go_to(phone, two[1])
    form = {"household": str(two[0].homes[1].id), "relation": "own"}
    assert phone.post("/declare/", data=form).status_code == 303
    go_to(phone, two[0])
    assert "王秀兰" in phone.get("/declare/").text


def test_the_shop_of_each_village_hands_over(app, two, phone):
    go_to(phone, two[0], "storekeeper")
    for village in two:
        assert phone.get(f"/c/{village.card}", follow_redirects=True).status_code == 200
    go_to(phone, two[0], "storekeeper")
    for village in two:
        order = {f"gift-{village.soap.id}": "1", "cost": "5", "key": str(new_id())}
        page = f"/shop/household/{village.mine.id}"
        done = phone.post(f"{page}/hand-over", data=order)
        assert done.status_code == 303
        assert phone.get(done.location).status_code == 200


def test_the_desks_of_both_villages_are_offered_to_who_sits_on_both_committees(app, two):
    with app.app_context():
        clerk = make_staff(Role.COMMITTEE, two[0].place)
        staff.appoint(clerk, Role.COMMITTEE, two[1].place)
    client = sign_in(app.test_client(), clerk)
    assert "换一处工作" in client.get(f"/desk/{two[0].place.code}/").text
    for village in two:
        data = {"role": "committee", "code": village.place.code}
        assert client.post("/account/post", data=data).location == f"/desk/{village.place.code}/"
