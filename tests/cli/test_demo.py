"""flask demo: whole, believable, repeatable; and never among real data."""

from __future__ import annotations

import shutil

from governance.base.database import db
from governance.demo import people
from governance.ledger import book
from governance.village import directory, places
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import make_staff, make_village


def test_a_second_load_changes_nothing_and_says_so(demo_file, tmp_path):
    file = shutil.copy(demo_file, tmp_path)
    app = make_app(f"sqlite:///{file}", tmp_path)
    with app.app_context():
        village = places.get_place(people.VILLAGE)
        before = book.find_head(village.id)
        told = app.test_cli_runner().invoke(args=["demo"])
        assert told.exit_code == 0
        assert "已经在这里" in told.output
        assert "officer" in told.output
        assert book.find_head(village.id) == before
        db.engine.dispose()


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
