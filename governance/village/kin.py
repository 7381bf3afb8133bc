"""Kin: the households somebody of the staff belongs to or is related to, and keeps hands off."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import AnyRow, Model, atomic, db, in_village
from governance.base.errors import BadInput, NotAllowed, phrase
from governance.village.households import Household, households

RELATIONS = {"own": phrase("本户"), "relative": phrase("亲属户")}


class Kinship(Model):
    """A household somebody of the staff belongs to, or is related to: they neither file nor check for it."""

    __tablename__ = "kinships"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        CheckConstraint("relation IN ('own','relative')", name="relation_known"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    household_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    relation: Mapped[str] = mapped_column(String(8), default="own")


kinships = Kinship.__table__
# How a statement that knows a household joins somebody's kinship with it; it binds `staff`.
OF_STAFF = in_village(kinships.c.household_id, households.c.id) & (
    kinships.c.staff_id == bindparam("staff", type_=Uuid())
)


class OwnDeclaration(NotAllowed):
    """A declaration is taken back by somebody else, who has looked into it."""

    code = "own_declaration"
    message = phrase("自己申报的回避户，要由村委会其他成员核实后撤销。")


def declare_kin(person_id: uuid.UUID, household: Household, relation: str) -> None:
    """Declare a household as one's own or a relative's: one neither files nor checks for it.

    Raises BadInput.
    """
    if relation not in RELATIONS:
        raise BadInput(phrase("请选择本户或亲属户。"), field="relation")
    with atomic():
        db.session.merge(
            Kinship(
                village_id=household.village_id,
                staff_id=person_id,
                household_id=household.id,
                relation=relation,
            )
        )


def withdraw_kin(
    village_id: uuid.UUID, person_id: uuid.UUID, household_id: uuid.UUID, by: uuid.UUID
) -> None:
    """Take a declaration back; never one's own. Raises OwnDeclaration."""
    if by == person_id:
        raise OwnDeclaration
    with atomic():
        found = db.session.get(Kinship, (village_id, person_id, household_id))
        if found:
            db.session.delete(found)


def kin_of(village_id: uuid.UUID, person_id: uuid.UUID) -> set[uuid.UUID]:
    """The households somebody may neither file nor check for."""
    return set(db.session.scalars(_KIN, {"village": village_id, "person": person_id}))


_KIN = select(kinships.c.household_id).where(
    kinships.c.village_id == bindparam("village"),
    kinships.c.staff_id == bindparam("person", type_=Uuid()),
)


def related_to(
    village_id: uuid.UUID, household_ids: Iterable[uuid.UUID]
) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Who of the staff declared which of some households: (person, household)."""
    wanted = (
        kinships.c.village_id == village_id,
        kinships.c.household_id.in_(set(household_ids)),
    )
    rows = db.session.execute(select(kinships.c.staff_id, kinships.c.household_id).where(*wanted))
    return {(row[0], row[1]) for row in rows}


def are_near(village_id: uuid.UUID, one_id: uuid.UUID, other_id: uuid.UUID) -> bool:
    """Whether two people live in one household, or one has declared the other's as a relative's."""
    own: dict[uuid.UUID, set[uuid.UUID]] = {one_id: set(), other_id: set()}
    near: dict[uuid.UUID, set[uuid.UUID]] = {one_id: set(), other_id: set()}
    rows = db.session.execute(
        select(kinships).where(
            kinships.c.village_id == village_id, kinships.c.staff_id.in_((one_id, other_id))
        )
    )
    for row in rows:
        near[row.staff_id].add(row.household_id)
        if row.relation == "own":
            own[row.staff_id].add(row.household_id)
    return one_id != other_id and bool(own[one_id] & near[other_id] or own[other_id] & near[one_id])


def declared_by(village_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[AnyRow]:
    """The declared households of somebody in a village, in door order, with the relation."""
    return db.session.execute(
        select(
            households.c.id,
            households.c.group_no,
            households.c.number,
            households.c.head,
            kinships.c.relation,
        )
        .join(kinships, in_village(kinships.c.household_id, households.c.id))
        .where(kinships.c.village_id == village_id, kinships.c.staff_id == person_id)
        .order_by(households.c.group_no, households.c.number)
    ).all()
