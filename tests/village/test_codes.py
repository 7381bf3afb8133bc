"""The two codes of a household: random, of one village, replaceable; the old one stays to say so."""

from __future__ import annotations

import pytest

from governance.base import clock
from governance.base.database import db
from governance.village import codes
from governance.village.codes import Code
from governance.village.places import TAG_ALPHABET
from tests.factories import make_village


@pytest.fixture
def village(ctx):
    return make_village(homes=6)


def test_a_new_household_has_a_door_code_and_a_card(village):
    for home in village.homes:
        door = codes.code_in_use(village.id, home.id, "door")
        card = codes.code_in_use(village.id, home.id, "card")
        assert door.number is None
        assert len(card.number) == 8
        assert card.number.isdigit()
        for code in (door, card):
            assert code.token.startswith(village.place.tag)
            assert len(code.token) == 17
            assert set(code.token) <= set(TAG_ALPHABET)


def test_no_two_codes_are_the_same(village):
    tokens = [row.token for row in db.session.execute(db.select(codes.codes))]
    assert len(set(tokens)) == len(tokens) == 12


def test_a_replaced_code_stays_and_says_when(village):
    home = village.homes[0]
    old = codes.code_in_use(village.id, home.id, "card").token
    moment = clock.now()
    with clock.set_to(moment):
        codes.replace_codes(village.place, [home.id], "card")
    db.session.expire_all()
    new = codes.code_in_use(village.id, home.id, "card")
    assert new.token != old
    assert codes.find_code(village.place, old).replaced_at == moment
    assert codes.find_code(village.place, new.token).replaced_at is None


def test_replacing_the_card_leaves_the_door_and_the_neighbours_alone(village):
    def tokens():
        return {
            (home.id, kind): codes.code_in_use(village.id, home.id, kind).token
            for home in village.homes
            for kind in ("door", "card")
        }

    before, home = tokens(), village.homes[0]
    codes.replace_codes(village.place, [home.id], "card")
    db.session.expire_all()
    changed = {key for key, token in tokens().items() if token != before[key]}
    assert changed == {(home.id, "card")}


def test_the_database_itself_allows_one_code_in_use(village):
    home = village.homes[0]
    with pytest.raises(db.exc.IntegrityError):
        codes.make_codes(village.place, [home.id], ("door",))
    db.session.rollback()


def test_a_code_of_another_village_is_not_found(village):
    other = make_village("白家村")
    token = codes.code_in_use(village.id, village.homes[0].id, "door").token
    assert codes.find_code(other.place, token) is None
    assert codes.code_in_use(other.id, village.homes[0].id, "door") is None
    assert db.session.get(Code, (village.id, token)) is not None
