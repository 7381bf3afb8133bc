"""What every form shares: whole numbers of few digits, refusals at the field they are about."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from wtforms import StringField

from governance.base.errors import BadInput, phrase
from governance.village.households import UnknownHousehold
from governance.web.frame.forms import Form, SignedField, WholeField, strip


class Filled(Form):
    """A form of one of each."""

    name = StringField("户主")
    points = SignedField("分值")
    count = WholeField("件数", digits=2)


@pytest.fixture
def filled(plain):
    with ExitStack() as requests:

        def fill(**typed):
            requests.enter_context(plain.test_request_context("/", method="POST", data=typed))
            form = Filled()
            form.validate()
            return form

        yield fill


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7", 7), (" 12 ", 12), ("１２", 12), ("007", 7), ("", None), ("  ", None)],
)
def test_a_whole_number_is_read_as_people_type_it(filled, typed, read):
    form = filled(count=typed)
    assert (form.count.data, list(form.count.errors)) == (read, [])


@pytest.mark.parametrize("typed", ["1.5", "1e3", "七", "٣", "0x7", "7 8", "100", "9" * 500])
def test_anything_else_is_told_and_shown_again_short(filled, typed):
    form = filled(count=typed)
    assert form.count.data is None
    assert list(form.count.errors) == ["「件数」应为整数，最多 2 位。"]
    assert len(form.count._value()) <= 40


def test_a_number_with_a_sign_is_typed_as_text_because_a_pad_of_numbers_has_none(filled):
    form = filled(points="-5")
    assert form.points.data == -5
    assert 'type="text"' in form.points()
    assert 'type="number"' in form.count()


def test_a_refusal_lands_on_the_field_it_names_or_above_the_form(filled):
    form = filled(name="王秀兰")
    form.refuse(BadInput(phrase("请填写户主。"), field="name"))
    form.refuse(UnknownHousehold())
    assert list(form.name.errors) == ["请填写户主。"]
    assert form.form_errors == [str(UnknownHousehold.message)]


def test_what_is_refused_within_stands_on_the_form_and_the_page_says_422(filled):
    form = filled(name="王秀兰", count="1", points="1")
    assert form.http_status == 200
    with form.refusing():
        raise BadInput(phrase("请填写户主。"), field="name")
    assert (list(form.name.errors), form.http_status) == (["请填写户主。"], 422)


def test_a_refusal_of_another_kind_goes_on_up_unless_it_is_named(filled):
    form = filled(name="王秀兰")
    with pytest.raises(UnknownHousehold), form.refusing():
        raise UnknownHousehold
    with form.refusing(UnknownHousehold):
        raise UnknownHousehold
    assert form.form_errors == [str(UnknownHousehold.message)]
    with pytest.raises(ZeroDivisionError), form.refusing():
        _ = 1 // 0


def test_only_text_is_stripped():
    assert (strip(" 王 "), strip(None), strip(5)) == ("王", None, 5)
