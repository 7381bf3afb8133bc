"""The people of a household (家庭成员): names and relations, nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import ForeignKeyConstraint, Index, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, db, new_id


class Member(Model):
    """A person of a household. No identity-card number is kept, because none is needed (PIPL art. 6)."""

    __tablename__ = "members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["village_id", "household_id"], ["households.village_id", "households.id"]
        ),
        Index("ix_members_household", "village_id", "household_id", "position"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    household_id: Mapped[uuid.UUID]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    relation: Mapped[str] = mapped_column(String(20), default="")


members = Member.__table__


def members_of(village_id: uuid.UUID, household_id: uuid.UUID) -> Sequence[Member]:
    """A household's members in the register's order."""
    return db.session.scalars(
        select(Member)
        .where(Member.village_id == village_id, Member.household_id == household_id)
        .order_by(Member.position)
    ).all()


def replace_members(
    village_id: uuid.UUID, people: Mapping[uuid.UUID, list[tuple[str, str]] | None]
) -> None:
    """Write the members of households anew. Their rows are referred to by nothing."""
    if people:
        db.session.execute(
            members.delete().where(
                members.c.village_id == village_id, members.c.household_id.in_(list(people))
            )
        )
    insert_members(village_id, people)


def insert_members(
    village_id: uuid.UUID, people: Mapping[uuid.UUID, list[tuple[str, str]] | None]
) -> None:
    """Write the members of new households: (name, relation) in order."""
    rows = [
        {
            "village_id": village_id,
            "id": new_id(),
            "household_id": household_id,
            "position": position,
            "name": name,
            "relation": relation,
        }
        for household_id, family in people.items()
        for position, (name, relation) in enumerate(family or (), 1)
    ]
    if rows:
        db.session.execute(insert(members), rows)
