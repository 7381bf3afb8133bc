"""field.json, held items and reminders from the phone; inspections in the sync."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta

import pytest

from governance.affairs.awards.reminders import ReminderState, find_open
from governance.affairs.field import deciding, extras, handed_in, inspecting
from governance.affairs.field.pack import make_pack
from governance.base import clock
from governance.base.database import new_id
from governance.village import codes
from governance.village.checklists import file, lists
from governance.village.checklists.wording import Given, Reminding
from governance.village.staff import Role
from tests.affairs.field.test_inspecting import clean_rule
from tests.factories import (
    make_award,
    make_checklist,
    make_household,
    make_public_place,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_seen,
    make_staff,
)


def inspection(place, checklist, *findings, **more):
    plain = {
        "id": str(new_id()),
        "kind": "inspection",
        "household": str(place.id),
        "sheet": str(checklist.id),
        "findings": list(findings),
        "consent": True,
        "seen_at": clock.now().isoformat(),
    }
    return plain | more


def send(officer, *items, to="sync"):
    answer = officer.post(f"/officer/{to}", json={"items": list(items)})
    assert answer.status_code == 200, answer.text
    return answer.json["results"]


def test_the_pack_holds_the_sheets_in_the_contracts_keys(village, officer):
    checklist = make_checklist(village)
    lists.retire_checklist(make_checklist(village), clock.today())
    [told] = officer.get("/officer/pack.json").json["sheets"]
    assert told == {
        "id": str(checklist.id),
        "title": "入户检查",
        "full": 20,
        "scenes": [
            {
                "name": "室内",
                "max": 10,
                "consent": True,
                "findings": [
                    {"code": "A0", "text": "地面垃圾", "deduct": 4},
                    {"code": "A1", "text": "物品杂乱", "deduct": 8},
                ],
            },
            {
                "name": "庭院",
                "max": 10,
                "consent": False,
                "findings": [
                    {"code": "B0", "text": "工具杂乱", "deduct": 3},
                    {"code": "B1", "text": "污水横流", "deduct": 5},
                ],
            },
        ],
    }


def test_an_inspection_is_synced_like_any_item(village, officer):
    clean_rule(village)
    checklist, home = make_checklist(village, outcomes=(Given(15, "E01"),)), village.homes[0]
    item = inspection(home, checklist, "B0")
    [first] = send(officer, item)
    assert first == {
        "id": item["id"],
        "outcome": "recorded",
        "state": "booked",
        "points": 5,
        "standing": 5,
        "spendable": 5,
    }
    assert send(officer, item) == [first | {"outcome": "already"}]
    [conflict] = send(officer, item | {"findings": []})
    assert conflict["error"]["code"] == "key_conflict"


@pytest.mark.parametrize(
    ("change", "field_"),
    [
        ({"findings": "B0"}, "findings"),
        ({"findings": [1]}, "findings"),
        ({"findings": ["B0"] * 201}, "findings"),
        ({"findings": ["Q7"]}, "findings"),
        ({"consent": "yes"}, "consent"),
        ({"consent": False, "findings": ["A0"]}, "consent"),
        ({"sheet": "x"}, None),
        ({"sheet": None}, None),
        ({"household": 3}, None),
        ({"seen_at": "2026-11-01T10:00:00"}, "seen_at"),
        ({"photos": [1]}, None),
        ({"photos": "x"}, "photos"),
        ({"kind": "inspect"}, "kind"),
    ],
)
def test_an_inspection_of_another_shape_is_a_bad_item(village, officer, change, field_):
    [told] = send(officer, inspection(village.homes[0], make_checklist(village)) | change)
    assert (told["outcome"], told["error"]["code"]) == ("refused", "bad_item")
    assert told["error"].get("field") == field_


def test_field_json_holds_what_the_page_needs_of_ones_own_grids(village, officer):
    home = village.homes[0]
    scorer = make_scorer(village, village.officer)
    rule = clean_rule(village, "E04", cap_count=4)
    make_rule(village, "E03")
    make_award(scorer, home, rule)
    make_award(scorer, home, rule)
    remind = make_reminder_rule(village, code="E51")
    reminder = make_reminder(scorer, home, remind)
    checklist = make_checklist(village, outcomes=(Given(15, "E04"),), remind=Reminding("E51", 3))
    inspecting.record_one(scorer, make_seen(home, checklist, "B1"))
    mine, _ = make_public_place(village), make_public_place(village, grid=1)
    told = officer.get("/officer/field.json").json
    assert set(told) == {
        "made_at",
        "officer",
        "village",
        "csrf",
        "homes",
        "often",
        "closed_rules",
        "deductions_remind",
        "sheets",
        "places",
        "server_time",
    }
    assert told["officer"] == {"id": str(village.officer.id), "name": "李志明"}
    assert told["village"] == {
        "id": str(village.id),
        "name": "石家村",
        "code": village.place.code,
        "tag": village.place.tag,
    }
    assert set(told["homes"]) == {str(home.id)}
    today = clock.today().isoformat()
    card = codes.code_in_use(village.id, home.id, "card").token
    assert card not in str(told)  # the phone recognises a card, it cannot make one
    assert told["homes"][str(home.id)] == {
        "standing": 15,
        "spendable": 15,
        "owed": 0,
        "size": 4,
        "initials": "wxl",
        "card": hashlib.sha256(card.encode()).hexdigest()[:24],
        "uses": {"E04": [today] * 3},
        "last": [
            {"day": today, "text": "参加义务劳动（检查得 15 分）", "points": 5},
            {"day": today, "text": "参加义务劳动", "points": 5},
            {"day": today, "text": "参加义务劳动", "points": 5},
        ],
        "reminders": [
            {
                "id": str(reminder.id),
                "text": "院墙外堆着旧木料",
                "rule": "E51",
                "deadline": reminder.deadline.isoformat(),
            }
        ],
        "inspected": {checklist.code: {"day": today, "score": 15, "findings": ["B1"]}},
    }
    assert told["often"][0] == "E04"
    assert told["deductions_remind"] == {"E51": 7}
    assert told["sheets"] == {
        str(checklist.id): {
            "code": checklist.code,
            "target": "household",
            "outcomes": [{"from": 15, "rule": "E04"}],
            "remind": {"below": 3, "rule": "E51"},
        }
    }
    assert told["places"] == [
        {"id": str(mine.id), "name": mine.name, "grid": str(village.grids[0].id)}
    ]
    assert told["csrf"]


def test_field_json_is_not_sent_again_until_something_changes(village, officer):
    first = officer.get("/officer/field.json")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert officer.get("/officer/field.json", headers=tag).status_code == 304
    make_award(make_scorer(village), village.homes[0], make_rule(village))
    assert officer.get("/officer/field.json", headers=tag).status_code == 200


def test_sixty_households_are_small_over_the_wire(village):
    for number in range(60):
        make_household(village, head="王秀" + chr(0x5170 + number))
    for one in ("household_60", "three_clean"):
        for wording in file.shipped_checklists(one):
            lists.add_checklist(village.id, wording, None)
    for n in range(29):
        make_rule(village, behaviour=f"第 {n} 条行为", cap_count=2, cap_period="month")
    content = {
        "pack": make_pack(village.place, None),
        "field": extras.make_field(make_scorer(village)),
    }
    sizes = {name: len(gzip.compress(json.dumps(one).encode(), 5)) for name, one in content.items()}
    assert sizes["pack"] < 12_000
    assert sizes["field"] < 8_000


def test_refused_items_are_handed_in_each_once(village, officer):
    rule = make_rule(village, cap_count=1, cap_period="month")
    item = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(village.homes[0].id),
        "rule": str(rule.id),
        "seen_at": clock.now().isoformat(),
        "why": "cap_reached",
    }
    assert send(officer, item, to="held") == [{"id": item["id"], "outcome": "held"}]
    assert send(officer, item, to="held") == [{"id": item["id"], "outcome": "already"}]
    bad, other = send(officer, {"id": 3}, item | {"note": "x"}, to="held")
    assert (bad["id"], bad["outcome"], bad["error"]["code"]) == (None, "refused", "bad_item")
    assert other["error"]["code"] == "key_conflict"
    assert handed_in.count_handed_in(village.id) == 1
    deciding.drop(
        village.id,
        make_staff(Role.COMMITTEE, village.place).id,
        handed_in.listed(village.id, ["held"])[0][0].id,
        "重复了",
    )
    assert "未采纳：重复了" in officer.get("/officer/mine").text


def test_reminders_written_offline_are_given_each_once(village, officer):
    rule, home = make_reminder_rule(village), village.homes[0]
    item = {
        "id": str(new_id()),
        "household": str(home.id),
        "rule": str(rule.id),
        "note": "门口堆了建渣",
        "seen_at": clock.now().isoformat(),
    }
    [first] = send(officer, item, to="remind")
    assert (first["outcome"], first["state"], first["points"]) == ("recorded", "open", 0)
    assert find_open(village.id, home.id, rule.code).state == ReminderState.OPEN
    assert send(officer, item, to="remind") == [first | {"outcome": "already"}]
    wanted = [
        (item | {"note": "别的"}, "key_conflict"),
        (item | {"id": str(new_id())}, "already_reminded"),
        (item | {"id": str(new_id()), "note": ""}, "nothing_said"),
        (item | {"id": str(new_id()), "household": str(village.homes[1].id)}, "not_your_place"),
        (item | {"id": str(new_id()), "rule": str(make_rule(village).id)}, "no_reminder_rule"),
        (item | {"id": "x"}, "bad_item"),
        (3, "bad_item"),
    ]
    told = send(officer, *(one for one, _ in wanted), to="remind")
    assert [one["error"]["code"] for one in told] == [code for _, code in wanted]


def test_who_is_signed_out_is_told_so(client):
    assert client.get("/officer/field.json").status_code == 401
    for address in ("/officer/held", "/officer/remind"):
        answer = client.post(address, json={"items": []})
        assert (answer.status_code, set(answer.json)) == (401, {"error"})


@pytest.mark.parametrize("address", ["/officer/held", "/officer/remind"])
def test_too_many_and_not_json_are_told_as_the_contract_says(village, officer, address):
    assert officer.post(address, data="x").status_code == 400
    assert officer.post(address, json={"items": [1] * 501}).status_code == 413


def test_last_months_inspections_are_remembered(village, officer):
    checklist, scorer = make_checklist(village), make_scorer(village)
    month_ago = clock.now() - timedelta(days=40)
    with clock.set_to(month_ago):
        inspecting.record_one(scorer, make_seen(village.homes[0], checklist, "B0"))
    told = officer.get("/officer/field.json").json["homes"][str(village.homes[0].id)]["inspected"]
    assert told[checklist.code]["findings"] == ["B0"]
