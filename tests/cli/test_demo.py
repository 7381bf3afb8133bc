"""flask demo: whole, believable, repeatable; and never among real data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from governance import demo
from governance.affairs.awards import checking, photos
from governance.affairs.awards.life import State, awards
from governance.affairs.figures import boards
from governance.affairs.shop.gifts import gifts, gifts_offered
from governance.affairs.shop.handover import redemptions
from governance.base import clock
from governance.base.config import DEMO_PASSWORD
from governance.base.database import db
from governance.demo import people
from governance.ledger import audit, book
from governance.village import directory, persons, places, signing, staff
from governance.village.kin import kin_of
from governance.village.rules import rulebook
from governance.village.signing.signins import Where
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import make_staff, make_village


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo village, made once by the command."""
    folder = tmp_path_factory.mktemp("demo")
    app = make_app(f"sqlite:///{folder / 'hemei.sqlite3'}", folder)
    with app.app_context():
        upgrade()
    told = app.test_cli_runner().invoke(args=["demo"])
    assert told.exit_code == 0, told.output
    with app.app_context():
        yield app
        db.engine.dispose()


def village() -> places.Place:
    return places.get_place(people.VILLAGE)


def count(table, *where) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


def test_the_village_stands_as_the_readme_says(loaded):
    place = village()
    assert place.name == "石家村"
    assert len(places.grids_of(place.id)) == 8
    assert directory.search(place.id)[1] == 417
    assert len(rulebook.rules_in_force(place.id)) == 29
    assert len(gifts_offered(place.id)) == 16


def test_the_book_is_proved(loaded):
    proof = audit.audit_book(village().id)
    assert proof.fault is None
    assert (proof.accounts, proof.lines > 700) == (417, True)


def test_there_are_six_weeks_of_awards_in_every_state(loaded):
    states = Counter(db.session.scalars(select(awards.c.state)))
    assert 900 <= sum(states.values()) <= 1200
    assert states[State.BOOKED] > 650
    assert states[State.PUBLISHED] > 100  # a notice hangs: nothing of it can be spent yet
    assert 20 <= states[State.FILED] <= 80
    assert states[State.REJECTED] == 6
    assert states[State.REVERSED] >= 1
    assert count(awards, awards.c.points < 0, awards.c.state.in_(("booked", "published"))) >= 3


def test_some_awards_have_waited_longer_than_a_week_and_some_for_their_second_check(loaded):
    week_ago = clock.now() - clock.days(7)
    waiting = db.session.execute(select(awards).where(awards.c.state == "filed")).all()
    assert sum(row.filed_at < week_ago for row in waiting) >= 3
    assert any(row.first_by is not None for row in waiting)
    assert checking.waiting(village().id, limit=1)[1] == len(waiting)


def test_gifts_were_handed_over_and_the_shelf_was_never_overdrawn(loaded):
    assert 50 <= count(redemptions) <= 80
    assert count(gifts, gifts.c.stock < 0) == 0


def test_several_households_were_never_scored(loaded):
    """In all six weeks: in the first days of a quarter the board names nearly everybody."""
    scored = set(db.session.scalars(select(awards.c.household_id)))
    never = {row.id for row in boards.never_scored(village().id)}
    assert 10 <= len(never - scored) <= 150


def test_everything_happened_in_the_past_and_by_day(loaded):
    for row in db.session.execute(select(awards.c.seen_at, awards.c.filed_at)):
        assert row.seen_at <= row.filed_at <= clock.now()
        assert 7 <= clock.local_time(row.filed_at).hour <= 20


def test_deductions_say_why(loaded):
    notes = db.session.scalars(select(awards.c.note).where(awards.c.points < 0)).all()
    assert all(notes)


def test_photos_that_the_rules_want_are_there(loaded):
    rows = db.session.execute(select(photos.photos)).all()
    assert rows
    for row in rows[:20]:
        path = photos.path_of(loaded.config["DATA_DIR"], row.village_id, row.id)
        assert path.read_bytes()[:2] == b"\xff\xd8"


@pytest.mark.parametrize(("username", "role"), demo.SIGN_INS)
def test_each_role_has_a_sign_in(loaded, username, role):
    person = persons.find_person(signing.sign_in(username, DEMO_PASSWORD, Where("")).id)
    assert [post.role for post in person.posts] == [role]


def test_the_officer_works_in_grid_3_and_keeps_hands_off_their_own_household(loaded):
    officer = persons.find_person(staff.find_staff("officer").id)
    assert officer.posts[0].code == f"{people.VILLAGE}03"
    assert len(kin_of(village().id, officer.id)) == 1


def test_no_award_is_checked_by_whom_it_was_filed(loaded):
    assert count(awards, awards.c.filed_by.in_([awards.c.first_by, awards.c.second_by])) == 0


def test_a_second_load_changes_nothing_and_says_so(loaded):
    before = book.find_head(village().id)
    told = loaded.test_cli_runner().invoke(args=["demo"])
    assert told.exit_code == 0
    assert "已经在这里" in told.output
    assert "officer" in told.output
    assert book.find_head(village().id) == before


def test_the_demo_is_known_by_its_password_so_that_a_changed_one_ends_it(ctx):
    assert not demo.holds_demo()
    county = places.add_place(places.Level.COUNTY, people.COUNTY, "秦州区")
    places.add_place(places.Level.TOWN, people.TOWN, "罗峪镇")
    places.add_place(places.Level.VILLAGE, people.VILLAGE, "石家村")
    admin = staff.add_staff("admin", "高志远", DEMO_PASSWORD, [(Role.ADMIN, county)])
    assert demo.holds_demo()
    signing.set_password(admin, "another-password", Where(""))
    assert not demo.holds_demo()


def test_it_is_never_loaded_among_real_data(ctx):
    real = make_village("汆溪村")
    told = ctx.test_cli_runner().invoke(args=["demo"])
    assert told.exit_code == 1
    assert "不加载演示村" in told.output
    assert ctx.test_cli_runner().invoke(args=["demo", "--if-empty"]).exit_code == 3
    assert places.find_place(people.VILLAGE) is None
    assert directory.search(real.id)[1] == 2


def test_somebody_who_signs_in_is_real_data_too(ctx):
    make_staff(Role.ADMIN, None)
    assert ctx.test_cli_runner().invoke(args=["demo", "--if-empty"]).exit_code == 3


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
        assert audit.audit_book(village().id).fault is None
        assert db.session.scalar(select(func.max(awards.c.filed_at))) <= moment
