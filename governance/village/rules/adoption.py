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
from governance.village.decisions import OF_VILLAGE, Meeting, note_decision
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


class GroupDecides(BadInput):
    """A group decides for itself, not for the village."""

    code = "group_decides"
    message = phrase(
        "村规民约和积分细则由全村的村民会议定，不能由一个小组定。《村民委员会组织法》第三十一条。"
    )
    field = "kind"


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


def adopt_set(
    village_id: uuid.UUID, by: uuid.UUID, set_id: uuid.UUID, meeting: Meeting, since: date
) -> Comparison:
    """Put a draft in force from a day, all or nothing; awards made before keep their words and points.

    Raises SetNotThere, SetClosed (also the second time), BadInput, what `Meeting.check` raises,
    GroupDecides, RuleComing, EmptyDraft.
    """
    if meeting.kind not in OF_VILLAGE:
        raise GroupDecides
    if since < clock.today():
        raise BadInput(phrase("生效日期不能早于今天：以前的记分不按新细则算。"), field="since")
    with atomic():
        lock_place(village_id)
        draft = lock_draft(village_id, set_id)
        standing = standing_rules(village_id, since)
        for rule in standing:
            if rule.since > since:
                raise RuleComing(code=rule.code, since=rule.since)
        drafts = rules_of_set(village_id, set_id)
        if not drafts:
            raise EmptyDraft
        found = hold_against(drafts, standing)
        decision = note_decision(village_id, by, draft.title, meeting)
        _carry_out(village_id, by, found, meeting.held_on, since)
        draft.state = SetState.ADOPTED.value
        draft.note, draft.decision_id = decision.note, decision.id
        draft.assembly_on, draft.since = meeting.held_on, since
        draft.ended_by, draft.ended_at = by, clock.now()
        for name in ("present", "votes_for", "votes_against"):
            setattr(draft, name, getattr(meeting, name))
        db.session.flush()
    return found


def _carry_out(
    village_id: uuid.UUID, by: uuid.UUID, found: Comparison, assembly_on: date, since: date
) -> None:
    def passed(one: DraftRule) -> Any:
        return replace(one.wording(), since=since, assembly_on=assembly_on)

    for change in found.changed:
        revise_rule(change.before, passed(change.after), by)
    if found.added:
        add_rules(village_id, [passed(one) for one in found.added], by)
    for rule in found.dropped:
        retire_rule(rule, since)
