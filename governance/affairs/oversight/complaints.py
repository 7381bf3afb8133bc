"""Complaints and suggestions (投诉建议): from anybody, without signing in; each has a number to look up the answer."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import AnyRow, Model, atomic, db, get_row, in_atomic, new_id
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import one_line, unspaced, with_lines
from governance.village.staff import Staff

SHORTEST, LONGEST, LONGEST_CONTACT = 2, 1000, 60
DIGITS, TRIES = 8, 20


class Complaint(Model):
    """What somebody wrote, and the answer. `number` cannot be guessed: it is the key to the answer."""

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("village_id", "number"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        Index("ix_complaints_queue", "village_id", "made_at"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]


complaints = Complaint.__table__


class UnknownComplaint(NotThere):
    """No such complaint in this village."""

    code = "unknown_complaint"
    message = phrase("没有找到这一条投诉建议。")


class UnknownNumber(NotThere):
    """Nobody was given this number in this village."""

    code = "unknown_number"
    message = phrase("本村没有这个编号，请看看有没有抄错，或者是不是别的村的。")
    field = "number"


class AlreadyAnswered(Conflict):
    """The sender may have read the answer: it stands."""

    code = "already_answered"
    message = phrase("这一条已经有人答复了，不能再改。")


def make_complaint(
    village_id: uuid.UUID, words: str, contact: str = "", key: uuid.UUID | None = None
) -> Complaint:
    """Take a complaint in; its `number` is new and cannot be guessed.

    `key` is the form's once-only id: the same page sent twice is one complaint. Raises BadInput.
    """
    words = clean_words(words, "words")
    contact = one_line(contact)
    if len(contact) > LONGEST_CONTACT:
        raise BadInput(
            phrase("不超过 %(longest)s 个字。"), field="contact", longest=LONGEST_CONTACT
        )
    key = key or new_id()
    for _ in range(TRIES):
        found = db.session.get(Complaint, (village_id, key))
        if found and (found.words, found.contact) == (words, contact):
            return found
        if found:  # the page was gone back to and written anew
            key = new_id()
        try:
            return _insert(village_id, key, words, contact)
        except IntegrityError:  # the number is somebody else's, or the page was just sent
            if in_atomic():
                raise
    raise Conflict


def _insert(village_id: uuid.UUID, key: uuid.UUID, words: str, contact: str) -> Complaint:
    with atomic():
        db.session.execute(
            insert(complaints),
            {
                "village_id": village_id,
                "id": key,
                "number": new_number(),
                "words": words,
                "contact": contact,
                "made_at": clock.now(),
            },
        )
    return get_complaint(village_id, key)


def new_number() -> str:
    """Eight random digits, none of them leading zeros: said and written as two groups of four."""
    return str(10 ** (DIGITS - 1) + secrets.randbelow(9 * 10 ** (DIGITS - 1)))


def clean_words(text: str, field: str) -> str:
    """What somebody wrote, with its line breaks. Raises BadInput."""
    text = with_lines(text)
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadInput(
            phrase("请写 %(shortest)s 到 %(longest)s 个字。"),
            field=field,
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return text


def get_complaint(village_id: uuid.UUID, complaint_id: uuid.UUID) -> Complaint:
    """A complaint of the village. Raises UnknownComplaint."""
    return get_row(Complaint, village_id, complaint_id, UnknownComplaint, fresh=True)


def get_numbered(village_id: uuid.UUID, number: str) -> Complaint:
    """The complaint with the number its sender was given, however it was typed. Raises UnknownNumber."""
    plain = re.sub(r"[-–—]", "", unspaced(number))
    found = db.session.scalar(
        select(Complaint).where(Complaint.village_id == village_id, Complaint.number == plain)
    )
    if found is None:
        raise UnknownNumber
    return found


def answer_complaint(
    village_id: uuid.UUID, by: uuid.UUID, complaint_id: uuid.UUID, answer: str
) -> None:
    """Answer a complaint, once. Raises BadInput, UnknownComplaint, AlreadyAnswered."""
    answer = clean_words(answer, "answer")
    get_complaint(village_id, complaint_id)
    with atomic():
        answered = db.session.execute(
            update(complaints)
            .where(
                complaints.c.village_id == village_id,
                complaints.c.id == complaint_id,
                complaints.c.answered_by.is_(None),
            )
            .values(answer=answer, answered_by=by, answered_at=clock.now())
        )
        if not answered.rowcount:  # type: ignore[attr-defined]
            raise AlreadyAnswered


def unanswered(
    village_id: uuid.UUID, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """What waits for an answer, the oldest first, and how many there are."""
    return _listed(village_id, False, complaints.c.made_at, limit, offset)


def answered(
    village_id: uuid.UUID, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[AnyRow], int]:
    """What was answered, the newest answer first, and how many there are."""
    return _listed(village_id, True, complaints.c.answered_at.desc(), limit, offset)


def count_unanswered(village_id: uuid.UUID) -> int:
    """How many wait for an answer."""
    return _count(village_id, False)


def mask_contact(contact: str) -> str:
    """A contact as lists show it: its beginning and its end, nothing to call or to find somebody by."""
    if not contact:
        return ""
    ends = 3 if len(contact) >= 8 else 1 if len(contact) >= 3 else 0
    return contact[:ends] + "****" + contact[len(contact) - ends :]


def _where(village_id: uuid.UUID, done: bool) -> ColumnElement[bool]:
    by = complaints.c.answered_by
    return (complaints.c.village_id == village_id) & (by.is_not(None) if done else by.is_(None))


def _count(village_id: uuid.UUID, done: bool) -> int:
    counted = select(func.count()).select_from(complaints).where(_where(village_id, done))
    return db.session.scalar(counted) or 0


def _listed(
    village_id: uuid.UUID, done: bool, order: Any, limit: int, offset: int
) -> tuple[Sequence[AnyRow], int]:
    rows = db.session.execute(
        select(complaints, Staff.name.label("answerer"))
        .join(Staff, Staff.id == complaints.c.answered_by, isouter=True)
        .where(_where(village_id, done))
        .order_by(order, complaints.c.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, _count(village_id, done)
