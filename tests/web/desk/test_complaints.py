"""The desk of complaints: unanswered first, contacts masked in the list, one answer by either committee."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.affairs.oversight.complaints import get_complaint, make_complaint
from governance.base import clock
from tests.factories import sign_in


@pytest.fixture
def village(village):
    village.desk = f"/desk/{village.place.code}/complaints/"
    village.made = make_complaint(village.id, "支书家的分不对", "13893812345")
    return village


def test_the_list_shows_the_oldest_first_with_its_age_and_no_whole_contact(app, village):
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    for days, words in ((3, "水渠堵了"), (9, "路灯坏了")):
        with clock.set_to(now - timedelta(days=days)):
            make_complaint(village.id, words)
    browser = sign_in(app.test_client(), village.clerk)
    with clock.set_to(now):
        page = browser.get(village.desk).text
    assert page.index("路灯坏了") < page.index("水渠堵了")
    assert "等了 9 天" in page
    assert "138****345" in page
    assert "13893812345" not in page


@pytest.mark.parametrize("who", ["clerk", "supervisor"])
def test_either_committee_reads_the_contact_and_answers(app, village, who):
    browser = sign_in(app.test_client(), getattr(village, who))
    one = f"{village.desk}{village.made.id}"
    assert "13893812345" in browser.get(one).text
    assert "只能答复一次" in browser.get(one).text
    assert browser.post(one, data={"answer": "已经更正"}).status_code == 303
    found = get_complaint(village.id, village.made.id)
    assert (found.answer, found.answered_by) == ("已经更正", getattr(village, who).id)
    page = browser.get(village.desk).text
    assert "都答复了" in page
    assert getattr(village, who).name in page
    page = browser.get(one).text
    assert "已经更正" in page
    assert "<textarea" not in page


def test_a_second_answer_is_refused_and_the_first_stands(app, village):
    one = f"{village.desk}{village.made.id}"
    for person in (village.clerk, village.supervisor):
        answer = sign_in(app.test_client(), person).post(one, data={"answer": person.name})
    assert answer.status_code == 409
    assert "已经有人答复了" in answer.text
    assert get_complaint(village.id, village.made.id).answer == "张文书"


@pytest.mark.parametrize("typed", ["", "好", "长" * 1001])
def test_an_answer_of_the_wrong_length_is_refused_and_kept(app, village, typed):
    browser = sign_in(app.test_client(), village.clerk)
    answer = browser.post(f"{village.desk}{village.made.id}", data={"answer": typed})
    assert answer.status_code == 422
    assert typed in answer.text
    assert get_complaint(village.id, village.made.id).answer is None


def test_long_lists_are_paged(app, village):
    browser = sign_in(app.test_client(), village.clerk)
    for page in ("1", "2", "x", "-3", "99999999999999999999"):
        assert browser.get(village.desk, query_string={"page": page}).status_code == 200
