"""Inspection sheets (检查表): scenes and findings, in versions like rules; what a result gives is the village's setting."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.village.checklists.wording import (
    Given,
    Reminding,
    Scene,
    SheetWording,
    Target,
    clean,
    scenes_of,
)
from governance.village.places import hold_place
from governance.village.rules.rulebook import Rule, rules_in_force


class Sheet(Model):
    """One version of a sheet. A newer version with the same `code` ends the older one on its first day."""

    __tablename__ = "inspection_sheets"
    __table_args__ = (
        UniqueConstraint("village_id", "code", "version"),
        CheckConstraint("target IN ('household','public','both')", name="target_known"),
        CheckConstraint('"full" >= 0', name="full_not_negative"),
        CheckConstraint("until IS NULL OR until >= since", name="dates_in_order"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(9))
    full: Mapped[int]
    content: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    remind: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    since: Mapped[date]
    until: Mapped[date | None]  # the first day it is no longer in force
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID | None]

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """What is looked at, in order."""
        return scenes_of(self.content)

    @property
    def gives(self) -> tuple[Given, ...]:
        """What a score gives, the best first."""
        return tuple(Given(one["from"], one["rule"]) for one in self.outcomes)

    @property
    def reminds(self) -> Reminding | None:
        """From which result on the household is reminded."""
        return Reminding(self.remind["rule"], self.remind["below"]) if self.remind else None

    @property
    def for_households(self) -> bool:
        """Whether households are inspected with it."""
        return self.target != Target.PUBLIC

    @property
    def for_public(self) -> bool:
        """Whether public places are inspected with it."""
        return self.target != Target.HOUSEHOLD

    def in_force(self, day: date) -> bool:
        """Whether it may be used for what was seen on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


class UnknownSheet(NotThere):
    """No such sheet in this village."""

    code = "unknown_sheet"
    message = phrase("没有这张检查表。")


class NotLatestSheet(Conflict):
    """Somebody wrote a newer version meanwhile."""

    code = "not_latest_sheet"
    message = phrase("这张检查表已经有更新的版本，请打开最新的再办。")


class SheetCodeTaken(Conflict):
    """Two sheets in force with one code."""

    code = "sheet_code_taken"
    message = phrase("编号 %(code)s 的检查表已经有了，请改用「修订」或者换一个编号。")
    field = "code"


def add_sheet(village_id: uuid.UUID, wording: SheetWording, by: uuid.UUID | None) -> Sheet:
    """Add a sheet under a new code. Raises BadInput, SheetCodeTaken."""
    wording = clean(wording)
    with atomic():
        hold_place(village_id)
        older = _latest(village_id).get(wording.code)
        if older and (older.until is None or older.until > wording.since):
            raise SheetCodeTaken(code=wording.code)
        _check_rules(village_id, wording)
        return _write(village_id, wording, (older.version if older else 0) + 1, by)


def revise_sheet(sheet: Sheet, wording: SheetWording, by: uuid.UUID | None) -> Sheet:
    """Write the next version of a sheet; the present one ends on the day the new one begins.

    Raises BadInput, NotLatestSheet.
    """
    wording = clean(replace(wording, code=sheet.code))
    with atomic():
        _hold_latest(sheet)
        if wording.since < sheet.since:
            raise BadInput(
                phrase("新版本的生效日期不能早于现行版本的 %(since)s。"),
                field="since",
                since=sheet.since,
            )
        _check_rules(sheet.village_id, wording)
        sheet.until = wording.since if sheet.until is None else min(sheet.until, wording.since)
        return _write(sheet.village_id, wording, sheet.version + 1, by)


def load_sheet(village_id: uuid.UUID, wording: SheetWording, by: uuid.UUID | None) -> Sheet:
    """Add a sheet, or revise the one with its code; the same again changes nothing. Raises as the two.

    A revision keeps what a result gives, where the file says nothing about it.
    """
    latest = _latest(village_id).get(clean(wording).code)
    if latest is None or (latest.until is not None and latest.until <= wording.since):
        return add_sheet(village_id, wording, by)
    now = wording_of(latest)
    newer = replace(
        wording,
        outcomes=wording.outcomes or now.outcomes,
        remind=wording.remind or now.remind,
    )
    same = replace(clean(newer), since=now.since) == now
    return latest if same else revise_sheet(latest, newer, by)


def retire_sheet(sheet: Sheet, on: date) -> None:
    """End a sheet: from `on` it is no longer in force. Raises BadInput, NotLatestSheet."""
    if on < sheet.since:
        raise BadInput(phrase("停用日期不能早于生效日期。"), field="until")
    with atomic():
        _hold_latest(sheet)
        sheet.until = on


def _hold_latest(sheet: Sheet) -> None:
    hold_place(sheet.village_id)
    if _latest(sheet.village_id)[sheet.code].id != sheet.id:
        raise NotLatestSheet


def _write(
    village_id: uuid.UUID, wording: SheetWording, version: int, by: uuid.UUID | None
) -> Sheet:
    sheet = Sheet(
        village_id=village_id,
        id=new_id(),
        code=wording.code,
        version=version,
        title=wording.title,
        target=wording.target,
        full=wording.full,
        content=[scene.plain() for scene in wording.scenes],
        outcomes=[one.plain() for one in wording.outcomes],
        remind=wording.remind.plain() if wording.remind else None,
        since=wording.since,
        made_at=clock.now(),
        made_by=by,
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet


def _check_rules(village_id: uuid.UUID, wording: SheetWording) -> None:
    """What a result gives must be a rule that gives it by itself."""
    rules = {rule.code: rule for rule in rules_in_force(village_id, wording.since)}
    for given in wording.outcomes:
        rule = rules.get(given.rule)
        if rule is None or not may_be_given(rule):
            raise BadInput(
                phrase("「%(rule)s」要是一条生效的加分细则，分值固定，不要照片。"),
                field="outcomes",
                rule=given.rule,
            )
    if wording.remind and not (wording.remind.rule in rules and rules[wording.remind.rule].reminds):
        raise BadInput(
            phrase("「%(rule)s」要是一条生效的、凭据是提醒单的细则。"),
            field="remind",
            rule=wording.remind.rule,
        )


def may_be_given(rule: Rule) -> bool:
    """Whether a result may give a rule's points: fixed, a plus, nothing more asked for."""
    return rule.fixed and not rule.minus and not rule.wants_photo


def wording_of(sheet: Sheet) -> SheetWording:
    """What a sheet says, ready to be revised."""
    return SheetWording(
        code=sheet.code,
        title=sheet.title,
        target=sheet.target,
        scenes=sheet.scenes,
        outcomes=sheet.gives,
        remind=sheet.reminds,
        since=sheet.since,
    )


def get_sheet(village_id: uuid.UUID, sheet_id: uuid.UUID) -> Sheet:
    """One version of a sheet. Raises UnknownSheet."""
    sheet = db.session.scalar(
        select(Sheet).where(Sheet.village_id == village_id, Sheet.id == sheet_id)
    )
    if sheet is None:
        raise UnknownSheet
    return sheet


def find_sheets(village_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Sheet]:
    """Versions of sheets by id."""
    found = db.session.scalars(
        select(Sheet).where(Sheet.village_id == village_id, Sheet.id.in_(ids))
    )
    return {sheet.id: sheet for sheet in found}


def sheets_in_force(village_id: uuid.UUID, day: date | None = None) -> Sequence[Sheet]:
    """The sheets of a day (today), by code."""
    return db.session.scalars(_IN_FORCE, {"village": village_id, "day": day or clock.today()}).all()


_IN_FORCE = (
    select(Sheet)
    .where(
        Sheet.village_id == bindparam("village"),
        Sheet.since <= bindparam("day"),
        or_(Sheet.until.is_(None), Sheet.until > bindparam("day")),
    )
    .order_by(Sheet.code)
)


def titles_in_force(village_id: uuid.UUID, target: Target) -> Sequence[AnyRow]:
    """Id and title of today's sheets for households, or for public places: what a page offers."""
    values = {"village": village_id, "day": clock.today(), "target": target.value}
    return db.session.execute(_TITLES, values).all()


_TITLES = _IN_FORCE.with_only_columns(Sheet.id, Sheet.title).where(
    or_(Sheet.target == bindparam("target"), Sheet.target == Target.BOTH.value)
)


def find_sheet_on(village_id: uuid.UUID, code: str, day: date) -> Sheet | None:
    """The version of a sheet that was in force on a day."""
    return next((one for one in sheets_in_force(village_id, day) if one.code == code), None)


def versions_of(village_id: uuid.UUID, code: str) -> Sequence[Sheet]:
    """All versions of a sheet, newest first."""
    return db.session.scalars(
        select(Sheet)
        .where(Sheet.village_id == village_id, Sheet.code == code)
        .order_by(Sheet.version.desc())
    ).all()


def all_sheets(village_id: uuid.UUID) -> list[Sheet]:
    """The latest version of every sheet, in force, coming or ended, by code."""
    latest = _latest(village_id)
    return [latest[code] for code in sorted(latest)]


def _latest(village_id: uuid.UUID) -> dict[str, Sheet]:
    found = db.session.scalars(
        select(Sheet).where(Sheet.village_id == village_id).order_by(Sheet.version),
        execution_options={"populate_existing": True},
    )
    return {sheet.code: sheet for sheet in found}


def rule_codes(sheets: Iterable[Sheet]) -> set[str]:
    """The rules some sheets' results give or remind by."""
    codes = {given.rule for sheet in sheets for given in sheet.gives}
    return codes | {sheet.reminds.rule for sheet in sheets if sheet.reminds}
