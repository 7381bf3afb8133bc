"""Which household a row means: by its code, its door, or its name in the group."""

from __future__ import annotations

from governance.village import households
from governance.village.register import workbooks
from tests.factories import make_household
from tests.tables import home, register
from tests.village.register.registers import bring_in, counts, differences, homes, one_home, plan


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
