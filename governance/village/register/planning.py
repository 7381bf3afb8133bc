"""What an import would do: whom it adds, what it changes, whom it leaves; nothing is written here."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from governance.base.database import AnyRow, db
from governance.base.errors import BadInput, phrase
from governance.village import places
from governance.village.households import Details, Status, code_of, households
from governance.village.members import members
from governance.village.places import Grid, Place
from governance.village.register import numbering
from governance.village.register.matching import match
from governance.village.register.numbering import GroupFull, NoGridForGroup
from governance.village.register.rows import Fault, Members, Register, RegisterEntry

COMPARED = ("head", "door", "size", "phone", "status", "party", "note")


class RegisterFaults(BadInput):
    """A register with anything wrong in it is not imported at all."""

    code = "register_faults"
    message = phrase("表格里有 %(count)s 处要改，什么都没有导入。")
    field = "file"


@dataclass(frozen=True, slots=True)
class Addition:
    """A household to be added, in a grid named by its code."""

    row: int
    details: Details
    grid_code: str
    was_closed: bool  # the register closed a household of this name in this group before

    @property
    def code(self) -> str:
        """What people call the household."""
        return code_of(self.details.group_no, self.details.number)


@dataclass(frozen=True, slots=True)
class Change:
    """A household whose register differs: the new details, and what differs (field, old, new)."""

    row: int
    household_id: uuid.UUID
    details: Details
    differences: list[tuple[str, Any, Any]]

    @property
    def code(self) -> str:
        """What people call the household."""
        return code_of(self.details.group_no, self.details.number)


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    register: Register
    added: list[Addition] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left: int = 0
    absent: int = 0  # households of the village the register does not name; they stay as they are
    new_grids: list[tuple[str, str]] = field(default_factory=list)  # code and name
    faults: list[Fault] = field(default_factory=list)

    @property
    def new_heads(self) -> int:
        """How many households would get another head: many of them mean another village's sheet."""
        return sum(any(name == "head" for name, _, _ in one.differences) for one in self.changed)

    @property
    def returning(self) -> int:
        """How many of the added ones bear a closed household's name."""
        return sum(one.was_closed for one in self.added)

    def digest(self) -> str:
        """A short name of what would be done, to prove that what is confirmed is what was shown."""
        content = [
            [(one.grid_code, _plain(one.details)) for one in self.added],
            [(str(one.household_id), _plain(one.details)) for one in self.changed],
            self.new_grids,
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:32]

    def refusal(self) -> RegisterFaults | None:
        """Why the register cannot be imported, if it cannot."""
        return RegisterFaults(count=len(self.faults)) if self.faults else None

    def refuse_faults(self) -> None:
        """Raises RegisterFaults."""
        refusal = self.refusal()
        if refusal:
            raise refusal


def plan_import(village: Place, register: Register) -> Plan:
    """Compare a register with the village's households; faults are gathered, never raised."""
    plan = Plan(register, faults=list(register.faults))
    homes = _homes(village.id, closed=False)
    families = _families(village.id) if register.columns.by_member else {}
    matched = match(register.entries, homes)
    for entry in register.entries:
        home = matched.get(entry.row)
        if home is not None:
            _plan_change(plan, entry, home, families.get(home.id, []))
    _plan_additions(
        plan, village, [one for one in register.entries if one.row not in matched], homes
    )
    plan.absent = len(homes) - len(matched)
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


def _homes(village_id: uuid.UUID, *, closed: bool) -> Sequence[AnyRow]:
    condition = households.c.closed_on.is_not(None) if closed else households.c.closed_on.is_(None)
    return db.session.execute(
        select(households).where(households.c.village_id == village_id, condition)
    ).all()


def _families(village_id: uuid.UUID) -> dict[uuid.UUID, Members]:
    found: dict[uuid.UUID, Members] = {}
    for row in db.session.execute(
        select(members.c.household_id, members.c.name, members.c.relation)
        .where(members.c.village_id == village_id)
        .order_by(members.c.household_id, members.c.position)
    ):
        found.setdefault(row.household_id, []).append((row.name, row.relation))
    return found


def _plan_change(plan: Plan, entry: RegisterEntry, home: AnyRow, family: Members) -> None:
    """An empty cell, or a column that is not there, leaves what the register has."""
    old = Details(**{name: getattr(home, name) for name in Details.FIELDS})
    new = replace(old, head=entry.head, door=entry.door.text or old.door)
    for name in ("phone", "status", "party", "note", "size"):
        value = getattr(entry, name)
        if value is not None and value != "":
            setattr(new, name, value)
    if entry.members is not None:
        new.members = entry.members if entry.members != family else None
        if entry.size is None and old.size == len(family):
            new.size = len(entry.members)
        new.size = max(new.size, len(entry.members))
    differences = [
        (name, getattr(old, name), getattr(new, name))
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]
    if new.members is not None:
        differences.append(("members", family, new.members))
    if differences:
        plan.changed.append(Change(entry.row, home.id, new, differences))
    else:
        plan.left += 1


def _plan_additions(
    plan: Plan, village: Place, entries: list[RegisterEntry], homes: Sequence[AnyRow]
) -> None:
    """Numbers first to those whose door says theirs, then to the others."""
    if not entries:
        return
    used = numbering.used_numbers(village.id)
    heads = {(home.group_no, home.number): home.head for home in homes}
    closed = {(home.group_no, home.head) for home in _homes(village.id, closed=True)}
    grids = _Grids(plan, village)
    added = []
    for entry in sorted(entries, key=lambda one: one.door.number is None):
        try:
            number = _number(entry, used.setdefault(entry.group_no, set()), heads)
            grid_code = grids.code_for(entry.group_no)
        except (NumberTaken, GroupFull, NoGridForGroup) as refusal:
            heading = plan.register.columns.headings.get("door", "门牌号")
            plan.faults.append(Fault(entry.row, heading, refusal.text, refusal.values))
            continue
        was_closed = (entry.group_no, entry.head) in closed
        added.append(Addition(entry.row, _details(entry, number), grid_code, was_closed))
    plan.added = sorted(added, key=lambda one: one.row)


class NumberTaken(BadInput):
    """The door names a number that another household has."""

    code = "number_taken"
    message = phrase("%(code)s 已经是 %(head)s 家的户号。")


def _number(entry: RegisterEntry, used: set[int], heads: dict[tuple[int, int], str]) -> int:
    number = entry.door.number
    if number is not None:
        if (entry.group_no, number) in heads:
            raise NumberTaken(
                code=code_of(entry.group_no, number), head=heads[entry.group_no, number]
            )
    elif entry.door.hint is not None and entry.door.hint not in used:
        number = entry.door.hint
    else:
        number = numbering.lowest_free(used, entry.group_no)
    used.add(number)
    return number


def _details(entry: RegisterEntry, number: int) -> Details:
    people = len(entry.members or ())
    return Details(
        group_no=entry.group_no,
        number=number,
        head=entry.head,
        door=entry.door.text or code_of(entry.group_no, number),
        size=max(entry.size or 0, people),
        phone=entry.phone or "",
        status=entry.status or Status.RESIDENT.value,
        party=bool(entry.party),
        note=entry.note or "",
        members=entry.members,
    )


class _Grids:
    """The village's grids and those the import adds."""

    def __init__(self, plan: Plan, village: Place):
        self.plan, self.village = plan, village
        self.grids = list(places.grids_of(village.id))

    def code_for(self, group_no: int) -> str:
        found = numbering.find_grid(self.grids, self.village.code, group_no)
        if found:
            return found.code
        code, name = numbering.new_grid(self.grids, self.village.code, group_no)
        self.plan.new_grids.append((code, name))
        self.grids.append(Grid(uuid.uuid4(), code, name))
        return code


def _plain(details: Details) -> list[Any]:
    return [*(getattr(details, name) for name in Details.FIELDS), details.members]
