"""What an inspection checklist says (检查表的内容): checked and tidied before it counts; and what a result scores."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from governance.base import clock
from governance.base.errors import BadInput, phrase
from governance.base.text import half_width, one_line

MOST_SCENES, MOST_FINDINGS, MOST_DEDUCTED = 20, 200, 100
MOST_OUTCOMES = 5


class Target(StrEnum):
    """What is inspected with a checklist."""

    HOUSEHOLD = "household"
    PUBLIC = "public"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may be wrong, and what it costs."""

    code: str
    text: str
    deduct: int

    def plain(self) -> dict[str, Any]:
        """As the document keeps it and the phone takes it along."""
        return {"code": self.code, "text": self.text, "deduct": self.deduct}


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of what is looked at; one with `consent` only where the household agrees."""

    name: str
    max: int
    consent: bool
    findings: tuple[Finding, ...]

    def plain(self) -> dict[str, Any]:
        """As the document keeps it and the phone takes it along."""
        return {
            "name": self.name,
            "max": self.max,
            "consent": self.consent,
            "findings": [one.plain() for one in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Given:
    """From `least` points on a result gives the points of a rule."""

    least: int
    rule: str

    def plain(self) -> dict[str, Any]:
        """As the document keeps it."""
        return {"from": self.least, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Reminding:
    """A result below `below` points reminds by a rule; without a number any finding does."""

    rule: str
    below: int | None = None

    def plain(self) -> dict[str, Any]:
        """As the document keeps it."""
        return {"below": self.below, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class ChecklistWording:
    """What a checklist says, as typed at the desk or read from a file; cleaned by `clean`."""

    code: str
    title: str
    scenes: tuple[Scene, ...]
    target: str = Target.HOUSEHOLD.value
    outcomes: tuple[Given, ...] = ()
    remind: Reminding | None = None
    since: date = field(default_factory=clock.today)

    @property
    def full(self) -> int:
        """The points of a place without any finding."""
        return sum(scene.max for scene in self.scenes)


class BadFindings(BadInput):
    """Findings that are not of the checklist."""

    code = "bad_item"
    message = phrase("检查表里没有勾选的这些问题，请刷新后再记。")
    field = "findings"


class NoConsent(BadInput):
    """Findings inside the house without the household's yes."""

    code = "bad_item"
    message = phrase("室内的问题，要先征得这一户同意才能记。")
    field = "consent"


def scenes_of(content: Iterable[dict[str, Any]]) -> tuple[Scene, ...]:
    """The scenes of a document."""
    return tuple(
        Scene(
            one["name"],
            one["max"],
            one["consent"],
            tuple(Finding(each["code"], each["text"], each["deduct"]) for each in one["findings"]),
        )
        for one in content
    )


def score(scenes: Iterable[Scene], found: Collection[str], consent: bool) -> int:
    """What is left of the full points; a scene loses no more than it has.

    Without consent the scenes inside the house count full. Raises BadFindings, NoConsent.
    """
    scenes = list(scenes)
    found = set(found)
    if found - {one.code for one in _findings(scenes)}:
        raise BadFindings
    left = 0
    for scene in scenes:
        lost = [one.deduct for one in scene.findings if one.code in found]
        if lost and scene.consent and not consent:
            raise NoConsent
        left += scene.max - min(scene.max, sum(lost))
    return left


def texts_of(scenes: Iterable[Scene], found: Collection[str]) -> list[str]:
    """Findings in words, as the checklist orders them."""
    return [one.text for one in _findings(scenes) if one.code in found]


def _findings(scenes: Iterable[Scene]) -> Iterator[Finding]:
    return (one for scene in scenes for one in scene.findings)


def clean(wording: ChecklistWording) -> ChecklistWording:
    """Check and tidy a checklist. Raises BadInput naming the field."""
    wording = replace(
        wording,
        code=half_width(wording.code).strip(),
        title=one_line(wording.title),
        scenes=tuple(map(_clean_scene, wording.scenes)),
        outcomes=tuple(sorted(wording.outcomes, key=lambda one: -one.least)),
    )
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", wording.code):
        raise BadInput(phrase("编号用 1 到 20 个字母、数字或者横线。"), field="code")
    if not 2 <= len(wording.title) <= 40:
        raise BadInput(phrase("请填写检查表的名称，2 到 40 个字。"), field="title")
    if wording.target not in set(Target):
        raise BadInput(phrase("请选择检查农户还是公共场所。"), field="target")
    _check_findings(wording.scenes)
    _check_outcomes(wording)
    return wording


def _clean_scene(scene: Scene) -> Scene:
    findings = tuple(
        Finding(half_width(one.code).strip().upper(), one_line(one.text), one.deduct)
        for one in scene.findings
    )
    return replace(scene, name=one_line(scene.name), findings=findings)


def _check_findings(scenes: tuple[Scene, ...]) -> None:
    if not 1 <= len(scenes) <= MOST_SCENES:
        raise BadInput(
            phrase("检查表要有 1 到 %(most)s 个场所。"), field="scenes", most=MOST_SCENES
        )
    codes = [one.code for one in _findings(scenes)]
    if len(codes) > MOST_FINDINGS:
        raise BadInput(phrase("问题太多，最多 %(most)s 个。"), field="scenes", most=MOST_FINDINGS)
    twice = next((one for one in codes if codes.count(one) > 1), None)
    if twice:
        raise BadInput(phrase("编号 %(code)s 用了两次。"), field="scenes", code=twice)
    for scene in scenes:
        _check_scene(scene)


def _check_scene(scene: Scene) -> None:
    if not 1 <= len(scene.name) <= 20:
        raise BadInput(phrase("每个场所要有名称，不超过 20 个字。"), field="scenes")
    if not scene.findings:
        raise BadInput(phrase("「%(scene)s」还没有填问题。"), field="scenes", scene=scene.name)
    if not 0 <= scene.max <= MOST_DEDUCTED:
        raise BadInput(
            phrase("「%(scene)s」的分值应为 0 到 100。"), field="scenes", scene=scene.name
        )
    for finding in scene.findings:
        if not re.fullmatch(r"[A-Z0-9-]{1,8}", finding.code):
            raise BadInput(
                phrase("「%(text)s」的编号用 1 到 8 个字母或数字，例如 B5。"),
                field="scenes",
                text=finding.text,
            )
        if not 1 <= len(finding.text) <= 60:
            raise BadInput(
                phrase("%(code)s 要写明是什么问题，不超过 60 个字。"),
                field="scenes",
                code=finding.code,
            )
        if not 0 <= finding.deduct <= MOST_DEDUCTED:
            raise BadInput(
                phrase("%(code)s 的扣分应为 0 到 100。"), field="scenes", code=finding.code
            )


def _check_outcomes(wording: ChecklistWording) -> None:
    if len(wording.outcomes) > MOST_OUTCOMES:
        raise BadInput(phrase("最多 %(most)s 档。"), field="outcomes", most=MOST_OUTCOMES)
    leasts = [one.least for one in wording.outcomes]
    if len(set(leasts)) < len(leasts):
        raise BadInput(phrase("两档的分数不能一样。"), field="outcomes")
    if not all(1 <= one <= wording.full for one in leasts):
        raise BadInput(phrase("得分应为 1 到 %(full)s。"), field="outcomes", full=wording.full)
    below = wording.remind.below if wording.remind else None
    if below is not None and not 1 <= below <= wording.full:
        raise BadInput(phrase("得分应为 1 到 %(full)s。"), field="remind", full=wording.full)
