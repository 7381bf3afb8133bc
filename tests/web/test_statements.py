"""Every statement of every page: it reads one village unless it is named here, and needs no statistics to be usable."""

from __future__ import annotations

import pytest

from governance.base.database import db
from governance.cli.book import audit, book
from tests.statements import listening, read_beyond, slow_without_statistics
from tests.web.table import TABLE
from tests.web.visitors import allowed, routes

# Who reads several villages, and why. By the first words that tell the statement from others.
WIDE = {
    "area": "town and county look at what lies below them",
    "admin": "an admin finds people and places below the admin's own",
    "jobs": "the runner takes up whatever waits",
}


def walk(stage, methods):
    """Every address as everybody who may open it; what each door sent."""
    for rule, method in routes(stage.app):
        if method not in methods:
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        row = TABLE[rule.endpoint]
        for who in row.look if method == "GET" else allowed(rule, method):
            with stage.app.app_context():
                engine = db.engine
            with listening(engine) as sent:
                stage.ask(who, method, address)
            yield rule.endpoint, sent


def test_no_page_reads_more_than_one_village_unless_it_is_named(stage):
    beyond = {
        (endpoint, *sorted(tables))
        for endpoint, sent in walk(stage, ("GET", "POST", "PUT"))
        if endpoint.split(".")[0] not in WIDE
        for statement in sent
        if (tables := read_beyond(statement))
    }
    assert sorted(beyond) == [], "\n".join(map(str, sorted(beyond)))


def test_no_page_asks_what_sqlite_without_statistics_answers_row_by_row(stage):
    if stage.app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        return  # it has statistics always, and names no index of ours
    slow = {}
    for endpoint, sent in walk(stage, ("GET",)):
        with stage.app.app_context(), db.engine.connect() as connection:
            for statement, values in sent.items():
                if steps := slow_without_statistics(connection, statement, values):
                    slow.setdefault(endpoint, set()).update(steps)
    assert slow == {}, str(slow)


def test_what_the_calendar_asks_names_its_village_too(stage):
    """`book due` and `audit` go from village to village; only the list of them is read at once."""
    beyond = set()
    for command, words in ((book, ["due"]), (audit, [])):
        with stage.app.app_context():
            engine = db.engine
        with listening(engine) as sent:
            stage.app.test_cli_runner().invoke(command, words)
        beyond |= {
            tuple(sorted(tables)) for statement in sent if (tables := read_beyond(statement))
        }
    assert sorted(beyond) == LISTS, str(sorted(beyond))


# Which villages there is something to do in: the only statements of the calendar that look at all of them.
LISTS = [
    ("accounts", "heads"),  # every book there is
    ("kept_heads", "notices"),  # and every village that ever posted: a whole book may be missing
    ("notices",),  # whose time is over
    ("photos",),  # that are still kept
]


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT * FROM awards WHERE awards.village_id = ?", set()),
        ("SELECT * FROM awards WHERE awards.state = ?", {"awards"}),
        (
            "SELECT * FROM awards JOIN households ON households.village_id = awards.village_id"
            " AND households.id = awards.household_id WHERE households.village_id = ?",
            set(),
        ),
        (
            "SELECT * FROM awards JOIN households ON households.id = awards.household_id"
            " WHERE awards.village_id = ?",
            {"households"},
        ),
        ("SELECT * FROM households AS h WHERE h.village_id IN (?, ?)", {"households"}),
        ("SELECT * FROM places WHERE places.code = ?", set()),
        ("UPDATE awards SET state=? WHERE awards.village_id = ? AND awards.id = ?", set()),
        ("UPDATE awards SET state=?", {"awards"}),
    ],
)
def test_a_statement_that_reads_beyond_is_seen(app, statement, tables):
    with app.app_context():
        assert read_beyond(statement) == tables
