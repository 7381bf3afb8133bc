"""The plain reference: what anybody would write with Flask-SQLAlchemy and flask-login, and no more.

A view looks up the rule, inserts one award with a unique key and updates a balance in one
transaction; a page shows the balance and the last 20 rows. No scope, caps, states, review, once-only
content, book, chain, roll-ups, CSRF check or second language: whatever the service does beyond this
is paid for out of the same time. Same server, same settings, same durability.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import (
    Flask,
    abort,
    has_request_context,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import ForeignKey, Index, String, Text, event, insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

RULES = 32
WORKED_AT = 360  # households the clients visit: of a village's 400 those that live there


class Model(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Model)
logins = LoginManager()


class User(UserMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


class Rule(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    behaviour: Mapped[str] = mapped_column(String(100))
    points: Mapped[int]


class Household(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    head: Mapped[str] = mapped_column(String(30))
    balance: Mapped[int] = mapped_column(default=0)


class Award(db.Model):
    __table_args__ = (Index("ix_award_household", "household_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    behaviour: Mapped[str] = mapped_column(Text)
    points: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]


PAGE = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{{ household.head }}</title></head>
<body>
<h1>{{ household.head }}</h1>
<p>{{ household.balance }}</p>
<table>
<tr><th>日期</th><th>事项</th><th>分值</th></tr>
{% for row in rows %}
<tr><td>{{ row.made_at.strftime("%Y-%m-%d") }}</td><td>{{ row.behaviour }}</td><td>{{ row.points }}</td></tr>
{% endfor %}
</table>
</body>
</html>"""


def create_app() -> Flask:
    """The reference on the database of REFERENCE_DATABASE_URL."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "reference"
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["REFERENCE_DATABASE_URL"]
    app.jinja_loader = DictLoader({"household.html": PAGE})
    db.init_app(app)
    logins.init_app(app)
    app.add_url_rule("/login", view_func=sign_in, methods=["POST"])
    app.add_url_rule("/household/<int:household_id>", view_func=household)
    app.add_url_rule("/household/<int:household_id>/award", view_func=award, methods=["POST"])
    return app


@logins.user_loader
def _load(user_id: str) -> User | None:
    return db.session.get(User, int(user_id))


def sign_in() -> Any:
    login_user(db.session.get_one(User, 1))
    return "", 204


@login_required
def household(household_id: int) -> Any:
    found = db.get_or_404(Household, household_id)
    rows = db.session.scalars(
        db.select(Award).where(Award.household_id == found.id).order_by(Award.id.desc()).limit(20)
    )
    return render_template("household.html", household=found, rows=rows)


@login_required
def award(household_id: int) -> Any:
    rule = db.session.get(Rule, request.form.get("rule", type=int))
    found = db.session.get(Household, household_id)
    if rule is None or found is None:
        abort(404)
    db.session.add(
        Award(
            key=uuid.UUID(request.form["once"]),
            household_id=found.id,
            rule_id=rule.id,
            behaviour=rule.behaviour,
            points=rule.points,
            made_by=current_user.id,
            made_at=datetime.now(UTC).replace(tzinfo=None),
        )
    )
    found.balance = Household.balance + rule.points
    db.session.commit()
    return redirect(url_for("household", household_id=found.id))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=20000",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        writes = has_request_context() and request.method == "POST"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def fill(households: int, rows: int) -> dict[str, Any]:
    """Make the tables and the rows a service of the same size would hold."""
    db.create_all()
    now = datetime.now(UTC).replace(tzinfo=None)
    db.session.execute(insert(User), [{"id": 1, "name": "officer"}])
    rules = [{"id": n, "behaviour": f"参加义务劳动{n}", "points": 1} for n in range(1, RULES + 1)]
    db.session.execute(insert(Rule), rules)
    db.session.execute(
        insert(Household),
        [{"id": n, "head": "王秀兰", "balance": 0} for n in range(1, households + 1)],
    )
    for start in range(0, rows, 10_000):
        db.session.execute(
            insert(Award.__table__),
            [
                {
                    "key": uuid.uuid4(),
                    "household_id": n % households + 1,
                    "rule_id": n % RULES + 1,
                    "behaviour": "参加义务劳动",
                    "points": 1,
                    "made_by": 1,
                    "made_at": now,
                }
                for n in range(start, min(start + 10_000, rows))
            ],
        )
    db.session.commit()
    first = (households - WORKED_AT) // 2 + 1
    return {"households": list(range(first, first + WORKED_AT)), "rules": list(range(1, RULES + 1))}


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
