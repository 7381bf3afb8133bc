"""What staff do, in words: one table for the log of acts. A changing page that is not in it fails a test."""

from __future__ import annotations

from governance.base.errors import Phrase, phrase

# The log's kinds: a view's door, and what it is called in the filter.
KINDS: dict[str, Phrase] = {
    "overview": phrase("总览"),
    "awards": phrase("审核"),
    "notices": phrase("公示"),
    "objections": phrase("异议"),
    "appeals": phrase("异议的最后决定"),
    "reminders": phrase("提醒"),
    "households": phrase("农户"),
    "register": phrase("花名册"),
    "sheets": phrase("门牌和户卡"),
    "rules": phrase("积分细则"),
    "inspections": phrase("检查表"),
    "held": phrase("待定事项"),
    "rulesets": phrase("细则修订"),
    "gifts": phrase("兑换品"),
    "redemptions": phrase("兑换记录"),
    "shop": phrase("积分超市"),
    "complaints": phrase("投诉建议"),
    "supervision": phrase("监督"),
    "team": phrase("人员"),
    "kin": phrase("亲属申报"),
    "admin": phrase("系统管理"),
    "area": phrase("乡镇和县区"),
    "account": phrase("账号与登录"),
    "scheme": phrase("积分方案"),
}

ACTS: dict[str, Phrase] = {
    "overview.confirm_date": phrase("核对日期"),
    "awards.check": phrase("审核通过"),
    "awards.reject": phrase("审核退回"),
    "awards.reverse": phrase("提出冲正"),
    "awards.confirm_reversal": phrase("确认冲正"),
    "awards.drop_reversal": phrase("不冲正"),
    "reminders.correct": phrase("核实已整改"),
    "reminders.deduct": phrase("核实未整改，记扣分"),
    "reminders.withdraw": phrase("撤销提醒"),
    "reminders.slips": phrase("打印整改提醒单"),
    "notices.make": phrase("起草公示"),
    "notices.edit": phrase("修改公示草稿"),
    "notices.drop": phrase("删除公示草稿"),
    "notices.post": phrase("张贴公示"),
    "notices.withdraw": phrase("撤回公示"),
    "notices.take_down": phrase("登记取下公示"),
    "notices.keep_wall_photo": phrase("存公示栏照片"),
    "objections.enter": phrase("代农户提异议"),
    "objections.decide": phrase("答复异议"),
    "objections.appeal": phrase("代农户请监督委员会复核"),
    "appeals.decide": phrase("对异议作最后决定"),
    "households.add": phrase("添加农户"),
    "households.edit": phrase("修改农户资料"),
    "households.move": phrase("调整农户编号、网格"),
    "households.close": phrase("注销农户"),
    "households.reopen": phrase("恢复农户"),
    "households.new_code": phrase("换新门牌码、补办户卡"),
    "register.carry_out": phrase("导入花名册"),
    "register.export_households": phrase("下载农户花名册"),
    "register.export_members": phrase("下载户籍底册"),
    "sheets.doors": phrase("打印门牌码"),
    "sheets.cards": phrase("打印户卡"),
    "held.accept": phrase("采纳待定事项"),
    "held.drop": phrase("不采纳待定事项"),
    "inspections.add": phrase("添加检查表"),
    "inspections.revise": phrase("修订检查表"),
    "inspections.retire": phrase("停用检查表"),
    "inspections.load": phrase("载入检查表"),
    "inspections.public_places": phrase("添加公共场所"),
    "inspections.public_place": phrase("修改公共场所"),
    "inspections.close_place": phrase("不再检查公共场所"),
    "rules.add": phrase("添加细则"),
    "rules.revise": phrase("修订细则"),
    "rules.retire": phrase("停用细则"),
    "rules.apply": phrase("载入细则表"),
    "rulesets.start": phrase("起草细则"),
    "rulesets.add": phrase("在细则草案里新增"),
    "rulesets.edit": phrase("修改细则草案"),
    "rulesets.drop_rule": phrase("从细则草案里去掉"),
    "rulesets.put_back": phrase("放回细则草案"),
    "rulesets.adopt": phrase("登记细则通过"),
    "rulesets.filed": phrase("登记细则报乡镇备案"),
    "rulesets.drop": phrase("作废细则草案"),
    "gifts.add": phrase("上架兑换品"),
    "gifts.edit": phrase("修改兑换品"),
    "gifts.load": phrase("载入兑换品表"),
    "gifts.deliver": phrase("登记进货"),
    "gifts.count": phrase("盘点库存"),
    "redemptions.take_back": phrase("退回兑换品"),
    "redemptions.slips": phrase("打印领取告知单"),
    "redemptions.tell": phrase("告诉农户没有户卡的领取"),
    "shop.hand_over": phrase("交付兑换品"),
    "shop.take_back": phrase("柜台退回兑换品"),
    "scheme.save": phrase("保存积分方案"),
    "scheme.grant": phrase("发放年度基础分"),
    "team.add_person": phrase("添加人员"),
    "team.appoint": phrase("任命"),
    "team.dismiss": phrase("免去任职"),
    "team.password": phrase("重设别人的密码"),
    "team.declare_kin": phrase("代为申报亲属户"),
    "team.withdraw_kin": phrase("撤销亲属申报"),
    "team.add_grid": phrase("添加网格"),
    "team.rename_grid": phrase("修改网格名称"),
    "kin.home": phrase("申报本户或亲属户"),
    "complaints.answer": phrase("答复投诉建议"),
    "supervision.draw": phrase("抽签抽查"),
    "supervision.item": phrase("填写抽查结果"),
    "area.sheet": phrase("登记公示纸上的台账摘要"),
    "admin.add_county": phrase("添加县区"),
    "admin.add_place": phrase("添加下级地方"),
    "admin.rename_place": phrase("修改地名"),
    "admin.add_admin": phrase("添加系统管理员"),
    "admin.add_person": phrase("添加人员"),
    "admin.appoint": phrase("任命"),
    "admin.dismiss": phrase("免去任职"),
    "admin.password": phrase("重设别人的密码"),
    "admin.set_active": phrase("停用、恢复登录"),
    "admin.unlock": phrase("解除登录锁定"),
    "admin.second_step_off": phrase("关闭别人的两步验证"),
    "admin.take_back": phrase("撤回任命"),
    "account.accept": phrase("接受任命"),
}

# Read with GET, but what is taken away holds personal data: noted like an act.
DOWNLOADS = frozenset(
    {
        "register.export_households",
        "register.export_members",
        "sheets.doors",
        "sheets.cards",
        "reminders.slips",
        "redemptions.slips",
    }
)

# Previews and checks that change nothing of the village's.
UNLOGGED = frozenset(
    {
        "register.home",  # a file is looked at before anything is imported
        "register.drop",  # the looked-at file is thrown away
        "rules.load",  # a rule file's preview
        "shop.card",  # the number on a card is compared
        "shop.confirm",  # what was chosen is looked at before anything moves
        # One's own sign-in: the record of sign-ins keeps it, and one's admin reads that.
        "account.password",
        "account.end",
        "account.end_others",
        "account.second_step",
        "account.second_step_off",
        "account.decline",
        "account.go_to_post",  # only another page
    }
)

# Only when it has come to its end is it known whether it was done: these note themselves.
NOTED_LATER = frozenset({"register.carry_out"})

# Tried on one's own household and refused; noted by the affair itself.
ATTEMPTS: dict[str, Phrase] = {
    "score": phrase("给自己家或亲属家记分"),
    "check": phrase("审核自己家或亲属家的记分"),
    "reverse": phrase("冲正自己家或亲属家的记分"),
    "look": phrase("抽查自己家或亲属家的记分"),
    "answer": phrase("答复牵涉自己家或亲属家的异议"),
    "held": phrase("办理自己家或亲属家的待定事项"),
    "remind": phrase("给自己家或亲属家发提醒、核实整改"),
}


# What was erased by law, at the operators' door: docs/adr/0017.
ERASED: dict[str, Phrase] = {
    "log_forgotten": phrase("依法删除旧的操作记录"),
    "words_erased": phrase("应本人要求删除异议原话"),
}

# What the calendar did by itself, or would not do.
CALENDAR: dict[str, Phrase] = {
    "differing": phrase("和公示不一样，没有入账"),
    "photos_removed": phrase("照片到期删除"),
}


def words_of(what: str) -> Phrase | None:
    """What an act's code says; None for a code of an older version."""
    return ACTS.get(what) or ATTEMPTS.get(what) or CALENDAR.get(what) or ERASED.get(what)
