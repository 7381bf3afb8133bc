"""An import: planned against the village, carried out whole or not at all, and found again by an export."""

from __future__ import annotations

import io
from functools import partial

import openpyxl
import pytest
from sqlalchemy import event

from governance.base.database import db
from governance.base.errors import HemeiError
from governance.ledger import audit, book
from governance.village import codes, directory, households, places
from governance.village.households import Household
from governance.village.members import members_of
from governance.village.places import Level
from governance.village.register import importing, workbooks
from governance.village.register.importing import PlanChanged, import_register
from governance.village.register.planning import RegisterFaults, plan_import
from governance.village.register.rows import read_register
from tests import tables
from tests.factories import make_household, make_village
from tests.tables import HEADINGS, MEMBER_HEADINGS, home, register, xlsx


@pytest.fixture
def village(ctx):
    return make_village(homes=0)


def plan(village, data):
    return plan_import(village.place, read_register(data))


def bring_in(village, data):
    """Import; the number of steps it was told in."""
    return len(list(import_register(village.place, read_register(data))))


def homes(village, **filters):
    return directory.search(village.id, limit=10_000, **filters)[0]


def one_home(village, words=""):
    ((found),) = homes(village, words=words)
    return found


def counts(planned):
    return len(planned.added), len(planned.changed), planned.left, planned.absent


def differences(planned):
    (change,) = planned.changed
    return change.differences


def test_the_village_register_comes_in_with_accounts_codes_and_grids(village):
    bring_in(village, tables.SHIJIA.read_bytes())
    found = homes(village)
    assert len(found) == 417
    assert [one.code[-2:] for one in places.grids_of(village.id)] == [
        f"{n:02d}" for n in range(1, 9)
    ]
    assert {one.status for one in found} == {"resident", "away", "seasonal", "empty"}
    for kind in ("door", "card"):
        assert len(directory.codes_for_print(village.id, kind)) == 417
    assert audit.audit_book(village.id).fault is None
    grids = {one.id: one.code for one in places.grids_of(village.id)}
    assert all(int(grids[one.grid_id][-2:]) == one.group_no for one in found)


@pytest.mark.parametrize(
    "file", [tables.SHIJIA, tables.DATA / "anjia_members.xlsx"], ids=lambda one: one.stem
)
def test_the_same_file_twice_changes_nothing(village, file):
    bring_in(village, file.read_bytes())
    again = plan(village, file.read_bytes())
    assert counts(again) == (0, 0, len(homes(village)), 0)
    assert bring_in(village, file.read_bytes()) == 1  # nothing to tell but the beginning


@pytest.mark.parametrize(
    "file", [tables.SHIJIA, tables.DATA / "anjia_members.xlsx"], ids=lambda one: one.stem
)
@pytest.mark.parametrize("export", [workbooks.export_households, workbooks.export_members])
def test_an_export_comes_back_without_a_change_and_fills_an_empty_village(village, file, export):
    bring_in(village, file.read_bytes())
    exported = export(village.id)
    total = len(homes(village))
    assert counts(plan(village, exported)) == (0, 0, total, 0)
    other = make_village(homes=0)
    bring_in(other, exported)
    assert workbooks.export_households(other.id) is not None
    assert tables.rows_of(export(other.id)) == tables.rows_of(exported)


def test_members_come_in_with_their_household(village):
    bring_in(village, (tables.DATA / "anjia_members.xlsx").read_bytes())
    first = one_home(village, "1组1号")
    people = members_of(village.id, first.id)
    assert [(one.name, one.relation) for one in people][:2] == [("汪丽", "户主"), ("汪福", "配偶")]
    assert first.size == 5


def test_any_fault_keeps_everything_out(village):
    data = (tables.DATA / "broken.xlsx").read_bytes()
    assert len(plan(village, data).faults) == 8
    with pytest.raises(RegisterFaults, match="8 处"):
        bring_in(village, data)
    assert homes(village) == []


def test_an_import_that_is_stopped_leaves_nothing_behind(village, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    steps = import_register(
        village.place,
        read_register(register(*(home(n, f"王{'一二三四五'[n]}") for n in range(1, 5)))),
    )
    assert [next(steps).done, next(steps).done] == [0, 2]
    steps.close()
    assert homes(village) == []
    assert [one.code[-2:] for one in places.grids_of(village.id)] == ["01", "02"]


def test_an_import_that_fails_half_way_leaves_nothing_behind(village, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    seen = []

    def fail(place, household_ids, kinds):
        seen.append(household_ids)
        if len(seen) == 2:
            raise HemeiError
        return make(place, household_ids, kinds)

    make = codes.make_codes
    monkeypatch.setattr(codes, "make_codes", fail)
    with pytest.raises(HemeiError):
        bring_in(village, register(home(1), home(2, "李志明"), home(3, "张春秀", group="7组")))
    assert homes(village) == []
    assert len(places.grids_of(village.id)) == 2


def test_what_differs_is_changed_and_named(village):
    bring_in(village, register(home(1), home(2, "李志明")))
    before = one_home(village, "1组1号")
    data = register(
        home(1, "王小兰", size=5, phone="13900000002", status="空户", party="是", note="迁入")
    )
    planned = plan(village, data)
    assert counts(planned) == (0, 1, 0, 1)
    assert differences(planned) == [
        ("head", "王秀兰", "王小兰"),
        ("size", 4, 5),
        ("phone", "13800000001", "13900000002"),
        ("status", "resident", "empty"),
        ("party", False, True),
        ("note", "", "迁入"),
    ]
    bring_in(village, data)
    after = one_home(village, "1组1号")
    assert (after.id, after.head, after.status, after.grid_id) == (
        before.id,
        "王小兰",
        "empty",
        before.grid_id,
    )


def test_empty_cells_and_absent_columns_leave_what_the_register_has(village):
    bring_in(village, register(home(1, status="空户", party="是", note="独居")))
    assert counts(plan(village, xlsx(["组", "户主", "门牌"], ["1组", "王秀兰", "1组1号"]))) == (
        0,
        0,
        1,
        0,
    )
    empty = [None, "1组", "王秀兰", None, "1组1号", None, None, "是", None]
    assert counts(plan(village, register(empty))) == (0, 0, 1, 0)


def test_households_the_sheet_does_not_name_stay(village):
    bring_in(village, register(home(1), home(2, "李志明")))
    bring_in(village, register(home(2, "李志明")))
    assert [one.closed_on for one in homes(village)] == [None, None]


def test_a_changed_family_is_written_anew(village):
    rows = [
        ["H1", "1组", "汪丽", "汪丽", "户主", "1组1号", None, None],
        ["H1", "1组", "汪丽", "汪福", "配偶", "1组1号", None, None],
    ]
    bring_in(village, xlsx(MEMBER_HEADINGS, *rows))
    planned = plan(village, xlsx(MEMBER_HEADINGS, rows[0]))
    assert differences(planned) == [
        ("size", 2, 1),
        ("members", [("汪丽", "户主"), ("汪福", "配偶")], [("汪丽", "户主")]),
    ]
    bring_in(village, xlsx(MEMBER_HEADINGS, rows[0]))
    found = households.get_household(village.id, one_home(village).id)
    assert [one.name for one in members_of(found.village_id, found.id)] == ["汪丽"]


def test_a_household_list_leaves_the_members_alone(village):
    bring_in(
        village, xlsx(MEMBER_HEADINGS, ["H1", "1组", "汪丽", "汪丽", "户主", "1组1号", None, None])
    )
    bring_in(village, register(home(1, "汪丽", size=3)))
    found = households.get_household(village.id, one_home(village).id)
    assert (found.size, len(members_of(found.village_id, found.id))) == (3, 1)


def test_points_and_codes_stay_when_the_register_changes(village):
    bring_in(village, register(home(1)))
    before = one_home(village)
    token = codes.code_in_use(village.id, before.id, "door").token
    bring_in(village, register(home(1, "王小兰")))
    assert codes.code_in_use(village.id, before.id, "door").token == token
    assert book.find_figures(village.id, before.id) == book.Figures(0, 0)


class TestWhichHouseholdIsMeant:
    def test_a_code_in_the_door_decides_even_when_the_head_has_changed(self, village):
        bring_in(village, register(home(1), home(2, "李志明")))
        planned = plan(village, register(home(2, "李小明")))
        assert [one.code for one in planned.changed] == ["1组2号"]

    def test_the_same_name_at_another_code_is_another_household(self, village):
        bring_in(village, register(home(1)))
        assert counts(plan(village, register(home(9)))) == (1, 0, 0, 1)

    def test_without_a_door_the_name_in_the_group_decides(self, village):
        bring_in(village, register(home(1), home(1, group="2组")))
        planned = plan(village, register(home(door=None, size=6)))
        assert [one.code for one in planned.changed] == ["1组1号"]

    def test_a_name_that_two_households_of_the_group_have_decides_nothing(self, village):
        bring_in(village, register(home(1), home(2)))
        assert counts(plan(village, register(home(door=None)))) == (1, 0, 0, 2)

    def test_an_address_is_known_again_whatever_number_it_got(self, village):
        bring_in(village, register(home(32), home(door="东街32号", head="李志明")))
        assert one_home(village, "李志明").number == 1  # 32 was taken
        again = register(home(32), home(door="东街32号", head="李小明"))
        assert differences(plan(village, again)) == [("head", "李志明", "李小明")]

    def test_two_households_behind_one_door_are_told_apart_by_their_heads(self, village):
        rows = [home(door="东街3号"), home(door="东街3号", head="李志明")]
        bring_in(village, register(*rows))
        rows[1][2] = "李小明"
        assert differences(plan(village, register(*rows))) == [("head", "李志明", "李小明")]

    def test_an_export_finds_a_household_whose_plate_and_number_have_parted(self, village):
        make_household(village, number=5, door="1组6号", head="陈海荣")
        make_household(village, number=6, door="东街1号", head="刘玉兰")
        assert counts(plan(village, workbooks.export_households(village.id))) == (0, 0, 2, 0)

    def test_a_number_that_another_household_has_is_a_fault(self, village):
        make_household(village, number=6, door="东街1号", head="刘玉兰")
        data = register(home(door="东街1号", head="刘玉兰"), home(6, "陈海荣"))
        (fault,) = plan(village, data).faults
        assert (fault.row, fault.column) == (3, "门牌号")
        assert "刘玉兰" in fault.text % fault.values

    def test_a_closed_household_is_not_brought_back_but_pointed_out(self, village):
        closed = make_household(village, number=5, head="陈海荣")
        households.close_household(closed)
        planned = plan(village, register(home(5, "陈海荣"), home(6, "李志明")))
        assert counts(planned) == (2, 0, 0, 0)
        assert planned.returning == 1
        bring_in(village, register(home(5, "陈海荣")))
        assert len(homes(village, closed=True)) == 1


class TestNumbersAndGrids:
    def test_doors_that_say_their_number_come_first_then_the_next_free(self, village):
        households.close_household(make_household(village, number=1))
        rows = [home(door="东街", head="甲某"), home(2, "乙某"), home(door="西街7号", head="丙某")]
        planned = plan(village, register(*rows))
        assert [(one.details.head, one.details.number) for one in planned.added] == [
            ("甲某", 3),
            ("乙某", 2),
            ("丙某", 7),
        ]

    def test_a_group_whose_numbers_are_used_up_is_a_fault(self, village, monkeypatch):
        monkeypatch.setattr("governance.village.register.numbering.NUMBERS", range(1, 3))
        rows = [home(1), home(2, "李志明"), home(door="东街", head="张春秀")]
        (fault,) = plan(village, register(*rows)).faults
        assert "用完" in fault.text % fault.values

    def test_a_grid_named_for_the_group_wins_over_its_number(self, ctx):
        village = make_village(homes=0)
        places.rename_place(village.grids[0], "二组网格")
        places.rename_place(village.grids[1], "1组、9组网格")
        rows = [home(1), home(1, "李志明", "2组"), home(1, "张春秀", "9组")]
        planned = plan(village, register(*rows))
        assert [one.grid_code[-2:] for one in planned.added] == ["02", "01", "02"]
        assert planned.new_grids == []

    def test_a_grid_with_a_name_of_its_own_is_found_by_its_number(self, village):
        places.rename_place(village.grids[0], "河东")
        assert [one.grid_code[-2:] for one in plan(village, register(home(1))).added] == ["01"]

    def test_a_new_grid_takes_the_next_free_code_when_its_own_is_taken(self, village):
        places.rename_place(village.grids[0], "3组网格")
        code = village.place.code
        assert plan(village, register(home(1))).new_grids == [(f"{code}03", "1组网格")]

    def test_group_120_gets_a_grid_too(self, village):
        assert plan(village, register(home(1, group="120组"))).new_grids == [
            (f"{village.place.code}03", "120组网格")
        ]

    def test_a_village_out_of_grid_codes_is_a_fault(self, village):
        for number in range(3, 100):
            places.add_place(Level.GRID, f"{village.place.code}{number:02d}", f"{number}组网格")
        (fault,) = plan(village, register(home(1, group="120组"))).faults
        assert "网格" in fault.text % fault.values


def test_only_what_was_shown_is_imported(village):
    data = register(home(1))
    shown = plan(village, data).digest()
    make_household(village, number=2, head="李志明")
    assert plan(village, data).digest() == shown  # another household is no matter
    make_household(village, number=1, head="陈海荣")
    with pytest.raises(PlanChanged):
        list(import_register(village.place, read_register(data), shown))
    assert one_home(village, "1组1号").head == "陈海荣"


def test_an_import_changes_nothing_in_another_village(village):
    other = make_village(homes=2)
    before = [(one.id, one.head) for one in homes(other)]
    bring_in(village, tables.SHIJIA.read_bytes())
    assert [(one.id, one.head) for one in homes(other)] == before


def count_statements(statements):
    """Note each statement from here on; call what is returned to stop."""

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    return partial(event.remove, db.engine, "before_cursor_execute", note)


def test_five_thousand_rows_come_in_with_few_statements(village, request):
    """The cost must not be a statement a row: that is what makes an import slow."""
    statements = []
    request.addfinalizer(count_statements(statements))
    names = "赵钱孙李周吴郑王"
    rows = [
        [
            n,
            f"{n // 500 + 1}组",
            names[n % 8] + names[n // 8 % 8] + names[n // 64 % 8],
            4,
            f"{n // 500 + 1}组{n % 500 + 1}号",
            f"138{n:08d}",
            "常住",
            None,
            None,
        ]
        for n in range(5000)
    ]
    steps = bring_in(village, register(*rows))
    assert len(homes(village)) == 5000
    assert steps == 21
    assert len(statements) < 400, statements[-5:]
    changed = [[*row[:3], 5, *row[4:]] for row in rows]
    statements.clear()
    bring_in(village, register(*changed))
    assert len(statements) < 200
    assert {one.size for one in homes(village)} == {5}


class TestWorkbooks:
    def test_the_template_has_the_headings_and_no_household(self, village):
        data = workbooks.template()
        assert tables.rows_of(data)[0] == HEADINGS
        assert counts(plan(village, data)) == (0, 0, 0, 0)

    def test_the_template_keeps_doors_and_phones_as_text_and_offers_what_may_be_chosen(self):
        sheet = openpyxl.load_workbook(io.BytesIO(workbooks.template())).active
        assert [sheet.column_dimensions[one].number_format for one in "DEF"] == [
            "General",
            "@",
            "@",
        ]
        offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
        assert offered == {"G2:G1001": '"常住,外出务工,季节性,空户"', "H2:H1001": '"是"'}

    def test_a_filled_template_is_imported(self, village):
        sheet = (filled := openpyxl.load_workbook(io.BytesIO(workbooks.template()))).active
        for column, value in enumerate(home(3, phone=13800000001, party="是"), 1):
            sheet.cell(2, column).value = value
        bring_in(village, tables.saved(filled))
        assert one_home(village, "1组3号").party

    def test_an_export_has_the_headings_of_the_template(self, village):
        make_household(village, number=5, door="东街5号", phone="13800000001", party=True)
        assert tables.rows_of(workbooks.export_households(village.id)) == [
            HEADINGS,
            [1.0, "1组", "王秀兰", 4.0, "东街5号", "13800000001", "常住", "是", ""],
        ]

    @pytest.mark.parametrize("export", [workbooks.export_households, workbooks.export_members])
    @pytest.mark.parametrize(
        "note", ["=1+1", '=HYPERLINK("http://evil","x")', "+86", "-1", "@x", "两\n行"]
    )
    def test_what_begins_like_a_formula_is_written_as_text_and_comes_back(
        self, village, export, note
    ):
        make_household(village, number=5, note=note)
        data = export(village.id)
        assert tables.may_compute(data) == []
        assert tables.rows_of(data)[1][-1] == note
        assert counts(plan(village, data)) == (0, 0, 1, 0)

    def test_closed_households_are_not_exported(self, village):
        households.close_household(make_household(village))
        assert len(tables.rows_of(workbooks.export_households(village.id))) == 1


def test_the_rows_of_an_import_are_the_villages_own(village):
    bring_in(village, register(home(1)))
    assert db.session.scalars(db.select(Household.village_id)).all() == [village.id]
