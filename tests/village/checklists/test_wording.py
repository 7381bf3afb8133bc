"""The wording of a checklist: made plain as a rule's is."""

from __future__ import annotations

from datetime import date

from governance.village.checklists.wording import ChecklistWording, Finding, Scene, clean


def test_codes_and_texts_are_made_plain():
    """A rule's code could be typed wide, a checklist's could not."""
    finding = Finding(" ｂ１", "地面 \u200b 垃圾\n", 4)
    wording = ChecklistWording(
        code=" Ｓ１ ",
        title="入户　检查",
        scenes=(Scene(" 室内\u200b", 10, True, (finding,)),),
        since=date(2026, 1, 1),
    )
    plain = clean(wording)
    assert (plain.code, plain.title, plain.scenes[0].name) == ("S1", "入户 检查", "室内")
    assert plain.scenes[0].findings == (Finding("B1", "地面 垃圾", 4),)
