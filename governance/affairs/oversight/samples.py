"""Samples (抽查): the supervision committee draws last month's awards by lot and looks again."""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from governance.affairs.awards.life import State, awards
from governance.affairs.awards.photos import photos
from governance.affairs.recusal import Concern, OwnHousehold, refuse_partial
from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, get_row, in_village, new_id, one_of
from governance.base.errors import BadInput, Conflict, NotAllowed, NotThere, phrase
from governance.base.text import with_lines
from governance.village.households import households
from governance.village.kin import kin_of
from governance.village.places import lock_place
from governance.village.staff import Staff

USUAL, MOST = 10, 50
LONGEST_NOTE = 500
TRUE, DOUBT = "true", "doubt"
RESULT_NAMES = {TRUE: phrase("属实"), DOUBT: phrase("有疑问")}
ENDED = (State.REJECTED, State.WITHDRAWN)  # these points never came to be: nothing to look at again


class Sample(Model):
    """One drawing: the month, how many, and the seed that draws the same awards again."""

    __tablename__ = "samples"
    __table_args__ = (CheckConstraint("size >= 1", name="size_from_one"),)

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    month: Mapped[int]
    size: Mapped[int]
    pool: Mapped[int]  # how many awards it was drawn from
    seed: Mapped[str] = mapped_column(String(32))
    drawn_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]


class SampleItem(Model):
    """One award drawn, and what was found when it was looked at again."""

    __tablename__ = "sample_items"
    __table_args__ = (
        ForeignKeyConstraint(["village_id", "sample_id"], ["samples.village_id", "samples.id"]),
        ForeignKeyConstraint(["village_id", "award_id"], ["awards.village_id", "awards.id"]),
        CheckConstraint("result IN ('','true','doubt')", name="result_known"),
        CheckConstraint("(result = '') = (looked_by IS NULL)", name="looked_by_somebody"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sample_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    award_id: Mapped[uuid.UUID]
    result: Mapped[str] = mapped_column(String(6), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    looked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    looked_at: Mapped[datetime | None]


samples, sample_items = Sample.__table__, SampleItem.__table__


class NothingToDraw(Conflict):
    """No award was seen in the month."""

    code = "nothing_to_draw"
    message = phrase("上个月没有记分，没有可抽的。")


class LookFirst(Conflict):
    """Whoever may draw again until they like the lot does not draw by lot."""

    code = "look_first"
    message = phrase("上一次抽查还有没填结果的，请先填完再抽。")


class UnknownSample(NotThere):
    """No such drawing, or no such number in it."""

    code = "unknown_sample"
    message = phrase("没有这一次抽查。")


class SampleClosed(Conflict):
    """Everything was looked at: what was found stands."""

    code = "sample_closed"
    message = phrase("这次抽查已经全部填完，不能再改。")


class OwnHand(NotAllowed):
    """Who filed or checked an award does not look at it again."""

    code = "own_hand"
    message = phrase("这一条是您自己记的或者审的，要由别人来看。")


class OwnHome(OwnHousehold):
    """Nor does somebody of the household."""

    message = phrase("这是您自己家或者亲属家，请由别人来看。")


class NoteMissing(BadInput):
    """A doubt says what it is about."""

    code = "note_missing"
    message = phrase("有疑问的，请写明看到了什么。")
    field = "note"


def last_month(today: date) -> int:
    """The month before the one of `today`, e.g. 202610."""
    return today.year * 100 + today.month - 1 if today.month > 1 else (today.year - 1) * 100 + 12


def draw_sample(village_id: uuid.UUID, by: uuid.UUID, size: int) -> Sample:
    """Draw `size` of last month's awards by lot, or all if there are fewer.

    A new lot is drawn only when whoever draws has looked at all of the last that they may look at.
    Raises BadInput, LookFirst, NothingToDraw.
    """
    if not 1 <= size <= MOST:
        raise BadInput(phrase("应为 1 到 %(most)s 条。"), field="size", most=MOST)
    with atomic():
        lock_place(village_id)
        if _left_to(village_id, by):
            raise LookFirst
        month, at, seed = last_month(clock.today()), clock.now(), secrets.token_hex(16)
        pool = pool_of(village_id, month, at)
        if not pool:
            raise NothingToDraw
        drawn = draw(pool, size, seed)
        sample = {
            "village_id": village_id,
            "id": new_id(),
            "month": month,
            "size": len(drawn),
            "pool": len(pool),
            "seed": seed,
            "drawn_by": by,
            "drawn_at": at,
        }
        db.session.execute(insert(samples), sample)
        items = [
            {"village_id": village_id, "sample_id": sample["id"], "position": n, "award_id": one}
            for n, one in enumerate(drawn, 1)
        ]
        db.session.execute(insert(sample_items), items)
    return get_sample(village_id, sample["id"])  # type: ignore[arg-type]


def draw(pool: Sequence[uuid.UUID], size: int, seed: str) -> list[uuid.UUID]:
    """The lot: Python's `random.Random(seed).sample` of the awards sorted by id. The same seed draws the same."""
    return random.Random(seed).sample(sorted(pool), min(size, len(pool)))  # noqa: S311 - the seed is random; the draw must repeat


def pool_of(village_id: uuid.UUID, month: int, at: datetime) -> list[uuid.UUID]:
    """The awards seen in a month as they stood at a moment: known by then, and not ended by then without points."""
    first = date(month // 100, month % 100, 1)
    after = date(month // 100 + month % 100 // 12, month % 100 % 12 + 1, 1)
    return list(
        db.session.scalars(
            select(awards.c.id).where(
                awards.c.village_id == village_id,
                awards.c.seen_on >= first,
                awards.c.seen_on < after,
                awards.c.filed_at <= at,
                or_(~one_of(awards.c.state, ENDED), awards.c.ended_at > at),
            )
        )
    )


def draws_again(sample: Sample) -> bool:
    """Whether the seed still draws these awards: the drawing proves itself."""
    pool = pool_of(sample.village_id, sample.month, sample.drawn_at)
    kept = db.session.scalars(
        select(sample_items.c.award_id)
        .where(
            sample_items.c.village_id == sample.village_id, sample_items.c.sample_id == sample.id
        )
        .order_by(sample_items.c.position)
    )
    return len(pool) == sample.pool and draw(pool, sample.size, sample.seed) == list(kept)


def get_sample(village_id: uuid.UUID, sample_id: uuid.UUID) -> Sample:
    """A drawing of the village. Raises UnknownSample."""
    return get_row(Sample, village_id, sample_id, UnknownSample)


def samples_of(village_id: uuid.UUID, limit: int = 50) -> Sequence[AnyRow]:
    """The drawings, newest first: who drew, how many are looked at and how many in doubt."""
    item = sample_items.c
    return db.session.execute(
        select(
            samples,
            Staff.name.label("drawer"),
            func.count(item.looked_by).label("looked"),
            func.sum(case((item.result == DOUBT, 1), else_=0)).label("doubts"),
        )
        .join(Staff, Staff.id == samples.c.drawn_by)
        .join(
            sample_items,
            (item.village_id == samples.c.village_id) & (item.sample_id == samples.c.id),
        )
        .where(samples.c.village_id == village_id)
        .group_by(*samples.c, Staff.name)
        .order_by(samples.c.drawn_at.desc(), samples.c.id)
        .limit(limit)
    ).all()


_looker = Staff.__table__.alias()


def items_of(sample: Sample, position: int | None = None) -> Sequence[AnyRow]:
    """What was drawn, in its order: the award, its household, who filed it, its photos, and what was found."""
    item = sample_items.c
    where = [item.village_id == sample.village_id, item.sample_id == sample.id]
    if position is not None:
        where.append(item.position == position)
    pictures = (
        select(func.count())
        .select_from(photos)
        .where(in_village(photos.c.award_id, awards.c.id))
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            item.position,
            item.result,
            item.note.label("found"),
            item.looked_at,
            item.looked_by,
            _looker.c.name.label("looker"),
            awards.c.village_id,
            awards.c.id.label("award_id"),
            awards.c.household_id,
            awards.c.rule_code,
            awards.c.behaviour,
            awards.c.points,
            awards.c.note,
            awards.c.seen_at,
            awards.c.state,
            awards.c.filed_by,
            awards.c.first_by,
            awards.c.second_by,
            households.c.group_no,
            households.c.number,
            households.c.head,
            Staff.name.label("filer"),
            pictures.label("photos"),
        )
        .join(awards, (awards.c.village_id == item.village_id) & (awards.c.id == item.award_id))
        .join(households, in_village(households.c.id, awards.c.household_id))
        .join(Staff, Staff.id == awards.c.filed_by)
        .join(_looker, _looker.c.id == item.looked_by, isouter=True)
        .where(*where)
        .order_by(item.position)
    ).all()


def get_item(sample: Sample, position: int) -> AnyRow:
    """One of what was drawn. Raises UnknownSample."""
    found = items_of(sample, position) if position < 2**31 else ()
    if not found:
        raise UnknownSample
    return found[0]


def is_closed(items: Sequence[AnyRow]) -> bool:
    """Whether everything drawn was looked at."""
    return all(one.result for one in items)


def enter_result(sample: Sample, by: uuid.UUID, position: int, result: str, note: str = "") -> None:
    """Enter what was found; it may be changed until everything drawn has its result.

    Raises UnknownSample, BadInput, NoteMissing, OwnHome, OwnHand, SampleClosed.
    """
    note = with_lines(note)
    if result not in RESULT_NAMES:
        raise BadInput(phrase("请选择属实或者有疑问。"), field="result")
    if result == DOUBT and not note:
        raise NoteMissing
    if len(note) > LONGEST_NOTE:
        raise BadInput(phrase("不超过 %(longest)s 个字。"), field="note", longest=LONGEST_NOTE)
    refuse_partial(_concern(get_item(sample, position)), by, "look")
    with atomic():
        lock_place(sample.village_id)
        if is_closed(items_of(sample)):
            raise SampleClosed
        db.session.execute(
            update(sample_items)
            .where(
                sample_items.c.village_id == sample.village_id,
                sample_items.c.sample_id == sample.id,
                sample_items.c.position == position,
            )
            .values(result=result, note=note, looked_by=by, looked_at=clock.now())
        )


def why_not(item: AnyRow, by: uuid.UUID, kin: set[uuid.UUID]) -> NotAllowed | None:
    """Why somebody may not enter what was found, if so."""
    return _concern(item).why_not(by, kin)


def _concern(item: AnyRow) -> Concern:
    hands = dict.fromkeys((item.filed_by, item.first_by, item.second_by), OwnHand)
    return Concern(item.village_id, (item.household_id,), item.award_id, hands, OwnHome)


def count_open(village_id: uuid.UUID) -> int:
    """How many drawn awards wait to be looked at again."""
    return len(_open_items(village_id))


def _open_items(village_id: uuid.UUID) -> Sequence[AnyRow]:
    item = sample_items.c
    return db.session.execute(
        select(
            awards.c.village_id,
            awards.c.id.label("award_id"),
            awards.c.household_id,
            awards.c.filed_by,
            awards.c.first_by,
            awards.c.second_by,
        )
        .join(
            sample_items, (item.village_id == awards.c.village_id) & (item.award_id == awards.c.id)
        )
        .where(item.village_id == village_id, item.result == "")
    ).all()


def _left_to(village_id: uuid.UUID, by: uuid.UUID) -> bool:
    """Whether something drawn waits for somebody who may look at it."""
    kin = kin_of(village_id, by)
    return any(why_not(one, by, kin) is None for one in _open_items(village_id))
