"""The demo village: whole, proved, loaded into nothing but an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from governance import demo
from governance.affairs.awards.life import awards
from governance.affairs.shop.gifts import gifts_offered
from governance.base import clock
from governance.base.config import DEMO_PASSWORD
from governance.base.database import db
from governance.demo import people
from governance.ledger import audit
from governance.village import directory, places, signing, staff
from governance.village.rules import rulebook
from governance.village.signing.signins import Where
from governance.village.staff import Role


def test_the_village_stands_as_the_readme_says(village):
    assert village.name == "石家村"
    assert len(places.grids_of(village.id)) == 8
    assert directory.search(village.id)[1] == 417
    assert len(rulebook.rules_in_force(village.id)) == 29
    assert len(gifts_offered(village.id)) == 16


def test_the_book_is_proved(village):
    proof = audit.audit_book(village.id)
    assert proof.fault is None
    assert (proof.accounts, proof.lines > 700) == (417, True)


def test_the_demo_is_known_by_its_password_so_that_a_changed_one_ends_it(ctx):
    assert not demo.holds_demo()
    county = places.add_place(places.Level.COUNTY, people.COUNTY, "秦州区")
    places.add_place(places.Level.TOWN, people.TOWN, "罗峪镇")
    places.add_place(places.Level.VILLAGE, people.VILLAGE, "石家村")
    admin = staff.add_staff("admin", "高志远", DEMO_PASSWORD, [(Role.ADMIN, county)])
    assert demo.holds_demo()
    signing.set_password(admin, "another-password", Where(""))
    assert not demo.holds_demo()


def test_a_load_that_fails_leaves_nothing(ctx, tmp_path, monkeypatch):
    def fail(_self: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(demo.Season, "live", fail)
    with pytest.raises(RuntimeError):
        demo.load_demo(Path(tmp_path))
    assert demo.is_empty()


def test_it_can_be_loaded_before_dawn_and_in_a_new_year(ctx, tmp_path):
    moment = clock.start_of(clock.today().replace(month=1, day=2)) + clock.days(1 / 24)
    with clock.set_to(moment):
        assert demo.load_demo(tmp_path)
        assert audit.audit_book(places.get_place(people.VILLAGE).id).fault is None
        assert db.session.scalar(select(func.max(awards.c.filed_at))) <= moment
