"""The forms of the households desk: shape only; the register checks what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Optional

from governance.village.households import NUMBERS, Details, Household, Status
from governance.village.members import Member
from governance.village.register.cells import GROUPS
from governance.web.frame.forms import Form, WholeField, at_most, between, required
from governance.web.frame.words import name_of

EMPTY_ROWS = 3
MOST_MEMBERS = 40
PLAIN = {"autocomplete": "off"}


class MemberForm(PlainForm):  # type: ignore[misc]
    """One person of a household; an empty row is nobody."""

    name = StringField(_l("姓名"), [at_most(30)], render_kw=PLAIN)
    relation = StringField(_l("与户主关系"), [at_most(20)], render_kw=PLAIN)


class Rows(FieldList):  # type: ignore[misc]
    """Rows of a form, told apart by small numbers in the names of their fields."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """The numbers of the rows that were sent; what is no such number is no row."""
        for name in formdata:
            if found := re.match(rf"{re.escape(prefix)}-([0-9]{{1,3}})-", name):
                yield int(found[1])


class EditForm(Form):
    """What the register says about a household."""

    head = StringField(_l("户主姓名"), [required(), at_most(30)], render_kw=PLAIN)
    phone = StringField(
        _l("联系电话"),
        [at_most(30)],
        render_kw=PLAIN | {"inputmode": "tel", "placeholder": _l("没有就空着")},
    )
    size = WholeField(_l("家庭人口"), [Optional(), between(0, 99)], render_kw=PLAIN)
    status = SelectField(_l("居住状态"))
    door = StringField(
        _l("门牌"), [at_most(60)], render_kw=PLAIN | {"placeholder": _l("空着就用户号")}
    )
    party = BooleanField(_l("党员户"))
    minor = BooleanField(_l("户主未成年，公示只写姓"))
    note = TextAreaField(_l("备注"), [at_most(200)])
    members = Rows(FormField(MemberForm), _l("家庭成员"), max_entries=MOST_MEMBERS)

    def __init__(self, *words: Any, **values: Any):
        """The words of the statuses are those of the visitor's language."""
        super().__init__(*words, **values)
        self.status.choices = [(one.value, name_of("status", one.value)) for one in Status]

    def show_members(self, people: Iterable[Member]) -> None:
        """The rows to fill: those who are there, and some empty ones."""
        while self.members.entries:
            self.members.pop_entry()
        shown = [{"name": one.name, "relation": one.relation} for one in people]
        shown += [{"name": "", "relation": ""}] * EMPTY_ROWS
        for row in shown[:MOST_MEMBERS]:
            self.members.append_entry(row)

    def details(self, household: Household) -> Details:
        """What was typed, for a household that stays where it is."""
        return self._details(household.group_no, household.number)

    def _details(self, group_no: int, number: int) -> Details:
        rows = [(row.form.name.data or "", row.form.relation.data or "") for row in self.members]
        return Details(
            group_no=group_no,
            number=number,
            head=self.head.data or "",
            door=self.door.data or "",
            size=self.size.data or 0,
            phone=self.phone.data or "",
            status=self.status.data or "",
            party=bool(self.party.data),
            note=self.note.data or "",
            members=[
                (name, relation) for name, relation in rows if name.strip() or relation.strip()
            ],
        )


class NewForm(EditForm):
    """A household that comes to the village; `key` makes the form sent twice one household."""

    key = HiddenField()
    group_no = WholeField(
        _l("村民小组"), [required(), between(GROUPS[0], GROUPS[-1])], render_kw=PLAIN
    )
    number = WholeField(
        _l("户号"),
        [Optional(), between(NUMBERS[0], NUMBERS[-1])],
        render_kw=PLAIN | {"placeholder": _l("空着就用下一个空号")},
    )
    grid = SelectField(_l("网格"))

    def new_details(self) -> Details:
        """What was typed; number 0 stands for the next free one."""
        return self._details(self.group_no.data or 0, self.number.data or 0)


class MoveForm(Form):
    """Where a household stands."""

    group_no = WholeField(
        _l("村民小组"), [required(), between(GROUPS[0], GROUPS[-1])], render_kw=PLAIN
    )
    number = WholeField(_l("户号"), [required(), between(NUMBERS[0], NUMBERS[-1])], render_kw=PLAIN)
    grid = SelectField(_l("网格"))
