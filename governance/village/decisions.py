"""Decisions (决议): what a meeting of villagers decided, and the proof that it could: who was called, who came, how they voted.

One table for whatever needs a decision: rules today, later the scheme, a budget, honours. The articles
are those of the Organic Law of the Villagers' Committees as in force since 2026-01-01.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from governance.base import clock
from governance.base.database import Model, atomic, db, get_row, new_id
from governance.base.errors import BadInput, NotThere, Phrase, phrase
from governance.base.text import one_line

MOST_ENTITLED = 100_000
LONGEST_NOTE = 200
CALLED_DAYS = 10  # art. 25: how long before it the assembly is called


class MeetingKind(StrEnum):
    """Which meeting decides, and by whom it is counted."""

    ADULTS = "adults"
    HOUSEHOLDS = "households"
    REPRESENTATIVES = "representatives"
    GROUP_ADULTS = "group_adults"
    GROUP_HOUSEHOLDS = "group_houses"


MEETING_NAMES: dict[MeetingKind, Phrase] = {
    MeetingKind.ADULTS: phrase("村民会议（按成年村民）"),
    MeetingKind.HOUSEHOLDS: phrase("村民会议（按户的代表）"),
    MeetingKind.REPRESENTATIVES: phrase("村民代表会议"),
    MeetingKind.GROUP_ADULTS: phrase("村民小组会议（按成年村民）"),
    MeetingKind.GROUP_HOUSEHOLDS: phrase("村民小组会议（按户的代表）"),
}
ASSEMBLY = (MeetingKind.ADULTS, MeetingKind.HOUSEHOLDS)
OF_VILLAGE = (*ASSEMBLY, MeetingKind.REPRESENTATIVES)  # who may decide for the whole village
OF_GROUP = (MeetingKind.GROUP_ADULTS, MeetingKind.GROUP_HOUSEHOLDS)


@dataclass(frozen=True, slots=True)
class Quorum:
    """What share of those entitled has to be present, and where the law says so."""

    over: int
    of: int
    reaches: bool  # exactly that share is enough ("two thirds or more"), or more is needed ("more than half")
    article: Phrase

    def least(self, entitled: int) -> int:
        """The fewest people who are enough."""
        share = entitled * self.over
        return -(-share // self.of) if self.reaches else share // self.of + 1


QUORUMS: dict[MeetingKind, Quorum] = {
    MeetingKind.ADULTS: Quorum(
        1, 2, False, phrase("第二十六条：村民会议应当有本村成年村民的过半数参加")
    ),
    MeetingKind.HOUSEHOLDS: Quorum(
        2, 3, True, phrase("第二十六条：村民会议也可以由本村三分之二以上的户的代表参加")
    ),
    MeetingKind.REPRESENTATIVES: Quorum(
        2, 3, True, phrase("第三十条：村民代表会议应当有三分之二以上的组成人员参加")
    ),
    MeetingKind.GROUP_ADULTS: Quorum(
        2, 3, True, phrase("第三十二条：村民小组会议应当有三分之二以上的成年村民参加")
    ),
    MeetingKind.GROUP_HOUSEHOLDS: Quorum(
        2, 3, True, phrase("第三十二条：村民小组会议也可以由三分之二以上的户的代表参加")
    ),
}
MAJORITIES: dict[MeetingKind, Phrase] = {
    MeetingKind.ADULTS: phrase("第二十六条"),
    MeetingKind.HOUSEHOLDS: phrase("第二十六条"),
    MeetingKind.REPRESENTATIVES: phrase("第三十条"),
    MeetingKind.GROUP_ADULTS: phrase("第三十二条"),
    MeetingKind.GROUP_HOUSEHOLDS: phrase("第三十二条"),
}


class Decision(Model):
    """What a meeting decided. Only added to: a later date of filing or a photo of the paper may still come."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(
            "meeting IN ('adults','households','representatives','group_adults','group_houses')",
            name="meeting_known",
        ),
        CheckConstraint(
            "(meeting IN ('group_adults','group_houses')) = (group_no IS NOT NULL)",
            name="a_group_is_named",
        ),
        CheckConstraint("present >= 1 AND present <= entitled", name="present_of_those_entitled"),
        CheckConstraint(
            "CASE WHEN meeting = 'adults' THEN present * 2 > entitled"
            " ELSE present * 3 >= entitled * 2 END",
            name="quorum",
        ),
        CheckConstraint("votes_for * 2 > present", name="majority"),
        CheckConstraint(
            "votes_against >= 0 AND votes_for + votes_against <= present",
            name="votes_of_those_present",
        ),
        CheckConstraint(
            "meeting <> 'representatives' OR authorised_on IS NOT NULL", name="authorised"
        ),
        Index("ix_decisions_held", "village_id", "held_on"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("places.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    topic: Mapped[str] = mapped_column(String(100))
    meeting: Mapped[str] = mapped_column(String(16))
    group_no: Mapped[int | None]
    called_on: Mapped[date]
    urgent: Mapped[str] = mapped_column(
        String(200), default=""
    )  # why it was called at short notice
    held_on: Mapped[date]
    entitled: Mapped[int]
    present: Mapped[int]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    discussed_on: Mapped[date | None]  # by the village's party organisation, before: art. 28
    authorised_on: Mapped[
        date | None
    ]  # when the assembly let the representatives decide: art. 28-29
    filed_on: Mapped[date | None]  # with the township: art. 31
    paper_id: Mapped[uuid.UUID | None]  # the photo of the signed page: art. 39
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    noted_at: Mapped[datetime]


class UnknownDecision(NotThere):
    """No such decision in this village."""

    code = "unknown_decision"
    message = phrase("没有找到这一项决议。")


class QuorumShort(BadInput):
    """Too few came: nothing was decided."""

    code = "quorum_short"
    message = phrase(
        "应到 %(entitled)s，实到 %(present)s，还不够开会的人数，至少要到 %(least)s。《村民委员会组织法》%(article)s。"
    )
    field = "present"


class NotEnoughVotes(BadInput):
    """Fewer than more than half of those present."""

    code = "not_enough_votes"
    message = phrase(
        "实到 %(present)s 人，赞成要过半数，至少 %(least)s 票。《村民委员会组织法》%(article)s：所作决定应当经到会人员的过半数同意。"
    )
    field = "votes_for"


class CalledLate(BadInput):
    """The assembly is called ten days ahead, or it is said why not."""

    code = "called_late"
    message = phrase(
        "村民会议要提前十天通知，这次只提前了 %(days)s 天。《村民委员会组织法》第二十五条：有特殊情况的可以不受十天限制，请写明是什么情况。"
    )
    field = "urgent"


class NotAuthorised(BadInput):
    """The representatives decide only what the assembly has let them decide."""

    code = "not_authorised"
    message = phrase(
        "村民代表会议只能决定村民会议授权的事。《村民委员会组织法》第二十八条、第二十九条：请填写村民会议授权的日期。"
    )
    field = "authorised_on"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting and what it decided, as the clerk enters it. Counts are people, or households where these are counted."""

    kind: MeetingKind
    held_on: date
    called_on: date
    entitled: int
    present: int
    votes_for: int
    votes_against: int = 0
    group_no: int | None = None
    urgent: str = ""
    discussed_on: date | None = None
    authorised_on: date | None = None
    filed_on: date | None = None
    note: str = ""

    def check(self) -> None:
        """Whether it could decide, and did. Raises BadInput, QuorumShort, NotEnoughVotes, CalledLate, NotAuthorised."""
        self._check_dates()
        self._check_counts()
        quorum = QUORUMS[self.kind]
        if self.present < (least := quorum.least(self.entitled)):
            raise QuorumShort(
                entitled=self.entitled, present=self.present, least=least, article=quorum.article
            )
        if self.votes_for * 2 <= self.present:
            raise NotEnoughVotes(
                present=self.present,
                least=self.present // 2 + 1,
                article=MAJORITIES[self.kind],
            )
        for name in ("note", "urgent"):
            if len(one_line(getattr(self, name))) > LONGEST_NOTE:
                raise BadInput(
                    phrase("这一栏不超过 %(longest)s 个字。"), field=name, longest=LONGEST_NOTE
                )

    def _check_dates(self) -> None:
        if self.held_on > clock.today():
            raise BadInput(phrase("会议的日期不能晚于今天。"), field="held_on")
        if self.called_on > self.held_on:
            raise BadInput(phrase("通知的日期不能晚于会议。"), field="called_on")
        ahead = (self.held_on - self.called_on).days
        if self.kind in ASSEMBLY and ahead < CALLED_DAYS and not one_line(self.urgent):
            raise CalledLate(days=ahead)
        if self.kind is MeetingKind.REPRESENTATIVES and self.authorised_on is None:
            raise NotAuthorised
        for name in ("authorised_on", "discussed_on"):
            before = getattr(self, name)
            if before and before > self.held_on:
                raise BadInput(phrase("这个日期不能晚于会议。"), field=name)
        if self.filed_on and not self.held_on <= self.filed_on <= clock.today():
            raise BadInput(phrase("报备的日期应在会议以后，不晚于今天。"), field="filed_on")

    def _check_counts(self) -> None:
        if (self.kind in OF_GROUP) != (self.group_no is not None):
            raise BadInput(phrase("小组会议要写是哪个组。"), field="group_no")
        if not 1 <= self.entitled <= MOST_ENTITLED:
            raise BadInput(phrase("应到数应为 1 到 100000。"), field="entitled")
        if not 1 <= self.present <= self.entitled:
            raise BadInput(phrase("实到数应为 1 到应到数。"), field="present")
        for name in ("votes_for", "votes_against"):
            if getattr(self, name) < 0:
                raise BadInput(phrase("票数不能是负数。"), field=name)
        if self.votes_for + self.votes_against > self.present:
            raise BadInput(phrase("赞成和反对加起来，不能多于实到人数。"), field="votes_against")


def note_decision(village_id: uuid.UUID, by: uuid.UUID, topic: str, meeting: Meeting) -> Decision:
    """Put a decision on record, if the meeting could decide it. Raises what `Meeting.check` raises."""
    meeting.check()
    values = {name: getattr(meeting, name) for name in Meeting.__slots__ if name != "kind"}
    with atomic():
        decision = Decision(
            **values
            | {"note": one_line(meeting.note), "urgent": one_line(meeting.urgent)}
            | {
                "village_id": village_id,
                "id": new_id(),
                "topic": one_line(topic)[:100],
                "meeting": meeting.kind.value,
                "noted_by": by,
                "noted_at": clock.now(),
            }
        )
        db.session.add(decision)
        db.session.flush()
    return decision


def file_decision(village_id: uuid.UUID, decision_id: uuid.UUID, filed_on: date) -> Decision:
    """Note when a decision was filed with the township (art. 31). Raises BadInput, UnknownDecision."""
    with atomic():
        decision = get_decision(village_id, decision_id, lock=True)
        if not decision.held_on <= filed_on <= clock.today():
            raise BadInput(phrase("报备的日期应在会议以后，不晚于今天。"), field="filed_on")
        decision.filed_on = filed_on
    return decision


def keep_paper(village_id: uuid.UUID, decision_id: uuid.UUID, paper_id: uuid.UUID) -> None:
    """Note the photo of the signed page (art. 39). Raises UnknownDecision."""
    with atomic():
        get_decision(village_id, decision_id, lock=True).paper_id = paper_id


def get_decision(village_id: uuid.UUID, decision_id: uuid.UUID, *, lock: bool = False) -> Decision:
    """A decision of the village. Raises UnknownDecision."""
    return get_row(Decision, village_id, decision_id, UnknownDecision, lock=lock)


def unfiled(village_id: uuid.UUID) -> list[Decision]:
    """The decisions that were not filed with the township yet, oldest first."""
    return list(
        db.session.scalars(
            select(Decision)
            .where(Decision.village_id == village_id, Decision.filed_on.is_(None))
            .order_by(Decision.held_on)
        )
    )
