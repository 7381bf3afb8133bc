"""The pack: the households of the officer's grids with their doors, the rules and checklists of the day."""

from __future__ import annotations

from governance.affairs.field.pack import digest, make_pack
from governance.base import clock
from governance.village import codes, households
from governance.village.rules.rulebook import retire_rule
from tests.factories import make_checklist, make_household, make_rule


def doors(pack):
    return {home["code"]: home["door"] for home in pack["households"]}


def test_households_stand_in_door_order_with_the_code_at_their_door(village):
    make_household(village, 1, 9, head="陈海荣", status="away")
    pack = make_pack(village.place, None)
    assert [home["code"] for home in pack["households"]] == [
        "1组1号",
        "1组2号",
        "1组9号",
        "2组1号",
        "2组2号",
    ]
    last = pack["households"][2]
    assert (last["head"], last["group"], last["status"]) == ("陈海荣", "1组", "away")
    assert last["door"] == codes.code_in_use(village.id, village.homes[-1].id, "door").token


def test_only_the_officers_grids_are_in_it(village):
    pack = make_pack(village.place, frozenset({village.grids[1].id}))
    assert list(doors(pack)) == ["2组1号", "2组2号"]
    assert make_pack(village.place, frozenset())["households"] == []


def test_a_closed_household_is_gone_and_a_replaced_door_is_the_new_one(village, home):
    old = doors(make_pack(village.place, None))["1组1号"]
    codes.replace_codes(village.place, [home.id], "door")
    households.close_household(village.homes[1])
    told = doors(make_pack(village.place, None))
    assert told["1组1号"] != old
    assert "2组1号" not in told


def test_a_rule_says_what_the_phone_judges_by(village):
    make_rule(village, "E03", evidence="before_after_photo", cap_count=4, cap_period="month")
    make_rule(village, "E04", points=None, points_min=2, points_max=10, review="second")
    first, second = make_pack(village.place, None)["rules"]
    assert first["evidence"] == "photo"
    assert first["cap"] == {"count": 4, "period": "month"}
    assert (second["points"], second["cap"], second["review"]) == (
        {"min": 2, "max": 10},
        None,
        "second",
    )


def test_only_what_is_in_force_today_is_in_it(village):
    rule, checklist = make_rule(village), make_checklist(village)
    make_checklist(village, since=clock.today() + clock.days(1))
    retire_rule(rule, clock.today())
    pack = make_pack(village.place, None)
    assert pack["rules"] == []
    assert [one["id"] for one in pack["sheets"]] == [str(checklist.id)]


def test_its_digest_is_the_same_until_something_in_it_changes(village, home):
    first = digest(make_pack(village.place, None))
    assert digest(make_pack(village.place, None)) == first
    assert len(first) == 32
    make_rule(village)
    assert digest(make_pack(village.place, None)) != first
