"""The stage of the tests that walk every route."""

from __future__ import annotations

import pytest

from governance.village.staff import Role
from tests.factories import (
    make_staff,
    sign_in,
)
from tests.web.visitors import Stage, make_world, session_of


@pytest.fixture
def stage(app):
    with app.app_context():
        mine, other = make_world(app, "石家村"), make_world(app, "白家村")
        root = make_staff(Role.ADMIN, None)
    cookies = {"stranger": ""}
    staff = {**mine.people, "root": root}
    for who, person in staff.items():
        cookies[who] = session_of(sign_in(app.test_client(), person))
    card = app.test_client()
    assert card.get(f"/c/{mine.tokens['card']}").status_code == 302
    cookies["household"] = session_of(card)
    return Stage(app, mine, other, cookies, staff)
