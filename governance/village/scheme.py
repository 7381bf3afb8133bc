"""The village's scheme: which family of points it runs, the yearly base, what a point is worth."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, atomic, db
from governance.base.errors import BadInput, phrase
from governance.village.cleaning import clean_phone


class Scheme(Model):
    """The settings of one village. Family A earns from nothing; B starts each year from a base."""

    __tablename__ = "schemes"
    __table_args__ = (
        CheckConstraint("family IN ('A','B')", name="family_known"),
        CheckConstraint("base >= 0", name="base_not_negative"),
        CheckConstraint("cents_per_point >= 0", name="worth_not_negative"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    family: Mapped[str] = mapped_column(String(1), default="A")
    base: Mapped[int] = mapped_column(default=0)
    cents_per_point: Mapped[int] = mapped_column(default=100)
    phone: Mapped[str] = mapped_column(String(20), default="")


@dataclass(frozen=True, slots=True)
class Settings:
    """A scheme's settings, or the usual ones where the village has set none: 1 point = 1 yuan, no base."""

    family: str = "A"
    base: int = 0
    cents_per_point: int = 100
    phone: str = ""


def find_scheme(village_id: uuid.UUID) -> Settings:
    """The village's settings."""
    row = db.session.get(Scheme, village_id)
    return Settings(row.family, row.base, row.cents_per_point, row.phone) if row else Settings()


def set_scheme(village_id: uuid.UUID, settings: Settings) -> None:
    """Set the village's scheme. Raises BadInput."""
    if settings.family not in ("A", "B"):
        raise BadInput(phrase("请选择积分方式。"), field="family")
    if not 0 <= settings.base <= 1000 or (settings.family == "A" and settings.base):
        raise BadInput(phrase("基础分应为 0 到 1000；只加分的方式没有基础分。"), field="base")
    if settings.family == "B" and not settings.base:
        raise BadInput(phrase("有基础分的方式，要填每年给多少基础分。"), field="base")
    if not 0 <= settings.cents_per_point <= 10_000:
        raise BadInput(phrase("1 分应值 0 到 100 元。"), field="cents_per_point")
    phone = clean_phone(settings.phone)
    with atomic():
        db.session.merge(
            Scheme(
                village_id=village_id,
                family=settings.family,
                base=settings.base,
                cents_per_point=settings.cents_per_point,
                phone=phone,
            )
        )
