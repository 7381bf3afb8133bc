"""Hemei: a village's points, from the door code to the gift. `create_app` puts the house together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from governance import cli, web
from governance.base import config
from governance.base.database import db, migrate

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application. `overrides` replace settings from the environment: for tests."""
    app = Flask(
        "governance",
        root_path=str(ROOT / "governance"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "governance" / "static"),
        instance_path=str(ROOT / "instance"),
    )
    Path(app.instance_path).mkdir(exist_ok=True)
    app.config.update(config.settings(Path(app.instance_path)))
    app.config.update(overrides or {})
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    if app.config["PROXIES"]:
        _stand_behind_proxies(app)
    web.open_doors(app)
    cli.add_commands(app)
    return app


def _stand_behind_proxies(app: Flask) -> None:
    """Believe the proxy on who the visitor is, and nobody who comes past it."""
    direct, count, address = app.wsgi_app, app.config["PROXIES"], app.config["PROXY_ADDRESS"]
    behind = ProxyFix(direct, x_for=count, x_proto=count, x_host=count)

    def choose(environ: Any, start_response: Any) -> Any:
        return (behind if environ.get("REMOTE_ADDR") == address else direct)(
            environ, start_response
        )

    app.wsgi_app = choose  # type: ignore[method-assign]
