"""Inspection checklists (检查表): scenes and findings, in versions like rules; what a result gives is the village's setting."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
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
    ChecklistWording,
    Given,
    Reminding,
    Scene,
    Target,
    clean,
    scenes_of,
)
from governance.village.places import lock_place
from governance.village.rules.rulebook import Rule, rules_in_force


class Checklist(Model):
    """One version of a checklist. A newer version with the same `code` ends the older one on its first day."""

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


class UnknownChecklist(NotThere):
    """No such checklist in this village."""

    code = "unknown_sheet"
    message = phrase("没有这张检查表。")


class NotLatestChecklist(Conflict):
    """Somebody wrote a newer version meanwhile."""

    code = "not_latest_sheet"
    message = phrase("这张检查表已经有更新的版本，请打开最新的再办。")


class ChecklistCodeTaken(Conflict):
    """Two checklists in force with one code."""

    code = "sheet_code_taken"
    message = phrase("编号 %(code)s 的检查表已经有了，请改用「修订」或者换一个编号。")
    field = "code"


def add_checklist(
    village_id: uuid.UUID, wording: ChecklistWording, by: uuid.UUID | None
) -> Checklist:
    """Add a checklist under a new code. Raises BadInput, ChecklistCodeTaken."""
    wording = clean(wording)
    with atomic():
        lock_place(village_id)
        older = _latest(village_id).get(wording.code)
        if older and (older.until is None or older.until > wording.since):
            raise ChecklistCodeTaken(code=wording.code)
        _check_rules(village_id, wording)
        return _write(village_id, wording, (older.version if older else 0) + 1, by)


def revise_checklist(
    checklist: Checklist, wording: ChecklistWording, by: uuid.UUID | None
) -> Checklist:
    """Write the next version of a checklist; the present one ends on the day the new one begins.

    Raises BadInput, NotLatestChecklist.
    """
    wording = clean(replace(wording, code=checklist.code))
    with atomic():
        _lock_latest(checklist)
        if wording.since < checklist.since:
            raise BadInput(
                phrase("新版本的生效日期不能早于现行版本的 %(since)s。"),
                field="since",
                since=checklist.since,
            )
        _check_rules(checklist.village_id, wording)
        checklist.until = (
            wording.since if checklist.until is None else min(checklist.until, wording.since)
        )
        return _write(checklist.village_id, wording, checklist.version + 1, by)


def load_checklist(
    village_id: uuid.UUID, wording: ChecklistWording, by: uuid.UUID | None
) -> Checklist:
    """Add a checklist, or revise the one with its code; the same again changes nothing. Raises as the two.

    A revision keeps what a result gives, where the file says nothing about it.
    """
    latest = _latest(village_id).get(clean(wording).code)
    if latest is None or (latest.until is not None and latest.until <= wording.since):
        return add_checklist(village_id, wording, by)
    now = wording_of(latest)
    newer = replace(
        wording,
        outcomes=wording.outcomes or now.outcomes,
        remind=wording.remind or now.remind,
    )
    same = replace(clean(newer), since=now.since) == now
    return latest if same else revise_checklist(latest, newer, by)


def retire_checklist(checklist: Checklist, on: date) -> None:
    """End a checklist: from `on` it is no longer in force. Raises BadInput, NotLatestChecklist."""
    if on < checklist.since:
        raise BadInput(phrase("停用日期不能早于生效日期。"), field="until")
    with atomic():
        _lock_latest(checklist)
        checklist.until = on


def _lock_latest(checklist: Checklist) -> None:
    lock_place(checklist.village_id)
    if _latest(checklist.village_id)[checklist.code].id != checklist.id:
        raise NotLatestChecklist


def _write(
    village_id: uuid.UUID, wording: ChecklistWording, version: int, by: uuid.UUID | None
) -> Checklist:
    checklist = Checklist(
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
    db.session.add(checklist)
    db.session.flush()
    return checklist


def _check_rules(village_id: uuid.UUID, wording: ChecklistWording) -> None:
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


def wording_of(checklist: Checklist) -> ChecklistWording:
    """What a checklist says, ready to be revised."""
    return ChecklistWording(
        code=checklist.code,
        title=checklist.title,
        target=checklist.target,
        scenes=checklist.scenes,
        outcomes=checklist.gives,
        remind=checklist.reminds,
        since=checklist.since,
    )


def get_checklist(village_id: uuid.UUID, sheet_id: uuid.UUID) -> Checklist:
    """One version of a checklist. Raises UnknownChecklist."""
    checklist = db.session.scalar(
        select(Checklist).where(Checklist.village_id == village_id, Checklist.id == sheet_id)
    )
    if checklist is None:
        raise UnknownChecklist
    return checklist


def find_checklists(
    village_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Checklist]:
    """Versions of checklists by id."""
    found = db.session.scalars(
        select(Checklist).where(Checklist.village_id == village_id, Checklist.id.in_(ids))
    )
    return {checklist.id: checklist for checklist in found}


def checklists_in_force(village_id: uuid.UUID, day: date | None = None) -> Sequence[Checklist]:
    """The checklists of a day (today), by code."""
    return db.session.scalars(_IN_FORCE, {"village": village_id, "day": day or clock.today()}).all()


_IN_FORCE = (
    select(Checklist)
    .where(
        Checklist.village_id == bindparam("village"),
        Checklist.since <= bindparam("day"),
        or_(Checklist.until.is_(None), Checklist.until > bindparam("day")),
    )
    .order_by(Checklist.code)
)


def titles_in_force(village_id: uuid.UUID, target: Target) -> Sequence[AnyRow]:
    """Id and title of today's checklists for households, or for public places: what a page offers."""
    values = {"village": village_id, "day": clock.today(), "target": target.value}
    return db.session.execute(_TITLES, values).all()


_TITLES = _IN_FORCE.with_only_columns(Checklist.id, Checklist.title).where(
    or_(Checklist.target == bindparam("target"), Checklist.target == Target.BOTH.value)
)


def find_checklist_on(village_id: uuid.UUID, code: str, day: date) -> Checklist | None:
    """The version of a checklist that was in force on a day."""
    return next((one for one in checklists_in_force(village_id, day) if one.code == code), None)


def versions_of(village_id: uuid.UUID, code: str) -> Sequence[Checklist]:
    """All versions of a checklist, newest first."""
    return db.session.scalars(
        select(Checklist)
        .where(Checklist.village_id == village_id, Checklist.code == code)
        .order_by(Checklist.version.desc())
    ).all()


def all_checklists(village_id: uuid.UUID) -> list[Checklist]:
    """The latest version of every checklist, in force, coming or ended, by code."""
    latest = _latest(village_id)
    return [latest[code] for code in sorted(latest)]


def _latest(village_id: uuid.UUID) -> dict[str, Checklist]:
    found = db.session.scalars(
        select(Checklist).where(Checklist.village_id == village_id).order_by(Checklist.version),
        execution_options={"populate_existing": True},
    )
    return {checklist.code: checklist for checklist in found}
