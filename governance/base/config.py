"""The settings, all from the environment (DESIGN: HEMEI_*, PORT). Nothing else is configurable."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

RELEASE = "0.1.0"
DEMO_PASSWORD = "hemei-demo"  # noqa: S105 - public by design: refused wherever HEMEI_DEMO is not set


class NoSecret(RuntimeError):
    """A server without HEMEI_SECRET_KEY would forget every sign-in, or accept forged ones."""


def settings(instance: Path) -> dict[str, Any]:
    """The settings of this start.

    HEMEI_DATABASE_URL  where the data lives; default: SQLite in `instance/`
    HEMEI_SECRET_KEY    signs the cookies; a server does not start without it
    HEMEI_DATA_DIR      photos and uploads; default: `instance/data`
    HEMEI_BASE_URL      what QR codes point to; default: the address the page was asked at
    HEMEI_PROXIES       how many reverse proxies stand in front (0): whose word on the visitor's address counts
    HEMEI_PROXY_ADDRESS where the nearest of them asks from (127.0.0.1): nobody else's word counts
    HEMEI_DEMO          `1` while the demo village is served: allows its well-known password
    """
    return {
        "SQLALCHEMY_DATABASE_URI": database_url(instance),
        "SECRET_KEY": os.environ.get("HEMEI_SECRET_KEY") or _passing_secret(),
        "DATA_DIR": Path(os.environ.get("HEMEI_DATA_DIR") or instance / "data"),
        "BASE_URL": (os.environ.get("HEMEI_BASE_URL") or "").rstrip("/"),
        "PROXIES": int(os.environ.get("HEMEI_PROXIES") or 0),
        "PROXY_ADDRESS": os.environ.get("HEMEI_PROXY_ADDRESS") or "127.0.0.1",
        "DEMO_PASSWORD": DEMO_PASSWORD,
        "DEMO": os.environ.get("HEMEI_DEMO") == "1",
        # What people wrote is not for the log of errors.
        # A database server may have been restarted meanwhile; a file has not.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": database_url(instance).startswith("postgresql"),
            "hide_parameters": True,
        },
        "MAX_CONTENT_LENGTH": 17 * 1024 * 1024,  # a photo of 16 MB, and the form around it
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": (os.environ.get("HEMEI_BASE_URL") or "").startswith("https://"),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # wants a Referer, which many browsers keep to themselves
        "BABEL_DEFAULT_LOCALE": "zh",
    }


def database_url(instance: Path) -> str:
    """The database's address; PostgreSQL is always spoken to through psycopg 3."""
    url = os.environ.get("HEMEI_DATABASE_URL") or f"sqlite:///{instance / 'hemei.sqlite3'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _passing_secret() -> str:
    """A key for one command of the shell, which signs nothing that outlives it."""
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        raise NoSecret(
            "HEMEI_SECRET_KEY is not set. Make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return secrets.token_hex(32)
