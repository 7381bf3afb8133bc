"""The tree of refusals: every leaf has a status, a code of its own and a sentence."""

from __future__ import annotations

import re

import pytest

from governance.base.errors import BadInput, HemeiError, Phrase, phrase
from governance.web import doors


def leaves(tree=HemeiError):
    for leaf in tree.__subclasses__():
        yield leaf
        yield from leaves(leaf)


ALL = sorted(set(leaves()), key=lambda one: one.__qualname__)


@pytest.mark.parametrize("leaf", ALL, ids=lambda one: one.__name__)
def test_a_refusal_says_what_and_how(leaf):
    assert doors.all_doors()
    assert leaf.status in (400, 403, 404, 409, 422, 429)
    assert re.fullmatch(r"[a-z][a-z_]+", leaf.code)
    assert isinstance(leaf.message, Phrase)
    assert re.search(r"[\u4e00-\u9fff]", leaf.message)


# Words of the phone's contract: it knows these, and no finer ones.
OF_THE_CONTRACT = {"bad_item", "own_household"}


def test_a_code_means_one_thing():
    """Two affairs may each have their IllegalMove; two different refusals never share a code."""
    named = {}
    for leaf in ALL:
        if "code" in vars(leaf):
            named.setdefault(leaf.code, set()).add(leaf.__name__)
    assert {
        code: names for code, names in named.items() if len(names) > 1
    }.keys() <= OF_THE_CONTRACT


def test_a_refusal_carries_its_values_and_its_field():
    refusal = BadInput(phrase("「%(name)s」不对。"), field="name", name="张")
    assert str(refusal) == "「张」不对。"
    assert refusal.text == "「%(name)s」不对。"
    assert refusal.values == {"name": "张"}
    assert refusal.field == "name"


def test_a_refusal_without_values_may_hold_a_percent_sign():
    assert str(BadInput(phrase("100%"))) == "100%"
