"""Files: written whole or not at all."""

from __future__ import annotations

import os

import pytest

from governance.base.files import write_file


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    write_file(tmp_path / "a" / "b.jpg", b"one")
    write_file(tmp_path / "a" / "b.jpg", b"two")
    assert (tmp_path / "a" / "b.jpg").read_bytes() == b"two"
    assert [one.name for one in (tmp_path / "a").iterdir()] == ["b.jpg"]


def test_a_fall_on_the_way_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    write_file(tmp_path / "b.jpg", b"old")

    def fall(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fall)
    with pytest.raises(OSError, match="disk full"):
        write_file(tmp_path / "b.jpg", b"new")
    assert (tmp_path / "b.jpg").read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["b.jpg"]
