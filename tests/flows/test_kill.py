"""Kill the service in the middle of a stream of awards: what was answered is in the book, once; nothing is half there."""

from __future__ import annotations

import http.client
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from governance.affairs.awards.life import awards
from governance.base.database import db, new_id
from governance.ledger import audit, book
from governance.village.staff import Role
from tests.factories import make_household, make_rule, make_staff, make_village
from tests.races import PATIENCE
from tests.servers import serve, wait_for_other_sessions

CLIENTS = 4
ENOUGH = 80  # answers before the power fails


@dataclass
class Stream:
    """Awards on their way: which were answered, and which one each client was still waiting for."""

    village: uuid.UUID
    homes: list[uuid.UUID]
    rule: uuid.UUID
    answered: list[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=list)
    hanging: list[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def tap(self, phone, home, once):
        fields = {"rule": self.rule, "once": once, "again": "1"}
        return phone.post(f"/officer/household/{home}/award", fields)

    def run(self, phone, client):
        """Tap without a pause until nobody answers any more."""
        for turn in range(10_000):
            home, once = self.homes[(client + turn) % len(self.homes)], new_id()
            try:
                answer = self.tap(phone, home, once)
            except (OSError, http.client.HTTPException):
                self.hanging.append((home, once))
                return
            assert answer.status == 303, answer.text
            self.answered.append((home, once))
            if len(self.answered) >= ENOUGH:
                self.enough.set()

    def key(self, home, once):
        """The award's key in the book, as the officer's page makes it."""
        return f"award:{uuid.uuid5(once, f'{home}:{self.rule}:1')}"


@pytest.fixture
def stream(app):
    with app.app_context():
        village = make_village(homes=0)
        homes = [make_household(village) for _ in range(8)]
        stream = Stream(village.id, [home.id for home in homes], make_rule(village).id)
        stream.officer = make_staff(Role.OFFICER, village.place)
    return stream


def prove(stream, wanted):
    """Every wanted award is booked once; the book adds up; each booked award has its line and each line its award."""
    wait_for_other_sessions()
    assert audit.audit_book(stream.village).fault is None
    written = db.session.scalars(
        select(book.lines.c.key).where(book.lines.c.village_id == stream.village)
    ).all()
    assert len(written) == len(set(written))
    assert {stream.key(*one) for one in wanted} <= set(written)
    booked = db.session.scalar(
        select(func.count()).where(
            awards.c.village_id == stream.village, awards.c.state == "booked"
        )
    )
    assert booked == len(written)
    return set(written)


def test_every_answered_award_survives_a_kill_and_the_others_can_be_sent_again(app, stream):
    with serve(app) as service:
        phone = service.browser(stream.officer)
        with ThreadPoolExecutor(CLIENTS) as clients:
            running = [clients.submit(stream.run, phone, n) for n in range(CLIENTS)]
            assert stream.enough.wait(PATIENCE)
            service.kill()
        for one in running:
            one.result()
    assert len(stream.hanging) == CLIENTS
    with app.app_context():
        before = prove(stream, stream.answered)
    assert len(before) <= len(stream.answered) + CLIENTS

    with serve(app) as service:
        phone = service.browser(stream.officer)
        for home, once in stream.hanging + stream.answered[-10:]:
            assert stream.tap(phone, home, once).status == 303
    with app.app_context():
        after = prove(stream, stream.answered + stream.hanging)
    assert len(after) == len(stream.answered) + CLIENTS
