"""What a rule must not be tied to: benefits, certificates, petitions, fines. Warns and cites; forbids nothing.

The words are those of DOMAIN, "What law and policy ask". A pattern looks for the harmful use, not
for the bare word: helping a poor household is a good deed, staying out of its benefits is a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from governance.base.errors import Phrase, phrase
from governance.village.rules.wording import Wording

# Organic Law of the Villagers' Committees, article 31 (27 until 2025): village rules may not
# contradict the law, offend public order, or touch personal, democratic or property rights; nor set fines.
LAW = phrase(
    "《村民委员会组织法》第三十一条：村规民约不得违背法律和公序良俗，不得侵犯村民的人身权利、民主权利和合法财产权利"
)
LAW_AID = phrase(
    "《社会救助法》第四十七条、第四十八条：变更或者停止救助要听取本人意见，书面说明理由；《村民委员会组织法》第三十一条"
)
LAW_FINES = phrase("《村民委员会组织法》第三十一条；村规民约无权设定罚款")
NOTICE = phrase("国办函〔2026〕12号：整治“指尖上的形式主义”")
LAW_AND_NOTICE = phrase("《村民委员会组织法》第三十一条；国办函〔2026〕12号要求留有投诉入口")


@dataclass(frozen=True, slots=True)
class Concern:
    """A word that should not stand in a rule, why, and who says so."""

    word: str
    why: Phrase
    source: Phrase


# Taken out before looking: good deeds that name the same people or things.
HARMLESS = re.compile(
    r"(?:帮扶|帮助|关爱|关心|慰问|照顾|看望|走访|结对|救助|扶助)[^，。；、]{0,6}?(?:低保|特困|五保)(?:家庭|老人|人员|对象|户|者)?"
    r"|不(?:信谣|造谣|传谣)|不信谣不传谣"
)

_FAR = r"[^，。；]{0,12}?"
PATTERNS: tuple[tuple[re.Pattern[str], Phrase, Phrase], ...] = (
    (
        re.compile(
            r"低保|最低生活保障|特困|五保|(?:社会|临时|医疗|困难|民政|申请|享受|取消|停止|不予)救助"
            r"|救助(?:金|款|资格|对象|待遇|申请)"
            rf"|(?:取消|停发|停止|扣发|扣减|暂停|不予){_FAR}(?:补贴|补助|养老金|医保|社保|惠农|福利|待遇|分红)"
        ),
        phrase("积分不能和低保、救助、补贴等待遇挂钩：该不该享受，由国家的规定来定。"),
        LAW_AID,
    ),
    (
        re.compile(
            rf"拒绝办理|不予办理|不予受理|暂缓办理|暂停办理|停办{_FAR}(?:手续|证)"
            rf"|(?:不予?|不给|拒绝|停止|暂停)(?:开具?|出具|提供|盖章){_FAR}(?:证明|手续|公章|介绍信)|不予?盖章|不开证明"
        ),
        phrase("开证明、办手续是村民应得的服务，不能看积分。"),
        LAW,
    ),
    (
        re.compile(r"罚款|罚金|罚没|违约金|没收|(?:扣|不退)(?:除|缴|罚)?(?:押金|保证金)"),
        phrase("村里的细则只能加分、减分，不能罚钱。"),
        LAW_FINES,
    ),
    (
        re.compile(rf"上访|信访|越级|缠访|闹访|非访|告状|向上级{_FAR}(?:反映|投诉|举报)"),
        phrase("反映问题是村民的权利，不能为此加分或者扣分。"),
        LAW_AND_NOTICE,
    ),
    (
        # 统计生活垃圾, 累计生猪: the two characters also meet by chance.
        re.compile(r"计划生育|(?<![统累合会估设共总预])计生|超生|违法生育|未婚先孕|结扎|节育|引产"),
        phrase("生不生、生几个是家庭的事，不能用积分来管。"),
        LAW,
    ),
    (
        re.compile(
            rf"言论|发帖|造谣|传谣|(?:网上|网络|微信群|群里|朋友圈|抖音|短视频){_FAR}(?:评论|议论|抱怨|吐槽|批评|骂)"
        ),
        phrase("说话、发表意见是村民的权利，不能打分；违法的事由公安机关处理。"),
        LAW,
    ),
    (
        re.compile(r"拆迁|征地|(?:土地|房屋|宅基地)征收"),
        phrase("征地、拆迁按法定程序协商，不能用积分来催。"),
        LAW,
    ),
    (
        re.compile(
            rf"(?:取消|剥夺|丧失|停止|暂停|限制){_FAR}(?:资格|权利|选举权|被选举权|表决权)"
            rf"|(?:影响|限制|取消|不予|不准){_FAR}(?:入学|上学|参军|入伍|政审|入党|就业|贷款)"
            rf"|停水|停电|断水|断电|(?:不|停止|暂停)供[水电]"
        ),
        phrase("积分不能用来取消资格或者限制权利，只能用来评先和兑换。"),
        LAW,
    ),
    (
        re.compile(
            rf"打卡|点赞|转发|在线时长|学习时长|(?:强制|必须|要求)?(?:下载|安装|注册|关注){_FAR}(?:APP|App|app|软件|小程序|公众号)"
        ),
        phrase("不要求打卡、点赞、转发，也不强制下载安装。"),
        NOTICE,
    ),
)


def find_concerns(wording: Wording) -> list[Concern]:
    """The concerns of a rule's text, one for each reason, in the order of the table."""
    text = "\n".join((wording.category, wording.behaviour, wording.note, wording.evidence))
    text = HARMLESS.sub("", text)
    found = ((pattern.search(text), why, source) for pattern, why, source in PATTERNS)
    return [Concern(match.group(), why, source) for match, why, source in found if match]
