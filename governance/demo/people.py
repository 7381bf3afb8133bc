"""The demo village's places and people. The sign-in names are in the README; the names are invented."""

from __future__ import annotations

from governance.base.config import DEMO_PASSWORD
from governance.village import places, staff
from governance.village.places import Level, Place
from governance.village.staff import Role, Staff

COUNTY, TOWN, VILLAGE = "620503", "620503100", "620503100201"
GRIDS = 8
OFFICERS = ("赵永红", "刘桂芳", "李志明", "陈海燕", "王建军", "杨秀英", "周小龙", "吴丽娟")
OWN_GRID = 3  # where the sign-in `officer` works

# One sign-in per role: what `make run` prints.
SIGN_INS = (
    ("officer", Role.OFFICER),
    ("committee", Role.COMMITTEE),
    ("supervisor", Role.SUPERVISOR),
    ("shop", Role.STOREKEEPER),
    ("town", Role.TOWN),
    ("county", Role.COUNTY),
    ("admin", Role.ADMIN),
)


def found_places() -> Place:
    """Add the county, the town, the village and its grids; the village."""
    places.add_place(Level.COUNTY, COUNTY, "秦州区")
    places.add_place(Level.TOWN, TOWN, "罗峪镇")
    village = places.add_place(Level.VILLAGE, VILLAGE, "石家村")
    for number in range(1, GRIDS + 1):
        places.add_place(Level.GRID, f"{VILLAGE}{number:02d}", f"{number}组网格")
    return village


def employ() -> dict[str, Staff]:
    """Add everybody who signs in, three on the committee: a second check is a third person's, and an objection is answered by one who did neither."""
    county, town, village = map(places.get_place, (COUNTY, TOWN, VILLAGE))
    posts = [
        ("committee", "张文书", Role.COMMITTEE, village),
        ("committee2", "王建国", Role.COMMITTEE, village),
        ("committee3", "石玉梅", Role.COMMITTEE, village),
        ("supervisor", "马德胜", Role.SUPERVISOR, village),
        ("shop", "孙桂兰", Role.STOREKEEPER, village),
        ("town", "何春生", Role.TOWN, town),
        ("county", "林晓梅", Role.COUNTY, county),
        ("admin", "高志远", Role.ADMIN, county),
    ]
    posts += [
        (username_of(number), name, Role.OFFICER, places.get_place(f"{VILLAGE}{number:02d}"))
        for number, name in enumerate(OFFICERS, 1)
    ]
    return {
        username: staff.add_staff(username, name, DEMO_PASSWORD, [(role, place)])
        for username, name, role, place in posts
    }


def username_of(grid: int) -> str:
    """The sign-in of a grid's officer: `officer` in grid 3, `officer1` and so on elsewhere."""
    return "officer" if grid == OWN_GRID else f"officer{grid}"
