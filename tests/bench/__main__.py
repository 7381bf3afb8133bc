"""Run the measures and print the table: `python -m tests.bench [--quick] [--only WORD] [--database NAME]`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tests.bench import phone, table
from tests.bench.measures import PLACES, Bench, measure_all
from tests.bench.servers import ROOT, server
from tests.bench.targets import Reference, Service
from tests.cluster import cluster

FIELD_PAGE = "field page"
SECRET = {
    "HEMEI_SECRET_KEY": "bench",
    "HEMEI_DEMO": "1",
    "FLASK_RUN_FROM_CLI": "false",
    "HEMEI_BASE_URL": "",
}


def main() -> None:
    """Make the databases, start the servers, measure, print."""
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    words.add_argument(
        "--quick", action="store_true", help="about two minutes: smaller, fewer rounds"
    )
    words.add_argument("--only", default="", help="only measures whose name contains this")
    words.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    words.add_argument("--villages", type=int, help="of the large database (50; quick: 5)")
    chosen = words.parse_args()
    villages, awards = (chosen.villages or 5, 10) if chosen.quick else (chosen.villages or 50, 30)
    slices = (3, 0.6) if chosen.quick else (5, 1.5)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hemei-bench-")))
        addresses = {
            one: _addresses(one, folder, stack)
            for one in chosen.database or ("sqlite", "postgresql")
        }
        worlds = _make_worlds(addresses, villages, awards)
        print(f"databases made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        for name, urls in addresses.items():
            with _bench(urls, worlds[name], folder) as bench:
                # First: what others have tapped today, the page asks about before it records it again.
                if chosen.only in FIELD_PAGE and name == next(iter(addresses)):
                    phone.show(_slow_phone(bench))
                results = measure_all(bench, chosen.only, *slices)
            if results:
                table.show(name, results, f"{villages} villages x 400 households x {awards} awards")
    print(f"\n{time.monotonic() - began:.0f} s in all")


def _slow_phone(bench: Bench) -> list[phone.Figure]:
    """The field page before the service with one village."""
    host, port = bench.small.server.address
    return phone.measure(f"http://{host}:{port}", bench.small.world["officer"])


def _addresses(database: str, folder: Path, stack: contextlib.ExitStack) -> dict[str, str]:
    """The address of each database: the service small, large, with the board's village alone; the reference."""
    if database == "sqlite":
        return {place: f"sqlite:///{folder}/{place}.sqlite3" for place in PLACES}
    main = make_url(stack.enter_context(cluster(durable=True)))
    with create_engine(main, isolation_level="AUTOCOMMIT").connect() as connection:
        for place in PLACES:
            connection.execute(text(f"CREATE DATABASE {place}"))
    return {
        place: main.set(database=place).render_as_string(hide_password=False) for place in PLACES
    }


def _make_worlds(
    addresses: dict[str, dict[str, str]], villages: int, awards: int
) -> dict[str, dict[str, Any]]:
    """Fill all databases, one kind beside the other."""
    with ThreadPoolExecutor(len(addresses)) as pool:
        made = pool.map(lambda urls: _fill(urls, villages, awards), addresses.values())
        return dict(zip(addresses, made, strict=True))


def _fill(urls: dict[str, str], villages: int, awards: int) -> dict[str, Any]:
    def run(place: str, module: str, *words: int) -> Any:
        url = {"HEMEI_DATABASE_URL": urls[place], "REFERENCE_DATABASE_URL": urls[place]}
        command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, words)]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | SECRET | url, stdout=subprocess.PIPE, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    return {
        "small": run("small", "worlds", 1, 400, awards, 0),
        "large": run("large", "worlds", villages, 400, awards, 1),
        "board": run("board", "worlds", 0, 0, 0, 1),
        "plain_small": run("plain_small", "reference", 400, 400 * awards),
        "plain_large": run("plain_large", "reference", villages * 400, villages * 400 * awards),
    }


@contextlib.contextmanager
def _bench(urls: dict[str, str], worlds: dict[str, Any], folder: Path) -> Iterator[Bench]:
    """Start the four servers and sign the clients in."""
    with contextlib.ExitStack() as stack:

        def serve(place: str) -> Any:
            plain = place.startswith("plain")
            application = "tests.bench.reference:create_app()" if plain else "app:app"
            variable = "REFERENCE_DATABASE_URL" if plain else "HEMEI_DATABASE_URL"
            address = stack.enter_context(
                server(application, SECRET | {variable: urls[place]}, folder / f"{place}.log")
            )
            return (Reference if plain else Service)(address, worlds[place])

        yield Bench(
            small=serve("small"),
            large=serve("large"),
            plain_small=serve("plain_small"),
            plain_large=serve("plain_large"),
            boards={
                "small": (urls["board"], worlds["board"]["board"]),
                "large": (urls["large"], worlds["large"]["board"]),
            },
        )


if __name__ == "__main__":
    main()
