"""What is asked of a server: the same acts in the words of the service and of the reference."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from tests.bench import load
from tests.bench.load import Good, Make
from tests.bench.servers import Server


def status(code: int) -> Good:
    """Answers with a status."""
    start = f"HTTP/1.1 {code} ".encode()
    return lambda answer: answer.startswith(start)


class Reference:
    """The plain reference, signed in."""

    def __init__(self, server: Server, world: dict[str, Any]):
        self.server, self.world = server, world
        self.cookie = load.cookie_of(load.ask(server.address, load.post("/login", b"")))
        self._turn = itertools.count()

    def award(self, hot: bool) -> tuple[Make, Good]:
        """One award: all over the village, or always at one household."""
        homes, rules = self.world["households"], self.world["rules"]

        def make(_number: int) -> bytes:
            turn = next(self._turn)
            home = homes[0 if hot else turn % len(homes)]
            fields = {"rule": str(rules[turn % len(rules)]), "once": str(uuid.uuid4())}
            return load.form(f"/household/{home}/award", fields, self.cookie)

        return make, status(302)

    def page(self) -> tuple[Make, Good]:
        """A household's balance and 20 rows."""
        homes = self.world["households"]
        return lambda n: load.get(f"/household/{homes[n % len(homes)]}", self.cookie), status(200)


class Service:
    """The service, with an officer signed in and a household's card opened."""

    def __init__(self, server: Server, world: dict[str, Any]):
        self.server, self.world = server, world
        self.cookie, self.token = self._sign_in()
        address = server.address
        opened = load.cookie_of(load.ask(address, load.get(f"/c/{world['card']}")))
        # The first page puts the form's secret into the session: a browser keeps that one.
        self.card = load.cookie_of(load.ask(address, load.get("/my/", opened)))
        self._turn = itertools.count()

    def _sign_in(self) -> tuple[str, str]:
        address = self.server.address
        page = load.ask(address, load.get("/login"))
        fields = {
            "username": self.world["officer"],
            "password": "hemei-demo",
            "csrf_token": _token(page),
        }
        cookie = load.cookie_of(
            load.ask(address, load.form("/login", fields, load.cookie_of(page)))
        )
        home = load.ask(address, load.get("/officer/", cookie))
        return load.cookie_of(home), _token(home)

    def award(self, hot: bool) -> tuple[Make, Good]:
        """One tap on a rule. Each tap is a household and a rule nobody tapped today, until all were."""
        homes, rules = self.world["households"], self.world["rules"]

        def make(_number: int) -> bytes:
            turn = next(self._turn)
            rounds, place = divmod(turn, len(homes) * len(rules))
            home = homes[0 if hot else place % len(homes)]
            rule = self.world["hot_rule"] if hot else rules[place // len(homes)]
            again = "1" if hot or rounds else ""
            fields = {
                "rule": rule,
                "once": str(uuid.uuid4()),
                "again": again,
                "csrf_token": self.token,
            }
            return load.form(f"/officer/household/{home}/award", fields, self.cookie)

        return make, status(303)

    def sync(self, size: int) -> tuple[Make, Good]:
        """The phone's outbox: `size` awards in one request."""
        homes, rules = self.world["households"], self.world["rules"]
        more = f"X-CSRFToken: {self.token}\r\n"
        start, wanted = b"HTTP/1.1 200 ", size

        def make(_number: int) -> bytes:
            now = datetime.now(UTC).isoformat()
            items = []
            for _ in range(size):
                turn = next(self._turn)
                items.append(
                    {
                        "id": str(uuid.uuid4()),
                        "kind": "award",
                        "household": homes[turn % len(homes)],
                        "rule": rules[turn // len(homes) % len(rules)],
                        "seen_at": now,
                    }
                )
            body = json.dumps({"items": items}).encode()
            return load.post("/officer/sync", body, self.cookie, "application/json", more)

        return (
            make,
            lambda answer: answer.startswith(start) and answer.count(b'"recorded"') == wanted,
        )

    def page(self) -> tuple[Make, Good]:
        """The officer's page of a household: figures, lines, and the rules with their caps counted."""
        homes = self.world["households"]
        return lambda n: load.get(
            f"/officer/household/{homes[n % len(homes)]}", self.cookie
        ), status(200)

    def passbook(self) -> tuple[Make, Good]:
        """The villager's page: two figures and 20 lines."""
        return lambda _n: load.get("/my/", self.card), status(200)

    def board(self) -> tuple[Make, Good]:
        """The month's red board of a village of 400."""
        return lambda _n: load.get("/my/board", self.card), status(200)


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf-token" content="([^"]+)"', page)
    if not found:
        raise RuntimeError(f"no token on the page: {page[:300]!r}")
    return found[1].decode()
