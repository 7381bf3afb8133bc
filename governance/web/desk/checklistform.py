"""The form of an inspection checklist: scenes and findings as rows, some of them empty for what is added."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField

from governance.base import clock
from governance.base.errors import BadInput, phrase
from governance.base.text import whole
from governance.village.checklists.wording import (
    ChecklistWording,
    Finding,
    Given,
    Reminding,
    Scene,
    Target,
)
from governance.web.frame.forms import Form, at_most, chosen, required

MORE = 2  # empty rows below each scene
GIVES = 3  # rows of what a score gives
TARGETS = (
    (Target.HOUSEHOLD.value, _l("农户")),
    (Target.PUBLIC.value, _l("公共场所")),
    (Target.BOTH.value, _l("农户和公共场所")),
)


class ChecklistForm(Form):
    """A checklist; its scenes, findings and outcomes are read from rows of plain inputs."""

    code = StringField(_l("编号"), [at_most(20)], render_kw={"autocomplete": "off"})
    title = StringField(_l("名称"), [required(), at_most(40)])
    target = RadioField(_l("查哪里"), [chosen()])
    since = DateField(_l("从哪天起生效"), [required()])
    shown: ChecklistWording | None = None  # what a fresh form shows

    def __init__(self, *arguments: Any, **values: Any):
        """Fill the choices, in the visitor's language."""
        super().__init__(*arguments, **values)
        self.target.choices = list(TARGETS)

    def wording(self) -> ChecklistWording:
        """What was typed. Raises BadInput."""
        return ChecklistWording(
            code=self.code.data or "",
            title=self.title.data or "",
            target=self.target.data,
            since=self.since.data,
            scenes=tuple(self._scenes()),
            outcomes=tuple(self._gives()),
            remind=self._remind(),
        )

    def _scenes(self) -> list[Scene]:
        rows = [row for row in typed_scenes() if row["name"].strip() or _filled(row["findings"])]
        return [
            Scene(
                row["name"],
                points(row["max"], "scenes"),
                row["consent"],
                tuple(
                    Finding(one["code"], one["text"], points(one["deduct"], "scenes"))
                    for one in _filled(row["findings"])
                ),
            )
            for row in rows
        ]

    def _gives(self) -> list[Given]:
        return [Given(points(least, "outcomes"), rule) for least, rule in typed_gives() if rule]

    def _remind(self) -> Reminding | None:
        below, rule = typed_remind()
        if not rule:
            return None
        return Reminding(rule, points(below, "remind") if below.strip() else None)

    # What the page shows: as typed, or as the checklist says.

    def scenes_shown(self) -> list[dict[str, Any]]:
        """The scenes as rows, with empty rows for more."""
        rows = typed_scenes() if self.shown is None else [_row(one) for one in self.shown.scenes]
        for row in rows:
            row["findings"] = [*_filled(row["findings"]), *_empty(MORE)]
        if not rows or rows[-1]["name"].strip():
            rows.append({"name": "", "max": "", "consent": False, "findings": _empty(MORE + 1)})
        return rows

    def gives_shown(self) -> list[tuple[str, str]]:
        """What a score gives, with empty rows for more."""
        rows = (
            typed_gives()
            if self.shown is None
            else [(str(one.least), one.rule) for one in self.shown.outcomes]
        )
        return [*rows, *[("", "")] * (GIVES - len(rows))]

    def remind_shown(self) -> tuple[str, str]:
        """From which result on the household is reminded."""
        if self.shown is None:
            return typed_remind()
        told = self.shown.remind
        return (
            "" if told is None or told.below is None else str(told.below),
            told.rule if told else "",
        )


def form_of(wording: ChecklistWording) -> ChecklistForm:
    """The form of a checklist that is revised."""
    form = ChecklistForm(
        formdata=None,
        code=wording.code,
        title=wording.title,
        target=wording.target,
        since=max(clock.today(), wording.since),
    )
    form.shown = wording
    return form


def blank_form() -> ChecklistForm:
    """The form of a new checklist."""
    return form_of(ChecklistWording("", "", ()))


def typed_scenes() -> list[dict[str, Any]]:
    """The rows of the request: `scene-0-name`, `scene-0-code`, ... each finding's parts side by side."""
    names = request.form
    rows = []
    number = 0
    while f"scene-{number}-name" in names:
        start = f"scene-{number}-"
        parts = (names.getlist(start + part) for part in ("code", "text", "deduct"))
        rows.append(
            {
                "name": names[start + "name"],
                "max": names.get(start + "max", ""),
                "consent": start + "consent" in names,
                "findings": [
                    {"code": code, "text": text, "deduct": deduct}
                    for code, text, deduct in zip(*parts, strict=False)
                ],
            }
        )
        number += 1
    return rows


def typed_gives() -> list[tuple[str, str]]:
    """What a score gives, as typed."""
    return list(zip(request.form.getlist("from"), request.form.getlist("gives"), strict=False))


def typed_remind() -> tuple[str, str]:
    """From which result on to remind, as typed."""
    return request.form.get("below", ""), request.form.get("reminds", "")


def points(text: str, field: str) -> int:
    """A whole number as typed; nothing is 0. Raises BadInput."""
    try:
        number = whole(text, 3) if text.strip() else 0
    except ValueError:
        number = -1
    if number < 0:
        raise BadInput(phrase("「%(text)s」应为 0 到 999 的整数。"), field=field, text=text[:20])
    return number


def _filled(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    return [one for one in findings if one["code"].strip() or one["text"].strip()]


def _empty(count: int) -> list[dict[str, str]]:
    return [{"code": "", "text": "", "deduct": ""} for _ in range(count)]


def _row(scene: Scene) -> dict[str, Any]:
    return {
        "name": scene.name,
        "max": str(scene.max),
        "consent": scene.consent,
        "findings": [
            {"code": one.code, "text": one.text, "deduct": str(one.deduct)}
            for one in scene.findings
        ],
    }
