"""How gunicorn serves the village: two sync workers, one port. Threads make SQLite's slowest answers far slower."""

import os
import socket

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "sync"
timeout = 60  # an import of 5,000 households takes part of a minute
graceful_timeout = 30
max_requests = 20_000  # a worker is renewed now and then; the jitter keeps the two apart
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - the heartbeat's file, never on a slow disk
accesslog = None  # addresses hold codes of households: nothing of them is logged
errorlog = "-"
loglevel = "warning"


def when_ready(server: object) -> None:
    """Tell where the service is to be found."""
    port = bind.rpartition(":")[2]
    print(f"\n  http://localhost:{port}", flush=True)
    if address := lan_address():
        print(f"  http://{address}:{port}", flush=True)
    print(flush=True)


def lan_address() -> str | None:
    """The address phones of the same network reach this machine at. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address for documentation
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
