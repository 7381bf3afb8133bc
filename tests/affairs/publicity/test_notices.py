"""Notices: drafted, looked at, posted once, withdrawn with a trace; what is listed, and how nobody is shamed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from governance.affairs.awards import checking, life, reversal
from governance.affairs.field import undo
from governance.affairs.publicity import notices, posting
from governance.affairs.publicity.notices import Listed, NoticeState, notice_items
from governance.base import clock
from governance.base.database import db, new_id
from governance.base.errors import BadInput
from governance.ledger import audit, book
from governance.village import scheme
from governance.village.households import households as homes_table
from governance.village.scheme import Settings
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_household,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)

MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # half past nine in the village, a Monday


@pytest.fixture
def village(ctx):
    with clock.set_to(MORNING):
        village = make_village(homes=4)
        village.officer = make_scorer(village)
        village.people = [make_staff(Role.COMMITTEE, village.place).id for _ in range(3)]
        yield village
    proof = audit.audit_book(village.id)
    assert proof.fault is None, proof.fault


def file_checked(village, home, **words):
    """An award that waits for a notice."""
    award_id = make_award(village.officer, home, make_rule(village, review="first", **words))
    checking.check(village.id, village.people[0], [award_id])
    return award_id


def file_auto(village, home, **words):
    return make_award(village.officer, home, make_rule(village, **words))


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


def state(village, award_id):
    return life.get_award(village.id, award_id).state


def test_what_was_checked_is_published_and_not_yet_spendable(village):
    home = village.homes[0]
    award_id = file_checked(village, home)
    notice = post(village)
    assert state(village, award_id) == "published"
    assert (notice.year, notice.number, notice.state) == (2026, 1, NoticeState.POSTED)
    assert book.find_figures(village.id, home.id).spendable == 0
    [item] = items(village, notice)
    assert (item.award_id, item.listed, item.name) == (award_id, Listed.CHECKED, "王秀兰")
    assert (item.behaviour, item.points, item.seen_on) == ("参加义务劳动", 5, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("days", "last"), [(3, date(2026, 3, 5)), (5, date(2026, 3, 7)), (7, date(2026, 3, 9))]
)
def test_the_posting_day_is_not_counted_and_the_last_ends_with_office_hours(village, days, last):
    file_checked(village, village.homes[0])
    closes = post(village, days=days).closes_at
    assert f"{clock.local_time(closes):%Y-%m-%d %H:%M}" == f"{last} 18:00"


def test_a_notice_records_the_end_of_the_book_with_its_own_mark(village):
    file_auto(village, village.homes[0])
    file_checked(village, village.homes[1])
    notice = post(village)
    head, mark = book.find_head(village.id), book.find_line(village.id, f"mark:{notice.id}")
    assert (notice.head_seq, notice.head_hash) == (head.seq, head.hash) == (2, mark["hash"])


def test_posting_twice_is_once(village):
    file_checked(village, village.homes[0])
    made = draft(village)
    posting.post_notice(village.id, village.people[0], made.id)
    again = posting.post_notice(village.id, village.people[1], made.id)
    assert (again.number, again.posted_by, len(items(village, made))) == (1, village.people[0], 1)


def test_an_empty_notice_is_refused(village):
    made = draft(village)
    with pytest.raises(posting.NothingToPost, match="没有要公示的记分"):
        posting.post_notice(village.id, village.people[0], made.id)
    assert notices.find_draft(village.id).id == made.id


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
    file_checked(village, village.homes[0])
    notice = post(village)
    with pytest.raises(notices.NotADraft, match="已经张贴过"):
        verb(village, notice)


def test_a_withdrawn_notice_is_not_posted_again(village):
    file_checked(village, village.homes[0])
    notice = post(village)
    notices.withdraw_notice(village.id, village.people[0], notice.id, "有一户写错了")
    with pytest.raises(notices.NotADraft):
        posting.post_notice(village.id, village.people[0], notice.id)


def test_a_period_begins_after_the_last_one(village):
    file_checked(village, village.homes[0])
    post(village, date(2026, 3, 2))
    with clock.set_to(MORNING + timedelta(days=10)):
        made = draft(village, date(2026, 3, 10))
        assert made.first_on == date(2026, 3, 3)
        with pytest.raises(notices.PeriodTaken, match="上一期已经公示到"):
            notices.edit_draft(village.id, made.id, date(2026, 3, 2), 3)


def test_a_second_notice_on_one_day_waits_until_tomorrow(village):
    """No later day could be chosen today: the refusal says so instead of asking for one."""
    file_checked(village, village.homes[0])
    post(village, date(2026, 3, 2))
    with pytest.raises(notices.TodayTaken, match="下一期请明天再做"):
        draft(village, date(2026, 3, 2))


def test_the_first_period_begins_with_the_first_award(village):
    file_auto(village, village.homes[0])
    make_award(
        village.officer, village.homes[1], make_rule(village), seen_at=MORNING - timedelta(days=20)
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
    file_checked(village, village.homes[0])
    notice, other = post(village), make_village()
    with pytest.raises(notices.UnknownNotice):
        notices.get_notice(other.id, notice.id)


class TestWhatIsListed:
    def test_whatever_was_checked_however_old(self, village):
        post_first = file_checked(village, village.homes[0])
        post(village, date(2026, 3, 2))
        late = make_award(
            village.officer,
            village.homes[1],
            make_rule(village, review="first"),
            seen_at=MORNING - timedelta(days=30),
        )
        checking.check(village.id, village.people[0], [late])
        with clock.set_to(MORNING + timedelta(days=5)):
            notice = post(village)
        assert [one.award_id for one in items(village, notice)] == [late] != [post_first]

    def test_not_what_was_seen_after_the_period(self, village):
        file_checked(village, village.homes[0])
        with clock.set_to(MORNING + timedelta(days=1)):
            file_checked(village, village.homes[1])
            notice = post(village, date(2026, 3, 2))
        assert len(items(village, notice)) == 1

    def test_small_ones_booked_at_once_are_listed_once(self, village):
        award_id = file_auto(village, village.homes[0])
        notice = post(village)
        assert [(one.award_id, one.listed) for one in items(village, notice)] == [
            (award_id, "booked")
        ]
        with clock.set_to(MORNING + timedelta(days=1)):
            assert posting.count_waiting(village.id) == 0

    def test_what_still_waits_for_its_check_is_not_listed(self, village):
        make_award(village.officer, village.homes[0], make_rule(village, review="second"))
        assert posting.preview(village.id, draft(village)) == []

    def test_an_officers_own_undo_is_no_news(self, village):
        undo.withdraw(village.officer, file_auto(village, village.homes[0]))
        assert posting.preview(village.id, draft(village)) == []

    def test_what_was_published_and_taken_back_is_news_once(self, village):
        award_id = file_auto(village, village.homes[0])
        post(village)
        reversal.ask_reversal(village.id, village.people[0], award_id, "记错了户")
        reversal.confirm_reversal(village.id, village.people[1], award_id)
        with clock.set_to(MORNING + timedelta(days=1)):
            notice = post(village)
            assert [(one.award_id, one.listed) for one in items(village, notice)] == [
                (award_id, "reversed")
            ]
        assert posting.count_waiting(village.id) == 0

    def test_what_two_people_took_back_is_listed(self, village):
        award_id = file_auto(village, village.homes[0])
        reversal.ask_reversal(village.id, village.people[0], award_id, "记错了户")
        reversal.confirm_reversal(village.id, village.people[1], award_id)
        [entry] = posting.preview(village.id, draft(village))
        assert (entry.listed, entry.points) == ("reversed", 5)

    def test_a_preview_writes_nothing(self, village):
        award_id = file_checked(village, village.homes[0])
        made = draft(village)
        assert len(posting.preview(village.id, made)) == 1
        assert (items(village, made), state(village, award_id)) == ([], "checked")

    def test_in_order_of_group_and_number_with_deductions_behind(self, village):
        made = {}
        for home in reversed(village.homes):
            made[home.code] = file_checked(village, home)
        minus = file_checked(village, village.homes[0], points=-2, behaviour="乱堆乱放")
        notice = post(village)
        expected = [made[code] for code in ("1组1号", "1组2号", "2组1号", "2组2号")] + [minus]
        assert [one.award_id for one in items(village, notice)] == expected


class TestHowPeopleAreNamed:
    def test_a_deduction_names_the_group_and_nobody_else(self, village):
        file_checked(village, village.homes[0], points=-2)
        [item] = items(village, post(village))
        assert (item.name, item.group_no, item.points) == ("", 1, -2)

    def test_or_not_even_the_group(self, village):
        scheme.set_scheme(village.id, Settings(minus_shown="nobody"))
        file_checked(village, village.homes[0], points=-2)
        file_checked(village, village.homes[1])
        found = items(village, post(village))
        assert [(one.name, one.group_no) for one in found] == [("王秀兰", 2), ("", None)]

    def test_a_deductions_place_does_not_tell_the_household(self, village):
        """With nobody named they stand by what they are for, not by household."""
        scheme.set_scheme(village.id, Settings(minus_shown="nobody"))
        file_checked(village, village.homes[0], points=-2, behaviour="乙类")
        file_checked(village, village.homes[1], points=-2, behaviour="丙类")
        file_checked(village, village.homes[3], points=-2, behaviour="丁类")
        assert [one.behaviour for one in items(village, post(village))] == ["丁类", "丙类", "乙类"]

    @pytest.mark.parametrize(("head", "shown"), [("王小明", "王某"), ("欧阳小明", "欧阳某")])
    def test_a_child_is_named_by_initial(self, village, head, shown):
        home = make_household(village, head=head)
        db.session.execute(
            homes_table.update().where(homes_table.c.id == home.id).values(minor=True)
        )
        db.session.commit()
        file_checked(village, home)
        assert items(village, post(village))[0].name == shown

    def test_the_note_is_never_published(self, village):
        rule = make_rule(village, review="first")
        award_id = make_award(village.officer, village.homes[0], rule, note="帮隔壁李大爷收麦子")
        checking.check(village.id, village.people[0], [award_id])
        [item] = items(village, post(village))
        assert "李大爷" not in str(item)


class TestWithdrawing:
    def test_what_it_published_waits_for_another_notice(self, village):
        checked, auto = (
            file_checked(village, village.homes[0]),
            file_auto(village, village.homes[1]),
        )
        notice = post(village)
        notices.withdraw_notice(village.id, village.people[1], notice.id, "  名字写错了 ")
        assert (notice.state, notice.reason, notice.ended_by) == (
            "withdrawn",
            "名字写错了",
            village.people[1],
        )
        assert state(village, checked) == "checked"
        again = post(village)
        assert (again.number, again.first_on) == (2, notice.first_on)
        assert {one.award_id for one in items(village, again)} == {checked, auto}

    def test_twice_is_once(self, village):
        file_checked(village, village.homes[0])
        notice = post(village)
        notices.withdraw_notice(village.id, village.people[1], notice.id, "名字写错了")
        notices.withdraw_notice(village.id, village.people[2], notice.id, "另一个理由")
        assert (notice.reason, notice.ended_by) == ("名字写错了", village.people[1])

    def test_what_was_rejected_meanwhile_stays_rejected(self, village):
        award_id = file_checked(village, village.homes[0])
        notice = post(village)
        with notices.atomic():
            checking.turn_down_award(
                life.get_award(village.id, award_id), village.people[2], "异议成立"
            )
        notices.withdraw_notice(village.id, village.people[1], notice.id, "名字写错了")
        assert state(village, award_id) == "rejected"

    def test_needs_a_reason(self, village):
        file_checked(village, village.homes[0])
        notice = post(village)
        with pytest.raises(BadInput, match="请写明理由"):
            notices.withdraw_notice(village.id, village.people[1], notice.id, " ")

    def test_not_after_it_closed(self, village):
        file_checked(village, village.homes[0])
        notice = post(village)
        with clock.set_to(notice.closes_at), pytest.raises(notices.NoticeOver, match="公示期已满"):
            notices.withdraw_notice(village.id, village.people[1], notice.id, "名字写错了")

    def test_not_a_draft(self, village):
        with pytest.raises(notices.NotPosted, match="没有在张贴"):
            notices.withdraw_notice(village.id, village.people[1], draft(village).id, "名字写错了")

    def test_a_correction_withdraws_and_drafts_the_next(self, village):
        file_checked(village, village.homes[0])
        notice = post(village, days=5)
        made = notices.correct_notice(village.id, village.people[1], notice.id, "名字写错了")
        assert (made.replaces, made.last_on, made.days) == (notice.id, notice.last_on, 5)
        assert (made.state, made.first_on) == ("draft", notice.first_on)
        assert posting.post_notice(village.id, village.people[1], made.id).number == 2

    def test_a_draft_that_waits_becomes_the_correction(self, village):
        file_checked(village, village.homes[0])
        notice = post(village)
        with clock.set_to(MORNING + timedelta(days=1)):
            waiting = draft(village)
            made = notices.correct_notice(village.id, village.people[1], notice.id, "名字写错了")
        assert (made.id, made.replaces, made.first_on) == (waiting.id, notice.id, notice.first_on)

    def test_only_a_withdrawn_notice_is_replaced(self, village):
        file_checked(village, village.homes[0])
        notice = post(village, date(2026, 3, 2))
        with pytest.raises(notices.UnknownNotice):
            notices.make_notice(village.id, village.people[0], clock.today(), 3, replaces=notice.id)
        with pytest.raises(notices.UnknownNotice):
            notices.make_notice(village.id, village.people[0], clock.today(), 3, replaces=new_id())
