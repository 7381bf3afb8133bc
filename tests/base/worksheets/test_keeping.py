"""What was read is kept as it was read."""

from __future__ import annotations

from governance.base.worksheets.keeping import pack, unpack
from governance.base.worksheets.reading import read_worksheets
from tests import tables


def test_what_was_read_is_kept_as_it_was_read():
    made = read_worksheets(tables.xlsx(["=1", "𠮷\n甲"], [None, 3], merged=["A1:A2"]))
    made[0].hidden_columns.add(7)
    assert unpack(pack(made)) == made
