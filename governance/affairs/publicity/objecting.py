"""Objecting (提异议): what a household may object to, and the filing of it, by itself or at the desk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from governance.affairs.awards.life import State, awards
from governance.affairs.publicity.notices import NoticeState, notice_items, notices
from governance.affairs.publicity.objections import (
    HOLDS,
    Channel,
    Objection,
    ObjectionState,
    contested_awards,
    objections,
)
from governance.base import clock
from governance.base.database import AnyRow, atomic, db, in_village, new_id, one_of
from governance.base.errors import BadInput, Conflict, NotThere, phrase
from governance.base.text import with_lines
from governance.base.workdays import after_workdays
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village.households import get_household
from governance.village.numbers import next_number

SHORTEST, LONGEST = 2, 500  # characters of what somebody writes
MOST_OPEN = 10  # undecided objections of one household
WORKDAYS = 7  # to answer, to appeal, to decide on an appeal


class NothingToObjectTo(NotThere):
    """What is objected to is neither the household's own nor on a notice that hangs."""

    code = "nothing_to_object_to"
    message = phrase("没有找到要提异议的这一条。")


class PublicityOver(Conflict):
    """A neighbour's item is objected to while it hangs."""

    code = "publicity_over"
    message = phrase("这一期公示已经结束，不能再对别人家的条目提异议。有问题请用投诉建议反映。")


class AlreadyObjected(Conflict):
    """One objection of a household to one thing; `objection_id` is the one that there is."""

    code = "already_objected"
    message = phrase("这一条您家已经提过异议（%(year)s年第%(number)s号），正在等答复，不用再提。")

    def __init__(self, earlier: Any):
        super().__init__(year=earlier.year, number=earlier.number)
        self.objection_id: uuid.UUID = earlier.id


class AnsweredBefore(AlreadyObjected):
    """Who does not accept an answer turns to the supervision committee; the committee is not asked twice."""

    code = "answered_before"
    message = phrase(
        "这一条您家提过异议（%(year)s年第%(number)s号），已经答复。不同意的，可以在期限内请村务监督委员会复核一次。"
    )


class DecidedFinally(AlreadyObjected):
    """What the supervision committee decided is not asked again."""

    code = "decided_finally"
    message = phrase("这一条村务监督委员会已经作了最后决定（%(year)s年第%(number)s号），不再受理。")


class TooManyOpen(Conflict):
    """Somebody who objects to everything waits for answers first."""

    code = "too_many_open"
    message = phrase("您家已有 %(most)s 件异议在等答复，请等有了答复再提。")


class WordsMissing(BadInput):
    """Nobody can answer an objection that says nothing."""

    code = "words_missing"
    message = phrase("请写清楚哪里不对，%(shortest)s 到 %(longest)s 个字。")
    field = "words"


@dataclass(frozen=True, slots=True)
class Thing:
    """What is objected to: an award, a line of the passbook, an item of a notice; none named: a missing award."""

    award_id: uuid.UUID | None = None
    line_seq: int | None = None
    notice_id: uuid.UUID | None = None
    position: int | None = None

    @property
    def missing(self) -> bool:
        """Whether nothing is named: something was not recorded."""
        return self == MISSING


MISSING = Thing()


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that was found: the award, or the line of something else, and whose it is."""

    award_id: uuid.UUID | None
    line_seq: int | None
    owner_id: uuid.UUID
    what: str
    points: int
    own: bool


def find_subject(village_id: uuid.UUID, household_id: uuid.UUID, thing: Thing) -> Subject | None:
    """What a household wants to object to; None where something is missing.

    Raises NothingToObjectTo, PublicityOver.
    """
    if thing.missing:
        return None
    if thing.award_id is not None:
        return _of_award(_own_award(village_id, household_id, thing.award_id), household_id)
    if thing.line_seq is not None:
        return _of_line(village_id, household_id, thing.line_seq)
    return _of_item(village_id, household_id, thing)


def _own_award(village_id: uuid.UUID, household_id: uuid.UUID, award_id: uuid.UUID) -> AnyRow:
    found = _award(village_id, award_id)
    if found is None or found.household_id != household_id:
        raise NothingToObjectTo
    return found


def _award(village_id: uuid.UUID, award_id: uuid.UUID) -> AnyRow | None:
    return db.session.execute(
        select(awards).where(awards.c.village_id == village_id, awards.c.id == award_id)
    ).first()


def _of_award(award: AnyRow, household_id: uuid.UUID) -> Subject:
    own = award.household_id == household_id
    return Subject(award.id, None, award.household_id, award.behaviour, award.points, own)


def _of_line(village_id: uuid.UUID, household_id: uuid.UUID, seq: int) -> Subject:
    """A line that books or takes back an award stands for the award."""
    line = db.session.execute(
        select(book.lines).where(
            book.lines.c.village_id == village_id,
            book.lines.c.seq == book.within(seq),
            book.lines.c.household_id == household_id,
        )
    ).first()
    if line is None:
        raise NothingToObjectTo
    if line.source and line.kind in (Kind.AWARD, Kind.REVERSAL):
        award = _award(village_id, line.source)
        if award is not None:
            return _of_award(award, household_id)
    return Subject(None, line.seq, household_id, line.memo, line.standing or line.spendable, True)


def _of_item(village_id: uuid.UUID, household_id: uuid.UUID, thing: Thing) -> Subject:
    """An item of a notice, as it hangs: whose it is stays with the village."""
    item = db.session.execute(
        _ITEMS.where(
            notice_items.c.village_id == village_id,
            notice_items.c.notice_id == thing.notice_id,
            notice_items.c.position == book.within(thing.position or 0),
        )
    ).first()
    if item is None:
        raise NothingToObjectTo
    item = _meant(item, household_id)
    own = item.household_id == household_id
    hangs = item.state == NoticeState.POSTED and clock.now() < item.closes_at
    if not (hangs or own):
        raise PublicityOver
    what = item.behaviour if own else f"{item.name} {item.behaviour}".strip()
    return Subject(item.award_id, None, item.household_id, what, item.points, own)


def _meant(item: AnyRow, household_id: uuid.UUID) -> AnyRow:
    """Equal deductions hang as one line without a name: a household that points at it means its own, if one is."""
    if item.name or item.household_id == household_id:
        return item
    same = ("village_id", "notice_id", "name", "behaviour", "points", "seen_on")
    rows = db.session.execute(
        _ITEMS.where(
            *(notice_items.c[name] == getattr(item, name) for name in same),
            notice_items.c.group_no.is_not_distinct_from(item.group_no),
            notice_items.c.household_id == household_id,
            ~one_of(awards.c.state, (State.REJECTED, State.REVERSED)),
        ).order_by(notice_items.c.position)
    ).all()
    contested = contested_awards(item.village_id, [row.award_id for row in rows])
    return next((row for row in rows if row.award_id not in contested), item)


_ITEMS = (
    select(notice_items, notices.c.state, notices.c.closes_at)
    .join(notices, in_village(notices.c.id, notice_items.c.notice_id))
    .join(awards, in_village(awards.c.id, notice_items.c.award_id))
)


def file_objection(
    village_id: uuid.UUID,
    household_id: uuid.UUID,
    thing: Thing,
    words: str,
    *,
    objection_id: uuid.UUID | None = None,
    channel: Channel = Channel.PAGE,
    entered_by: uuid.UUID | None = None,
) -> Objection:
    """A household objects; what it names is contested until there is an answer, due in 7 working days.

    `channel` and `entered_by`: somebody of the committee writes down what a villager said or
    wrote. The same `objection_id` again answers the first.

    Raises WordsMissing, NothingToObjectTo, PublicityOver, AlreadyObjected (AnsweredBefore,
    DecidedFinally), TooManyOpen, UnknownHousehold, BadInput.
    """
    words = clean_words(words)
    if (channel is Channel.PAGE) != (entered_by is None):
        raise BadInput(phrase("请选择是怎么提出来的。"), field="channel")
    with atomic():
        get_household(village_id, household_id)
        number = next_number(objections, village_id)
        before = _find(village_id, household_id, objection_id)
        if before:
            return before
        subject = find_subject(village_id, household_id, thing)
        book.lock(village_id, [subject.owner_id if subject else household_id])
        _refuse_again(village_id, household_id, subject, words)
        objection = Objection(
            village_id=village_id,
            id=objection_id or new_id(),
            household_id=household_id,
            award_id=subject.award_id if subject else None,
            line_seq=subject.line_seq if subject else None,
            channel=channel.value,
            words=words,
            entered_by=entered_by,
            made_at=clock.now(),
            due_on=after_workdays(clock.today(), WORKDAYS),
            state=ObjectionState.OPEN.value,
            **number,
        )
        db.session.add(objection)
    return objection


def clean_words(words: str) -> str:
    """What somebody writes, as it will be read. Raises WordsMissing."""
    words = with_lines(words)
    if not SHORTEST <= len(words) <= LONGEST:
        raise WordsMissing(shortest=SHORTEST, longest=LONGEST)
    return words


def _find(
    village_id: uuid.UUID, household_id: uuid.UUID, objection_id: uuid.UUID | None
) -> Objection | None:
    """The objection that was filed under an id already: the form was sent twice. Raises NothingToObjectTo."""
    found = db.session.get(Objection, (village_id, objection_id)) if objection_id else None
    if found and found.household_id != household_id:
        raise NothingToObjectTo
    return found


def _refuse_again(
    village_id: uuid.UUID, household_id: uuid.UUID, subject: Subject | None, words: str
) -> None:
    refusal = find_earlier(village_id, household_id, subject, words)
    if refusal:
        raise refusal
    waiting = (
        objections.c.village_id == village_id,
        objections.c.household_id == household_id,
        one_of(objections.c.state, HOLDS),
    )
    count = db.session.scalar(select(func.count()).select_from(objections).where(*waiting))
    if (count or 0) >= MOST_OPEN:
        raise TooManyOpen(most=MOST_OPEN)


def find_earlier(
    village_id: uuid.UUID, household_id: uuid.UUID, subject: Subject | None, words: str = ""
) -> AlreadyObjected | None:
    """Why a household may not object to a thing again, with the objection that it made; None where it may.

    A dismissal stands only for what was known then: an award that was turned down or taken back
    since is a new matter. What is missing is the same where the same words say so.
    """
    undecided = one_of(objections.c.state, HOLDS)
    stands = [undecided]
    if subject:
        unchanged = or_(awards.c.ended_at.is_(None), awards.c.ended_at < objections.c.decided_at)
        dismissed = objections.c.state == ObjectionState.DISMISSED.value
        stands += [objections.c.final_by.is_not(None), and_(dismissed, unchanged)]
    found = db.session.execute(
        select(objections)
        .join(awards, in_village(awards.c.id, objections.c.award_id), isouter=True)
        .where(
            objections.c.village_id == village_id,
            objections.c.household_id == household_id,
            *_same(subject, words),
            or_(*stands),
        )
        .order_by(objections.c.made_at.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    if found.state in HOLDS:
        return AlreadyObjected(found)
    return DecidedFinally(found) if found.final_by else AnsweredBefore(found)


def _same(subject: Subject | None, words: str) -> list[Any]:
    if subject is None:
        return [
            objections.c.award_id.is_(None),
            objections.c.line_seq.is_(None),
            objections.c.words == words,
        ]
    if subject.award_id:
        return [objections.c.award_id == subject.award_id]
    return [objections.c.line_seq == subject.line_seq]


def ended_awards(village_id: uuid.UUID, household_id: uuid.UUID, limit: int = 20) -> list[AnyRow]:
    """A household's awards that were rejected or withdrawn before they were booked, newest first."""
    return list(
        db.session.execute(
            select(awards)
            .where(
                awards.c.village_id == village_id,
                awards.c.household_id == household_id,
                one_of(awards.c.state, (State.REJECTED, State.WITHDRAWN)),
            )
            .order_by(awards.c.ended_at.desc())
            .limit(limit)
        ).all()
    )


def hanging_items(village_id: uuid.UUID, household_id: uuid.UUID) -> list[AnyRow]:
    """A household's items on the notices that hang now: what somebody else may object to."""
    return list(
        db.session.execute(
            select(notice_items, notices.c.year, notices.c.number)
            .join(notices, in_village(notices.c.id, notice_items.c.notice_id))
            .where(
                notice_items.c.village_id == village_id,
                notice_items.c.household_id == household_id,
                one_of(notices.c.state, [NoticeState.POSTED]),
                notices.c.closes_at > clock.now(),
            )
            .order_by(notices.c.posted_at.desc(), notice_items.c.position)
        ).all()
    )
