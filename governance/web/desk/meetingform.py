"""The form of a meeting that decided something: what every page asks that needs a decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.validators import Optional

from governance.village import decisions
from governance.village.decisions import LONGEST_NOTE, MEETING_NAMES, Meeting, MeetingKind
from governance.web.frame.forms import (
    Form,
    PhotoField,
    WholeField,
    at_most,
    chosen,
    entered,
    required,
)
from governance.web.frame.pictures import data_of, keep_photo
from governance.web.frame.words import translated


class MeetingForm(Form):
    """Which meeting, who was called, who came, how they voted; the signed page as a photo."""

    kind = RadioField(_l("哪个会议定的"), [chosen()])
    held_on = DateField(_l("会议日期"), [required()])
    called_on = DateField(_l("通知日期"), [required()])
    urgent = StringField(_l("不到十天的，写明情况"), [at_most(LONGEST_NOTE)])
    entitled = WholeField(_l("应到"), [entered()])
    present = WholeField(_l("实到"), [entered()])
    votes_for = WholeField(_l("赞成票"), [entered()])
    votes_against = WholeField(_l("反对票"), [entered()])
    authorised_on = DateField(_l("村民会议授权日期（代表会议才填）"), [Optional()])
    discussed_on = DateField(_l("村党组织研究日期（可以不填）"), [Optional()])
    filed_on = DateField(_l("报乡镇备案日期（可以以后再填）"), [Optional()])
    note = StringField(_l("会议说明（可以不填）"), [at_most(LONGEST_NOTE)])
    paper = PhotoField(_l("签字页照片（可以不传）"), on_the_spot=False)

    def offer(self, kinds: Iterable[MeetingKind]) -> None:
        """Offer these meetings to choose from, in the visitor's language."""
        self.kind.choices = [(one.value, translated(MEETING_NAMES[one])) for one in kinds]

    def meeting(self) -> Meeting:
        """What was typed; the form is valid."""
        plain: dict[str, Any] = {
            name: self[name].data for name in Meeting.__slots__ if name not in ("kind", "group_no")
        }
        return Meeting(
            **plain
            | {
                "kind": MeetingKind(self.kind.data),
                "note": self.note.data or "",
                "urgent": self.urgent.data or "",
            }
        )

    def keep_paper(self, village_id: uuid.UUID, decision_id: uuid.UUID | None) -> None:
        """Keep the photo of the signed page with the decision, if one was sent. Raises BadPhoto."""
        if decision_id:
            for photo_id in keep_photo(decision_id, data_of(self.paper)):
                decisions.keep_paper(village_id, decision_id, photo_id)
