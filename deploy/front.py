"""The server's front: waitress takes requests in whole and lets answers out slowly, inside gunicorn's workers.

A sync worker waits for whoever is slowest: two visitors that stopped in the middle of a request stopped the village.
Here a worker speaks with all its connections in turn, and the application is given only what has arrived whole. It runs
in the same thread: nothing is handed over, and more threads would make SQLite's slowest answers far slower.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer

MEGABYTE = 1024 * 1024
# A worker's, each with a file or two: below the 1024 that a process may usually open.
CONNECTIONS = 300
HELD = 512 * MEGABYTE  # of what has arrived in part, on the disk
ADJUSTMENTS = {
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
    """A visitor's connection."""

    parser_class = OneRequest

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
    served = 0
    fresh = False  # whether somebody has come in this turn, whose request may be there already

    def handle_accept(self) -> None:
        """Let one visitor in."""
        super().handle_accept()
        self.fresh = True

    def readable(self) -> bool:
        """Whether to let another visitor in: not before this worker has seen to the last, another may be free."""
        fresh, self.fresh = self.fresh, False
        if len(self._map) >= self.adj.connection_limit or self.held() > HELD:
            self.drop_longest_waiting()
        return super().readable() and not fresh

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

    def turn(self, heartbeat: Callable[[], None]) -> None:
        """Wait a second at most for something to happen, then answer one by one what has arrived whole."""
        heartbeat()
        wasyncore.loop(timeout=0 if self.fresh else 1, use_poll=True, map=self._map, count=1)
        while self.task_dispatcher:
            heartbeat()
            self.task_dispatcher.popleft().service()
            self.served += 1


class Whole(deque[Connection]):
    """Connections whose request has arrived whole: in the place of waitress's threads."""

    add_task = deque.append


def open_front(application: Any, listener: socket.socket) -> Front:
    """A front for an application on a socket that listens already."""
    where = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Front(
        application,
        map={},
        _sock=listener,
        dispatcher=Whole(),
        adj=Adjustments(**ADJUSTMENTS),
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
        """Serve until told to end, until renewed, or until the master is gone.

        An answer that takes longer than the timeout stops the heartbeat: the master ends this worker then.
        """
        logging.getLogger("waitress").addFilter(without_address)
        self.front = front = open_front(self.wsgi, self.sockets[0].sock)
        while self.alive and front.served < self.max_requests and self.ppid == os.getppid():
            front.turn(self.notify)
        self.drain(front)

    def drain(self, front: Front) -> None:
        """Take nobody new, and answer who is here. Whoever takes too long, the master ends with us."""
        front.del_channel()
        renewed = front.served >= self.max_requests
        patience, began = self.cfg.graceful_timeout if renewed else HURRY, time.monotonic()
        while front.owes(patience, time.monotonic() - began):
            front.turn(self.notify)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Told to end: at once, not with the next visitor."""
        super().handle_exit(sig, frame)
        if self.front:
            self.front.pull_trigger()
