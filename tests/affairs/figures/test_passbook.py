"""The passbook: a household's lines with who recorded them and what they wrote, and what still waits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from governance.affairs.awards import checking, reversal
from governance.affairs.figures import passbook
from governance.affairs.figures.passbook import words_of
from governance.affairs.shop import handover
from governance.village.staff import Role
from tests.factories import (
    give_points,
    hand_over,
    make_award,
    make_gift,
    make_rule,
    make_staff,
)


def test_each_line_says_who_and_what_they_wrote_beside_it(village, home, officer, people):
    give_points(village, home, 20)
    award_id = make_award(officer, home, make_rule(village), note="帮邻居收玉米")
    keeper = make_staff(Role.STOREKEEPER, village.place, name="孙秀英")
    receipt = hand_over(village, keeper, home, {make_gift(village, "肥皂"): 1})
    handover.take_back(village.id, keeper.id, receipt.id, "拿错了")
    reversal.ask_reversal(village.id, people[0], award_id, "记错了户")
    reversal.confirm_reversal(village.id, people[1], award_id)
    lines = passbook.read(village.id, home.id)
    assert [line.seq for line in lines] == sorted((line.seq for line in lines), reverse=True)
    assert [(line.filer, words_of(line)) for line in lines] == [
        ("李志明", "冲正：参加义务劳动（记错了户）"),
        ("孙秀英", "退回：肥皂×1（拿错了）"),
        ("孙秀英", "兑换：肥皂×1"),
        ("李志明", "参加义务劳动（帮邻居收玉米）"),
        (None, "期初"),
    ]


def test_older_lines_follow_those_that_were_read(village, home, officer):
    for _ in range(3):
        make_award(officer, home, make_rule(village))
    newest, middle = passbook.read(village.id, home.id, limit=2)
    [oldest] = passbook.read(village.id, home.id, before=middle.seq)
    assert newest.seq > middle.seq > oldest.seq
    assert passbook.read(village.id, home.id, before=oldest.seq) == []


@pytest.mark.parametrize("before", [0, -1, 2**70, -(2**70)])
def test_a_number_that_no_line_has_finds_none_or_all(village, home, officer, before):
    make_award(officer, home, make_rule(village))
    assert len(passbook.read(village.id, home.id, before=before)) == (before > 0)


def test_nothing_of_a_neighbour_is_read(village, home, officer):
    make_award(officer, village.homes[1], make_rule(village))
    make_award(officer, village.homes[1], make_rule(village, review="first"))
    assert (passbook.read(village.id, home.id), passbook.waiting(village.id, home.id)) == ([], [])


@pytest.mark.parametrize(
    ("memo", "note", "said"),
    [
        ("参加义务劳动", None, "参加义务劳动"),
        ("参加义务劳动", "", "参加义务劳动"),
        ("参加义务劳动", "修渠", "参加义务劳动（修渠）"),
        ("参加义务劳动：修渠", "修渠", "参加义务劳动：修渠"),  # as version 0.1.0 wrote it
    ],
)
def test_a_note_is_said_once(memo, note, said):
    assert words_of(SimpleNamespace(memo=memo, note=note)) == said


def test_what_waits_is_told_until_it_is_booked_or_turned_down(village, home, officer, people):
    rule = make_rule(village, review="first")
    filed, checked, rejected = (make_award(officer, home, rule) for _ in range(3))
    make_award(officer, home, make_rule(village))  # booked
    checking.check(village.id, people[0], [checked])
    checking.reject(village.id, people[0], [rejected], "没有看到")
    waiting = passbook.waiting(village.id, home.id)
    assert {row.id: (row.state, row.filer) for row in waiting} == {
        filed: ("filed", "李志明"),
        checked: ("checked", "李志明"),
    }
