"""The wording of a checklist: made plain as a rule's is; and what a result scores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from governance.base.errors import BadInput
from governance.village.checklists.wording import (
    BadFindings,
    ChecklistWording,
    Finding,
    Given,
    NoConsent,
    Reminding,
    Scene,
    clean,
    scenes_of,
    score,
    texts_of,
)
from tests.factories import SCENES

YARD = Scene("庭院", 10, False, (Finding("B0", "工具杂乱", 3),))


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


def wording(**more):
    plain = {"code": "A", "title": "入户检查", "scenes": SCENES, "since": date(2026, 1, 1)}
    return ChecklistWording(**(plain | more))


@pytest.mark.parametrize(
    ("found", "consent", "left"),
    [
        ((), True, 20),
        (("A0",), True, 16),
        (("A0", "A0"), True, 16),  # ticked once
        (("A0", "A1"), True, 10),  # a scene loses no more than it has
        (("B0", "B1"), True, 12),
        (("B1",), False, 15),  # without consent the room counts full
    ],
)
def test_a_result_is_what_the_findings_leave_of_the_full_points(found, consent, left):
    assert score(SCENES, found, consent) == left


def test_a_finding_inside_the_house_needs_the_households_yes():
    with pytest.raises(NoConsent):
        score(SCENES, ("A0",), consent=False)


def test_a_finding_that_is_not_of_the_checklist_is_refused():
    with pytest.raises(BadFindings):
        score(SCENES, ("A0", "X9"), consent=True)


def test_findings_are_told_in_the_checklists_order():
    assert texts_of(SCENES, ("B1", "A0")) == ["地面垃圾", "污水横流"]


def test_a_document_reads_back_as_it_was_written():
    assert scenes_of([scene.plain() for scene in SCENES]) == SCENES


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("code", {"code": "入户"}),
        ("code", {"code": "A" * 21}),
        ("title", {"title": "查"}),
        ("title", {"title": "查" * 41}),
        ("target", {"target": "everybody"}),
        ("scenes", {"scenes": ()}),
        ("scenes", {"scenes": (YARD,) * 2}),  # one code twice
        ("scenes", {"scenes": (replace(YARD, name=" "),)}),
        ("scenes", {"scenes": (replace(YARD, findings=()),)}),
        ("scenes", {"scenes": (replace(YARD, max=101),)}),
        ("scenes", {"scenes": (replace(YARD, findings=(Finding("B0", "", 3),)),)}),
        ("scenes", {"scenes": (replace(YARD, findings=(Finding("院子", "乱", 3),)),)}),
        ("scenes", {"scenes": (replace(YARD, findings=(Finding("B0", "乱", 101),)),)}),
        ("scenes", {"scenes": tuple(replace(YARD, name=f"{n}") for n in range(21))}),
        ("outcomes", {"outcomes": (Given(15, "E01"), Given(15, "E02"))}),
        ("outcomes", {"outcomes": (Given(21, "E01"),)}),
        ("outcomes", {"outcomes": (Given(0, "E01"),)}),
        ("outcomes", {"outcomes": tuple(Given(n, "E01") for n in range(1, 7))}),
        ("remind", {"remind": Reminding("E51", 21)}),
    ],
)
def test_a_wrong_wording_is_refused_and_names_its_field(field, more):
    with pytest.raises(BadInput) as refusal:
        clean(wording(**more))
    assert refusal.value.field == field


def test_what_a_result_gives_stands_the_best_first():
    tidy = clean(wording(outcomes=(Given(12, "E01"), Given(18, "E02"))))
    assert [one.least for one in tidy.outcomes] == [18, 12]
