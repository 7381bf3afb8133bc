"""The fair process in the demo: notices that hang their days, reminders, and what villagers said to it all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from governance.affairs.awards import reminding, settling
from governance.affairs.awards.items import Scorer
from governance.affairs.oversight import complaints
from governance.affairs.publicity import answering, closing, notices, objecting, posting
from governance.affairs.publicity.answering import Answer
from governance.affairs.publicity.notices import Listed, NoticeItem
from governance.affairs.publicity.objecting import MISSING, Thing
from governance.affairs.publicity.objections import Channel
from governance.base import clock
from governance.base.database import db, new_id
from governance.demo import sayings
from governance.demo.cast import Cast
from governance.village.households import SCORABLE, Household

Act = Callable[[], None]
NOTICE_DAYS = (31, 17, 3)  # days ago a notice was posted: the last one still hangs
HANGS = 5  # days


@dataclass(slots=True)
class Process:
    """What happens in public over the weeks up to `until`."""

    cast: Cast
    until: datetime
    posted: list[uuid.UUID] = field(default_factory=list)
    reminders: dict[str, uuid.UUID] = field(default_factory=dict)
    objection: uuid.UUID | None = None

    def acts(self) -> Iterator[tuple[datetime, Act]]:
        """Everything, each with its moment."""
        for ago in NOTICE_DAYS:
            yield self._moment(ago, 17), partial(self._post, self._day(ago))
            closes = posting.closing_time(self._day(ago), HANGS) + timedelta(minutes=5)
            yield closes, self._close
        yield from self._reminders()
        yield self._moment(15, 10), self._object
        yield self._moment(12, 16), self._dismiss
        yield self._moment(2, 19), self._miss
        yield self._moment(1, 9), self._object_in_person
        yield self._moment(13, 20), self._complain
        yield self._moment(11, 9), self._answer
        yield self._moment(1, 8), partial(self._write, sayings.COMPLAINTS[1])

    def _day(self, ago: int) -> date:
        return clock.local_date(self.until) - timedelta(days=ago)

    def _moment(self, ago: int, hour: int) -> datetime:
        return datetime.combine(self._day(ago), time(hour, 20), clock.VILLAGE_TIME)

    def _post(self, day: date) -> None:
        village_id, clerk = self.cast.village_id, self.cast.committee[0]
        draft = notices.make_notice(village_id, clerk, day, HANGS)
        self.posted.append(posting.post_notice(village_id, clerk, draft.id).id)

    def _close(self) -> None:
        closing.close_due(self.cast.village_id)

    # Reminders: put right in time, not put right, over but not looked at yet, still running.

    def _reminders(self) -> Iterator[tuple[datetime, Act]]:
        for number, (ago, note) in enumerate(sayings.REMINDERS):
            yield (
                self._moment(ago, 10),
                partial(self._remind, f"r{number}", self._home(number), note),
            )
        yield self._moment(33, 15), partial(self._put_right, "r0")
        yield self._moment(11, 15), partial(self._deduct, "r1")

    def _home(self, number: int) -> Household:
        """A household of grid 3, where the sign-in `officer` works, that is not the officer's own."""
        return [home for home in self.cast.homes if home.group_no == 3 and home.status in SCORABLE][
            number * 3 + 8
        ]

    def _scorer(self, home: Household) -> Scorer:
        officer = self.cast.officers[home.grid_id]
        return Scorer(officer, self.cast.village_id, frozenset({home.grid_id}))

    def _remind(self, name: str, home: Household, note: str) -> None:
        rule = self.cast.rules["E51"]
        filed = reminding.remind(self._scorer(home), new_id(), home.id, rule.id, note, clock.now())
        self.reminders[name] = filed.id

    def _put_right(self, name: str) -> None:
        settling.correct(self._scorer(self._home(0)), self.reminders[name], new_id())

    def _deduct(self, name: str) -> None:
        note = "期限过了去看，还堆在原处"
        settling.deduct(self._scorer(self._home(1)), self.reminders[name], new_id(), note=note)

    # Objections: one answered, one from the page and one spoken that wait.

    def _object(self) -> None:
        item = self._item(1)
        thing = Thing(award_id=item.award_id)
        filed = objecting.file_objection(
            self.cast.village_id, item.household_id, thing, sayings.OBJECTION
        )
        self.objection = filed.id

    def _dismiss(self) -> None:
        assert self.objection is not None
        answer = Answer(upheld=False, reasons=sayings.DISMISSAL)
        answering.decide(self.cast.village_id, self.cast.committee[2], self.objection, answer)

    def _miss(self) -> None:
        home = self._home(4)
        objecting.file_objection(self.cast.village_id, home.id, MISSING, sayings.MISSED)

    def _object_in_person(self) -> None:
        item = self._item(2)
        objecting.file_objection(
            self.cast.village_id,
            item.household_id,
            Thing(award_id=item.award_id),
            sayings.SPOKEN,
            channel=Channel.SPOKEN,
            entered_by=self.cast.committee[2],
        )

    def _item(self, notice: int) -> NoticeItem:
        """A plus item of a notice that waits for its end."""
        item: NoticeItem = db.session.scalars(
            db.select(NoticeItem)
            .where(
                NoticeItem.village_id == self.cast.village_id,
                NoticeItem.notice_id == self.posted[notice],
                NoticeItem.listed == Listed.CHECKED.value,
                NoticeItem.points > 0,
            )
            .order_by(NoticeItem.position)
            .offset(5)
            .limit(1)
        ).one()
        return item

    # Words from villagers.

    def _complain(self) -> None:
        self._write(sayings.COMPLAINTS[0])

    def _write(self, text: str) -> None:
        complaints.make_complaint(self.cast.village_id, text)

    def _answer(self) -> None:
        [first], _ = complaints.unanswered(self.cast.village_id)
        complaints.answer_complaint(
            self.cast.village_id, self.cast.committee[0], first.id, sayings.COMPLAINT_ANSWER
        )
