"""The template and the exports: what comes out of the register goes in again."""

from __future__ import annotations

import io

import openpyxl
import pytest

from governance.village import households
from governance.village.register import workbooks
from tests import tables
from tests.factories import make_household, make_village
from tests.tables import HEADINGS, home
from tests.village.register.registers import bring_in, counts, homes, one_home, plan


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
