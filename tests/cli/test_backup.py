"""A backup holds everything, moves between the two databases, and is proved before it counts."""

from __future__ import annotations

import json
import tomllib
import zipfile
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy.exc import IntegrityError

from governance.base import archive
from governance.base.config import RELEASE
from governance.base.database import db
from governance.base.milestones import BACKUP, find_milestone
from governance.base.tries import tries
from governance.cli.backup import backup, restore
from governance.ledger import audit, book
from governance.village import signing
from governance.village.signing import log, signins
from governance.village.signing.signins import Where
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import make_award, make_rule, make_scorer, make_staff, make_village


@pytest.fixture
def saved(app, tmp_path):
    """A backup of a village with a booked and a waiting award; the village and the file."""
    with app.app_context():
        village = make_village()
        scorer = make_scorer(village)
        make_award(scorer, village.homes[0], make_rule(village), note="修水渠")
        make_award(scorer, village.homes[0], make_rule(village, review="second"))
        file = tmp_path / "village.hemei"
        photo = app.config["DATA_DIR"] / "photos" / str(village.id) / "one.jpg"
        photo.parent.mkdir(parents=True, exist_ok=True)
        photo.write_bytes(b"jpeg")
        done = app.test_cli_runner().invoke(backup, [str(file)])
        assert done.exit_code == 0, done.output
        photo.unlink()
        yield village, file


@pytest.fixture
def fresh(tmp_path):
    """Another, empty house on SQLite."""
    app = make_app(f"sqlite:///{tmp_path / 'fresh.sqlite3'}", tmp_path / "fresh")
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_sign_in_that_has_ended_does_not_come_back_with_a_backup(app, fresh, tmp_path):
    """Nor do counts of tries; what happened at the sign-in does."""
    here, file = Where("198.51.100.7"), tmp_path / "people.hemei"
    with app.app_context():
        person = make_staff(Role.OFFICER, make_village(homes=0).place)
        person_id = person.id
        signing.let_in(person, here, remember=True)
        with pytest.raises(signing.WrongPassword):
            signing.sign_in(person.username, "wrong-one", here)
        assert app.test_cli_runner().invoke(backup, [str(file)]).exit_code == 0
    assert fresh.test_cli_runner().invoke(restore, [str(file)]).exit_code == 0
    assert [row.what for row in log.events_of(person_id, 10)] == ["wrong", "let_in"]
    for table in (signins.sign_ins, tries):
        assert db.session.execute(db.select(table)).all() == []


def test_a_backup_of_either_database_is_restored_whole(saved, fresh):
    village, file = saved
    done = fresh.test_cli_runner().invoke(restore, [str(file)])
    assert done.exit_code == 0, done.output
    assert audit.audit_book(village.id).lines == 1
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(5, 5)
    assert (
        fresh.config["DATA_DIR"] / "photos" / str(village.id) / "one.jpg"
    ).read_bytes() == b"jpeg"


def test_a_restore_never_mixes_two_books(saved, app):
    _, file = saved
    done = app.test_cli_runner().invoke(restore, [str(file)])
    assert done.exit_code == 1
    assert "只能恢复到空的数据库" in done.output


def test_what_was_restored_can_be_restored_once(saved, fresh):
    _, file = saved
    assert fresh.test_cli_runner().invoke(restore, [str(file)]).exit_code == 0
    assert fresh.test_cli_runner().invoke(restore, [str(file)]).exit_code == 1


def rewrite(file, name, change):
    with zipfile.ZipFile(file) as old:
        parts = {one: old.read(one) for one in old.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w") as new:
        for one, data in parts.items():
            new.writestr(one, data)


def test_a_backup_whose_book_was_altered_is_refused_and_leaves_nothing(saved, fresh):
    village, file = saved
    rewrite(file, "lines.jsonl", lambda data: data.replace("参加".encode(), "没来".encode()))
    done = fresh.test_cli_runner().invoke(restore, [str(file)])
    assert done.exit_code == 1
    assert "核对不上" in done.output
    assert audit.books() == []


def test_a_backup_of_another_version_is_refused(saved, fresh):
    _, file = saved
    rewrite(
        file,
        "manifest.json",
        lambda data: json.dumps(json.loads(data) | {"migration": "x", "release": "0.9.0"}).encode(),
    )
    done = fresh.test_cli_runner().invoke(restore, [str(file)])
    assert done.exit_code == 1
    assert "这是 0.9.0 版的备份" in done.output
    assert "请先装 0.9.0 版，再恢复" in done.output


def test_an_older_backup_that_does_not_fit_says_its_release_and_the_way(saved, fresh, monkeypatch):
    _, file = saved

    def refuse(*_args):
        raise IntegrityError("INSERT", {}, Exception("NOT NULL"))

    monkeypatch.setattr(archive, "_read_table", refuse)
    rewrite(
        file,
        "manifest.json",
        lambda data: json.dumps(json.loads(data) | {"migration": "8b41c0d7e6a3"}).encode(),
    )
    done = fresh.test_cli_runner().invoke(restore, [str(file)])
    assert done.exit_code == 1
    assert "请先装 0.1.0 版恢复，再升级到现在的版本" in done.output


def test_a_backup_is_remembered_with_its_day(saved):
    assert find_milestone(BACKUP)[1] == {"file": "village.hemei"}


def test_the_release_is_the_one_the_project_states():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == RELEASE


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_what_is_no_backup_is_refused(fresh, tmp_path, content):
    file = tmp_path / "x"
    file.write_bytes(content)
    done = fresh.test_cli_runner().invoke(restore, [str(file)])
    assert done.exit_code == 1
    assert "备份" in done.output


def test_photos_land_only_in_their_folder(saved, fresh, tmp_path):
    _, file = saved
    with zipfile.ZipFile(file, "a") as more:
        more.writestr("photos/../../outside.jpg", b"x")
    archive.read_archive(file, fresh.config["DATA_DIR"], lambda: None)
    assert not (tmp_path / "outside.jpg").exists()
