"""Where a new household stands: its number in the group, and the grid of the group."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from governance.base.database import atomic, db, once_more
from governance.base.errors import BadInput, Conflict, phrase
from governance.village import households as homes
from governance.village import places
from governance.village.households import NUMBERS, Details, Household, households
from governance.village.places import Grid, Level, Place
from governance.village.register.cells import NUMERAL, numeral


class GroupFull(Conflict):
    """A group has no free number left."""

    code = "group_full"
    message = phrase("%(group)s组的户号已经用完。")
    field = "number"


class NoGridForGroup(BadInput):
    """A grid's code ends in two digits, so a village has 99 grids at most."""

    code = "no_grid_for_group"
    message = phrase("%(group)s组没有对应的网格，网格代码也已经用完。")
    field = "grid"


def used_numbers(village_id: uuid.UUID) -> dict[int, set[int]]:
    """The numbers in each group, closed households' too: paper still names them."""
    used: dict[int, set[int]] = {}
    for row in db.session.execute(
        select(households.c.group_no, households.c.number).where(
            households.c.village_id == village_id
        )
    ):
        used.setdefault(row.group_no, set()).add(row.number)
    return used


def lowest_free(used: set[int], group_no: int) -> int:
    """The lowest number not among `used`. Raises GroupFull."""
    for number in NUMBERS:
        if number not in used:
            return number
    raise GroupFull(group=group_no)


def find_grid(grids: Iterable[Grid], village_code: str, group_no: int) -> Grid | None:
    """The grid named for a group (3组网格, 三组), else the one whose code ends in its number."""
    grids = list(grids)
    for grid in grids:
        if group_no in _groups_named(grid.name):
            return grid
    wanted = f"{village_code}{group_no:02d}"
    return next((one for one in grids if one.code == wanted and not _groups_named(one.name)), None)


def new_grid(grids: Iterable[Grid], village_code: str, group_no: int) -> tuple[str, str]:
    """Code and name of the grid a group gets: the group's number, or the next that is free.

    Raises NoGridForGroup when all two-digit codes are taken.
    """
    taken = {grid.code for grid in grids}
    for number in (group_no, *range(1, 100)):
        code = f"{village_code}{number:02d}"
        if number <= 99 and code not in taken:
            return code, f"{group_no}组网格"
    raise NoGridForGroup(group=group_no)


def grid_for(village: Place, group_no: int) -> uuid.UUID:
    """The grid of a group, added if there is none. Raises NoGridForGroup."""
    grids = places.grids_of(village.id)
    found = find_grid(grids, village.code, group_no)
    if found:
        return found.id
    return places.add_place(Level.GRID, *new_grid(grids, village.code, group_no)).id


def settle_household(
    village: Place,
    details: Details,
    *,
    grid_id: uuid.UUID | None = None,
    household_id: uuid.UUID | None = None,
) -> Household:
    """Register a household where the desk says, or where its group says: number 0 is the next free.

    With the id of a household that exists, that one is returned: a form sent twice adds one.
    Raises BadInput, CodeInUse, GroupFull, NoGridForGroup.
    """
    return once_more(lambda: _settle(village, replace(details), grid_id, household_id))


def _settle(
    village: Place,
    details: Details,
    grid_id: uuid.UUID | None,
    household_id: uuid.UUID | None,
) -> Household:
    with atomic():
        places.lock_place(village.id)
        known = household_id and db.session.get(Household, (village.id, household_id))
        if known:
            return known
        if not details.number:
            used = used_numbers(village.id).get(details.group_no, set())
            details.number = lowest_free(used, details.group_no)
        homes.clean(details)
        grid_id = grid_id or grid_for(village, details.group_no)
        return homes.add_household(village, grid_id, details, household_id)


def _groups_named(name: str) -> set[int]:
    return {numeral(found) for found in re.findall(rf"({NUMERAL})(?:村民小组|组|社|队)", name)}
