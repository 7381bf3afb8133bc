"""What a notice shows to everybody: what became of its lines, deductions counted together, which one replaces which."""

from __future__ import annotations

import pytest

from governance.affairs.awards import checking, life, reversal
from governance.affairs.publicity import hanging, notices, posting
from governance.affairs.publicity.hanging import Mark
from governance.base import clock
from governance.base.database import atomic
from tests.factories import make_award, make_checked, make_notice, make_objection, make_rule
from tests.moments import MONDAY


class TestTheBoard:
    def test_the_public_sees_no_draft(self, village):
        make_checked(village, village.homes[0])
        posted = make_notice(village, village.people[0])
        with clock.set_to(MONDAY + clock.days(1)):
            notices.make_notice(village.id, village.people[0], clock.today(), 3)
        found, total = hanging.all_notices(village.id)
        assert ([one.id for one in found], total) == ([posted.id], 1)
        assert hanging.all_notices(village.id, drafts=True)[1] == 2
        assert [one.id for one in hanging.notices_now(village.id)] == [posted.id]

    def test_what_was_checked_late_is_told_to_be_older_than_the_period(self, village):
        make_checked(village, village.homes[0])
        late_id = make_award(village.scorer, village.homes[1], make_rule(village, review="first"))
        first = make_notice(village, village.people[0])
        with clock.set_to(first.closes_at + clock.days(1)):
            checking.check(village.id, village.people[0], [late_id])
            second = make_notice(village, village.people[0])
        assert [hanging.lists_older(one) for one in (first, second)] == [False, True]

    def test_a_notice_is_found_by_its_number(self, village):
        make_checked(village, village.homes[0])
        posted = make_notice(village, village.people[0])
        assert hanging.get_public_notice(village.id, 2026, 1).id == posted.id
        with pytest.raises(notices.UnknownNotice):
            hanging.get_public_notice(village.id, 2026, 2)

    def test_who_checked_is_named_once(self, village):
        for home in village.homes:
            make_checked(village, home)
        posted = make_notice(village, village.people[0])
        assert hanging.checkers(posted) == ["周文书"]
        assert hanging.sizes(village.id, [posted.id]) == {posted.id: 4}

    def test_a_correction_and_what_it_replaces_name_each_other(self, village):
        make_checked(village, village.homes[0])
        first = make_notice(village, village.people[0])
        assert hanging.replacement_of(first) is None
        assert hanging.replaced_by(first) is None
        draft = notices.correct_notice(village.id, village.people[0], first.id, "写错了")
        assert hanging.replacement_of(first) is None  # nobody has seen it yet
        second = posting.post_notice(village.id, village.people[0], draft.id)
        assert hanging.replacement_of(first).id == second.id
        assert hanging.replaced_by(second).id == first.id


class TestItsLines:
    def test_deductions_alike_are_counted_together(self, village):
        rule = make_rule(village, review="first", points=-2, behaviour="露天焚烧")
        for home in village.homes:
            make_checked(village, home, rule)
        lines = hanging.read_items(make_notice(village, village.people[0]))
        assert [(one.group_no, one.name, one.households) for one in lines] == [
            (1, "", 2),
            (2, "", 2),
        ]

    def test_named_ones_stay_apart(self, village):
        rule = make_rule(village, review="first")
        for _ in range(2):
            make_checked(village, village.homes[0], rule)
        assert len(hanging.read_items(make_notice(village, village.people[0]))) == 2

    def test_each_line_says_what_became_of_it(self, village):
        objected = make_checked(village, village.homes[0], behaviour="甲类")
        rejected = make_checked(village, village.homes[0], behaviour="乙类")
        taken_back = make_award(
            village.scorer, village.homes[0], make_rule(village, behaviour="丙类")
        )
        make_checked(village, village.homes[0], behaviour="丁类")
        make_award(village.scorer, village.homes[0], make_rule(village, behaviour="戊类"))
        posted = make_notice(village, village.people[0])
        make_objection(village, village.homes[0], award_id=objected)
        with atomic():
            award = life.get_award(village.id, rejected, lock=True)
            checking.turn_down_award(award, village.people[1], "异议成立")
        reversal.ask_reversal(village.id, village.people[0], taken_back, "记错了户")
        reversal.confirm_reversal(village.id, village.people[1], taken_back)
        marks = {one.behaviour: one.mark for one in hanging.read_items(posted)}
        assert marks == {
            "甲类": Mark.OBJECTED,
            "乙类": Mark.REJECTED,
            "丙类": Mark.REVERSED,
            "丁类": Mark.NONE,
            "戊类": Mark.AT_ONCE,
        }
