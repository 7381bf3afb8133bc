"""What a draft changes (对比), and the assembly's decision that puts it in force (通过).

A draft is held against the rulebook by code. The decision goes by the comparison of its own moment,
so whatever changed in the rulebook since the draft was begun is seen, and nothing is written twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from governance.base import clock
from governance.base.database import atomic, db
from governance.base.errors import BadInput, phrase
from governance.village.places import lock_place
from governance.village.rules.drafts import (
    DraftRule,
    RuleSet,
    SetState,
    lock_draft,
    rules_of_set,
    standing_rules,
)
from governance.village.rules.rulebook import (
    Rule,
    add_rules,
    in_order,
    retire_rule,
    revise_rule,
    rules_in_force,
)
from governance.village.rules.wording import tidy

MOST_PRESENT = 100_000
LONGEST_NOTE = 200
# What belongs together is compared together: half a cap is no cap.
PARTS: dict[str, tuple[str, ...]] = {
    "category": ("category",),
    "pillar": ("pillar",),
    "behaviour": ("behaviour",),
    "unit": ("unit",),
    "points": ("points_min", "points_max"),
    "cap": ("cap_count", "cap_period"),
    "evidence": ("evidence",),
    "review": ("review",),
    "remind_days": ("remind_days",),
    "note": ("note",),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A rule of the draft that says something else than the rule it takes the place of."""

    before: Rule
    after: DraftRule
    parts: tuple[str, ...]  # names of PARTS; `until` where the rule in force was to end


@dataclass(slots=True)
class Comparison:
    """A draft held against the rulebook."""

    added: list[DraftRule] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    dropped: list[Rule] = field(default_factory=list)
    same: list[tuple[Rule, DraftRule]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether the draft changes nothing."""
        return not (self.added or self.changed or self.dropped)

    @property
    def marks(self) -> dict[str, str]:
        """The codes that something happens to: added, changed, dropped."""
        return (
            {one.code: "added" for one in self.added}
            | {one.after.code: "changed" for one in self.changed}
            | {one.code: "dropped" for one in self.dropped}
        )


class NotEnoughVotes(BadInput):
    """Fewer than the law asks for."""

    code = "not_enough_votes"
    # Organic Law of the Villagers' Committees, on the villagers' assembly and on that of the
    # representatives alike. By name, not by number: the revision in force since 2026 renumbered it.
    message = phrase(
        "实到 %(present)s 人，赞成要过半数，至少 %(least)s 票。《村民委员会组织法》：所作决定应当经到会人员的过半数同意。"
    )
    field = "votes_for"


class EmptyDraft(BadInput):
    """A draft without a rule would end the whole rulebook, hardly on purpose."""

    code = "empty_draft"
    message = phrase("草案里一条细则也没有，不能登记通过。")


class RuleComing(BadInput):
    """A version passed earlier begins only after the draft's first day."""

    code = "rule_coming"
    message = phrase("%(code)s 有一个版本 %(since)s 才生效，草案的生效日期不能早于这一天。")
    field = "since"


def compare(village_id: uuid.UUID, rule_set: RuleSet) -> Comparison:
    """What a draft adds, changes and drops; of an adopted one, what it did on its first day."""
    drafts = rules_of_set(village_id, rule_set.id)
    if rule_set.since is None:
        return hold_against(drafts, standing_rules(village_id, clock.today()))
    before = rules_in_force(village_id, rule_set.since - clock.days(1))
    return hold_against(drafts, before, ends=False)


def hold_against(
    drafts: Iterable[DraftRule], rules: Iterable[Rule], *, ends: bool = True
) -> Comparison:
    """Compare by code; `ends`: that a rule was to end and now goes on is a change too."""
    standing = {rule.code: rule for rule in rules}
    found = Comparison()
    for draft in drafts:
        rule = standing.pop(draft.code, None)
        if rule is None:
            found.added.append(draft)
        elif parts := _parts_changed(rule, draft, ends):
            found.changed.append(Change(rule, draft, parts))
        else:
            found.same.append((rule, draft))
    found.dropped = in_order(list(standing.values()))
    return found


def _parts_changed(rule: Rule, draft: DraftRule, ends: bool) -> tuple[str, ...]:
    def says(one: Any, names: tuple[str, ...]) -> list[Any]:
        return [getattr(one, name) for name in names]

    parts = [part for part, names in PARTS.items() if says(rule, names) != says(draft, names)]
    if ends and rule.until is not None:
        parts.append("until")
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the assembly decided: when, who was there, how they voted, from when it holds."""

    assembly_on: date
    present: int
    votes_for: int
    votes_against: int
    since: date
    note: str = ""  # how many were called, where, who presided: in the village's own words

    def check(self) -> None:
        """Raises BadInput, NotEnoughVotes."""
        if self.assembly_on > clock.today():
            raise BadInput(phrase("会议的日期不能晚于今天。"), field="assembly_on")
        self._check_votes()
        if self.since < clock.today():
            raise BadInput(phrase("生效日期不能早于今天：以前的记分不按新细则算。"), field="since")
        if len(tidy(self.note)) > LONGEST_NOTE:
            raise BadInput(
                phrase("这一栏不超过 %(longest)s 个字。"), field="note", longest=LONGEST_NOTE
            )

    def _check_votes(self) -> None:
        if not 1 <= self.present <= MOST_PRESENT:
            raise BadInput(phrase("实到人数应为 1 到 100000。"), field="present")
        for name in ("votes_for", "votes_against"):
            if getattr(self, name) < 0:
                raise BadInput(phrase("票数不能是负数。"), field=name)
        if self.votes_for + self.votes_against > self.present:
            raise BadInput(phrase("赞成和反对加起来，不能多于实到人数。"), field="votes_against")
        if self.votes_for * 2 <= self.present:
            raise NotEnoughVotes(present=self.present, least=self.present // 2 + 1)


def adopt_set(
    village_id: uuid.UUID, by: uuid.UUID, set_id: uuid.UUID, decision: Decision
) -> Comparison:
    """Put a draft in force from a day, all or nothing; awards made before keep their words and points.

    Raises SetNotThere, SetClosed (also the second time), BadInput, NotEnoughVotes, RuleComing, EmptyDraft.
    """
    decision.check()
    with atomic():
        lock_place(village_id)
        draft = lock_draft(village_id, set_id)
        standing = standing_rules(village_id, decision.since)
        for rule in standing:
            if rule.since > decision.since:
                raise RuleComing(code=rule.code, since=rule.since)
        drafts = rules_of_set(village_id, set_id)
        if not drafts:
            raise EmptyDraft
        found = hold_against(drafts, standing)
        _carry_out(village_id, by, found, decision)
        draft.state = SetState.ADOPTED.value
        draft.note = tidy(decision.note)
        draft.ended_by, draft.ended_at = by, clock.now()
        for name in ("assembly_on", "present", "votes_for", "votes_against", "since"):
            setattr(draft, name, getattr(decision, name))
        db.session.flush()
    return found


def _carry_out(village_id: uuid.UUID, by: uuid.UUID, found: Comparison, decision: Decision) -> None:
    def passed(one: DraftRule) -> Any:
        return replace(one.wording(), since=decision.since, assembly_on=decision.assembly_on)

    for change in found.changed:
        revise_rule(change.before, passed(change.after), by)
    if found.added:
        add_rules(village_id, [passed(one) for one in found.added], by)
    for rule in found.dropped:
        retire_rule(rule, decision.since)
