"""Every form of the service, found by its route: whatever is sent to it, it answers in words, and the book stays true.

What a form asks for is learnt by listening: the names that a view looks up in what was sent are filled the next time.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from governance.base.database import db
from governance.ledger import audit
from tests.web.table import TABLE
from tests.web.visitors import allowed, routes, told

FINE = (200, 201, 302, 303, 304, 400, 403, 404, 409, 413, 415, 422, 429)
PLAIN = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "3",
    "7",
    "80",
    "99999999999999999999",
    "1e9",
    "1.5",
    "０",
    "１２",
    "٣",
    "NaN",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-11-26",
    "true",
    "y",
    "on",
    "auto",
    "month",
    "resident",
    "E99",
    "王秀兰",
    "3组17号",
    "13800138000",
    "\x00",
    "\ufffd\ud800",
    "\u202e倒",
    "=1+1",
    "<b>",
    "%(name)s",
    "{{ 7 }}",
    "//evil.example",
    "00000000-0000-0000-0000-000000000000",
    "household",
    "own",
    "spoken",
    "upheld",
    "x" * 600,
]
ROUNDS = 4  # to a form, each time with what the time before was asked for


class Listening(ImmutableMultiDict):  # type: ignore[type-arg]
    """What was sent, noting every name that is looked up in it."""

    asked: set[str] = set()

    def getlist(self, key: str, type: Any = None) -> Any:  # noqa: A002 - werkzeug's word
        self.asked.add(key)
        return super().getlist(key) if type is None else super().getlist(key, type)

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # noqa: A002
        self.asked.add(key)
        return super().get(key, default, type)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


@pytest.fixture
def asked(app, monkeypatch):
    """The names each form was heard to ask for."""
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Listening)
    return defaultdict(set)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_sent_to_a_form_it_answers_in_words(stage, asked, seed):
    chance = random.Random(seed)
    here = [*stage.mine.ids.values(), *stage.mine.codes.values(), *stage.mine.tokens.values()]
    broken = []
    for rule, method in sorted(routes(stage.app), key=_ends_sign_ins):
        for who in () if method == "GET" else allowed(rule, method)[:2]:
            address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
            for _ in range(ROUNDS):
                sent = _fill(chance, sorted(asked[rule.endpoint]), here)
                answer = _send(stage, who, method, address, sent, asked[rule.endpoint])
                fine = (*FINE, 401) if _ends_sign_ins((rule, method)) else FINE
                if answer.status_code not in fine or "evil" in answer.headers.get("Location", ""):
                    broken.append((told(who, method, address, answer), sent))
    assert broken == []
    with stage.app.app_context():
        for world in (stage.mine, stage.other):
            assert audit.audit_book(world.village.id).fault is None
        db.session.remove()


def test_the_forms_are_heard_asking(stage, asked):
    """The fuzzing is worth something only while it learns what forms want."""
    for rule, method in routes(stage.app):
        for who in () if method == "GET" else allowed(rule, method)[:1]:
            address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
            _send(stage, who, method, address, {}, asked[rule.endpoint])
    assert {"username", "password"} <= asked["entrance.sign_in"]
    assert {"reason"} <= asked["awards.reverse"]
    assert sum(map(len, asked.values())) > 200


def _ends_sign_ins(route: tuple[Any, str]) -> bool:
    """What takes posts and passwords away comes last: nobody signed out meets the other forms."""
    return str(route[0].endpoint).startswith(("team.", "admin.", "entrance."))


def _fill(chance: random.Random, names: list[str], here: list[str]) -> dict[str, str]:
    """Something for most of the names: nonsense, or what is there."""
    return {
        name: chance.choice(here) if chance.random() < 0.3 else chance.choice(PLAIN)
        for name in names
        if chance.random() < 0.85
    }


def _send(
    stage: Any, who: str, method: str, address: str, sent: dict[str, str], heard: set[str]
) -> Any:
    Listening.asked.clear()
    data = {
        "_": b"",
        **{name: value.encode("utf-8", "surrogatepass") for name, value in sent.items()},
    }
    answer = stage.ask(who, method, address, data=data)
    heard |= Listening.asked
    return answer
