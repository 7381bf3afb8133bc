"""Answering (答复): somebody uninvolved decides on an objection with reasons; supervision is asked once, and ends it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from governance.affairs import recusal
from governance.affairs.awards import life, recording
from governance.affairs.awards.checking import turn_down_award
from governance.affairs.awards.items import Item, Scorer
from governance.affairs.awards.life import Award, State
from governance.affairs.awards.refusals import UndoneByTwo, clean_reason
from governance.affairs.awards.reversal import take_back
from governance.affairs.publicity.closing import book_freed
from governance.affairs.publicity.objecting import LONGEST, WORKDAYS, clean_words
from governance.affairs.publicity.objections import (
    Objection,
    ObjectionState,
    UnknownObjection,
    get_objection,
)
from governance.affairs.recusal import Concern, OwnHousehold, refuse_partial
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.base.errors import BadInput, Conflict, NotAllowed, phrase
from governance.base.text import with_lines
from governance.base.workdays import after_workdays
from governance.ledger import book
from governance.village.rules.rulebook import Rule, get_rule


class OwnDoing(NotAllowed):
    """Who had a hand in what is objected to does not answer the objection."""

    code = "own_doing"
    message = phrase("这一条是您经手办的，异议要由没有经手的人来答复。")


class OwnEntry(OwnDoing):
    """Who wrote an objection down does not answer it: one person alone would object and decide."""

    message = phrase("这件异议是您代农户记下的，要由另一个人来答复。")


class KinOfOne(OwnHousehold):
    """Nor does somebody of either household."""

    message = phrase("这件异议牵涉您自己家或者亲属家，请由别人来答复。")
    field = None


class RemedyWithoutCause(BadInput):
    """What is dismissed is not put right."""

    code = "remedy_without_cause"
    message = phrase("答复「不成立」的，不能同时改记、补记。")
    field = "rule"


class AlreadyAnswered(Conflict):
    """An objection is answered once."""

    code = "already_answered"
    message = phrase("这件异议已经有了答复。")


class NotAppealed(Conflict):
    """Supervision decides on what the household brought before it."""

    code = "not_appealed"
    message = phrase("农户没有把这件异议提请监督委员会，或者已经作了最后决定。")


class NothingToAppeal(Conflict):
    """What was dismissed by the committee may be brought before supervision, once."""

    code = "nothing_to_appeal"
    message = phrase("只有答复为「不成立」的异议可以请监督委员会复核，而且只有一次。")


class AppealTooLate(Conflict):
    """After seven working days an answer stands."""

    code = "appeal_too_late"
    message = phrase("已经过了请监督委员会复核的期限（%(day)s）。")


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is recorded instead of what was wrong or missing: a rule, and points where it leaves a choice."""

    rule_id: uuid.UUID
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Upheld or dismissed, with reasons; a remedy only comes with the first."""

    upheld: bool
    reasons: str
    remedy: Remedy | None = None


@dataclass(slots=True)
class _Case:
    """An objection about to be answered, with the award and the account it concerns, all locked."""

    objection: Objection
    award: Award | None
    locked: dict[uuid.UUID, book.Figures]


def decide(
    village_id: uuid.UUID, by: uuid.UUID, objection_id: uuid.UUID, answer: Answer
) -> Objection:
    """The committee's answer, by somebody uninvolved; sending it again changes nothing.

    Raises ReasonMissing, BadInput, RemedyWithoutCause, OwnDoing, OwnEntry, KinOfOne, UndoneByTwo, AlreadyAnswered, what refuses
    the remedy, UnknownObjection.
    """

    return _answer(village_id, by, objection_id, answer, _COMMITTEE)


def decide_finally(
    village_id: uuid.UUID, by: uuid.UUID, objection_id: uuid.UUID, answer: Answer
) -> Objection:
    """The supervision committee's decision, after which there is none. Raises NotAppealed, and as `decide`."""
    return _answer(village_id, by, objection_id, answer, _SUPERVISION)


@dataclass(frozen=True, slots=True)
class _Instance:
    """Who answers: what they find, what they are told if it stands otherwise, and where they sign."""

    finds: ObjectionState
    otherwise: type[Conflict]
    columns: tuple[str, str, str]

    def said(self, objection: Objection, by: uuid.UUID, answer: Answer, reasons: str) -> bool:
        """Whether the same person gave this very answer already: the form was sent twice."""
        signed = tuple(getattr(objection, name) for name in self.columns[::2])
        return objection.state == _outcome(answer) and signed == (by, reasons)

    def refuse_other(self, objection: Objection) -> None:
        """Refuse an objection that stands otherwise."""
        if objection.state != self.finds:
            raise self.otherwise

    def sign(self, objection: Objection, by: uuid.UUID, answer: Answer, reasons: str) -> None:
        """Write down the answer: by whom, when, why."""
        for name, value in zip(self.columns, (by, clock.now(), reasons), strict=True):
            setattr(objection, name, value)
        objection.state = _outcome(answer).value


def _outcome(answer: Answer) -> ObjectionState:
    return ObjectionState.UPHELD if answer.upheld else ObjectionState.DISMISSED


_COMMITTEE = _Instance(ObjectionState.OPEN, AlreadyAnswered, ("decided_by", "decided_at", "answer"))
_SUPERVISION = _Instance(
    ObjectionState.APPEALED, NotAppealed, ("final_by", "final_at", "final_answer")
)


def _answer(
    village_id: uuid.UUID,
    by: uuid.UUID,
    objection_id: uuid.UUID,
    answer: Answer,
    instance: _Instance,
) -> Objection:
    reasons = clean_reason(answer.reasons, "reasons", LONGEST)
    if answer.remedy and not answer.upheld:
        raise RemedyWithoutCause
    objection = get_objection(village_id, objection_id)
    if instance.said(objection, by, answer, reasons):
        return objection
    instance.refuse_other(objection)
    refuse_partial(_concern(objection), by, "answer")
    with atomic():
        case = _lock(village_id, objection_id)
        objection = case.objection
        if instance.said(objection, by, answer, reasons):
            return objection
        instance.refuse_other(objection)
        instance.sign(objection, by, answer, reasons)
        db.session.flush()
        if answer.upheld:
            _put_right(case, by, reasons, answer.remedy)
        elif case.award:
            book_freed(village_id, [case.award.id])
    return objection


def _put_right(case: _Case, by: uuid.UUID, reasons: str, remedy: Remedy | None) -> None:
    """End the award, in the book if it stands there, and record what is right instead."""
    award = case.award
    if award and award.state == State.BOOKED:
        if award.undo_by == by:
            raise UndoneByTwo
        take_back(award, by, reasons, case.locked)
    elif award and State(award.state) in (State.FILED, State.CHECKED, State.PUBLISHED):
        turn_down_award(award, by, reasons)
    db.session.flush()
    if remedy:
        case.objection.remedy_id = _file_remedy(case, by, remedy)


def _file_remedy(case: _Case, by: uuid.UUID, remedy: Remedy) -> uuid.UUID:
    """File a new award, which goes its ordinary way: the decider is its filer, others check it."""
    objection = case.objection
    rule = get_rule(objection.village_id, remedy.rule_id)
    item = Item(
        id=new_id(),
        household_id=case.award.household_id if case.award else objection.household_id,
        rule_id=rule.id,
        seen_at=_seen_at(case, rule),
        points=remedy.points,
        note=f"异议{objection.year}年第{objection.number}号",
    )
    return recording.record_one(Scorer(by, objection.village_id, None), item, rule).id


def _seen_at(case: _Case, rule: Rule) -> datetime:
    """When it was seen, as far as the rule was in force then; else now."""
    seen_at = case.award.seen_at if case.award else case.objection.made_at
    return seen_at if rule.in_force(clock.local_date(seen_at)) else clock.now()


def _lock(village_id: uuid.UUID, objection_id: uuid.UUID) -> _Case:
    """The account, then the objection, then the award: the order every writer keeps."""
    objection = get_objection(village_id, objection_id)
    owner = _owner_of(objection)
    locked = book.lock(village_id, [owner])
    objection = get_objection(village_id, objection_id, lock=True)
    award = (
        life.get_award(village_id, objection.award_id, lock=True) if objection.award_id else None
    )
    return _Case(objection, award, locked)


def _owner_of(objection: Any) -> uuid.UUID:
    """The household whose points an objection is about."""
    if objection.award_id:
        return life.get_award(objection.village_id, objection.award_id).household_id
    household_id: uuid.UUID = objection.household_id
    return household_id


def why_not(objection: Any, by: uuid.UUID) -> NotAllowed | None:
    """Why somebody may not answer an objection, whatever they decide."""
    return recusal.why_not(_concern(objection), by)


def _concern(objection: Any) -> Concern:
    """It concerns either household, and whoever had a hand in what is objected to or wrote it down."""
    return Concern(
        objection.village_id,
        (objection.household_id, _owner_of(objection)),
        objection.award_id or objection.id,
        {objection.entered_by: OwnEntry} | dict.fromkeys(_hands(objection), OwnDoing),
        KinOfOne,
    )


def _hands(objection: Any) -> set[uuid.UUID | None]:
    """Who filed, checked, ended or reversed the award, or wrote the line; on an appeal, also who dismissed it."""
    hands: set[uuid.UUID | None] = {objection.decided_by}
    if objection.award_id:
        award = life.get_award(objection.village_id, objection.award_id)
        hands |= {award.filed_by, award.first_by, award.second_by, award.ended_by}
        if award.state == State.REVERSED:
            hands.add(award.undo_by)
    elif objection.line_seq:
        hands.add(_line_actor(objection.village_id, objection.line_seq))
    return hands


def _line_actor(village_id: uuid.UUID, seq: int) -> uuid.UUID | None:
    return db.session.scalar(
        select(book.lines.c.actor).where(
            book.lines.c.village_id == village_id, book.lines.c.seq == seq
        )
    )


def last_day_to_appeal(objection: Any) -> date | None:
    """Until when the household may turn to the supervision committee; None where it cannot, or did."""
    if objection.state != ObjectionState.DISMISSED or objection.appealed_at is not None:
        return None
    return after_workdays(clock.local_date(objection.decided_at), WORKDAYS)


def appeal(
    village_id: uuid.UUID, household_id: uuid.UUID, objection_id: uuid.UUID, words: str = ""
) -> Objection:
    """Turn to the supervision committee, once; what is not booked yet is locked again. Twice at once is once.

    Raises NothingToAppeal, AppealTooLate, WordsMissing, UnknownObjection.
    """
    said = clean_words(words) if with_lines(words) else None
    with atomic():
        if get_objection(village_id, objection_id).household_id != household_id:
            raise UnknownObjection
        objection = _lock(village_id, objection_id).objection
        if objection.state == ObjectionState.APPEALED:
            return objection
        last = last_day_to_appeal(objection)
        if last is None:
            raise NothingToAppeal
        if clock.today() > last:
            raise AppealTooLate(day=last)
        objection.state = ObjectionState.APPEALED.value
        objection.appealed_at, objection.appeal_words = clock.now(), said
        objection.final_due_on = after_workdays(clock.today(), WORKDAYS)
    return objection
