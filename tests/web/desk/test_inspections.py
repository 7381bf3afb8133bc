"""The checklist clerk, the public places, the results, and held items at the award clerk."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from governance.affairs.field import inspecting
from governance.base import clock
from governance.base.database import new_id
from governance.village import publicplaces
from governance.village.checklists import lists
from governance.village.checklists.wording import Given
from tests.affairs.field.test_inspecting import clean_rule
from tests.factories import (
    make_checklist,
    make_public_place,
    make_reminder_rule,
    make_scorer,
    make_seen,
)
from tests.web.pages import fields_of, send


def at(village, path="", floor="inspections"):
    return f"/desk/{village.place.code}/{floor}/{path}"


def test_a_village_begins_with_no_sheet_and_loads_a_shipped_one(village, clerk):
    assert "还没有检查表" in clerk.get(at(village)).text
    clean_rule(village)
    clean_rule(village, "E02", points=10)
    loaded = clerk.post(
        at(village, "load"), data={"shipped": "household_60"}, follow_redirects=True
    )
    assert "检查表已载入" in loaded.text
    [checklist] = lists.checklists_in_force(village.id)
    assert (checklist.full, [one.plain() for one in checklist.gives]) == (
        60,
        [{"from": 58, "rule": "E02"}, {"from": 54, "rule": "E01"}],
    )
    clerk.post(at(village, "load"), data={"shipped": "household_60"})
    assert len(lists.versions_of(village.id, "household_60")) == 1
    assert clerk.post(at(village, "load"), data={"shipped": "nothing"}).status_code == 422
    assert clerk.post(at(village, "load"), data={}).status_code == 422


def test_three_clean_is_one_sheet_for_households_and_one_for_public_places(village, clerk):
    make_reminder_rule(village, code="E51")
    clerk.post(at(village, "load"), data={"shipped": "three_clean"})
    home, public = lists.checklists_in_force(village.id)
    assert (home.target, home.full, home.reminds.rule, home.reminds.below) == (
        "household",
        0,
        "E51",
        None,
    )
    assert (public.target, public.reminds) == ("public", None)
    codes = {one.code for scene in public.scenes for one in scene.findings}
    assert ("M1" in codes, "Z3" in codes) == (True, False)


def test_a_checklist_is_revised_as_a_new_version_through_the_form(village, clerk):
    clean_rule(village)
    old = make_checklist(village, "yard", outcomes=(Given(15, "E01"),))
    address = at(village, f"sheet/{old.id}/revise")
    page = clerk.get(address).text
    pairs = fields_of(page)
    changed = [(name, "雨污横流" if value == "污水横流" else value) for name, value in pairs]
    saved = send(clerk, address, changed, follow_redirects=True)
    assert "已写成第 2 版" in saved.text, saved.text
    [now] = lists.checklists_in_force(village.id)
    assert [one.text for one in now.scenes[1].findings] == ["工具杂乱", "雨污横流"]
    assert (now.full, now.scenes[0].consent, now.scenes[1].consent) == (20, True, False)
    assert [one.plain() for one in now.gives] == [{"from": 15, "rule": "E01"}]
    assert lists.get_checklist(village.id, old.id).scenes[1].findings[1].text == "污水横流"
    stale = send(clerk, address, changed)
    assert stale.status_code == 422
    assert "已经有更新的版本" in stale.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"工具杂乱": ""}, "要写明是什么问题"),
        ({"B0": "B1"}, "用了两次"),
        ({"5": "x"}, "应为 0 到 999 的整数"),
        ({"5": "999"}, "应为 0 到 100"),
        ({"15": "21"}, "得分应为 1 到 20"),
        ({"E01": "T9"}, "要是一条生效的加分细则"),
        ({"庭院": ""}, "每个场所要有名称"),
        ({"入户检查": "x"}, "2 到 40 个字"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_said_and_nothing_typed_is_lost(
    village, clerk, change, sentence
):
    clean_rule(village)
    checklist = make_checklist(village, outcomes=(Given(15, "E01"),))
    address = at(village, f"sheet/{checklist.id}/revise")
    pairs = [(name, change.get(value, value)) for name, value in fields_of(clerk.get(address).text)]
    refused = send(clerk, address, pairs)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'value="地面垃圾"' in refused.text
    assert len(lists.versions_of(village.id, checklist.code)) == 1


def test_a_checklist_is_written_by_hand(village, clerk):
    page = clerk.get(at(village, "add")).text
    typed = {
        "code": "ditch",
        "title": "水渠检查",
        "scene-0-name": "水渠",
        "scene-0-max": "10",
    }
    pairs = [(name, typed.get(name, value)) for name, value in fields_of(page)]
    pairs = [
        one for one in pairs if one[0] not in ("scene-0-code", "scene-0-text", "scene-0-deduct")
    ]
    pairs += [("scene-0-code", "w1"), ("scene-0-text", "堵塞"), ("scene-0-deduct", "4")]
    saved = send(clerk, at(village, "add"), pairs, follow_redirects=True)
    assert "检查表已添加" in saved.text, saved.text
    [checklist] = lists.checklists_in_force(village.id)
    assert (checklist.code, checklist.full, checklist.scenes[0].findings[0].code) == (
        "ditch",
        10,
        "W1",
    )
    taken = send(clerk, at(village, "add"), pairs)
    assert (taken.status_code, "已经有了" in taken.text) == (422, True)


def test_a_checklist_is_retired(village, clerk):
    checklist = make_checklist(village)
    page = at(village, f"sheet/{checklist.id}")
    early = (checklist.since - timedelta(days=1)).isoformat()
    assert clerk.post(page + "/retire", data={"until": early}).status_code == 422
    done = clerk.post(
        page + "/retire", data={"until": clock.today().isoformat()}, follow_redirects=True
    )
    assert "停用" in done.text
    assert lists.checklists_in_force(village.id) == []
    assert clerk.get(at(village, f"sheet/{new_id()}")).status_code == 404


def test_a_file_of_the_villages_own_is_read_and_its_faults_are_named(village, clerk):
    def load(text, **more):
        data = {
            "code": "own",
            "title": "自己的表",
            "file": (io.BytesIO(text.encode()), "a.csv"),
        } | more
        return clerk.post(at(village, "load"), data=data, content_type="multipart/form-data")

    good = "场所,场所分值,编号,问题,扣分,要同意\n庭院,10,B1,杂乱,3,否\n室内,5,A1,脏,2,是\n"
    assert load(good).status_code == 303
    [checklist] = lists.checklists_in_force(village.id)
    assert [(one.name, one.max, one.consent) for one in checklist.scenes] == [
        ("庭院", 10, False),
        ("室内", 5, True),
    ]
    for text, told in (
        ("a,b\n1,2\n", "第一行要有"),
        ("场所,编号,问题,扣分\n庭院,B1,杂乱,三\n", "第 2 行「扣分」"),
        ("场所,编号,问题,检查对象\n庭院,B1,杂乱,天上\n", "第 2 行「检查对象」"),
        ("场所,编号,问题\n,B1,杂乱\n", "第 2 行「场所」"),
    ):
        refused = load(text, code="other")
        assert (refused.status_code, told in refused.text) == (422, True), refused.text
    assert load(good, title="").status_code == 422


def test_public_places_are_kept_at_the_desk(village, clerk):
    page = at(village, "places")
    first, second = (str(one.id) for one in village.grids)
    assert clerk.post(page, data={"name": "文化广场", "grid": first}).status_code == 303
    assert "已经有了" in clerk.post(page, data={"name": "文化广场", "grid": second}).text
    [place] = publicplaces.public_places(village.id)
    one = at(village, f"places/{place.id}")
    assert clerk.post(one, data={"name": "大广场", "grid": second}).status_code == 303
    [place] = publicplaces.public_places(village.id)
    assert (place.name, str(place.grid_id)) == ("大广场", second)
    assert clerk.post(page, data={"name": "x", "grid": str(new_id())}).status_code == 422
    clerk.post(one + "/close")
    assert publicplaces.public_places(village.id) == []


def test_results_are_read_by_month(village, clerk):
    checklist, scorer = make_checklist(village), make_scorer(village)
    seen = make_seen(village.homes[0], checklist, "B1")
    inspecting.record_one(scorer, seen)
    inspecting.record_one(
        scorer,
        make_seen(make_public_place(village, "文化广场"), make_checklist(village, target="both")),
    )
    told = clerk.get(at(village, "results")).text
    assert "王秀兰" in told
    assert "污水横流" in told
    assert "文化广场" in told
    assert "文化广场" not in clerk.get(at(village, f"results?sheet={checklist.code}")).text
    assert "这个月还没有检查" in clerk.get(at(village, "results?month=2025-01")).text
    assert clerk.get(at(village, "results?month=9999-99")).status_code == 200
    one = clerk.get(at(village, f"results/{seen.id}")).text
    assert "15 / 20" in one
