"""Loading a rule file into a rulebook: what it would add, revise and leave, and then doing it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, product
from string import ascii_uppercase

from governance.base.database import atomic
from governance.base.errors import BadInput, phrase
from governance.village import scheme
from governance.village.rules.file import RuleFile
from governance.village.rules.lint import Concern, find_concerns
from governance.village.rules.rulebook import Rule, add_rules, all_rules, revise_rule, wording_of
from governance.village.rules.wording import Wording, same_wording

FIRST_MINUS = 51  # deductions of a category are numbered from here, as the published schemes do


@dataclass(slots=True)
class Plan:
    """What a file changes in a village's rulebook."""

    added: list[Wording] = field(default_factory=list)
    revised: list[tuple[Rule, Wording]] = field(default_factory=list)
    left: list[Wording] = field(default_factory=list)
    base: int | None = None  # a new yearly base, where the file sets another one

    @property
    def wordings(self) -> list[Wording]:
        """Everything that would be written."""
        return [*self.added, *(wording for _, wording in self.revised)]

    @property
    def pairs_added(self) -> list[tuple[Wording, None]]:
        """Added wordings in the shape of `pairs_revised`."""
        return [(wording, None) for wording in self.added]

    @property
    def pairs_revised(self) -> list[tuple[Wording, Rule]]:
        """Each revised wording with the rule it replaces."""
        return [(wording, rule) for rule, wording in self.revised]

    @property
    def concerns(self) -> list[tuple[Wording, Concern]]:
        """The words in it that should not stand in a rule."""
        return [(one, concern) for one in self.wordings for concern in find_concerns(one)]


def plan_load(
    village_id: uuid.UUID, file: RuleFile, since: date, assembly_on: date | None = None
) -> Plan:
    """Hold a file against the rulebook. Raises BadInput where a revision would begin too early."""
    latest = {rule.code: rule for rule in all_rules(village_id)}
    plan = Plan()
    for plain in give_codes(file.wordings, latest.values()):
        wording = replace(plain, since=since, assembly_on=assembly_on)
        rule = latest.get(wording.code)
        if rule is None or (rule.until is not None and rule.until <= since):
            plan.added.append(wording)
        elif same_wording(wording_of(rule), wording):
            plan.left.append(wording)
        elif since < rule.since:
            raise BadInput(
                phrase("%(code)s 现在的版本 %(since)s 才生效，新版本不能更早。"),
                field="since",
                code=rule.code,
                since=rule.since,
            )
        else:
            plan.revised.append((rule, wording))
    now = scheme.find_scheme(village_id)
    if file.base is not None and (now.family, now.base) != ("B", file.base):
        plan.base = file.base
    return plan


def load_rules(
    village_id: uuid.UUID,
    file: RuleFile,
    since: date,
    by: uuid.UUID | None,
    assembly_on: date | None = None,
) -> Plan:
    """Load a file, all or nothing; what it says already is left. Raises BadInput."""
    with atomic():
        plan = plan_load(village_id, file, since, assembly_on)
        for rule, wording in plan.revised:
            revise_rule(rule, wording, by)
        if plan.added:
            add_rules(village_id, plan.added, by)
        if plan.base is not None:
            now = scheme.find_scheme(village_id)
            scheme.set_scheme(village_id, replace(now, family="B", base=plan.base))
    return plan


def give_codes(wordings: Sequence[Wording], rules: Iterable[Rule]) -> list[Wording]:
    """Codes for wordings without one: that of a rule with the same act, else the category's next.

    A category has a letter, A B C in the order of the file; deductions are numbered from 51.
    """
    rules = list(rules)
    known = {(rule.category, rule.behaviour): rule.code for rule in reversed(rules)}
    taken = {rule.code for rule in rules} | {one.code for one in wordings if one.code}
    letters = _letters([*rules, *(one for one in wordings if one.code)])
    coded = []
    for one in wordings:
        code = one.code or known.get((one.category, one.behaviour))
        if not code:
            code = _next_code(_letter(letters, one.category), one.points_max < 0, taken)
            taken.add(code)
        coded.append(replace(one, code=code))
    return coded


def _letters(coded: Iterable[Rule | Wording]) -> dict[str, str]:
    """The letter each category's codes begin with already."""
    letters: dict[str, str] = {}
    for one in coded:
        if match := re.fullmatch(r"([A-Z]+)\d+", one.code):
            letters.setdefault(one.category, match[1])
    return letters


def _letter(letters: dict[str, str], category: str) -> str:
    if category not in letters:
        used = set(letters.values())
        letters[category] = next(one for one in _alphabet() if one not in used)
    return letters[category]


def _alphabet() -> Iterator[str]:
    """A to Z, then AA to ZZ, and so on."""
    for length in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=length))


def _next_code(letter: str, minus: bool, taken: set[str]) -> str:
    codes = (f"{letter}{number:02d}" for number in count(FIRST_MINUS if minus else 1))
    return next(code for code in codes if code not in taken)
