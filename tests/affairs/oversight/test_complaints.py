"""Complaints: taken in from anybody, numbered so that nobody guesses, answered once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from governance.affairs.oversight import complaints
from governance.affairs.oversight.complaints import (
    AlreadyAnswered,
    Complaint,
    UnknownComplaint,
    UnknownNumber,
    answer_complaint,
    get_complaint,
    get_numbered,
    make_complaint,
    mask_contact,
)
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.base.errors import BadInput, Conflict
from tests.factories import make_village


def test_a_complaint_gets_eight_digits_that_say_nothing(village):
    numbers = {make_complaint(village.id, f"第{n}条意见").number for n in range(30)}
    assert len(numbers) == 30
    assert all(len(one) == 8 and one.isdecimal() and one[0] != "0" for one in numbers)
    ordered = sorted(numbers, key=int)
    assert max(int(b) - int(a) for a, b in zip(ordered, ordered[1:], strict=False)) > 1000


def test_a_number_that_is_taken_is_drawn_again(village, monkeypatch):
    drawn = iter(["11111111", "11111111", "22222222"])
    monkeypatch.setattr(complaints, "new_number", lambda: next(drawn))
    assert make_complaint(village.id, "路灯坏了").number == "11111111"
    assert make_complaint(village.id, "水渠堵了").number == "22222222"


def test_when_no_free_number_is_found_it_is_said_and_nothing_is_written(village, monkeypatch):
    monkeypatch.setattr(complaints, "new_number", lambda: "11111111")
    make_complaint(village.id, "路灯坏了")
    with pytest.raises(Conflict):
        make_complaint(village.id, "水渠堵了")
    assert db.session.scalar(db.select(db.func.count()).select_from(Complaint)) == 1


def test_in_a_transaction_of_somebody_else_no_other_number_is_tried(village, monkeypatch):
    """PostgreSQL takes nothing more in it: each of twenty tries would have failed for another reason."""
    monkeypatch.setattr(complaints, "new_number", lambda: "11111111")
    make_complaint(village.id, "路灯坏了")
    with pytest.raises(IntegrityError), atomic():
        make_complaint(village.id, "水渠堵了")
    assert db.session.scalar(db.select(db.func.count()).select_from(Complaint)) == 1


def test_the_same_number_may_stand_in_two_villages(village, monkeypatch):
    monkeypatch.setattr(complaints, "new_number", lambda: "11111111")
    other = make_village("白家村")
    make_complaint(village.id, "路灯坏了")
    make_complaint(other.id, "水渠堵了")
    assert get_numbered(other.id, "11111111").words == "水渠堵了"


def test_the_same_page_sent_twice_is_one_complaint(village):
    key = new_id()
    first = make_complaint(village.id, "路灯坏了", "张三", key)
    assert make_complaint(village.id, "路灯坏了", " 张三 ", key).number == first.number
    anew = make_complaint(village.id, "路灯坏了，水渠也堵了", "张三", key)
    assert anew.number != first.number
    assert complaints.count_unanswered(village.id) == 2


def test_words_keep_their_lines_and_lose_the_space_around_them(village):
    assert make_complaint(village.id, "  路灯坏了\r\n三天了 ").words == "路灯坏了\n三天了"


@pytest.mark.parametrize("words", ["", "  ", "好", " 好 \n", "好\u200b\ufeff", "长" * 1001])
def test_too_few_and_too_many_words_are_refused(village, words):
    with pytest.raises(BadInput) as refused:
        make_complaint(village.id, words)
    assert refused.value.field == "words"
    assert "2 到 1000" in str(refused.value)


def test_a_thousand_words_and_a_contact_of_sixty_are_taken_and_one_more_is_not(village):
    made = make_complaint(village.id, "长" * 1000, "1" * 60)
    assert len(made.words) == 1000
    assert len(made.contact) == 60
    with pytest.raises(BadInput) as refused:
        make_complaint(village.id, "路灯坏了", "1" * 61)
    assert refused.value.field == "contact"


@pytest.mark.parametrize("typed", ["{0}", " {1} {2} ", "{1}-{2}", "{1}－{2}", "{1} — {2}"])
def test_a_number_is_found_however_it_is_typed(village, typed):
    made = make_complaint(village.id, "路灯坏了")
    number = made.number
    asked = typed.format(number, number[:4], number[4:])
    wide = asked.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert get_numbered(village.id, asked).id == made.id
    assert get_numbered(village.id, wide).id == made.id


@pytest.mark.parametrize("typed", ["", "00000000", "x", "1" * 30])
def test_an_unknown_number_is_refused_and_so_is_another_villages(village, typed):
    other = make_village("白家村")
    made = make_complaint(other.id, "路灯坏了")
    for number in (typed, made.number):
        with pytest.raises(UnknownNumber) as refused:
            get_numbered(village.id, number)
        assert refused.value.field == "number"


def test_a_complaint_is_answered_once_by_somebody_at_a_moment(village, clerk):
    made = make_complaint(village.id, "路灯坏了")
    answer_complaint(village.id, clerk.id, made.id, "明天来修")
    found = get_complaint(village.id, made.id)
    assert (found.answer, found.answered_by) == ("明天来修", clerk.id)
    assert found.answered_at
    with pytest.raises(AlreadyAnswered):
        answer_complaint(village.id, clerk.id, made.id, "后天来修")
    assert get_complaint(village.id, made.id).answer == "明天来修"


@pytest.mark.parametrize("answer", ["", "好", "长" * 1001])
def test_an_answer_is_neither_too_short_nor_too_long(village, clerk, answer):
    made = make_complaint(village.id, "路灯坏了")
    with pytest.raises(BadInput) as refused:
        answer_complaint(village.id, clerk.id, made.id, answer)
    assert refused.value.field == "answer"
    assert get_complaint(village.id, made.id).answer is None


def test_a_complaint_of_another_village_is_not_there(village, clerk):
    other = make_complaint(make_village("白家村").id, "路灯坏了")
    for asked in (other.id, uuid.uuid4()):
        with pytest.raises(UnknownComplaint):
            answer_complaint(village.id, clerk.id, asked, "明天来修")


def test_what_waits_is_oldest_first_and_what_was_answered_newest_first(village, clerk):
    start = datetime(2026, 11, 1, 8, tzinfo=UTC)
    made = []
    for n in range(4):
        with clock.set_to(start + timedelta(days=n)):
            made.append(make_complaint(village.id, f"第{n}条意见"))
    for n in (3, 1):
        with clock.set_to(start + timedelta(days=9 - n)):
            answer_complaint(village.id, clerk.id, made[n].id, "已经办了")
    rows, count = complaints.unanswered(village.id)
    assert ([one.words for one in rows], count) == (["第0条意见", "第2条意见"], 2)
    rows, count = complaints.answered(village.id, limit=1)
    assert ([(one.words, one.answerer) for one in rows], count) == ([("第1条意见", "李志明")], 2)
    assert complaints.count_unanswered(village.id) == 2


def test_a_contact_is_masked_so_that_it_cannot_be_called():
    assert mask_contact("13893812345") == "138****345"
    assert mask_contact("weixin") == "w****n"
    assert mask_contact("ab") == "****"
    assert mask_contact("") == ""


def test_a_fault_of_the_database_does_not_tell_what_somebody_wrote(village):
    with pytest.raises(IntegrityError) as fault, atomic():
        db.session.execute(
            db.insert(Complaint),
            {
                "village_id": village.id,
                "id": new_id(),
                "words": "路灯坏了",
                "number": None,
                "made_at": clock.now(),
                "contact": "13893812345",
            },
        )
    # (PostgreSQL's own message names the row; the service logs such faults by their kind alone)
    assert "parameters hidden" in str(fault.value)
    assert "'13893812345'" not in str(fault.value)
