"""The village's scheme: which family of points it runs, the yearly base, what a point is worth."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, fields, replace

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.base.database import Model, atomic, db
from governance.base.errors import BadInput, phrase
from governance.village.cleaning import clean_phone

PUBLICITY_DAYS = (3, 5, 7)


class Scheme(Model):
    """The settings of one village. Family A earns from nothing; B starts each year from a base."""

    __tablename__ = "schemes"
    __table_args__ = (
        CheckConstraint("family IN ('A','B')", name="family_known"),
        CheckConstraint("base >= 0", name="base_not_negative"),
        CheckConstraint("cents_per_point >= 0", name="worth_not_negative"),
        CheckConstraint("publicity_days IN (3,5,7)", name="publicity_days_known"),
        CheckConstraint("photo_months BETWEEN 1 AND 60", name="photo_months_in_range"),
        CheckConstraint("minus_shown IN ('group','nobody')", name="minus_shown_known"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    family: Mapped[str] = mapped_column(String(1), default="A")
    base: Mapped[int] = mapped_column(default=0)
    cents_per_point: Mapped[int] = mapped_column(default=100)
    phone: Mapped[str] = mapped_column(String(20), default="")
    publicity_days: Mapped[int] = mapped_column(default=5, server_default="5")
    minus_shown: Mapped[str] = mapped_column(String(6), default="group", server_default="group")
    photo_months: Mapped[int] = mapped_column(default=12, server_default="12")


@dataclass(frozen=True, slots=True)
class Settings:
    """A scheme's settings, or the usual ones where the village has set none: 1 point = 1 yuan, no base."""

    family: str = "A"
    base: int = 0
    cents_per_point: int = 100
    phone: str = ""
    publicity_days: int = 5
    minus_shown: str = "group"  # in public, whose a deduction is: the group's, or nobody's
    photo_months: int = 12  # photos are deleted after that


def find_scheme(village_id: uuid.UUID) -> Settings:
    """The village's settings."""
    row = db.session.get(Scheme, village_id)
    if row is None:
        return Settings()
    return Settings(**{one.name: getattr(row, one.name) for one in fields(Settings)})


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
    if settings.publicity_days not in PUBLICITY_DAYS:
        raise BadInput(phrase("公示期请选 3、5 或 7 天。"), field="publicity_days")
    if settings.minus_shown not in ("group", "nobody"):
        raise BadInput(phrase("请选择扣分怎样公示。"), field="minus_shown")
    if not 1 <= settings.photo_months <= 60:
        raise BadInput(phrase("照片保存 1 到 60 个月。"), field="photo_months")
    cleaned = replace(settings, phone=clean_phone(settings.phone))
    with atomic():
        db.session.merge(Scheme(village_id=village_id, **asdict(cleaned)))
