"""Notices: drafted, changed, withdrawn with a trace and corrected; periods that never overlap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from governance.affairs.awards import checking, life
from governance.affairs.publicity import notices, posting
from governance.affairs.publicity.notices import notice_items
from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import BadInput
from tests.factories import (
    make_award,
    make_checked,
    make_filed,
    make_notice,
    make_rule,
    make_village,
)
from tests.moments import MONDAY
from tests.reads import state_of


def file_auto(village, home, **words):
    return make_award(village.scorer, home, make_rule(village, **words))


def draft(village, last_on=None, days=3):
    return notices.make_notice(village.id, village.people[0], last_on or clock.today(), days)


def post(village, last_on=None, days=3):
    return posting.post_notice(village.id, village.people[0], draft(village, last_on, days).id)


def items(village, notice):
    return db.session.execute(
        select(notice_items)
        .where(notice_items.c.village_id == village.id, notice_items.c.notice_id == notice.id)
        .order_by(notice_items.c.position)
    ).all()


def test_one_draft_at_a_time(village):
    draft(village)
    with pytest.raises(notices.DraftThere, match="已经有一份公示草稿"):
        draft(village)


def test_a_draft_is_edited_and_dropped(village):
    made = draft(village, date(2026, 3, 1))
    notices.edit_draft(village.id, made.id, date(2026, 3, 2), 7)
    assert (made.last_on, made.days) == (date(2026, 3, 2), 7)
    notices.drop_draft(village.id, made.id)
    assert notices.find_draft(village.id) is None


@pytest.mark.parametrize(
    "verb",
    [
        lambda v, n: notices.edit_draft(v.id, n.id, clock.today(), 3),
        lambda v, n: notices.drop_draft(v.id, n.id),
    ],
)
def test_what_was_posted_is_neither_edited_nor_dropped(village, verb):
    make_checked(village, village.homes[0])
    notice = post(village)
    with pytest.raises(notices.NotADraft, match="已经张贴过"):
        verb(village, notice)


def test_a_withdrawn_notice_is_not_posted_again(village):
    make_checked(village, village.homes[0])
    notice = post(village)
    notices.withdraw_notice(village.id, village.people[0], notice.id, "有一户写错了")
    with pytest.raises(notices.NotADraft):
        posting.post_notice(village.id, village.people[0], notice.id)


def test_a_period_begins_after_the_last_one(village):
    make_checked(village, village.homes[0])
    post(village, date(2026, 3, 2))
    with clock.set_to(MONDAY + timedelta(days=10)):
        made = draft(village, date(2026, 3, 10))
        assert made.first_on == date(2026, 3, 3)
        with pytest.raises(notices.PeriodTaken, match="上一期已经公示到"):
            notices.edit_draft(village.id, made.id, date(2026, 3, 2), 3)


def test_a_second_notice_on_one_day_waits_until_tomorrow(village):
    """No later day could be chosen today: the refusal says so instead of asking for one."""
    make_checked(village, village.homes[0])
    post(village, date(2026, 3, 2))
    with pytest.raises(notices.TodayTaken, match="下一期请明天再做"):
        draft(village, date(2026, 3, 2))


def test_the_first_period_begins_with_the_first_award(village):
    file_auto(village, village.homes[0])
    make_award(
        village.scorer, village.homes[1], make_rule(village), seen_at=MONDAY - timedelta(days=20)
    )
    assert draft(village).first_on == date(2026, 2, 10)


def test_a_period_ends_today_at_the_latest(village):
    with pytest.raises(BadInput, match="不能晚于今天") as refused:
        draft(village, date(2026, 3, 3))
    assert refused.value.field == "last_on"


def test_a_notice_hangs_three_five_or_seven_days(village):
    with pytest.raises(BadInput, match="3、5 或 7 天"):
        draft(village, days=4)


def test_another_villages_notice_is_not_there(village):
    make_checked(village, village.homes[0])
    notice, other = post(village), make_village()
    with pytest.raises(notices.UnknownNotice):
        notices.get_notice(other.id, notice.id)


class TestWithdrawing:
    def test_what_it_published_waits_for_another_notice(self, village):
        checked, auto = (
            make_checked(village, village.homes[0]),
            file_auto(village, village.homes[1]),
        )
        notice = post(village)
        notices.withdraw_notice(village.id, village.people[1], notice.id, "  名字写错了 ")
        assert (notice.state, notice.reason, notice.ended_by) == (
            "withdrawn",
            "名字写错了",
            village.people[1],
        )
        assert state_of(village, checked) == "checked"
        again = post(village)
        assert (again.number, again.first_on) == (2, notice.first_on)
        assert {one.award_id for one in items(village, again)} == {checked, auto}

    def test_twice_is_once(self, village):
        make_checked(village, village.homes[0])
        notice = post(village)
        notices.withdraw_notice(village.id, village.people[1], notice.id, "名字写错了")
        notices.withdraw_notice(village.id, village.people[2], notice.id, "另一个理由")
        assert (notice.reason, notice.ended_by) == ("名字写错了", village.people[1])

    def test_what_was_rejected_meanwhile_stays_rejected(self, village):
        award_id = make_checked(village, village.homes[0])
        notice = post(village)
        with notices.atomic():
            checking.turn_down_award(
                life.get_award(village.id, award_id), village.people[2], "异议成立"
            )
        notices.withdraw_notice(village.id, village.people[1], notice.id, "名字写错了")
        assert state_of(village, award_id) == "rejected"

    def test_needs_a_reason(self, village):
        make_checked(village, village.homes[0])
        notice = post(village)
        with pytest.raises(BadInput, match="请写明理由"):
            notices.withdraw_notice(village.id, village.people[1], notice.id, " ")

    def test_not_after_it_closed(self, village):
        make_checked(village, village.homes[0])
        notice = post(village)
        with clock.set_to(notice.closes_at), pytest.raises(notices.NoticeOver, match="公示期已满"):
            notices.withdraw_notice(village.id, village.people[1], notice.id, "名字写错了")

    def test_not_a_draft(self, village):
        with pytest.raises(notices.NotPosted, match="没有在张贴"):
            notices.withdraw_notice(village.id, village.people[1], draft(village).id, "名字写错了")

    def test_a_correction_withdraws_and_drafts_the_next(self, village):
        make_checked(village, village.homes[0])
        notice = post(village, days=5)
        made = notices.correct_notice(village.id, village.people[1], notice.id, "名字写错了")
        assert (made.replaces, made.last_on, made.days) == (notice.id, notice.last_on, 5)
        assert (made.state, made.first_on) == ("draft", notice.first_on)
        assert posting.post_notice(village.id, village.people[1], made.id).number == 2

    def test_a_draft_that_waits_becomes_the_correction(self, village):
        make_checked(village, village.homes[0])
        notice = post(village)
        with clock.set_to(MONDAY + timedelta(days=1)):
            waiting = draft(village)
            made = notices.correct_notice(village.id, village.people[1], notice.id, "名字写错了")
        assert (made.id, made.replaces, made.first_on) == (waiting.id, notice.id, notice.first_on)

    def test_only_a_withdrawn_notice_is_replaced(self, village):
        make_checked(village, village.homes[0])
        notice = post(village, date(2026, 3, 2))
        with pytest.raises(notices.UnknownNotice):
            notices.make_notice(village.id, village.people[0], clock.today(), 3, replaces=notice.id)
        with pytest.raises(notices.UnknownNotice):
            notices.make_notice(village.id, village.people[0], clock.today(), 3, replaces=new_id())


def test_a_notice_is_corrected_although_a_later_one_hangs(village, home):
    award_id = make_filed(village, home)
    checking.check(village.id, village.people[0], [award_id])
    first = make_notice(village, village.people[0])
    with clock.set_to(MONDAY + timedelta(days=1)):
        later = make_filed(village, village.homes[1])
        checking.check(village.id, village.people[0], [later])
        second = make_notice(village, village.people[0])
        draft = notices.correct_notice(village.id, village.people[0], first.id, "组别印错了")
        assert (draft.first_on, draft.last_on) == (first.first_on, first.last_on)
        notices.edit_draft(village.id, draft.id, date(2026, 3, 1), 5)
        assert draft.first_on == date(2026, 3, 1)
        notices.edit_draft(village.id, draft.id, first.last_on, 5)
        with pytest.raises(notices.BadInput):
            notices.edit_draft(village.id, draft.id, date(2026, 3, 4), 5)
        posted = posting.post_notice(village.id, village.people[0], draft.id)
        assert (posted.number, posted.first_on) == (3, first.first_on)
        assert [state_of(village, one) for one in (award_id, later)] == ["published"] * 2
        assert second.number == 2


def test_without_a_notice_to_replace_the_days_stay_taken(village, home):
    checking.check(village.id, village.people[0], [make_filed(village, home)])
    make_notice(village, village.people[0])
    with pytest.raises(notices.PeriodTaken):
        notices.make_notice(village.id, village.people[0], clock.today(), 3)
