"""What a notice shows: marks for what became of its lines, deductions counted together, tables and spoken text."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from governance.affairs.awards import checking, life, reversal
from governance.affairs.publicity import board, notices, posting, spoken, table, wall
from governance.affairs.publicity.board import Mark, Shown
from governance.affairs.publicity.notices import Notice
from governance.base import clock
from governance.base.database import atomic
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_objection,
    make_posted,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.tables import may_compute

MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def village(ctx):
    with clock.set_to(MORNING):
        village = make_village(homes=4)
        village.officer = make_scorer(village)
        village.people = [
            make_staff(Role.COMMITTEE, village.place, name=name) for name in ("周文书", "石委员")
        ]
        yield village


def file_checked(village, home, rule=None, **words):
    rule = rule or make_rule(village, review="first", **words)
    award_id = make_award(village.officer, home, rule)
    checking.check(village.id, village.people[0].id, [award_id])
    return award_id


def line(name="石建国", group=1, behaviour="参加村民代表会议", points=5, **more):
    return Shown(group, name, behaviour, points, DAY, **more)


class TestTheBoard:
    def test_the_public_sees_no_draft(self, village):
        file_checked(village, village.homes[0])
        posted = make_posted(village, village.people[0])
        with clock.set_to(MORNING + clock.days(1)):
            notices.make_notice(village.id, village.people[0].id, clock.today(), 3)
        found, total = board.all_notices(village.id)
        assert ([one.id for one in found], total) == ([posted.id], 1)
        assert board.all_notices(village.id, drafts=True)[1] == 2
        assert [one.id for one in board.hanging_notices(village.id)] == [posted.id]

    def test_what_was_checked_late_is_told_to_be_older_than_the_period(self, village):
        file_checked(village, village.homes[0])
        late_id = make_award(village.officer, village.homes[1], make_rule(village, review="first"))
        first = make_posted(village, village.people[0])
        with clock.set_to(first.closes_at + clock.days(1)):
            checking.check(village.id, village.people[0].id, [late_id])
            second = make_posted(village, village.people[0])
        assert [board.lists_older(one) for one in (first, second)] == [False, True]

    def test_a_notice_is_found_by_its_number(self, village):
        file_checked(village, village.homes[0])
        posted = make_posted(village, village.people[0])
        assert board.get_public_notice(village.id, 2026, 1).id == posted.id
        with pytest.raises(notices.UnknownNotice):
            board.get_public_notice(village.id, 2026, 2)

    def test_who_checked_is_named_once(self, village):
        for home in village.homes:
            file_checked(village, home)
        posted = make_posted(village, village.people[0])
        assert board.checkers(posted) == ["周文书"]
        assert board.sizes(village.id, [posted.id]) == {posted.id: 4}

    def test_a_correction_and_what_it_replaces_name_each_other(self, village):
        file_checked(village, village.homes[0])
        first = make_posted(village, village.people[0])
        assert board.replacement_of(first) is None
        assert board.replaced_by(first) is None
        draft = notices.correct_notice(village.id, village.people[0].id, first.id, "写错了")
        assert board.replacement_of(first) is None  # nobody has seen it yet
        second = posting.post_notice(village.id, village.people[0].id, draft.id)
        assert board.replacement_of(first).id == second.id
        assert board.replaced_by(second).id == first.id


class TestItsLines:
    def test_deductions_alike_are_counted_together(self, village):
        rule = make_rule(village, review="first", points=-2, behaviour="露天焚烧")
        for home in village.homes:
            file_checked(village, home, rule)
        lines = board.read_items(make_posted(village, village.people[0]))
        assert [(one.group_no, one.name, one.households) for one in lines] == [
            (1, "", 2),
            (2, "", 2),
        ]

    def test_named_ones_stay_apart(self, village):
        rule = make_rule(village, review="first")
        for _ in range(2):
            file_checked(village, village.homes[0], rule)
        assert len(board.read_items(make_posted(village, village.people[0]))) == 2

    def test_each_line_says_what_became_of_it(self, village):
        objected = file_checked(village, village.homes[0], behaviour="甲类")
        rejected = file_checked(village, village.homes[0], behaviour="乙类")
        taken_back = make_award(
            village.officer, village.homes[0], make_rule(village, behaviour="丙类")
        )
        file_checked(village, village.homes[0], behaviour="丁类")
        make_award(village.officer, village.homes[0], make_rule(village, behaviour="戊类"))
        posted = make_posted(village, village.people[0])
        make_objection(village, village.homes[0], award_id=objected)
        with atomic():
            award = life.get_award(village.id, rejected, lock=True)
            checking.turn_down_award(award, village.people[1].id, "异议成立")
        reversal.ask_reversal(village.id, village.people[0].id, taken_back, "记错了户")
        reversal.confirm_reversal(village.id, village.people[1].id, taken_back)
        marks = {one.behaviour: one.mark for one in board.read_items(posted)}
        assert marks == {
            "甲类": Mark.OBJECTED,
            "乙类": Mark.REJECTED,
            "丙类": Mark.REVERSED,
            "丁类": Mark.NONE,
            "戊类": Mark.AT_ONCE,
        }


class TestTheTable:
    def test_csv_opens_in_excel_and_holds_no_formula(self):
        content = table.write_csv([line("=1+1", points=-5), line("", None, mark=Mark.OBJECTED)])
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert rows[1] == ["1", "1组", "'=1+1", "参加村民代表会议", "-5", "1", "2026-03-01", ""]
        assert rows[2][1:3] == ["", ""]
        assert rows[2][7] == "异议中"

    def test_excel_holds_numbers_and_texts(self):
        sheet = load_workbook(io.BytesIO(table.write_xlsx("2026-1", [line("=1+1")]))).active
        assert [cell.value for cell in sheet[2]][:5] == [1, "1组", "=1+1", "参加村民代表会议", 5]
        assert may_compute(table.write_xlsx("2026-1", [line("=1+1"), line("@x")])) == []


class TestTheWallSheet:
    @pytest.mark.parametrize(
        ("count", "pages"),
        [(0, []), (1, [1]), (39, [39]), (40, [40]), (41, [22, 19]), (400, [40] * 10)],
    )
    def test_forty_households_a_page_at_most_evenly_filled(self, count, pages):
        laid = wall.lay_out([line()] * count)
        assert [len(page.left) + len(page.right) for page in laid] == pages

    def test_every_line_is_laid_out_once_in_order(self):
        lines = [line(behaviour="长" * (n % 100 + 2), points=n + 1) for n in range(95)]
        laid = [one for page in wall.lay_out(lines) for one in (*page.left, *page.right)]
        assert laid == lines

    @pytest.mark.parametrize(
        ("rule", "lines"),
        [
            ("修水渠", 1),
            ("邻里帮扶、关爱独居老人", 2),
            ("评为好媳妇、好婆婆、五星文明户", 2),
            ("月度检查54分及以上（最清洁户）", 2),
            ("长" * 20, 3),
            ("好、" + "长" * 10 + "、好", 3),
        ],
    )
    def test_a_rules_name_breaks_at_its_punctuation(self, rule, lines):
        assert wall.height_of(line(behaviour=rule)) == lines * wall.LINE + wall.PADDING

    def test_long_rules_take_the_room_they_need(self):
        for page in wall.lay_out([line(behaviour="长" * 100)] * 40):
            for block in (page.left, page.right):
                assert sum(map(wall.height_of, block)) <= wall.TALL


class TestTheLoudspeaker:
    @pytest.mark.parametrize(
        ("number", "told"),
        [
            (0, "零"),
            (2, "二"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (222, "二百二十二"),
            (1000, "一千"),
            (2026, "两千零二十六"),
            (10_050, "一万零五十"),
            (-3, "负三"),
        ],
    )
    def test_numbers_are_said(self, number, told):
        assert spoken.spoken(number) == told

    @pytest.mark.parametrize(
        ("rule", "told"),
        [
            ("月度检查54分及以上（清洁户）", "月度检查五十四分及以上，清洁户"),
            ("参加村民（代表）会议", "参加村民代表会议"),
            ("志愿服务每2小时", "志愿服务每两小时"),
            ("清理12月2日的0.5亩", "清理十二月二日的零点五亩"),
            ("获得2026年县级荣誉", "获得二零二六年县级荣誉"),
        ],
    )
    def test_what_a_rule_is_called_is_said_too(self, rule, told):
        assert spoken.spoken_text(rule) == told

    def test_a_household_is_called_once_for_all_it_did(self):
        lines = [
            line(),
            line(behaviour="修水渠", points=8),
            line("", 1, "露天焚烧", -5),
            line("", 1, "乱堆乱倒", -2),
        ]
        [_, told, _] = spoken.read_aloud("石家村", Notice(), lines, "")
        assert told == (
            "一组：石建国家，参加村民代表会议，加五分，修水渠，加八分；有一户，露天焚烧，扣五分；有一户，乱堆乱倒，扣两分。"
        )

    def test_telephones_are_said_digit_by_digit(self):
        assert spoken.digits("0938-110", spoken.TELEPHONE) == "零九三八-幺幺零"

    @pytest.mark.parametrize(
        ("hour", "told"),
        [
            (0, "上午零点"),
            (9, "上午九点"),
            (12, "下午十二点"),
            (14, "下午两点"),
            (18, "下午六点"),
            (20, "晚上八点"),
        ],
    )
    def test_times_are_said(self, hour, told):
        moment = clock.start_of(date(2026, 3, 5)) + clock.days(hour / 24)
        assert spoken.spoken_moment(moment) == "三月五日" + told

    def test_what_is_read_names_nobody_beside_a_deduction(self):
        notice = Notice(
            year=2026,
            number=11,
            posted_at=MORNING,
            closes_at=clock.start_of(date(2026, 3, 7)) + clock.days(0.75),
        )
        lines = [
            line(points=10),
            line("石玉梅", 2, mark=Mark.OBJECTED, points=2),
            line("", 1, "露天焚烧", -5, households=2),
            line("", 2, "乱堆乱倒", -2),
            line("王秀兰", 3, mark=Mark.REJECTED),
            line("杨海燕", 4, mark=Mark.REVERSED),
            line("", None, "乱搭乱建", -3),
        ]
        assert spoken.read_aloud("石家村", notice, lines, "0938") == [
            "各位村民，下面播报石家村二零二六年第十一期积分公示。公示从三月二日开始，到三月七日下午六点结束。",
            "一组：石建国家，参加村民代表会议，加十分；有两户，露天焚烧，各扣五分。",
            "二组：石玉梅家，参加村民代表会议，加两分，有人提出异议，正在核实；有一户，乱堆乱倒，扣两分。",
            "四组：杨海燕家，参加村民代表会议，原来加五分，已经冲正，不算了。",
            "另外：有一户，乱搭乱建，扣三分。",
            "有不同意见的，请在公示期内告诉村委会，口头说、书面写都可以，七个工作日内答复。"
            "电话：零九三八。播报完毕，谢谢大家。",
        ]
