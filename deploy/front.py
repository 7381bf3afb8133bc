"""The server's front: waitress takes requests in whole and lets answers out slowly, inside gunicorn's workers.

A sync worker waits for whoever is slowest: two visitors that stopped in the middle of a request stopped the village.
Here a worker's main thread speaks with all connections at once, and its one other thread is given only what has arrived
whole. One thread runs the application, as in a sync worker: more of them make SQLite's slowest answers far slower.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

MEGABYTE = 1024 * 1024
CONNECTIONS = (
    300  # a worker's, each with a file or two: below the 1024 that a process may usually open
)
HELD = 512 * MEGABYTE  # of what has arrived in part, on the disk
ADJUSTMENTS = {
    "threads": 1,
    "connection_limit": CONNECTIONS,
    "channel_timeout": 120,  # without a byte; a photo may take as long as it needs
    "cleanup_interval": 10,
    "max_request_header_size": 32 * 1024,
    # Twice what the application takes: what is a little too large is still refused in its own words.
    "max_request_body_size": 32 * MEGABYTE,
    "inbuf_overflow": MEGABYTE // 2,  # the rest waits in a nameless file
    "outbuf_overflow": MEGABYTE,
    "outbuf_high_watermark": 1024 * MEGABYTE,  # no slow reader makes the application wait
    "clear_untrusted_proxy_headers": False,  # the application knows whom to believe
    "asyncore_use_poll": True,
    "log_socket_errors": False,  # a phone that lost its signal
    "ident": None,
}
HURRY = 2  # seconds a worker that must end waits for requests that are still on their way


class OneRequest(HTTPRequestParser):
    """A connection brings one request: the next one goes to whichever worker is free."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse, and read every request as one that asks to close."""
        super().parse_header(header_plus)
        self.headers["CONNECTION"] = "close"
        self.connection_close = True


class Connection(HTTPChannel):
    """A visitor's connection, which tells its server when the application works for it."""

    parser_class = OneRequest

    def service(self) -> None:
        """Run the application for the request that has arrived."""
        self.server.begin()
        try:
            super().service()
        finally:
            self.server.end()

    def handle_close(self) -> None:
        """Close, and throw away what had arrived in part."""
        if self.request:
            self.request.close()
        super().handle_close()

    @property
    def awaits_visitor(self) -> bool:
        """Whether it is the visitor's turn: to send the rest, or to take the answer."""
        return not self.requests


class Front(TcpWSGIServer):
    """All connections of a worker."""

    channel_class = Connection
    given = served = (
        0  # requests; the main thread counts the first, the application's thread the other
    )
    busy_since: float | None = None

    def add_task(self, task: Connection) -> None:
        """A request has arrived whole."""
        self.given += 1
        super().add_task(task)

    def begin(self) -> None:
        """The application has begun with a request."""
        self.busy_since = time.monotonic()

    def end(self) -> None:
        """The application has answered: the next visitor may come."""
        self.served += 1
        self.busy_since = None
        self.pull_trigger()

    def readable(self) -> bool:
        """Whether to take another visitor: not while this worker is busy, another may be free."""
        if len(self._map) >= self.adj.connection_limit or self.held() > HELD:
            self.drop_longest_waiting()
        return super().readable() and self.given == self.served

    def held(self) -> int:
        """Bytes of requests that have arrived in part."""
        coming = (one.request for one in self.active_channels.values())
        return sum(request.body_bytes_received for request in coming if request)

    def drop_longest_waiting(self) -> None:
        """Make room: nobody keeps others out by saying nothing. Who asks briefly is answered before it is their turn."""
        waiting = [one for one in self.active_channels.values() if one.awaits_visitor]
        if waiting:
            min(waiting, key=lambda one: one.creation_time).handle_close()

    def owes(self, patience: float, waited: float) -> bool:
        """Whether somebody here is still to be answered. `patience`: seconds for requests still on their way."""
        here = self.active_channels.values()
        return any(one.requests or one.total_outbufs_len or waited < patience for one in here)

    def turn(self) -> None:
        """Wait a second at most for something to happen, and see to it."""
        wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)


def open_front(application: Any, listener: socket.socket) -> Front:
    """A front for an application on a socket that listens already."""
    adjustments, dispatcher = Adjustments(**ADJUSTMENTS), ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adjustments.threads)
    where = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Front(
        application,
        map={},
        _sock=listener,
        dispatcher=dispatcher,
        adj=adjustments,
        sockinfo=where,
        bind_socket=False,
    )


def without_address(record: logging.LogRecord) -> bool:
    """Keep addresses out of the log: they hold codes of households."""
    record.msg = str(record.msg).partition(" /")[0]
    return True


class BufferingWorker(Worker):
    """A worker process of gunicorn with waitress in it."""

    front: Front | None = None

    def run(self) -> None:
        """Serve until told to end, until renewed, or until the master is gone."""
        logging.getLogger("waitress").addFilter(without_address)
        logging.getLogger("waitress.queue").setLevel(
            logging.ERROR
        )  # that one waits is nothing to tell
        self.front = front = open_front(self.wsgi, self.sockets[0].sock)
        while self.alive and front.served < self.max_requests and self.ppid == os.getppid():
            self.turn(front)
        self.drain(front)

    def turn(self, front: Front) -> None:
        """One turn, with the heartbeat. An answer that takes too long stops it: the master ends this worker then."""
        since = front.busy_since
        if since is None or time.monotonic() - since < self.timeout:
            self.notify()
        front.turn()

    def drain(self, front: Front) -> None:
        """Take nobody new, and answer who is here. Whoever takes too long, the master ends with us."""
        front.del_channel()
        renewed = front.served >= self.max_requests
        patience, began = self.cfg.graceful_timeout if renewed else HURRY, time.monotonic()
        while front.owes(patience, time.monotonic() - began):
            self.turn(front)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Told to end: at once, not with the next visitor."""
        super().handle_exit(sig, frame)
        if self.front:
            self.front.pull_trigger()
