"""Households and their members: added, edited, moved, closed; what is typed is cleaned here."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    bindparam,
    false,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.ledger import book
from governance.village import codes
from governance.village.cleaning import (
    clean_door,
    clean_name,
    clean_note,
    clean_phone,
    clean_relation,
)
from governance.village.members import insert_members, replace_members
from governance.village.places import Place, lock_place


class Status(StrEnum):
    """Where a household lives. Away and empty ones are neither inspected nor ranked."""

    RESIDENT = "resident"
    AWAY = "away"
    SEASONAL = "seasonal"
    EMPTY = "empty"


STATUS_NAMES = {
    Status.RESIDENT: phrase("常住"),
    Status.AWAY: phrase("外出"),
    Status.SEASONAL: phrase("季节性居住"),
    Status.EMPTY: phrase("空户"),
}
SCORABLE = (Status.RESIDENT, Status.SEASONAL)
NUMBERS = range(1, 10_000)  # of the households in one group


class Household(Model):
    """A household. `code` is what people see (3组17号); `door` the address as the register has it."""

    __tablename__ = "households"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "id"], ["accounts.village_id", "accounts.household_id"]
        ),
        CheckConstraint("status IN ('resident','away','seasonal','empty')", name="status_known"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("group_no >= 1 AND number >= 1", name="code_from_one"),
        Index(
            "uq_households_code_open",
            "village_id",
            "group_no",
            "number",
            unique=True,
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_households_grid", "village_id", "grid_id"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    grid_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"))
    group_no: Mapped[int]
    number: Mapped[int]
    head: Mapped[str] = mapped_column(String(30))
    door: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(default=0)
    phone: Mapped[str] = mapped_column(String(20), default="")
    status: Mapped[str] = mapped_column(String(8), default=Status.RESIDENT.value)
    party: Mapped[bool] = mapped_column(default=False)
    minor: Mapped[bool] = mapped_column(default=False, server_default=false())
    note: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime]
    closed_on: Mapped[date | None]

    @property
    def code(self) -> str:
        """What people call the household: group and number."""
        return code_of(self.group_no, self.number)


households = Household.__table__


class CodeInUse(Conflict):
    """Two open households with one number in one group."""

    code = "code_in_use"
    message = phrase("%(code)s 已经是 %(head)s 家。")
    field = "number"


class UnknownHousehold(NotThere):
    """No such household among the visitor's places."""

    code = "unknown_household"
    message = phrase("没有找到这一户，或者不在您的范围内。")


class HouseholdClosed(Conflict):
    """A closed household is history: it is opened again before anything of it changes."""

    code = "household_closed"
    message = phrase("这一户已经注销，要改请先恢复。")


@dataclass(slots=True)
class Details:
    """What the desk or a register says about a household, cleaned by `clean`."""

    group_no: int
    number: int
    head: str
    door: str = ""
    size: int = 0
    phone: str = ""
    status: str = Status.RESIDENT.value
    party: bool = False
    note: str = ""
    members: list[tuple[str, str]] | None = None  # (name, relation); None leaves them as they are

    FIELDS = ("group_no", "number", "head", "door", "size", "phone", "status", "party", "note")


def code_of(group_no: int, number: int) -> str:
    """Group and number as people say them: 3组17号."""
    return f"{group_no}组{number}号"


def clean(details: Details) -> Details:
    """Check and tidy what was typed. Raises BadInput naming the field."""
    if not 1 <= details.group_no <= 999:
        raise BadInput(phrase("组号应为 1 到 999。"), field="group_no")
    if details.number not in NUMBERS:
        raise BadInput(phrase("户号应为 1 到 9999。"), field="number")
    if not 0 <= details.size <= 99:
        raise BadInput(phrase("家庭人口应为 0 到 99。"), field="size")
    if details.status not in set(Status):
        raise BadInput(
            phrase("居住状态「%(status)s」不认识。"), field="status", status=details.status
        )
    details.head = clean_name(details.head)
    details.phone = clean_phone(details.phone)
    details.door = clean_door(details.door) or code_of(details.group_no, details.number)
    details.note = clean_note(details.note)
    if details.members is not None:
        details.members = [
            (clean_name(name, "members"), clean_relation(relation))
            for name, relation in details.members
        ]
        details.size = max(details.size, len(details.members))
    return details


def add_household(
    village: Place, grid_id: uuid.UUID, details: Details, household_id: uuid.UUID | None = None
) -> Household:
    """Register a household with its account, door code and card. Raises BadInput, CodeInUse."""
    details = clean(details)
    with atomic():
        lock_place(village.id)
        _refuse_taken_code(village.id, details)
        return add_households(village, [(grid_id, details)], [household_id or new_id()])[0]


def add_households(
    village: Place,
    batch: Sequence[tuple[uuid.UUID, Details]],
    ids: Sequence[uuid.UUID] | None = None,
) -> list[Household]:
    """Register many cleaned households in a few statements; the caller has looked for taken codes."""
    added = [
        Household(
            village_id=village.id,
            id=one,
            grid_id=grid_id,
            added_at=clock.now(),
            **{name: getattr(details, name) for name in Details.FIELDS},
        )
        for one, (grid_id, details) in zip(ids or [new_id() for _ in batch], batch, strict=True)
    ]
    with atomic():
        book.open_accounts(village.id, [one.id for one in added])
        db.session.add_all(added)
        db.session.flush()
        people = {one.id: details.members for one, (_, details) in zip(added, batch, strict=True)}
        insert_members(village.id, people)
        codes.make_codes(village, [one.id for one in added], ("door", "card"))
    return added


def edit_household(household: Household, grid_id: uuid.UUID, details: Details) -> None:
    """Change what the register says; a move is a new group, number or grid.

    Raises BadInput, CodeInUse, HouseholdClosed.
    """
    details = clean(details)
    with atomic():
        lock_place(household.village_id)
        _refuse_closed(household)
        _refuse_taken_code(household.village_id, details, but=household.id)
        household.grid_id = grid_id
        for name in Details.FIELDS:
            setattr(household, name, getattr(details, name))
        if details.members is not None:
            replace_members(household.village_id, {household.id: details.members})


def set_minor(household: Household, minor: bool) -> None:
    """Say whether the head is under age: the public reads only the surname.

    Not among `Details`: a register from Excel has no such column, and must not take the mark away.
    """
    with atomic():
        household.minor = minor


@contextmanager
def editing(household: Household) -> Iterator[None]:
    """Hold the register and look at the household afresh: what is changed meanwhile is not undone."""
    with atomic():
        lock_place(household.village_id)
        db.session.refresh(household)
        yield


def edit_households(village_id: uuid.UUID, changes: Mapping[uuid.UUID, Details]) -> None:
    """Change what the register says of many open households, cleaned and staying where they are."""
    if not changes:
        return
    rows = [
        {"its_village": village_id, "its_id": one}
        | {f"new_{name}": getattr(details, name) for name in Details.FIELDS}
        for one, details in changes.items()
    ]
    with atomic():
        db.session.connection().execute(_EDIT, rows)
        replace_members(
            village_id,
            {
                one: details.members
                for one, details in changes.items()
                if details.members is not None
            },
        )
        db.session.expire_all()


_EDIT = (
    update(households)
    .where(
        households.c.village_id == bindparam("its_village"), households.c.id == bindparam("its_id")
    )
    .values({name: bindparam(f"new_{name}") for name in Details.FIELDS})
)


def close_household(household: Household) -> None:
    """Take a household out of the register; its lines stay, its codes stop working."""
    with atomic():
        lock_place(household.village_id)
        db.session.refresh(household)
        if household.closed_on is None:
            household.closed_on = clock.today()
            codes.withdraw_codes(household.village_id, [household.id], ("door", "card"))


def reopen_household(household: Household, village: Place) -> None:
    """Bring a closed household back, with new codes. Raises CodeInUse when its number is taken."""
    with atomic():
        lock_place(village.id)
        db.session.refresh(household)
        if household.closed_on is None:
            return
        _refuse_taken_code(household.village_id, details_of(household), but=household.id)
        household.closed_on = None
        codes.make_codes(village, [household.id], ("door", "card"))


def replace_code(household: Household, village: Place, kind: str, old: str) -> bool:
    """Give an open household a new door code or card instead of the one with token `old`.

    False when that one was replaced already: the same form sent twice replaces once.
    Raises HouseholdClosed.
    """
    with atomic():
        lock_place(village.id)
        _refuse_closed(household)
        present = codes.code_in_use(village.id, household.id, kind)
        if present and present.token != old:
            return False
        codes.replace_codes(village, [household.id], kind)
    return True


def details_of(household: Household) -> Details:
    """What the register says now; members are left out."""
    return Details(**{name: getattr(household, name) for name in Details.FIELDS})


def get_household(village_id: uuid.UUID, household_id: uuid.UUID) -> Household:
    """A household of the village. Raises UnknownHousehold."""
    household = db.session.scalar(_HOUSEHOLD, {"village": village_id, "household": household_id})
    if household is None:
        raise UnknownHousehold
    return household


_HOUSEHOLD = select(Household).where(
    Household.village_id == bindparam("village"), Household.id == bindparam("household")
)


def _refuse_closed(household: Household) -> None:
    db.session.refresh(household)
    if household.closed_on is not None:
        raise HouseholdClosed


def _refuse_taken_code(
    village_id: uuid.UUID, details: Details, but: uuid.UUID | None = None
) -> None:
    other = db.session.execute(
        select(households.c.id, households.c.head).where(
            households.c.village_id == village_id,
            households.c.group_no == details.group_no,
            households.c.number == details.number,
            households.c.closed_on.is_(None),
        )
    ).first()
    if other and other.id != but:
        raise CodeInUse(code=code_of(details.group_no, details.number), head=other.head)
