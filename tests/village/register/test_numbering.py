"""New households get their numbers, and groups their grids."""

from __future__ import annotations

from governance.village import households, places
from governance.village.places import Level
from tests.factories import make_household, make_village
from tests.tables import home, register
from tests.village.register.registers import plan


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
