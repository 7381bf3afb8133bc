"""What happens in the demo village and how people there write about it. Invented, like its people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a rule is used in the village in a week, and what is written beside it."""

    rule: str
    weekly: float
    notes: tuple[str, ...] = ()


HABITS = (
    Habit("E01", 26, ("院里院外都干净", "柴草码得整齐")),
    Habit("E02", 8, ("房前屋后、厨房厕所样样利落", "花池边也扫了")),
    Habit("E04", 24),
    Habit("E06", 3, ("门口杂物三天就清走了", "墙根的建渣已拉走")),
    Habit("E52", 1.2, ("在地头烧玉米秆，已当场扑灭", "院后烧树叶，烟大")),
    Habit("W01", 0.8, ("丧事一天办完，席面按村规", "婚事只摆 12 桌，没有搭台")),
    Habit("W02", 0.5, ("孩子升学没有摆酒", "老人过寿，自家人吃顿饭")),
    Habit("W03", 0.7, ("村民代表投票评出", "照顾婆婆多年，邻里都夸")),
    Habit("W04", 0.7, ("捡到手机交到村委会", "捡到钱包，找到失主")),
    Habit("W51", 0.5, ("待客超过村规约定的桌数",)),
    Habit("P02", 1.4, ("建议路灯改声控", "建议垃圾收运改早上")),
    Habit("P03", 10, ("帮村小学清理操场", "集市上维持秩序", "给老人理发")),
    Habit("P04", 7, ("清理排洪沟", "文化广场铺砖", "修机耕路", "水渠清淤")),
    Habit("P05", 19, ("路灯不亮", "井盖松动", "垃圾箱满了", "水管漏水")),
    Habit("A01", 8, ("晚上 8 点到 10 点", "秋收看场")),
    Habit("A02", 1.4, ("地界的事，两家说开了", "劝和邻里排水的争执")),
    Habit("A03", 2.5, ("电线垂到路上", "老墙要倒", "河边护栏断了一截")),
    Habit("H01", 10, ("帮邻家收玉米", "给独居老人送饭", "陪老人去镇上看病", "帮着换煤气")),
    Habit("H02", 1, ("400 毫升，镇卫生院",)),
    Habit("S02", 0.4, ("考上省里的师范大学",)),
    Habit("S03", 0.3, ("今年秋季参军",)),
    Habit("D01", 9, ("走访两户，记了缺水的事", "上门讲医保缴费")),
)
PARTY_RULES = {"D01", "D02"}  # for households with a party member


@dataclass(frozen=True, slots=True)
class Gathering:
    """Something many households come to: the days before today, the hour, how many come."""

    rule: str
    days_ago: tuple[int, ...]
    hour: int
    homes: int
    note: str


GATHERINGS = (
    Gathering("E03", (38, 24, 10), 9, 34, "清理河道和路边"),
    Gathering("P01", (33, 12), 19, 44, "商议水渠维修"),
    Gathering("D02", (34, 5), 15, 38, "学习新修订的村规民约"),
)

REFUSALS = (
    "照片看不清，请重新拍。",
    "签到表上没有这一户。",
    "同一件事隔壁网格已经记过。",
    "证明还没有交来，交来后再记。",
    "不符合报备的时间。",
    "查了花名册，当天没有出工。",
)
REVERSAL = "记错了户，应为同组另一户，已另记。"
REMINDERS = (  # days ago, and what was found
    (38, "门前堆了建渣，占了半边路"),
    (20, "渠边倒了两车秸秆"),
    (9, "墙根堆着旧家具和塑料"),
    (3, "柴草堆到了公路边上"),
)
OBJECTION = "那天我家去了两个人，干了一整天，只记了一份。"
DISMISSAL = "查了签到表和派工单：当天按户记，一户一份，同去几人不加记。别家也是这样记的。"
MISSED = "上周清理排洪沟我家去了人，名单上没有看到，请查一查。"
SPOKEN = "到村委会口头说：分值记少了，应按半天八分记两个半天。"
FORGOTTEN_CARD = "户卡忘在家里，本人来的"
COMPLAINTS = (
    "积分超市星期三下午没有人，白跑了一趟，能不能把开门时间贴出来？",
    "公示栏的字太小，老人看不清，建议用大纸打印。",
)
COMPLAINT_ANSWER = (
    "已在超市门口和公示栏贴出：每周三、周六上午 9 点到 12 点开门。让您白跑了，对不住。"
)
