"""The warnings of the rule desk: harmful uses are found, good deeds and chance words are not."""

from __future__ import annotations

import pytest

from governance.village.rules.file import read_rules
from governance.village.rules.lint import find_concerns
from governance.village.rules.wording import Wording
from tests.village.rules.test_file import shipped


def concerns(behaviour="打扫卫生", **words):
    plain = {"code": "E01", "category": "平安建设", "points_min": -5, "points_max": -5}
    return find_concerns(Wording(behaviour=behaviour, **(plain | words)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("不参加劳动的取消低保", "低保"),
        ("扣分的不再享受特困供养", "特困"),
        ("积分低于60分不予救助", "不予救助"),
        ("停发高龄补贴", "停发高龄补贴"),
        ("乱倒垃圾罚款50元", "罚款"),
        ("交罚金", "罚金"),
        ("不退押金", "不退押金"),
        ("到县里上访", "上访"),
        ("越级反映问题", "越级"),
        ("无理信访", "信访"),
        ("违反计划生育", "计划生育"),
        ("计生超生", "计生"),
        ("超生一胎", "超生"),
        ("发表不当言论", "言论"),
        ("在微信群里骂村干部", "微信群里骂"),
        ("取消当年惠农资格", "取消当年惠农资格"),
        ("取消选举权利", "取消选举权"),
        ("拒绝办理各种手续", "拒绝办理"),
        ("不予办理户口", "不予办理"),
        ("不开证明", "不开证明"),
        ("不给出具证明", "不给出具证明"),
        ("不配合拆迁", "拆迁"),
        ("阻挠征地", "征地"),
        ("影响子女入学", "影响子女入学"),
        ("停水停电", "停水"),
        ("每天打卡", "打卡"),
        ("必须下载APP", "必须下载APP"),
    ],
)
def test_a_harmful_word_is_found_and_named(text, word):
    found = concerns(text)
    assert word in [one.word for one in found]
    for one in found:
        assert one.why
        assert "第三十一条" in one.source or "国办函〔2026〕12号" in one.source


@pytest.mark.parametrize(
    "text",
    [
        "取消大操大办的酒席",
        "帮扶低保户、看望五保老人",
        "关爱特困家庭",
        "救助落水儿童",
        "统计生活垃圾分类情况",
        "累计生态养殖",
        "不信谣不传谣",
        "其他喜事不办",
        "参加村民会议提出合理化建议",
        "化解邻里矛盾",
        "党日活动签到",
        "拆除乱搭乱建",
        "办理红白事报备",
        "主动停办升学宴",
    ],
)
def test_good_deeds_and_chance_words_are_not_warned_of(text):
    assert concerns(text) == []


def test_every_written_part_of_a_rule_is_looked_at():
    for part in ("category", "note", "evidence"):
        assert [one.word for one in concerns(**{part: "罚款"})] == ["罚款"]


def test_each_reason_is_told_once_with_its_own_source():
    found = concerns("上访的取消低保资格并罚款，信访也一样")
    assert [one.word for one in found] == ["低保", "罚款", "上访", "取消低保资格"]
    assert "罚款" in found[1].source


@pytest.mark.parametrize("name", ["demo", "luoyu", "base100"])
def test_the_shipped_rules_need_no_warning(name):
    for wording in read_rules(shipped(name)).wordings:
        assert find_concerns(wording) == [], wording.behaviour
