"""Real servers, all with the same settings: two workers behind their buffers, as the service is shipped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
Address = tuple[str, int]


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and its first process."""

    address: Address
    process: int

    def processor_time(self) -> float:
        """Seconds of processor time its workers have used: quieter than a clock on a busy machine."""
        workers = psutil.Process(self.process).children(recursive=True)
        return sum(sum(worker.cpu_times()[:2]) for worker in workers)


@contextmanager
def server(application: str, environment: dict[str, str], log: Path) -> Iterator[Server]:
    """Serve an application on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address: Address = probe.getsockname()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    command += ["--workers", str(WORKERS), "--max-requests", "0"]
    command += ["--bind", f"127.0.0.1:{address[1]}", application]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=file, stderr=file
        )
    try:
        _wait_for(address, process, log)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(address: Address, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(address, 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
