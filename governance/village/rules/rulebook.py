"""The rulebook (积分细则): rules in versions, never edited in place; what is in force on a day."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.village.places import lock_place
from governance.village.rules.evidence import AMENDS, NO_EVIDENCE, REMINDER, wants_photo
from governance.village.rules.wording import Wording, clean


class Worded:
    """What a rule says, in force or in a draft."""

    code: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]  # its place in the rulebook, the same for all versions
    category: Mapped[str] = mapped_column(String(20))
    pillar: Mapped[str] = mapped_column(String(4), default="")
    behaviour: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(10), default="")
    points_min: Mapped[int]
    points_max: Mapped[int]
    cap_count: Mapped[int | None]
    cap_period: Mapped[str | None] = mapped_column(String(8))
    evidence: Mapped[str] = mapped_column(String(40), default=NO_EVIDENCE)
    review: Mapped[str] = mapped_column(String(8))
    remind_days: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    @property
    def fixed(self) -> bool:
        """Whether the rule gives one number, not a range."""
        return self.points_min == self.points_max

    @property
    def minus(self) -> bool:
        """Whether the rule takes points."""
        return self.points_max < 0

    @property
    def wants_photo(self) -> bool:
        """Whether an award by this rule needs a photo."""
        return wants_photo(self.evidence)

    @property
    def reminds(self) -> bool:
        """Whether the household is reminded first, and points are taken only if nothing was put right."""
        return self.evidence == REMINDER

    @property
    def amends(self) -> bool:
        """Whether the rule rewards putting right what a reminder named."""
        return self.evidence == AMENDS


class Rule(Worded, Model):
    """One version of a rule. A newer version with the same `code` ends the older one on its first day."""

    __tablename__ = "rules"
    __table_args__ = (
        UniqueConstraint("village_id", "code", "version"),
        CheckConstraint("points_min <= points_max", name="range_in_order"),
        CheckConstraint("points_min * points_max > 0", name="plus_or_minus_never_zero"),
        CheckConstraint("(cap_count IS NULL) = (cap_period IS NULL)", name="cap_whole"),
        CheckConstraint("cap_count >= 1", name="cap_from_one"),
        CheckConstraint("review IN ('auto','first','second')", name="review_known"),
        CheckConstraint("until IS NULL OR until >= since", name="dates_in_order"),
        CheckConstraint("remind_days >= 1", name="remind_days_from_one"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int]
    since: Mapped[date]
    until: Mapped[date | None]  # the first day it is no longer in force
    assembly_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[uuid.UUID | None]

    def in_force(self, day: date) -> bool:
        """Whether the rule may be used for what was seen on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


rules = Rule.__table__


class RuleNotThere(NotThere):
    """No such rule in this village."""

    code = "unknown_rule"
    message = phrase("没有这条细则。")


class NotLatestVersion(Conflict):
    """Somebody wrote a newer version meanwhile."""

    code = "not_latest_version"
    message = phrase("这条细则已经有更新的版本，请打开最新的再办。")


class RuleEnded(Conflict):
    """What has ended stays ended, or the notices since would have gone by a rule that nobody saw."""

    code = "rule_ended"
    message = phrase("这条细则已经停用，停用日期不能再改。要恢复，请另加一条。")


class RuleCodeTaken(Conflict):
    """Two rules in force with one code."""

    code = "rule_code_taken"
    message = phrase("编号 %(code)s 已经有了，请改用「修订」或者换一个编号。")
    field = "code"


def add_rule(village_id: uuid.UUID, wording: Wording, by: uuid.UUID | None) -> Rule:
    """Add a rule under a new code. Raises BadInput, RuleCodeTaken."""
    return add_rules(village_id, [wording], by)[0]


def add_rules(
    village_id: uuid.UUID, wordings: Sequence[Wording], by: uuid.UUID | None
) -> list[Rule]:
    """Add rules under new codes, all or none. Raises BadInput, RuleCodeTaken."""
    with atomic():
        lock_place(village_id)
        latest = _latest_versions(village_id)
        added = []
        for wording in map(clean, wordings):
            older = latest.get(wording.code)
            if older and (older.until is None or older.until > wording.since):
                raise RuleCodeTaken(code=wording.code)
            place = older.position if older else _last_position(latest) + 1
            rule = _new_version(village_id, wording, (older.version if older else 0) + 1, place, by)
            latest[wording.code] = rule
            added.append(rule)
        db.session.add_all(added)
        db.session.flush()
    return added


def revise_rule(rule: Rule, wording: Wording, by: uuid.UUID | None) -> Rule:
    """Write the next version of a rule; the present one ends on the day the new one begins.

    Raises BadInput, NotLatestVersion.
    """
    wording = clean(replace(wording, code=rule.code))
    with atomic():
        _lock_latest(rule)
        if wording.since < rule.since:
            raise BadInput(
                phrase("新版本的生效日期不能早于现行版本的 %(since)s。"),
                field="since",
                since=rule.since,
            )
        newer = _new_version(rule.village_id, wording, rule.version + 1, rule.position, by)
        rule.until = wording.since if rule.until is None else min(rule.until, wording.since)
        db.session.add(newer)
        db.session.flush()
    return newer


def retire_rule(rule: Rule, on: date) -> None:
    """End a rule: from `on` it is no longer in force. Raises BadInput, NotLatestVersion, RuleEnded."""
    if on < rule.since:
        raise BadInput(phrase("停用日期不能早于生效日期。"), field="until")
    with atomic():
        _lock_latest(rule)  # an older version that lasted longer would overlap the newer one
        if rule.until is not None and rule.until <= clock.today() and rule.until != on:
            raise RuleEnded
        rule.until = on


def _lock_latest(rule: Rule) -> None:
    """Lock the village's rulebook and make sure that nothing newer than `rule` stands in it."""
    lock_place(rule.village_id)
    if _latest_versions(rule.village_id)[rule.code].id != rule.id:
        raise NotLatestVersion


def _last_position(latest: dict[str, Rule]) -> int:
    return max((rule.position for rule in latest.values()), default=0)


def _new_version(
    village_id: uuid.UUID, wording: Wording, version: int, position: int, by: uuid.UUID | None
) -> Rule:
    return Rule(
        village_id=village_id,
        id=new_id(),
        version=version,
        position=position,
        made_at=clock.now(),
        made_by=by,
        **{name: getattr(wording, name) for name in Wording.FIELDS},
    )


def _latest_versions(village_id: uuid.UUID) -> dict[str, Rule]:
    rules = db.session.scalars(
        select(Rule).where(Rule.village_id == village_id).order_by(Rule.version),
        execution_options={"populate_existing": True},
    )
    return {rule.code: rule for rule in rules}


def wording_of(rule: Rule) -> Wording:
    """What a rule says, ready to be revised."""
    return Wording(**{name: getattr(rule, name) for name in Wording.FIELDS})


def get_rule(village_id: uuid.UUID, rule_id: uuid.UUID) -> Rule:
    """One version of a rule. Raises RuleNotThere."""
    rule = db.session.scalar(_RULE, {"village": village_id, "rule": rule_id})
    if rule is None:
        raise RuleNotThere
    return rule


_RULE = select(Rule).where(Rule.village_id == bindparam("village"), Rule.id == bindparam("rule"))


def rules_in_force(village_id: uuid.UUID, day: date | None = None) -> list[Rule]:
    """The rules of a day (today), by category as the rulebook orders them."""
    day = day or clock.today()
    found = db.session.scalars(_IN_FORCE, {"village": village_id, "day": day}).all()
    return in_order(found)


def outline_in_force(village_id: uuid.UUID, day: date) -> list[AnyRow]:
    """The rules of a day in order, as much of them as choosing needs: id, code, category, position, minus."""
    return in_order(db.session.execute(_OUTLINE, {"village": village_id, "day": day}).all())


def find_rules(village_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Rule]:
    """Versions of rules by id."""
    found = db.session.scalars(_RULES, {"village": village_id, "ids": ids})
    return {rule.id: rule for rule in found}


_RULES = select(Rule).where(
    Rule.village_id == bindparam("village"), Rule.id.in_(bindparam("ids", expanding=True))
)

Ruled = TypeVar("Ruled", bound=Any)  # a rule, or one of a draft


def in_order(rules: Sequence[Ruled]) -> list[Ruled]:
    """Rules by category as the rulebook orders them; deductions of a category follow its plus items."""
    first: dict[str, int] = {}
    for rule in rules:
        first[rule.category] = min(rule.position, first.get(rule.category, rule.position))
    return sorted(rules, key=lambda one: (first[one.category], one.minus, one.position))


def by_category(rules: Sequence[Ruled]) -> dict[str, list[Ruled]]:
    """Rules in order, chapter by chapter."""
    chapters: dict[str, list[Ruled]] = {}
    for rule in in_order(rules):
        chapters.setdefault(rule.category, []).append(rule)
    return chapters


def rules_by_standing(village_id: uuid.UUID) -> dict[str, list[Rule]]:
    """The rules in force, those coming (a first rule or a newer version), and those ended for good."""
    today = clock.today()
    latest = all_rules(village_id)
    coming = [rule for rule in latest if rule.since > today and rule.until != rule.since]
    ended = [rule for rule in latest if rule.until and rule.until <= max(today, rule.since)]
    return {"in_force": rules_in_force(village_id), "coming": coming, "ended": ended}


def categories_of(village_id: uuid.UUID) -> list[str]:
    """The categories in use, in the rulebook's order."""
    return list(by_category(all_rules(village_id)))


_STANDING = (
    Rule.village_id == bindparam("village"),
    Rule.since <= bindparam("day"),
    or_(Rule.until.is_(None), Rule.until > bindparam("day")),
)
_IN_FORCE = select(Rule).where(*_STANDING)
_OUTLINE = select(
    rules.c.id,
    rules.c.code,
    rules.c.category,
    rules.c.position,
    (rules.c.points_max < 0).label("minus"),
).where(*_STANDING)


def versions_of(village_id: uuid.UUID, code: str) -> Sequence[Rule]:
    """All versions of a rule, newest first."""
    return db.session.scalars(
        select(Rule)
        .where(Rule.village_id == village_id, Rule.code == code)
        .order_by(Rule.version.desc())
    ).all()


def all_rules(village_id: uuid.UUID) -> list[Rule]:
    """The latest version of every rule, in force, coming or ended, by code."""
    latest = _latest_versions(village_id)
    return [latest[code] for code in sorted(latest)]
