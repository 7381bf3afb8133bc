"""Written down for a villager who came or rang: the household found, the thing offered, what is wrong told."""

from __future__ import annotations

import re

import pytest

from governance.affairs.awards import checking
from governance.affairs.publicity import objections
from governance.base.database import new_id
from governance.ledger import book
from tests.factories import (
    give_points,
    make_filed,
    make_notice,
    make_objection,
    make_scorer,
    search,
)
from tests.moments import MONDAY
from tests.web.desk.disputes import url


@pytest.fixture
def clock_at():
    return MONDAY


@pytest.fixture
def homes():
    return 3


@pytest.fixture
def village(village):
    village.scorer = make_scorer(village)
    return village


def things(page):
    return re.findall(r'name="thing"[^>]*value="([^"]+)"', page)


def test_the_committee_finds_the_household_and_writes_down_what_it_said(village, home, clerk):
    award_id = make_filed(village, home, behaviour="调解纠纷")
    found = search(clerk, url(village, "enter"), home.code).text
    at = url(village, "enter", home.id)
    assert at in found
    page = clerk.get(at).text
    assert f"award:{award_id}" in things(page)
    data = {"thing": f"award:{award_id}", "channel": "spoken", "words": "他说没有参加"}
    sent = clerk.post(at, data=data)
    assert sent.status_code == 303
    page = clerk.get(sent.location).text
    assert "当面说的" in page
    assert "张文书 代记" in page
    [made] = objections.listed(village.id)[0]
    assert (made.award_id, made.channel, made.entered_by) == (award_id, "spoken", village.clerk.id)


def test_lines_ended_awards_and_missing_ones_are_offered(village, home, clerk):
    give_points(village, home, 10)
    ended = make_filed(village, home)
    checking.reject(village.id, village.clerk.id, [ended], "没有看到")
    seq = book.last_lines(village.id, home.id)[0].seq
    at = url(village, "enter", home.id)
    offered = things(clerk.get(at).text)
    assert offered == [f"award:{ended}", f"line:{seq}", "missing"]
    for number, (thing, channel) in enumerate(
        zip(offered, ("phoned", "written", "spoken"), strict=True), 1
    ):
        data = {"thing": thing, "channel": channel, "words": "他说记得不对"}
        assert clerk.post(at, data=data).status_code == 303
        assert len(objections.listed(village.id)[0]) == number


def test_a_neighbours_item_is_entered_after_finding_the_neighbour(village, home, clerk):
    award_id = make_filed(village, village.homes[1], behaviour="清理沟渠")
    checking.check(village.id, village.clerk.id, [award_id])
    make_notice(village)
    at = url(village, "enter", home.id)
    about = f"{at}?about={village.homes[1].id}"
    assert about in search(clerk, at, village.homes[1].code).text
    [item] = [one for one in things(clerk.get(about).text) if one.startswith("item:")]
    assert item not in things(clerk.get(at).text)
    data = {"thing": item, "channel": "phoned", "words": "他家没有来"}
    assert clerk.post(about, data=data).status_code == 303
    assert objections.listed(village.id)[0][0].award_id == award_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"thing": ""},
        {"thing": "award:x"},
        {"thing": "line:x"},
        {"channel": "page"},
        {"channel": ""},
        {"words": "错"},
        {"words": ""},
    ],
)
def test_an_entry_that_is_not_whole_comes_back(village, home, clerk, wrong):
    data = {"thing": "missing", "channel": "spoken", "words": "修水渠没有记"} | wrong
    sent = clerk.post(url(village, "enter", home.id), data=data)
    assert sent.status_code == 422
    assert objections.count_open(village.id) == 0


def test_an_entry_that_waits_already_is_refused_with_its_number(village, home, clerk):
    award_id = make_filed(village, home)
    make_objection(village, home, award_id=award_id)
    data = {"thing": f"award:{award_id}", "channel": "spoken", "words": "他又来说了"}
    sent = clerk.post(url(village, "enter", home.id), data=data)
    assert sent.status_code == 422
    assert "已经提过异议（2026年第1号）" in sent.text


def test_households_that_are_not_there_are_not_found(village, home, clerk):
    for path in (
        f"enter/{new_id()}",
        f"enter/{home.id}?about=x",
        f"enter/{home.id}?about={new_id()}",
    ):
        assert clerk.get(url(village, path)).status_code == 404
    assert "没有找到" in search(clerk, url(village, "enter"), "没有这个人").text
