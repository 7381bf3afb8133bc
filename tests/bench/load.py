"""The clients: threads that send ready-made requests over plain sockets, and keep time.

The service closes the connection after each answer, so there is nothing a browser's kept-alive
connection would save. About 0.1 ms of processor time a request: the servers stay the bottleneck.
"""

from __future__ import annotations

import itertools
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.servers import Address, Server

Make = Callable[[int], bytes]
Good = Callable[[bytes], bool]


@dataclass
class Sample:
    """What one slice of time brought."""

    seconds: float = 0.0
    processor: float = 0.0  # seconds the server's workers used
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    first_error: str = ""

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (len(self.latencies) - self.errors) / self.seconds


def ask(address: Address, request: bytes) -> bytes:
    """Send a request, read the whole answer."""
    with socket.create_connection(address, 60) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def get(path: str, cookie: str = "") -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n".encode()


def post(
    path: str,
    body: bytes,
    cookie: str = "",
    kind: str = "application/x-www-form-urlencoded",
    more: str = "",
) -> bytes:
    """A POST request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nCookie: {cookie}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


def form(path: str, fields: dict[str, str], cookie: str = "") -> bytes:
    """A form, posted."""
    return post(path, urlencode(fields).encode(), cookie)


def cookie_of(answer: bytes) -> str:
    """The session an answer sets."""
    found = re.search(rb"Set-Cookie: (session=[^;]+)", answer)
    if not found:
        raise RuntimeError(f"no session was opened: {answer[:300]!r}")
    return found[1].decode()


def drive(server: Server, clients: int, seconds: float, make: Make, good: Good) -> Sample:
    """Let `clients` ask as fast as they get answers, for some seconds."""
    sample, numbers = Sample(processor=-server.processor_time()), itertools.count()
    start = time.perf_counter()
    end = start + seconds

    def work() -> None:
        while time.perf_counter() < end:
            request = make(next(numbers))
            began = time.perf_counter()
            try:
                answer = ask(server.address, request)
            except OSError as fault:
                answer = repr(fault).encode()
            sample.latencies.append(time.perf_counter() - began)
            if not good(answer):
                sample.errors += 1
                sample.first_error = sample.first_error or answer[:400].decode(errors="replace")

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sample.seconds = time.perf_counter() - start
    sample.processor += server.processor_time()
    return sample
