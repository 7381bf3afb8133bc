"""The server's front: whoever is slow waits alone. The village goes on, and what comes slowly arrives."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import resource
import select
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
import pytest
from PIL import Image
from waitress import wasyncore

from deploy import front
from governance.affairs.awards.photos import photos
from governance.base import clock
from governance.base.database import db, new_id
from governance.village.staff import Role
from tests.factories import make_rule, make_staff, make_village
from tests.servers import PATIENCE, WORKERS, Browser, Service, serve, serve_wsgi, wait_until

MEGABYTE = front.MEGABYTE
HALF_OPEN = b"GET / HTTP/1.1\r\nHost: village\r\nUser-Agent: "
UPLOAD = b"POST /complaint HTTP/1.1\r\nHost: village\r\nContent-Length: 5000000\r\n\r\n"
DRIPS = b"x" * 9

# An application that answers, hangs, or talks at length: what the village's own never should.
TALKER = """
import os, time
def application(environ, start_response):
    asked = environ["PATH_INFO"]
    size = len(environ["wsgi.input"].read())
    if asked == "/hang":
        time.sleep(3600)
    if asked == "/wait":
        open(os.environ["BEGUN"], "w").close()
        while not os.path.exists(os.environ["GO"]):
            time.sleep(0.01)
    if asked == "/c/broken":
        start_response("200 OK", [])
        return (1 / 0 for _ in "x")
    body = b"long " * 8_000_000 if asked == "/long" else f"{os.getpid()} {size}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@contextmanager
def slow_visitors(service: Service, *beginnings: bytes) -> Iterator[list[socket.socket]]:
    """Visitors who begin a request and stop there."""
    with contextlib.ExitStack() as stack:
        visitors = []
        for words in beginnings:
            visitor = socket.create_connection(("127.0.0.1", service.port), PATIENCE)
            visitors.append(stack.enter_context(visitor))
            visitor.sendall(words)
        yield visitors


def sent_away(visitors: list[socket.socket]) -> list[socket.socket]:
    """Those whose connection the service has closed: nobody here has asked for anything."""
    poll = select.poll()
    for visitor in visitors:
        poll.register(visitor, select.POLLIN)
    closed = {descriptor for descriptor, _ in poll.poll(0)}
    return [visitor for visitor in visitors if visitor.fileno() in closed]


@contextmanager
def dripping(visitors: list[socket.socket]) -> Iterator[None]:
    """Let visitors send a few bytes now and then, until the block ends."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.1):
            for visitor in visitors:
                with contextlib.suppress(OSError):  # sent away
                    visitor.sendall(DRIPS)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def record(phone: Browser, home: uuid.UUID, rule: uuid.UUID, photo: uuid.UUID) -> None:
    """Record an award that names a photo."""
    item = {"id": str(new_id()), "kind": "award", "household": str(home), "rule": str(rule)}
    item |= {"seen_at": clock.now().isoformat(), "photos": [str(photo)]}
    status, text = send(phone, "POST", "/officer/sync", json.dumps({"items": [item]}).encode())
    assert (status, json.loads(text)["results"][0]["outcome"]) == (200, "recorded"), text


def send(
    phone: Browser, method: str, path: str, *parts: bytes, pause: float = 0
) -> tuple[int, str]:
    """Send a body part by part; the answer's status and text."""

    def slowly() -> Iterator[bytes]:
        for part in parts:
            time.sleep(pause)  # the weak signal itself
            yield part

    head = {"Cookie": phone.cookie, "X-CSRFToken": phone.token, "Content-Type": "application/json"}
    head["Content-Length"] = str(sum(map(len, parts)))
    connection = http.client.HTTPConnection("127.0.0.1", phone.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(method, path, slowly(), head)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def pieces(data: bytes, count: int) -> list[bytes]:
    """Data in some pieces."""
    size = len(data) // count + 1
    return [data[start : start + size] for start in range(0, len(data), size)]


def usual_wait(service: Service) -> float:
    """The seconds a page usually takes: a busy machine may delay one of them."""
    times = []
    for _ in range(9):
        began = time.perf_counter()
        assert service.browser().get("/").status == 200
        times.append(time.perf_counter() - began)
    return median(times)


@pytest.fixture
def talker(tmp_path, monkeypatch):
    """Serve the talker, with options of gunicorn's."""
    (tmp_path / "talker.py").write_text(TALKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("BEGUN", str(tmp_path / "begun"))
    monkeypatch.setenv("GO", str(tmp_path / "go"))
    return lambda *options: serve_wsgi("talker:application", tmp_path / "log", *options)


def test_half_open_and_dripping_visitors_keep_nobody_waiting(app):
    with (
        serve(app) as service,
        slow_visitors(service, *[HALF_OPEN] * 50, *[UPLOAD] * 20) as visitors,
        dripping(visitors[50:]),
    ):
        assert usual_wait(service) < 1


def test_a_photo_that_takes_longer_than_the_server_waits_for_an_answer_arrives(app):
    with app.app_context():
        village = make_village()
        rule = make_rule(village, evidence="photo")
        officer = make_staff(Role.OFFICER, village.place)
        photo, home, rule_id = new_id(), village.homes[0].id, rule.id
    picture = io.BytesIO()
    Image.effect_noise((900, 900), 80).save(picture, "PNG")
    with serve(app, "--timeout", "3") as service:
        phone = service.browser(officer)
        record(phone, home, rule_id, photo)
        parts = pieces(picture.getvalue(), 40)
        status, text = send(phone, "PUT", f"/officer/photos/{photo}", *parts, pause=0.12)
        assert status == 201, text
    [kept] = Path(app.config["DATA_DIR"]).rglob(f"{photo}*")
    assert kept.stat().st_mode & 0o077 == 0
    with app.app_context():
        assert db.session.scalar(db.select(photos.c.stored_at).where(photos.c.id == photo))


def test_a_visitor_that_says_nothing_makes_room_for_others(talker):
    """More connections than a server has places for: the ones that have waited longest go."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    crowd = WORKERS * front.CONNECTIONS + 100
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4 * crowd), hard), hard))
    try:
        with talker() as service, slow_visitors(service, *[HALF_OPEN] * crowd) as visitors:
            assert usual_wait(service) < 1
            wait_until(lambda: len(sent_away(visitors)) >= 100)
            assert visitors[-1] not in sent_away(visitors)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_what_arrives_in_part_takes_only_so_much_of_the_disk(monkeypatch):
    monkeypatch.setattr(front, "HELD", MEGABYTE)
    with opened_front() as (opened, address), contextlib.ExitStack() as stack:
        visitors = []
        for _ in range(3):
            visitor = stack.enter_context(socket.create_connection(address, PATIENCE))
            visitors.append(visitor)
            sending = threading.Thread(target=visitor.sendall, args=(UPLOAD + bytes(600_000),))
            sending.start()
            while sending.is_alive():
                opened.turn(lambda: None)
            sending.join()
        newest = [visitors[-1].getsockname()]
        while [one.addr for one in opened.active_channels.values()] != newest:
            opened.turn(lambda: None)
        assert opened.held() <= MEGABYTE


@contextmanager
def opened_front() -> Iterator[tuple[front.Front, tuple[str, int]]]:
    """A front in this process, and where it listens; its turns are the test's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        opened = front.open_front(None, listener)
        try:
            yield opened, listener.getsockname()
        finally:
            for one in list(opened.active_channels.values()):
                one.handle_close()
            wasyncore.close_all(opened._map)


def test_whoever_reads_slowly_holds_no_worker(talker):
    ask = b"GET /long HTTP/1.1\r\nHost: village\r\n\r\n"
    with talker() as service, slow_visitors(service, *[ask] * 3 * WORKERS):
        assert usual_wait(service) < 1


def test_an_answer_that_never_comes_ends_its_worker_and_the_others_go_on(talker):
    ask = b"GET /hang HTTP/1.1\r\nHost: village\r\n\r\n"
    with (
        talker("--timeout", "3") as service,
        slow_visitors(service, *[ask] * WORKERS) as visitors,
    ):
        assert [visitor.recv(1) for visitor in visitors] == [b""] * WORKERS
        assert service.browser().get("/").status == 200


def test_whoever_was_asking_is_answered_when_the_server_ends(talker, tmp_path):
    ask = b"GET /wait HTTP/1.1\r\nHost: village\r\n\r\n"
    with talker() as service, slow_visitors(service, HALF_OPEN, ask) as (_, visitor):
        wait_until((tmp_path / "begun").exists)
        service.process.terminate()
        (tmp_path / "go").touch()
        assert visitor.recv(12) == b"HTTP/1.1 200"
        service.stop()


def test_a_worker_is_renewed_and_nobody_notices(talker):
    with talker("--workers", "1", "--max-requests", "5", "--max-requests-jitter", "1") as service:
        answers = [service.browser().get("/") for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text.split()[0] for answer in answers}) >= 3


def test_workers_end_when_their_master_was_killed(talker):
    with talker() as service:
        workers = psutil.Process(service.process.pid).children()
        service.process.kill()
        service.process.wait(PATIENCE)
        _, alive = psutil.wait_procs(workers, PATIENCE)
        assert not alive


@pytest.mark.parametrize(
    ("size", "answer"), [(20 * MEGABYTE, "200 OK"), (33 * MEGABYTE, "413 Request Entity Too Large")]
)
def test_what_is_twice_too_large_is_not_even_taken(talker, size, answer):
    """What is a little too large the application refuses itself, in its own words."""
    with (
        talker() as service,
        socket.create_connection(("127.0.0.1", service.port), PATIENCE) as visitor,
    ):
        visitor.sendall(b"POST / HTTP/1.1\r\nHost: village\r\nContent-Length: %d\r\n\r\n" % size)
        with contextlib.suppress(OSError):  # refused on its way
            visitor.sendall(bytes(size)) if answer.startswith("2") else None
        assert visitor.recv(100).decode().startswith(f"HTTP/1.1 {answer}")


def test_the_log_tells_no_address(talker):
    with talker() as service:
        assert service.browser().get("/c/broken").status == 500
    told = service.log.read_text()
    assert "ZeroDivisionError" in told
    assert "broken" not in told
