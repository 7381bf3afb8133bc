"""The household's objections: from a line, a waiting award, a notice or about nothing at all; the answer; the appeal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.affairs.awards import checking
from governance.affairs.publicity import answering, objecting, objections
from governance.affairs.publicity.answering import Answer, Remedy
from governance.affairs.publicity.objecting import Thing
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import book
from governance.village.codes import code_in_use
from governance.village.staff import Role
from tests.factories import (
    give_points,
    hand_over,
    make_award,
    make_gift,
    make_notice,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
)
from tests.moments import MONDAY

NEW = "/my/objections/new"


@pytest.fixture
def clock_at():
    return MONDAY


@pytest.fixture
def homes():
    return 3


@pytest.fixture
def village(village):
    village.scorer = make_scorer(village)
    return village


@pytest.fixture
def phone(village, client):
    return open_card(village, client)


def open_card(village, browser, n=0):
    browser.get(f"/c/{code_in_use(village.id, village.homes[n].id, 'card').token}")
    return browser


def file(village, home, **words):
    return make_award(village.scorer, home, make_rule(village, **({"review": "first"} | words)))


def all_objections(village):
    db.session.rollback()
    return objections.listed(village.id)[0]


def dismiss(village, made):
    answering.decide(village.id, village.clerk.id, made.id, Answer(False, "查了签到表，没有到场"))


def test_every_line_and_every_waiting_item_leads_to_an_objection(village, home, phone):
    award_id = file(village, home, behaviour="调解纠纷")
    give_points(village, home, 10)
    page = phone.get("/my/").text
    seq = book.last_lines(village.id, home.id)[0].seq
    assert f"/my/objections/new?award={award_id}" in page
    assert f"/my/objections/new?line={seq}" in page
    assert "我家的异议" in page


def test_a_household_objects_and_reads_by_when_it_is_answered(village, home, phone):
    award_id = file(village, home, behaviour="调解纠纷")
    form = phone.get(f"{NEW}?award={award_id}").text
    assert "调解纠纷" in form
    answer = phone.post(f"{NEW}?award={award_id}", data={"words": "我家没有参加"})
    assert answer.status_code == 303
    page = phone.get(answer.location).text
    assert "2026年3月11日 前答复，" in page
    assert "还有 7 个工作日" in page
    assert "我家没有参加" in page
    assert "等答复" in page
    assert "异议中，先不入账" in phone.get("/my/").text
    assert "2026年第1号" in phone.get("/my/objections").text


def test_a_missing_award_is_told_in_words(village, phone):
    assert "应该记的没有记" in phone.get(NEW).text
    assert phone.post(NEW, data={"words": "修水渠我家去了"}).status_code == 303
    [made] = all_objections(village)
    assert (made.award_id, made.words, made.entered_by) == (None, "修水渠我家去了", None)


def test_a_neighbours_item_is_objected_to_without_learning_whose_it_is(village, home, phone):
    neighbour = village.homes[1]
    award_id = file(village, neighbour, behaviour="清理沟渠")
    checking.check(village.id, village.clerk.id, [award_id])
    at = f"{NEW}?notice={make_notice(village).id}&position=1"
    form = phone.get(at).text
    assert "清理沟渠" in form
    assert neighbour.code not in form
    made = phone.post(at, data={"words": "他家没有来"})
    page = phone.get(made.location).text
    assert "清理沟渠" in page
    assert neighbour.code not in page
    theirs = open_card(village, phone.application.test_client(), 1).get("/my/objections").text
    assert "别人对我家记分提的异议" in theirs
    assert "他家没有来" not in theirs


NOBODYS = "01a20174-0000-7000-8000-000000000000"  # an id that nothing has


@pytest.mark.parametrize(
    "address",
    [
        "?award=x",
        f"?award={NOBODYS}",
        "?line=x",
        "?line=99999999999999999999",
        "?line=-1",
        f"?notice={NOBODYS}&position=1",
        f"?notice={NOBODYS}&position=x",
        f"?notice={NOBODYS}",
        "?position=1",
        f"?award={NOBODYS}&line=1",
    ],
)
def test_what_is_not_there_is_not_found(village, phone, address):
    for answer in (phone.get(NEW + address), phone.post(NEW + address, data={"words": "不对"})):
        assert answer.status_code == 404
        assert "没有找到要提异议的这一条" in answer.text
    assert all_objections(village) == []


@pytest.mark.parametrize("words", ["", " 错 ", "字" * 501])
def test_words_that_will_not_do_come_back_with_a_sentence(village, phone, words):
    answer = phone.post(NEW, data={"words": words})
    assert answer.status_code == 422
    assert words.strip() in answer.text
    assert all_objections(village) == []


def test_after_the_publicity_a_neighbours_item_is_refused_with_a_sentence(village, phone):
    award_id = file(village, village.homes[1])
    checking.check(village.id, village.clerk.id, [award_id])
    notice = make_notice(village)
    with clock.set_to(notice.closes_at):
        answer = phone.get(f"{NEW}?notice={notice.id}&position=1")
    assert answer.status_code == 409
    assert "公示已经结束" in answer.text


def test_the_same_form_sent_twice_is_one_objection(village, phone):
    data = {"words": "修水渠没有记", "key": str(new_id())}
    first, second = (phone.post(NEW, data=data) for _ in range(2))
    assert first.location == second.location
    assert len(all_objections(village)) == 1
    assert phone.post(NEW, data={"words": "扫雪没有记", "key": "x"}).status_code == 303


def test_who_objected_already_is_led_to_the_first(village, home, phone):
    award_id = file(village, home)
    made = make_objection(village, home, award_id=award_id)
    at = f"{NEW}?award={award_id}"
    for method, data in (("GET", None), ("POST", {"words": "还是不对"})):
        answer = phone.open(at, method=method, data=data)
        assert answer.location == f"/my/objections/{made.id}"
        assert "正在等答复，不用再提" in phone.get(answer.location).text
    assert len(all_objections(village)) == 1


def test_the_eleventh_undecided_is_refused_beside_what_was_typed(village, home, phone):
    for n in range(10):
        make_objection(village, home, f"第{n}次没有记")
    answer = phone.post(NEW, data={"words": "还有一次没有记"})
    assert answer.status_code == 422
    assert "已有 10 件异议在等答复" in answer.text
    assert "还有一次没有记" in answer.text


def test_the_household_reads_the_answer_and_what_became_of_the_points(village, home, phone):
    rule = make_rule(village, points=8, behaviour="修桥补路")
    award_id = file(village, home)
    made = make_objection(village, home, award_id=award_id)
    answering.decide(
        village.id, village.clerk.id, made.id, Answer(True, "应记 8 分", Remedy(rule.id))
    )
    page = phone.get(f"/my/objections/{made.id}").text
    for words in ("村委会的答复", "成立", "应记 8 分", "这一条不入账", "修桥补路", "已入账"):
        assert words in page
    assert "张文书" not in page
    assert "请监督委员会复核" not in page


def test_a_dismissed_household_turns_to_supervision_once(village, home, phone):
    made = make_objection(village, home)
    at = f"/my/objections/{made.id}"
    assert "不同意这个答复" not in phone.get(at).text
    dismiss(village, made)
    page = phone.get(at).text
    assert "查了签到表，没有到场" in page
    assert "2026年3月11日 前请村务监督委员会复核" in page
    for _ in range(2):
        answer = phone.post(f"{at}/appeal", data={"words": "签到表上有我"})
        assert answer.location == at
    page = phone.get(at).text
    assert "签到表上有我" in page
    assert "等监督委员会决定" in page
    answering.decide_finally(
        village.id,
        make_staff(Role.SUPERVISOR, village.place).id,
        made.id,
        Answer(False, "两次都查过"),
    )
    page = phone.get(at).text
    assert "这是最后的决定" in page
    assert "两次都查过" in page
    assert phone.post(f"{at}/appeal", data={}).status_code == 409


def test_an_appeal_of_one_letter_or_too_late_is_refused(village, home, phone):
    made = make_objection(village, home)
    dismiss(village, made)
    at = f"/my/objections/{made.id}"
    for words in ("错", "字" * 501):
        assert phone.post(f"{at}/appeal", data={"words": words}).status_code == 422
    with clock.set_to(datetime(2026, 3, 11, 16, 0, tzinfo=UTC)):
        assert "不同意这个答复" not in phone.get(at).text
        answer = phone.post(f"{at}/appeal", data={})
    assert answer.status_code == 409
    assert "已经过了请监督委员会复核的期限（2026年3月11日）" in answer.text


def test_a_household_does_not_read_a_neighbours_objection(village, phone):
    made = make_objection(village, village.homes[1])
    dismiss(village, made)
    for answer in (
        phone.get(f"/my/objections/{made.id}"),
        phone.post(f"/my/objections/{made.id}/appeal"),
        phone.get(f"/my/objections/{new_id()}"),
    ):
        assert answer.status_code == 404
        assert "没有找到这件异议" in answer.text


def test_a_stranger_is_asked_for_the_card(village, client):
    for address in (NEW, "/my/objections"):
        assert client.get(address).location == "/card"


def test_what_was_rejected_is_listed_with_its_reason_and_may_be_objected_to(village, home, phone):
    award_id = file(village, home, behaviour="清理沟渠")
    checking.reject(village.id, village.clerk.id, [award_id], "没有看到")
    page = phone.get("/my/objections").text
    assert "没有看到" in page
    assert f"/my/objections/new?award={award_id}" in page


def test_a_line_that_is_no_award_is_named_by_its_own_words(village, home, phone):
    give_points(village, home, 10)
    seq = book.last_lines(village.id, home.id)[0].seq
    made = phone.post(f"{NEW}?line={seq}", data={"words": "期初记少了"})
    assert "期初" in phone.get(made.location).text


def test_what_is_owed_is_said_where_the_figures_stand(village, home, phone):
    award_id = file(village, home, review="auto")
    keeper, soap = make_staff(Role.STOREKEEPER, village.place), make_gift(village, points=4)
    hand_over(village, keeper, home, {soap: 1})
    assert "又被冲正" not in phone.get("/my/").text
    made = objecting.file_objection(village.id, home.id, Thing(award_id=award_id), "不是我家的")
    answering.decide(village.id, village.clerk.id, made.id, Answer(True, "记错人家"))
    assert "还差 4 分，以后得的分先补上" in phone.get("/my/").text
