"""Importing: whole or not at all, only what was shown, and only into the own village."""

from __future__ import annotations

import pytest

from governance.base.database import db
from governance.base.errors import HemeiError
from governance.base.worksheets.reading import read_worksheets
from governance.ledger import audit, book
from governance.village import codes, directory, places
from governance.village.households import Household
from governance.village.register import importing
from governance.village.register.importing import PlanChanged, import_register
from governance.village.register.planning import RegisterFaults
from governance.village.register.rows import read_register
from tests import tables
from tests.factories import make_household, make_village
from tests.reads import statements
from tests.tables import home, register
from tests.village.register.registers import bring_in, homes, one_home, plan


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
        read_register(
            read_worksheets(register(*(home(n, f"王{'一二三四五'[n]}") for n in range(1, 5))))
        ),
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


def test_only_what_was_shown_is_imported(village):
    data = register(home(1))
    shown = plan(village, data).digest()
    make_household(village, number=2, head="李志明")
    assert plan(village, data).digest() == shown  # another household is no matter
    make_household(village, number=1, head="陈海荣")
    with pytest.raises(PlanChanged):
        list(import_register(village.place, read_register(read_worksheets(data)), shown))
    assert one_home(village, "1组1号").head == "陈海荣"


def test_an_import_changes_nothing_in_another_village(village):
    other = make_village(homes=2)
    before = [(one.id, one.head) for one in homes(other)]
    bring_in(village, tables.SHIJIA.read_bytes())
    assert [(one.id, one.head) for one in homes(other)] == before


def test_five_thousand_rows_come_in_with_few_statements(village):
    """The cost must not be a statement a row: that is what makes an import slow."""
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
    with statements() as asked:
        steps = bring_in(village, register(*rows))
    assert (len(homes(village)), steps) == (5000, 21)
    assert len(asked) < 400, asked[-5:]
    changed = [[*row[:3], 5, *row[4:]] for row in rows]
    with statements() as asked:
        bring_in(village, register(*changed))
    assert len(asked) < 200
    assert {one.size for one in homes(village)} == {5}


def test_the_rows_of_an_import_are_the_villages_own(village):
    bring_in(village, register(home(1)))
    assert db.session.scalars(db.select(Household.village_id)).all() == [village.id]


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


def test_points_and_codes_stay_when_the_register_changes(village):
    bring_in(village, register(home(1)))
    before = one_home(village)
    token = codes.code_in_use(village.id, before.id, "door").token
    bring_in(village, register(home(1, "王小兰")))
    assert codes.code_in_use(village.id, before.id, "door").token == token
    assert book.find_figures(village.id, before.id) == book.Figures(0, 0)
