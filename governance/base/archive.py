"""The whole service in one file, the same for both servers: a village's SQLite can move into a county's PostgreSQL.

The file is a zip: `manifest.json` (format, migration, rows by table), one `<table>.jsonl` with a JSON
list per row in the order of the columns it names, and the photos as they lie in the data folder.
A backup of an older version is read as it is: tables and columns it did not have yet stay at their defaults,
columns that are `gone` since then are left out. What is `passing` (sign-ins, counts of tries) is in no backup.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Table, Uuid, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Date

from governance.base import clock
from governance.base.config import RELEASE
from governance.base.database import Moment, atomic, db
from governance.base.errors import BadInput, Conflict, phrase

FORMAT = 1
BATCH = 2000  # rows a statement


class NotEmpty(Conflict):
    """A restore never mixes two villages' books."""

    code = "not_empty"
    message = phrase("数据库里已经有数据，只能恢复到空的数据库。")


class BadArchive(BadInput):
    """Not a backup, or one that is damaged."""

    code = "bad_archive"
    message = phrase("这个文件不是备份，或者已经损坏（%(why)s）。")


class NewerArchive(BadInput):
    """A backup of a release that this one does not know."""

    code = "newer_archive"
    message = phrase(
        "这是 %(release)s 版的备份，现在装的是 %(ours)s 版。请先装 %(release)s 版，再恢复。"
    )


class OlderArchive(BadInput):
    """A backup whose rows the tables of today do not take as they are."""

    code = "older_archive"
    message = phrase(
        "这是 %(release)s 版的备份，不能直接恢复到 %(ours)s 版。请先装 %(release)s 版恢复，再升级到现在的版本。"
    )


def write_archive(path: Path, data_dir: Path) -> dict[str, int]:
    """Write everything, as of one moment, to `path`; returns the rows by table."""
    counts: dict[str, int] = {}
    part = path.with_name(path.name + ".part")
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in db.metadata.sorted_tables:
            if table.info.get("passing"):
                continue
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
                counts[table.name] = _write_table(table, file)
        for photo in sorted((data_dir / "photos").rglob("*.jpg")):
            archive.write(photo, photo.relative_to(data_dir).as_posix())
        manifest = {
            "format": FORMAT,
            "release": RELEASE,
            "migration": _migration(),
            "made_at": clock.now().isoformat(),
            "rows": counts,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
    db.session.rollback()
    part.replace(path)
    return counts


def _write_table(table: Table, file: Any) -> int:
    names = [column.name for column in table.columns]
    file.write(_json(names))
    count = 0
    query = select(table).order_by(*table.primary_key.columns)
    for row in db.session.execute(query, execution_options={"yield_per": BATCH}):
        file.write(_json([_plain(value) for value in row]))
        count += 1
    return count


def read_archive(path: Path, data_dir: Path, prove: Callable[[], None]) -> dict[str, int]:
    """Read a backup into an empty database, all or nothing; `prove` raises if the books do not hold.

    Raises BadArchive, NewerArchive, OlderArchive, NotEmpty.
    """
    try:
        with zipfile.ZipFile(path) as archive, atomic():
            manifest = _manifest(archive)
            _refuse_full_database()
            _read_tables(manifest, archive)
            prove()
            _read_photos(archive, data_dir)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        raise BadArchive(why=str(fault)) from fault
    return dict(manifest["rows"])


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if manifest["format"] != FORMAT or manifest["migration"] not in _migrations():
        raise NewerArchive(release=_release(manifest), ours=RELEASE)
    return manifest


def _release(manifest: dict[str, Any]) -> str:
    """The release that made a backup; 0.1.0 did not say so yet."""
    return str(manifest.get("release", "0.1.0"))


def _read_tables(manifest: dict[str, Any], archive: zipfile.ZipFile) -> None:
    try:
        for table in db.metadata.sorted_tables:
            if table.name in manifest["rows"]:
                _read_table(table, archive)
    except IntegrityError as fault:
        if manifest["migration"] == _migration():
            raise BadArchive(why=type(fault.orig).__name__) from fault
        raise OlderArchive(release=_release(manifest), ours=RELEASE) from fault


def _refuse_full_database() -> None:
    for table in db.metadata.sorted_tables:
        if db.session.execute(select(text("1")).select_from(table).limit(1)).first():
            raise NotEmpty


def _read_table(table: Table, archive: zipfile.ZipFile) -> None:
    with archive.open(f"{table.name}.jsonl") as file:
        lines = io.TextIOWrapper(file, "utf-8")
        gone = table.info.get("gone", ())
        columns = [None if name in gone else table.c[name] for name in json.loads(next(lines))]
        for batch in _batches(lines):
            rows = [
                {
                    column.name: _typed(column.type, value)
                    for column, value in zip(columns, json.loads(line), strict=True)
                    if column is not None
                }
                for line in batch
            ]
            db.session.execute(insert(table), rows)


def _batches(lines: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _read_photos(archive: zipfile.ZipFile, data_dir: Path) -> None:
    """Photos only, and only below the data folder, whatever names the file brings."""
    root = (data_dir / "photos").resolve()
    for name in archive.namelist():
        if name.startswith("photos/") and (data_dir / name).resolve().is_relative_to(root):
            archive.extract(name, data_dir)


def _migration() -> str:
    return str(db.session.scalar(text("SELECT version_num FROM alembic_version")))


def _migrations() -> set[str]:
    """The database's own migration, and all before it."""
    script = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))
    return {one.revision for one in script.iterate_revisions(_migration(), "base")}


def _json(value: list[Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Uuid):
        return uuid.UUID(value)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return value
