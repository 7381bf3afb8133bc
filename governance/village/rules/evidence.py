"""What proves an act: a photo, a usual kind of paper, or a document by its own name."""

from __future__ import annotations

import re

from governance.base.errors import phrase

NO_EVIDENCE, PHOTO = "none", "photo"
REMINDER = "reminder"  # points are taken only after a reminder that nobody followed
AMENDS = "before_after_photo"  # the rule that rewards putting right what was reminded of
PHOTO_EVIDENCE = (PHOTO, AMENDS)
EVIDENCE_NAMES = {
    NO_EVIDENCE: phrase("无需凭据"),
    PHOTO: phrase("照片"),
    AMENDS: phrase("前后照片"),
    "inspection": phrase("检查记录"),
    "certificate": phrase("证书"),
    REMINDER: phrase("提醒单"),
    "council": phrase("红白理事会证明"),
    "filing": phrase("报备单"),
    "award": phrase("评选结果"),
    "statement": phrase("情况说明"),
    "sign_in": phrase("签到表"),
    "minutes": phrase("会议记录"),
    "sign_in_out": phrase("签到签退"),
    "roster": phrase("花名册"),
    "mediation_file": phrase("调解档案"),
    "record": phrase("登记记录"),
    "police_decision": phrase("公安决定书"),
    "both_parties": phrase("双方确认"),
    "committee": phrase("村委会确认"),
    "letter": phrase("录取通知书"),
    "visit_note": phrase("走访记录"),
}
CODE_OF = {str(name): code for code, name in EVIDENCE_NAMES.items()} | dict.fromkeys(
    ("", "无", "无需", "不需要", "-", "—"), NO_EVIDENCE
)


def evidence_code(text: str) -> str:
    """Evidence as typed: the code of a usual kind, else the document's own name."""
    return CODE_OF.get(text, text)


def wants_photo(evidence: str) -> bool:
    """Whether evidence is a photo. A photo *or* something else is no photo rule: nobody is made to take one."""
    if evidence in PHOTO_EVIDENCE:
        return True
    return "照片" in evidence and not re.search(r"[或/]", evidence)
