"""Posting: what a notice lists, how nobody is shamed, and when it closes; once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from governance.affairs.awards import checking, reversal
from governance.affairs.field import undo
from governance.affairs.publicity import notices, posting
from governance.affairs.publicity.notices import Listed, NoticeState, notice_items
from governance.base import clock
from governance.base.database import db
from governance.ledger import book
from governance.village import scheme
from governance.village.households import households as homes_table
from governance.village.scheme import Settings
from tests.factories import make_award, make_checked, make_household, make_rule
from tests.moments import MONDAY
from tests.reads import state_of


def items(village, notice):
    return db.session.execute(
        select(notice_items)
        .where(notice_items.c.village_id == village.id, notice_items.c.notice_id == notice.id)
        .order_by(notice_items.c.position)
    ).all()


def post(village, last_on=None, days=3):
    return posting.post_notice(village.id, village.people[0], draft(village, last_on, days).id)


def draft(village, last_on=None, days=3):
    return notices.make_notice(village.id, village.people[0], last_on or clock.today(), days)


def file_auto(village, home, **words):
    return make_award(village.scorer, home, make_rule(village, **words))


def test_what_was_checked_is_published_and_not_yet_spendable(village):
    home = village.homes[0]
    award_id = make_checked(village, home)
    notice = post(village)
    assert state_of(village, award_id) == "published"
    assert (notice.year, notice.number, notice.state) == (2026, 1, NoticeState.POSTED)
    assert book.find_figures(village.id, home.id).spendable == 0
    [item] = items(village, notice)
    assert (item.award_id, item.listed, item.name) == (award_id, Listed.CHECKED, "王秀兰")
    assert (item.behaviour, item.points, item.seen_on) == ("参加义务劳动", 5, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("days", "last"), [(3, date(2026, 3, 5)), (5, date(2026, 3, 7)), (7, date(2026, 3, 9))]
)
def test_the_posting_day_is_not_counted_and_the_last_ends_with_office_hours(village, days, last):
    make_checked(village, village.homes[0])
    closes = post(village, days=days).closes_at
    assert f"{clock.local_time(closes):%Y-%m-%d %H:%M}" == f"{last} 18:00"


def test_a_notice_records_the_end_of_the_book_with_its_own_mark(village):
    file_auto(village, village.homes[0])
    make_checked(village, village.homes[1])
    notice = post(village)
    head, mark = book.find_head(village.id), book.find_line(village.id, f"mark:{notice.id}")
    assert (notice.head_seq, notice.head_hash) == (head.seq, head.hash) == (2, mark["hash"])


def test_posting_twice_is_once(village):
    make_checked(village, village.homes[0])
    made = draft(village)
    posting.post_notice(village.id, village.people[0], made.id)
    again = posting.post_notice(village.id, village.people[1], made.id)
    assert (again.number, again.posted_by, len(items(village, made))) == (1, village.people[0], 1)


def test_an_empty_notice_is_refused(village):
    made = draft(village)
    with pytest.raises(posting.NothingToPost, match="没有要公示的记分"):
        posting.post_notice(village.id, village.people[0], made.id)
    assert notices.find_draft(village.id).id == made.id


class TestWhatIsListed:
    def test_whatever_was_checked_however_old(self, village):
        post_first = make_checked(village, village.homes[0])
        post(village, date(2026, 3, 2))
        late = make_award(
            village.scorer,
            village.homes[1],
            make_rule(village, review="first"),
            seen_at=MONDAY - timedelta(days=30),
        )
        checking.check(village.id, village.people[0], [late])
        with clock.set_to(MONDAY + timedelta(days=5)):
            notice = post(village)
        assert [one.award_id for one in items(village, notice)] == [late] != [post_first]

    def test_not_what_was_seen_after_the_period(self, village):
        make_checked(village, village.homes[0])
        with clock.set_to(MONDAY + timedelta(days=1)):
            make_checked(village, village.homes[1])
            notice = post(village, date(2026, 3, 2))
        assert len(items(village, notice)) == 1

    def test_small_ones_booked_at_once_are_listed_once(self, village):
        award_id = file_auto(village, village.homes[0])
        notice = post(village)
        assert [(one.award_id, one.listed) for one in items(village, notice)] == [
            (award_id, "booked")
        ]
        with clock.set_to(MONDAY + timedelta(days=1)):
            assert posting.count_waiting(village.id) == 0

    def test_what_still_waits_for_its_check_is_not_listed(self, village):
        make_award(village.scorer, village.homes[0], make_rule(village, review="second"))
        assert posting.preview(village.id, draft(village)) == []

    def test_an_officers_own_undo_is_no_news(self, village):
        undo.withdraw(village.scorer, file_auto(village, village.homes[0]))
        assert posting.preview(village.id, draft(village)) == []

    def test_what_was_published_and_taken_back_is_news_once(self, village):
        award_id = file_auto(village, village.homes[0])
        post(village)
        reversal.ask_reversal(village.id, village.people[0], award_id, "记错了户")
        reversal.confirm_reversal(village.id, village.people[1], award_id)
        with clock.set_to(MONDAY + timedelta(days=1)):
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
        award_id = make_checked(village, village.homes[0])
        made = draft(village)
        assert len(posting.preview(village.id, made)) == 1
        assert (items(village, made), state_of(village, award_id)) == ([], "checked")

    def test_in_order_of_group_and_number_with_deductions_behind(self, village):
        made = {}
        for home in reversed(village.homes):
            made[home.code] = make_checked(village, home)
        minus = make_checked(village, village.homes[0], points=-2, behaviour="乱堆乱放")
        notice = post(village)
        expected = [made[code] for code in ("1组1号", "1组2号", "2组1号", "2组2号")] + [minus]
        assert [one.award_id for one in items(village, notice)] == expected


class TestHowPeopleAreNamed:
    def test_a_deduction_names_the_group_and_nobody_else(self, village):
        make_checked(village, village.homes[0], points=-2)
        [item] = items(village, post(village))
        assert (item.name, item.group_no, item.points) == ("", 1, -2)

    def test_or_not_even_the_group(self, village):
        scheme.set_scheme(village.id, Settings(minus_shown="nobody"))
        make_checked(village, village.homes[0], points=-2)
        make_checked(village, village.homes[1])
        found = items(village, post(village))
        assert [(one.name, one.group_no) for one in found] == [("王秀兰", 2), ("", None)]

    def test_a_deductions_place_does_not_tell_the_household(self, village):
        """With nobody named they stand by what they are for, not by household."""
        scheme.set_scheme(village.id, Settings(minus_shown="nobody"))
        make_checked(village, village.homes[0], points=-2, behaviour="乙类")
        make_checked(village, village.homes[1], points=-2, behaviour="丙类")
        make_checked(village, village.homes[3], points=-2, behaviour="丁类")
        assert [one.behaviour for one in items(village, post(village))] == ["丁类", "丙类", "乙类"]

    @pytest.mark.parametrize(("head", "shown"), [("王小明", "王某"), ("欧阳小明", "欧阳某")])
    def test_a_child_is_named_by_initial(self, village, head, shown):
        home = make_household(village, head=head)
        db.session.execute(
            homes_table.update().where(homes_table.c.id == home.id).values(minor=True)
        )
        db.session.commit()
        make_checked(village, home)
        assert items(village, post(village))[0].name == shown

    def test_the_note_is_never_published(self, village):
        rule = make_rule(village, review="first")
        award_id = make_award(village.scorer, village.homes[0], rule, note="帮隔壁李大爷收麦子")
        checking.check(village.id, village.people[0], [award_id])
        [item] = items(village, post(village))
        assert "李大爷" not in str(item)
