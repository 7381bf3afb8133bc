"""Troubles of storage are told apart by what the server or the system says."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from governance.base.storage import SENTENCES, Trouble, bytes_left, trouble_of


class Told(Exception):
    """What PostgreSQL's driver raises, with the server's code."""

    def __init__(self, sqlstate):
        super().__init__("told by the server")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("database or disk is full", Trouble.FULL),
        ("attempt to write a readonly database", Trouble.READ_ONLY),
        ("database disk image is malformed", Trouble.BROKEN),
        ("file is not a database", Trouble.BROKEN),
        ("disk I/O error", Trouble.BROKEN),
        ("unable to open database file", Trouble.GONE),
        ("database is locked", Trouble.BUSY),
        ("no such table: lines", None),
    ],
)
def test_sqlite_says_it_in_words(said, trouble):
    assert trouble_of(OperationalError("x", {}, sqlite3.OperationalError(said))) == trouble


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("53100", Trouble.FULL),
        ("25006", Trouble.READ_ONLY),
        ("XX001", Trouble.BROKEN),
        ("58030", Trouble.BROKEN),
        ("57P01", Trouble.GONE),
        ("08006", Trouble.GONE),
        ("53300", Trouble.BUSY),
        ("40P01", Trouble.BUSY),
        ("57014", Trouble.BUSY),
        ("23505", None),
    ],
)
def test_postgresql_says_it_by_code(code, trouble):
    assert trouble_of(DatabaseError("x", {}, Told(code))) == trouble


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ENOSPC, Trouble.FULL),
        (errno.EROFS, Trouble.READ_ONLY),
        (errno.EACCES, Trouble.READ_ONLY),
        (errno.EIO, Trouble.BROKEN),
        (errno.EPIPE, None),
    ],
)
def test_the_system_says_it_by_number(number, trouble):
    assert trouble_of(OSError(number, "said")) == trouble


def test_a_broken_law_or_another_fault_is_no_trouble_of_storage():
    assert trouble_of(IntegrityError("x", {}, sqlite3.IntegrityError("UNIQUE failed"))) is None
    assert trouble_of(ValueError("x")) is None


def test_a_connection_that_is_lost_is_a_database_gone():
    lost = OperationalError("x", {}, Exception("server closed"), connection_invalidated=True)
    assert trouble_of(lost) is Trouble.GONE


def test_each_trouble_has_a_sentence_of_its_own():
    assert len({str(one) for one in SENTENCES.values()}) == len(Trouble) == len(SENTENCES)


def test_the_room_is_that_of_the_disk_even_before_the_folder_is_made(tmp_path):
    assert bytes_left(tmp_path / "not" / "yet") == pytest.approx(bytes_left(tmp_path), rel=0.1)
