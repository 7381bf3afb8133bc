"""Rule sets (细则草案): drafted, compared with what is in force, put to the assembly, adopted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, get_row, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import one_line
from governance.village.decisions import Decision
from governance.village.rules.file import RuleFile
from governance.village.rules.load import give_codes
from governance.village.rules.rulebook import (
    Rule,
    RuleCodeTaken,
    RuleNotThere,
    Worded,
    all_rules,
    in_order,
)
from governance.village.rules.wording import Wording, clean


class SetState(StrEnum):
    """Where a rule set stands."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    DROPPED = "dropped"


SET_STATE_NAMES = {
    SetState.DRAFT: phrase("草案"),
    SetState.ADOPTED: phrase("已通过"),
    SetState.DROPPED: phrase("已作废"),
}


class RuleSet(Model):
    """A whole rulebook in the making; adopted once, with the assembly's date and votes, from a day on."""

    __tablename__ = "rule_sets"
    __table_args__ = (
        CheckConstraint("state IN ('draft','adopted','dropped')", name="state_known"),
        CheckConstraint(
            "(state = 'adopted') = (assembly_on IS NOT NULL)"
            " AND (state = 'adopted') = (since IS NOT NULL)"
            " AND (state = 'adopted') = (present IS NOT NULL)",
            name="adopted_whole",
        ),
        CheckConstraint("votes_for + votes_against <= present", name="votes_of_those_present"),
        ForeignKeyConstraint(["village_id", "decision_id"], [Decision.village_id, Decision.id]),
        Index("ix_rule_sets_made", "village_id", "made_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(8), default="draft")
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    assembly_on: Mapped[date | None]
    present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    since: Mapped[date | None]
    decision_id: Mapped[uuid.UUID | None]  # sets adopted by 0.1.0 have none
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]


class DraftRule(Worded, Model):
    """One rule of a draft, with the same words as a rule in force."""

    __tablename__ = "draft_rules"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "set_id"], ["rule_sets.village_id", "rule_sets.id"]),
        UniqueConstraint("village_id", "set_id", "code"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    set_id: Mapped[uuid.UUID]

    def wording(self) -> Wording:
        """What it says, as a wording that begins today."""
        return Wording(**{name: getattr(self, name) for name in DRAFT_FIELDS})


# A draft has no dates of its own: the assembly and the first day come with the adoption.
DRAFT_FIELDS = tuple(name for name in Wording.FIELDS if name not in ("since", "assembly_on"))


class SetNotThere(NotThere):
    """No such rule set in this village."""

    code = "unknown_rule_set"
    message = phrase("没有这份细则草案。")


class SetClosed(Conflict):
    """An adopted or dropped set is read, not changed."""

    code = "rule_set_closed"
    message = phrase("这份细则「%(state)s」，不能再改。要改细则，请另起一份草案。")


def start_set(
    village_id: uuid.UUID, by: uuid.UUID, title: str, wordings: Iterable[Wording] = ()
) -> RuleSet:
    """Begin a draft, empty or with rules in the order they come. Raises BadInput, RuleCodeTaken."""
    title = one_line(title)
    if not 2 <= len(title) <= 60:
        raise BadInput(phrase("请给草案起个名字，2 到 60 个字。"), field="title")
    with atomic():
        started = RuleSet(
            village_id=village_id,
            id=new_id(),
            title=title,
            note="",
            state=SetState.DRAFT.value,
            made_by=by,
            made_at=clock.now(),
        )
        db.session.add(started)
        db.session.flush()
        taken: set[str] = set()
        for position, wording in enumerate(map(clean, wordings), 1):
            if wording.code in taken:
                raise RuleCodeTaken(code=wording.code)
            taken.add(wording.code)
            db.session.add(_draft_rule(started, wording, position))
        db.session.flush()
    return started


def wordings_to_copy(village_id: uuid.UUID) -> list[Wording]:
    """The rules a draft may begin with: the latest words of all that is in force or passed already."""
    return [
        Wording(**{name: getattr(rule, name) for name in DRAFT_FIELDS})
        for rule in in_order(standing_rules(village_id, clock.today()))
        if rule.until != rule.since
    ]


def wordings_of_file(village_id: uuid.UUID, file: RuleFile) -> list[Wording]:
    """A file's rules with the codes the rulebook knows them under; those without one get the next."""
    return give_codes(file.wordings, all_rules(village_id))


def standing_rules(village_id: uuid.UUID, day: date) -> list[Rule]:
    """The latest version of each rule that has not ended by `day`: in force then, or still to come."""
    return [rule for rule in all_rules(village_id) if rule.until is None or rule.until > day]


def sets_of(village_id: uuid.UUID) -> Sequence[RuleSet]:
    """The village's rule sets, newest first."""
    return db.session.scalars(
        select(RuleSet)
        .where(RuleSet.village_id == village_id)
        .order_by(RuleSet.made_at.desc(), RuleSet.id.desc())
    ).all()


def rule_counts(village_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many rules each set has."""
    rows = db.session.execute(
        select(DraftRule.set_id, func.count())
        .where(DraftRule.village_id == village_id)
        .group_by(DraftRule.set_id)
    )
    return {row[0]: row[1] for row in rows}


def sets_that_count(village_id: uuid.UUID) -> list[RuleSet]:
    """What the assembly has adopted: the sets still to come into force, then the one that did last."""
    adopted = db.session.scalars(
        select(RuleSet)
        .where(RuleSet.village_id == village_id, RuleSet.state == SetState.ADOPTED.value)
        .order_by(RuleSet.since.desc(), RuleSet.ended_at.desc())
    ).all()
    today = clock.today()
    coming = [one for one in adopted if one.since and one.since > today]
    return [*coming, *adopted[len(coming) : len(coming) + 1]]


def get_set(village_id: uuid.UUID, set_id: uuid.UUID, *, lock: bool = False) -> RuleSet:
    """A rule set, locked if it is about to be changed. Raises SetNotThere."""
    return get_row(RuleSet, village_id, set_id, SetNotThere, lock=lock)


def lock_draft(village_id: uuid.UUID, set_id: uuid.UUID) -> RuleSet:
    """Lock a set that is still a draft. Raises SetNotThere, SetClosed."""
    found = get_set(village_id, set_id, lock=True)
    if found.state != SetState.DRAFT:
        raise SetClosed(state=SET_STATE_NAMES[SetState(found.state)])
    return found


def rules_of_set(village_id: uuid.UUID, set_id: uuid.UUID) -> list[DraftRule]:
    """The rules of a set, by category in its order; deductions of a category follow its plus items."""
    rules = db.session.scalars(
        select(DraftRule).where(DraftRule.village_id == village_id, DraftRule.set_id == set_id)
    ).all()
    return in_order(rules)


def get_draft_rule(village_id: uuid.UUID, set_id: uuid.UUID, rule_id: uuid.UUID) -> DraftRule:
    """One rule of a set. Raises RuleNotThere."""
    found = db.session.get(DraftRule, (village_id, rule_id))
    if found is None or found.set_id != set_id:
        raise RuleNotThere
    return found


def add_draft_rule(village_id: uuid.UUID, set_id: uuid.UUID, wording: Wording) -> DraftRule:
    """Add a rule at the draft's end. Raises BadInput, RuleCodeTaken, SetNotThere, SetClosed."""
    wording = clean(wording)
    with atomic():
        draft = lock_draft(village_id, set_id)
        rules = rules_of_set(village_id, set_id)
        if wording.code in {rule.code for rule in rules}:
            raise RuleCodeTaken(
                phrase("草案里已经有 %(code)s，请直接改它，或者换一个编号。"), code=wording.code
            )
        added = _draft_rule(draft, wording, max((one.position for one in rules), default=0) + 1)
        db.session.add(added)
        db.session.flush()
    return added


def edit_draft_rule(
    village_id: uuid.UUID, set_id: uuid.UUID, rule_id: uuid.UUID, wording: Wording
) -> DraftRule:
    """Change a rule in place, for it is only a draft; its code stays. Raises BadInput, RuleNotThere, SetClosed."""
    with atomic():
        lock_draft(village_id, set_id)
        found = get_draft_rule(village_id, set_id, rule_id)
        wording.code = found.code
        wording = clean(wording)
        for name in DRAFT_FIELDS:
            setattr(found, name, getattr(wording, name))
        db.session.flush()
    return found


def drop_draft_rule(village_id: uuid.UUID, set_id: uuid.UUID, rule_id: uuid.UUID) -> DraftRule:
    """Take a rule out of the draft. Raises RuleNotThere, SetNotThere, SetClosed."""
    with atomic():
        lock_draft(village_id, set_id)
        found = get_draft_rule(village_id, set_id, rule_id)
        db.session.delete(found)
        db.session.flush()
    return found


def put_back_rule(village_id: uuid.UUID, set_id: uuid.UUID, code: str) -> DraftRule:
    """Put a rule that stands in the rulebook back into the draft. Raises RuleNotThere, RuleCodeTaken, SetClosed."""
    standing = {rule.code: rule for rule in standing_rules(village_id, clock.today())}
    if code not in standing:
        raise RuleNotThere
    words = {name: getattr(standing[code], name) for name in DRAFT_FIELDS}
    return add_draft_rule(village_id, set_id, Wording(**words))


def drop_set(village_id: uuid.UUID, by: uuid.UUID, set_id: uuid.UUID) -> RuleSet:
    """Give a draft up; it stays readable. Raises SetNotThere, SetClosed."""
    with atomic():
        draft = lock_draft(village_id, set_id)
        draft.state = SetState.DROPPED.value
        draft.ended_by, draft.ended_at = by, clock.now()
        db.session.flush()
    return draft


def _draft_rule(draft: RuleSet, wording: Wording, position: int) -> DraftRule:
    words = {name: getattr(wording, name) for name in DRAFT_FIELDS}
    return DraftRule(
        village_id=draft.village_id, id=new_id(), set_id=draft.id, position=position, **words
    )
