"""A real PostgreSQL of the tests' own, started from Debian's binaries in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")


def find_bin() -> Path:
    """The newest PostgreSQL's programs; a machine without them fails loudly, it does not skip."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for place in PLACES:
        versions = sorted(Path(place).glob("*/bin/initdb"))
        if versions:
            return versions[-1].parent
    raise RuntimeError(
        "PostgreSQL is not installed: the tests need its server (Debian: apt-get install postgresql)"
    )


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a server on a socket in a folder of its own; yields the address of its first database.

    `durable`: with the server's own care for a loss of power, which tests need not wait for.
    """
    programs = find_bin()
    folder = Path(tempfile.mkdtemp(prefix="hemei-pg-"))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner, owner)

    def run(program: str, *words: str) -> None:
        command = [str(programs / program), *words]
        if owner:
            command = ["runuser", "-u", owner, "--", *command]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
        )

    data = folder / "data"
    run(
        "initdb",
        "-D",
        str(data),
        "-U",
        "hemei",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    options = f"-k {folder} -c listen_addresses='' -c max_connections=60 -c shared_buffers=128MB"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    run(
        "pg_ctl",
        "-D",
        str(data),
        "-w",
        "-t",
        "120",
        "-o",
        options,
        "-l",
        str(folder / "log"),
        "start",
    )
    try:
        yield f"postgresql+psycopg://hemei@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("no user to run PostgreSQL as")
