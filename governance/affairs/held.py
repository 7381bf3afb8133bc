"""Held items (待定事项): what an officer saw and the service refused, handed in so that a person decides. Never dropped."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs import inspecting, scoring
from governance.affairs.acts import note_attempts
from governance.affairs.fielditems import WRONG, BadItem, matter_of
from governance.affairs.inspecting import award_id_of
from governance.affairs.items import Decision, Inspected, Item, Matter, Outcome, Scorer, digest
from governance.affairs.refusals import OwnAward, OwnHousehold, clean_reason
from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, in_atomic, one_of
from governance.base.errors import Conflict, HemeiError, NotThere, Phrase, phrase
from governance.ledger import book
from governance.village.households import UnknownHousehold, households
from governance.village.kin import kin_of
from governance.village.publicplaces import PublicPlace, find_public_places
from governance.village.rulebook import Rule, RuleNotThere, get_rule, rules_in_force
from governance.village.sheets import Sheet, find_sheet_on, find_sheets
from governance.village.staff import Role, Staff, find_person


class HeldState(StrEnum):
    """Where a held item stands."""

    HELD = "held"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class HeldItem(Model):
    """An item as the phone had it, why it was refused, and what the committee decided."""

    __tablename__ = "held_items"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "rule_id"], ["rules.village_id", "rules.id"]),
        ForeignKeyConstraint(
            ["village_id", "sheet_id"], ["inspection_sheets.village_id", "inspection_sheets.id"]
        ),
        CheckConstraint("state IN ('held','accepted','dropped')", name="state_known"),
        CheckConstraint("(rule_id IS NULL) <> (sheet_id IS NULL)", name="by_rule_or_sheet"),
        CheckConstraint("(state = 'held') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by IS NULL OR decided_by <> filed_by", name="decided_by_another"),
        CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", name="a_no_has_a_reason"),
        Index("ix_held_items_queue", "village_id", "state", "filed_at"),
        Index("ix_held_items_filer", "village_id", "filed_by", "filed_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    item: Mapped[dict[str, Any]] = mapped_column(JSON)
    household_id: Mapped[uuid.UUID]  # or a public place's
    rule_id: Mapped[uuid.UUID | None]
    sheet_id: Mapped[uuid.UUID | None]
    seen_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(30))
    filed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=HeldState.HELD.value)
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(String(64))


held_items = HeldItem.__table__
staff = Staff.__table__

STATE_NAMES = {
    HeldState.HELD: phrase("待村委会定"),
    HeldState.ACCEPTED: phrase("已采纳"),
    HeldState.DROPPED: phrase("未采纳"),
}
# Why an item was refused, in words; the contract's codes.
WHY: Mapping[str, Phrase] = {
    "cap_reached": phrase("这条细则已经记满次数"),
    "rule_retired": phrase("细则或检查表已经停用、改版"),
    "not_resident": phrase("这一户登记为外出或空户"),
    "not_your_place": phrase("这一户不在记录人的网格里"),
    "own_household": phrase("是记录人自己家或者亲属家"),
    "evidence_missing": phrase("缺照片或者提醒单"),
    "points_out_of_range": phrase("分值不在细则的范围内"),
    "seen_in_future": phrase("手机的时间不对"),
    "unknown_household": phrase("这一户已经注销"),
    "unknown_rule": phrase("没有这条细则"),
    "key_conflict": phrase("同一编号下已经有别的内容"),
}
OTHER = phrase("其他原因")


class UnknownHeldItem(NotThere):
    """No such held item in this village."""

    code = "unknown_held_item"
    message = phrase("没有找到这一条待定事项。")


class HeldSettled(Conflict):
    """Somebody was faster."""

    code = "held_settled"
    message = phrase("这一条已经办过了：%(now)s。")


def hand_in(scorer: Scorer, raws: Sequence[Any]) -> list[HemeiError | str]:
    """Keep refused items for the committee, each once by its id: `held`, `already`, or the refusal."""
    try:
        return _hand_in(scorer, raws)
    except IntegrityError:  # two phones, one id, one moment
        if in_atomic():
            raise
        return _hand_in(scorer, raws)


def _hand_in(scorer: Scorer, raws: Sequence[Any]) -> list[HemeiError | str]:
    with atomic():
        read = [_read(raw) for raw in raws]
        good = [one for one in read if isinstance(one, _Handed)]
        known = _Known.load(scorer.village_id, good)
        answers = [one if isinstance(one, HemeiError) else known.keep(scorer, one) for one in read]
        db.session.add_all(known.fresh)
        db.session.flush()
    return answers


@dataclass(frozen=True, slots=True)
class _Handed:
    """A readable item, as it was sent and as it is meant."""

    matter: Matter
    raw: dict[str, Any]
    why: str

    def content(self) -> str:
        return digest([self.matter.content()])


def _read(raw: Any) -> _Handed | HemeiError:
    try:
        why = raw["why"]
        if not isinstance(why, str):
            raise BadItem(field="why")
        matter = matter_of(raw)
        plain = {name: raw[name] for name in sorted(raw) if name in ITEM_KEYS}
        return _Handed(matter, plain, why if why in WHY else "other")
    except HemeiError as refusal:
        return refusal
    except WRONG:
        return BadItem()


ITEM_KEYS = frozenset(
    ("id", "kind", "household", "rule", "sheet", "points", "note", "seen_at", "photos", "findings",
     "consent")
)  # fmt: skip


@dataclass(slots=True)
class _Known:
    """What the items name, as far as the village has it, and the rows to be written."""

    places: set[uuid.UUID]
    rules: set[uuid.UUID]
    sheets: set[uuid.UUID]
    before: dict[uuid.UUID, HeldItem]
    fresh: list[HeldItem]

    @classmethod
    def load(cls, village_id: uuid.UUID, handed: Iterable[_Handed]) -> _Known:
        matters = [one.matter for one in handed]
        items = [one for one in matters if isinstance(one, Item)]
        seen = [one for one in matters if isinstance(one, Inspected)]
        homes = {one.household_id for one in items} | {one.place_id for one in seen}
        where = (households.c.village_id == village_id, households.c.id.in_(homes))
        wanted = {one.rule_id for one in items}
        return cls(
            places=set(db.session.scalars(select(households.c.id).where(*where)))
            | find_public_places(village_id, homes).keys(),
            rules=set(
                db.session.scalars(
                    select(Rule.id).where(Rule.village_id == village_id, Rule.id.in_(wanted))
                )
            ),
            sheets=set(find_sheets(village_id, {one.sheet_id for one in seen})),
            before=_find_held(village_id, [one.id for one in matters]),
            fresh=[],
        )

    def keep(self, scorer: Scorer, handed: _Handed) -> HemeiError | str:
        """Keep one item, or say why it cannot be."""
        matter = handed.matter
        before = self.before.get(matter.id)
        if before:
            same = before.filed_by == scorer.staff_id and before.content == handed.content()
            return "already" if same else book.KeyConflict()
        seen = isinstance(matter, Inspected)
        place_id = matter.place_id if isinstance(matter, Inspected) else matter.household_id
        if place_id not in self.places:
            return UnknownHousehold()
        if isinstance(matter, Inspected) and matter.sheet_id not in self.sheets:
            return inspecting.SheetNotThere()
        if isinstance(matter, Item) and matter.rule_id not in self.rules:
            return RuleNotThere()
        row = HeldItem(
            village_id=scorer.village_id, id=matter.id, item=handed.raw, household_id=place_id,
            rule_id=None if seen else getattr(matter, "rule_id", None),
            sheet_id=getattr(matter, "sheet_id", None), seen_at=matter.seen_at, why=handed.why,
            filed_by=scorer.staff_id, filed_at=clock.now(), state=HeldState.HELD.value,
            content=handed.content(),
        )  # fmt: skip
        self.before[matter.id] = row
        self.fresh.append(row)
        return "held"


def _find_held(village_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, HeldItem]:
    found = db.session.scalars(
        select(HeldItem).where(HeldItem.village_id == village_id, HeldItem.id.in_(ids))
    )
    return {one.id: one for one in found}


def accept(village_id: uuid.UUID, by: uuid.UUID, held_id: uuid.UUID) -> Outcome:
    """Let a held item count, with `by` as its first check; twice is once.

    It counts in spite of a reached cap, an ended rule or an away household, and goes into the next
    notice. Raises UnknownHeldItem, OwnAward, OwnHousehold, HeldSettled, and what scoring refuses else.
    """
    _refuse_partial(village_id, by, held_id)
    with atomic():
        held = get_held(village_id, held_id, lock=True)
        if held.state == HeldState.DROPPED or held.decided_by not in (None, by):
            raise HeldSettled(now=STATE_NAMES[HeldState(held.state)])
        outcome = _record(_scorer_of(held), held, by)
        held.state, held.decided_by, held.decided_at = HeldState.ACCEPTED.value, by, clock.now()
    return outcome


def _record(scorer: Scorer, held: HeldItem, by: uuid.UUID) -> Outcome:
    matter, day = matter_of(held.item), clock.local_date(held.seen_at)
    if isinstance(matter, Inspected):
        sheet = find_sheets(held.village_id, [matter.sheet_id])[matter.sheet_id]
        then = find_sheet_on(held.village_id, sheet.code, day)
        usable = then if then and _same_findings(then, matter) else None
        return inspecting.record_decided(scorer, matter, Decision(by), usable)
    code = get_rule(held.village_id, matter.rule_id).code
    stood = (one for one in rules_in_force(held.village_id, day) if one.code == code)
    return scoring.record_decided(scorer, matter, Decision(by), next(stood, None))


def _same_findings(sheet: Sheet, seen: Inspected) -> bool:
    """Whether the sheet of the day knows everything that was ticked on another version."""
    known = {one.code for scene in sheet.scenes for one in scene.findings}
    return set(seen.findings) <= known


def _scorer_of(held: HeldItem) -> Scorer:
    """Who handed it in, with the grids they have now; one who is no officer any more had them then."""
    person = find_person(held.filed_by)
    posts = [
        post
        for post in (person.posts if person else ())
        if post.role == Role.OFFICER and post.village and post.village.id == held.village_id
    ]
    whole = not posts or any(post.place_id == held.village_id for post in posts)
    grids = None if whole else frozenset(post.place_id for post in posts if post.place_id)
    return Scorer(held.filed_by, held.village_id, grids)


def drop(village_id: uuid.UUID, by: uuid.UUID, held_id: uuid.UUID, reason: str) -> None:
    """Let a held item not count, with a reason the officer reads; twice is once.

    Raises ReasonMissing, BadInput, UnknownHeldItem, OwnAward, OwnHousehold, HeldSettled.
    """
    reason = clean_reason(reason)
    _refuse_partial(village_id, by, held_id)
    with atomic():
        held = get_held(village_id, held_id, lock=True)
        if held.state == HeldState.DROPPED and held.decided_by == by:
            return
        if held.state != HeldState.HELD:
            raise HeldSettled(now=STATE_NAMES[HeldState(held.state)])
        held.state, held.decided_by, held.decided_at = HeldState.DROPPED.value, by, clock.now()
        held.reason = reason


def _refuse_partial(village_id: uuid.UUID, by: uuid.UUID, held_id: uuid.UUID) -> None:
    """Nobody decides what they handed in, nor about their own household; the attempt is noted."""
    held = get_held(village_id, held_id)
    if held.filed_by == by:
        raise OwnAward
    if held.household_id in kin_of(village_id, by):
        note_attempts(village_id, by, "held", [(held.household_id, held_id)])
        raise OwnHousehold


def get_held(village_id: uuid.UUID, held_id: uuid.UUID, *, lock: bool = False) -> HeldItem:
    """A held item of the village, locked if it is about to be decided. Raises UnknownHeldItem."""
    found = db.session.get(
        HeldItem, (village_id, held_id), with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise UnknownHeldItem
    return found


# What the pages show.

rules, sheets, public_places = Rule.__table__, Sheet.__table__, PublicPlace.__table__
_LISTED = (
    select(
        held_items, households.c.group_no, households.c.number, households.c.head,
        public_places.c.name.label("place"), rules.c.behaviour, rules.c.points_min,
        rules.c.points_max, sheets.c.title, sheets.c.content.label("scenes"),
        staff.c.name.label("filer"),
    )
    .join(
        households,
        (households.c.village_id == held_items.c.village_id)
        & (households.c.id == held_items.c.household_id),
        isouter=True,
    )
    .join(
        public_places,
        (public_places.c.village_id == held_items.c.village_id)
        & (public_places.c.id == held_items.c.household_id),
        isouter=True,
    )
    .join(
        rules,
        (rules.c.village_id == held_items.c.village_id) & (rules.c.id == held_items.c.rule_id),
        isouter=True,
    )
    .join(
        sheets,
        (sheets.c.village_id == held_items.c.village_id) & (sheets.c.id == held_items.c.sheet_id),
        isouter=True,
    )
    .join(staff, staff.c.id == held_items.c.filed_by)
)  # fmt: skip


def listed(
    village_id: uuid.UUID, states: Iterable[HeldState], *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """Held items with household, rule or sheet, and who handed them in, and how many there are.

    Those that wait oldest first, the decided ones newest first.
    """
    states = tuple(states)
    where = (held_items.c.village_id == village_id, one_of(held_items.c.state, states))
    total = db.session.scalar(select(func.count()).select_from(held_items).where(*where)) or 0
    rows = db.session.execute(
        _LISTED.where(*where)
        .order_by(
            held_items.c.filed_at if HeldState.HELD in states else held_items.c.decided_at.desc(),
            held_items.c.id,
        )
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def handed_in_by(village_id: uuid.UUID, staff_id: uuid.UUID, limit: int) -> Sequence[AnyRow]:
    """What an officer handed in last, and what became of it."""
    return db.session.execute(
        _LISTED.where(held_items.c.village_id == village_id, held_items.c.filed_by == staff_id)
        .order_by(held_items.c.filed_at.desc(), held_items.c.id)
        .limit(limit)
    ).all()


def get_listed(village_id: uuid.UUID, held_id: uuid.UUID) -> AnyRow:
    """One held item with all that is shown of it. Raises UnknownHeldItem."""
    found = db.session.execute(
        _LISTED.where(held_items.c.village_id == village_id, held_items.c.id == held_id)
    ).first()
    if found is None:
        raise UnknownHeldItem
    return found


def count_held(village_id: uuid.UUID) -> int:
    """How many items wait for the committee's decision."""
    return db.session.scalar(_COUNT, {"village": village_id}) or 0


_COUNT = (
    select(func.count())
    .select_from(held_items)
    .where(
        held_items.c.village_id == bindparam("village"),
        one_of(held_items.c.state, [HeldState.HELD.value]),
    )
)


def why_text(why: str) -> Phrase:
    """Why it was refused, in words."""
    return WHY.get(why, OTHER)


def award_of(held: Any) -> uuid.UUID:
    """The award an accepted item became, or that its inspection gave if it gave one."""
    return award_id_of(held.id) if held.sheet_id else held.id
