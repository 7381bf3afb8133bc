"""How gunicorn serves the village: two workers behind buffers (deploy/front.py), one port."""

import os
import socket
from typing import Any

# Loopback where nobody else should come: behind a proxy, and for the demo with its well-known password.
inside = int(os.environ.get("HEMEI_PROXIES") or 0) > 0 or os.environ.get("HEMEI_DEMO") == "1"
host = os.environ.get("HOST") or ("127.0.0.1" if inside else "0.0.0.0")  # noqa: S104 - the village's phones
bind = f"{f'[{host}]' if ':' in host else host}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
worker_class = "deploy.front.BufferingWorker"
timeout = 60  # for one answer, not for its request's arrival; an import of 5,000 households takes part of a minute
graceful_timeout = 30
max_requests = 20_000  # a worker is renewed now and then; the jitter keeps the two apart
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - the heartbeat's file, never on a slow disk
accesslog = None  # addresses hold codes of households: nothing of them is logged
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Tell where the service is to be found: from the sockets, not from what was asked for."""
    heard_at = [listener.sock.getsockname()[:2] for listener in server.LISTENERS]
    print(
        "",
        *(f"  http://{one}" for place in heard_at for one in addresses(*place)),
        "",
        sep="\n",
        flush=True,
    )


def addresses(host: str, port: int) -> list[str]:
    """The addresses to open for a socket that listens at `host`."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - asked, not bound
        hosts = ["localhost", lan_address()]
    else:
        hosts = ["localhost" if host.startswith("127.") else f"[{host}]" if ":" in host else host]
    return [f"{one}:{port}" for one in hosts if one]


def lan_address() -> str | None:
    """The address phones of the same network reach this machine at. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address for documentation
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
