"""The demo village: 石家村 with its register, rules, gifts and six weeks of life. Made whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from governance.affairs.shop import giftfile
from governance.base import clock
from governance.base.config import DEMO_PASSWORD
from governance.base.database import atomic, db
from governance.base.errors import Conflict, phrase
from governance.base.worksheets.reading import read_worksheets
from governance.demo import looks, people
from governance.demo.cast import Cast
from governance.demo.season import DAYS, Season
from governance.village import places, scheme, staff
from governance.village.households import Household
from governance.village.kin import declare_kin
from governance.village.passwords import is_password
from governance.village.places import Place
from governance.village.register.importing import import_register
from governance.village.register.rows import read_register
from governance.village.rules import load, rulebook
from governance.village.rules.file import read_rules

DATA = Path(__file__).resolve().parents[1] / "data"
SIGN_INS = people.SIGN_INS
SEED = 20260125


class NotEmpty(Conflict):
    """The demo is loaded into an empty database only: it would mix invented people with real ones."""

    code = "not_empty"
    message = phrase("数据库里已经有别的数据，不加载演示村。")


def holds_demo() -> bool:
    """Whether this database is the demo: its admin still has the well-known password."""
    admin = staff.find_staff("admin")
    return (
        admin is not None
        and places.find_place(people.VILLAGE) is not None
        and is_password(admin.password_hash, DEMO_PASSWORD)
    )


def is_empty() -> bool:
    """Whether nobody has begun to work with this database."""
    return db.session.scalar(select(Place.id).limit(1)) is None and (
        db.session.scalar(select(staff.Staff.id).limit(1)) is None
    )


def load_demo(folder: Path) -> bool:
    """Load the demo village, photos into `folder`; False if it is there. Raises NotEmpty."""
    if not is_empty():
        if holds_demo():
            return False
        raise NotEmpty
    now = clock.now()
    with atomic():
        with clock.set_to(now - timedelta(days=DAYS + 14)):
            cast = _found(folder)
        Season(cast, clock.local_time(now), Random(SEED)).live()  # noqa: S311 - nothing secret
    return True


def _found(folder: Path) -> Cast:
    """The village as it stood two weeks before the first award."""
    village = people.found_places()
    crew = people.employ()
    _settle(village)
    scheme.set_scheme(village.id, scheme.Settings(phone="0938-0000000"))
    assembly = clock.today() - timedelta(days=7)
    rules = read_rules((DATA / "rules" / "demo.csv").read_bytes())
    load.load_rules(village.id, rules, clock.today(), crew["committee"].id, assembly)
    looks.set_up(village.id, crew["committee"].id)
    giftfile.load_gifts(
        village.id, (DATA / "rewards" / "catalogue.csv").read_bytes(), crew["shop"].id
    )
    homes = _homes(village)
    grids = places.grids_of(village.id)
    own = next(home for home in homes if home.grid_id == grids[people.OWN_GRID - 1].id)
    declare_kin(crew["officer"].id, own, "own")
    return Cast(
        village_id=village.id,
        homes=homes,
        officers={
            grid.id: crew[people.username_of(number)].id for number, grid in enumerate(grids, 1)
        },
        committee=(crew["committee"].id, crew["committee2"].id, crew["committee3"].id),
        shop=crew["shop"].id,
        rules={rule.code: rule for rule in rulebook.rules_in_force(village.id)},
        folder=folder,
    )


def _homes(village: Place) -> list[Household]:
    return list(
        db.session.scalars(
            select(Household)
            .where(Household.village_id == village.id)
            .order_by(Household.group_no, Household.number)
        )
    )


def _settle(village: Place) -> None:
    register = read_register(
        read_worksheets((DATA / "households" / "shijia_417.xlsx").read_bytes())
    )
    for _ in import_register(village, register):
        pass
