"""A notice read out: numbers, times and telephones as they are said, and nobody named beside a deduction."""

from __future__ import annotations

from datetime import date

import pytest

from governance.affairs.publicity import spoken
from governance.affairs.publicity.hanging import Mark
from governance.affairs.publicity.notices import Notice
from governance.base import clock
from tests.factories import make_shown
from tests.moments import MONDAY


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (222, "二百二十二"),
        (1000, "一千"),
        (2026, "两千零二十六"),
        (10_050, "一万零五十"),
        (-3, "负三"),
    ],
)
def test_numbers_are_said(number, told):
    assert spoken.spoken(number) == told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("月度检查54分及以上（清洁户）", "月度检查五十四分及以上，清洁户"),
        ("参加村民（代表）会议", "参加村民代表会议"),
        ("志愿服务每2小时", "志愿服务每两小时"),
        ("清理12月2日的0.5亩", "清理十二月二日的零点五亩"),
        ("获得2026年县级荣誉", "获得二零二六年县级荣誉"),
    ],
)
def test_what_a_rule_is_called_is_said_too(rule, told):
    assert spoken.spoken_text(rule) == told


def test_a_household_is_called_once_for_all_it_did():
    lines = [
        make_shown(),
        make_shown(behaviour="修水渠", points=8),
        make_shown("", 1, "露天焚烧", -5),
        make_shown("", 1, "乱堆乱倒", -2),
    ]
    [_, told, _] = spoken.read_aloud("石家村", Notice(), lines, "")
    assert told == (
        "一组：石建国家，参加村民代表会议，加五分，修水渠，加八分；有一户，露天焚烧，扣五分；有一户，乱堆乱倒，扣两分。"
    )


def test_telephones_are_said_digit_by_digit():
    assert spoken.digits("0938-110", spoken.TELEPHONE) == "零九三八-幺幺零"


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        (0, "上午零点"),
        (9, "上午九点"),
        (12, "下午十二点"),
        (14, "下午两点"),
        (18, "下午六点"),
        (20, "晚上八点"),
    ],
)
def test_times_are_said(hour, told):
    moment = clock.start_of(date(2026, 3, 5)) + clock.days(hour / 24)
    assert spoken.spoken_moment(moment) == "三月五日" + told


def test_what_is_read_names_nobody_beside_a_deduction():
    notice = Notice(
        year=2026,
        number=11,
        posted_at=MONDAY,
        closes_at=clock.start_of(date(2026, 3, 7)) + clock.days(0.75),
    )
    lines = [
        make_shown(points=10),
        make_shown("石玉梅", 2, mark=Mark.OBJECTED, points=2),
        make_shown("", 1, "露天焚烧", -5, households=2),
        make_shown("", 2, "乱堆乱倒", -2),
        make_shown("王秀兰", 3, mark=Mark.REJECTED),
        make_shown("杨海燕", 4, mark=Mark.REVERSED),
        make_shown("", None, "乱搭乱建", -3),
    ]
    assert spoken.read_aloud("石家村", notice, lines, "0938") == [
        "各位村民，下面播报石家村二零二六年第十一期积分公示。公示从三月二日开始，到三月七日下午六点结束。",
        "一组：石建国家，参加村民代表会议，加十分；有两户，露天焚烧，各扣五分。",
        "二组：石玉梅家，参加村民代表会议，加两分，有人提出异议，正在核实；有一户，乱堆乱倒，扣两分。",
        "四组：杨海燕家，参加村民代表会议，原来加五分，已经冲正，不算了。",
        "另外：有一户，乱搭乱建，扣三分。",
        "有不同意见的，请在公示期内告诉村委会，口头说、书面写都可以，七个工作日内答复。"
        "电话：零九三八。播报完毕，谢谢大家。",
    ]
