"""Turns: one at a time, whoever asks; whoever dies holds nobody up for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.turns import turn
from tests.races import together

LONGEST = timedelta(minutes=2)


def test_while_one_is_at_it_nobody_else_is(ctx):
    with turn("audit", LONGEST) as mine:
        with turn("audit", LONGEST) as other, turn("backup", LONGEST) as elsewhere:
            assert (mine, other, elsewhere) == (True, False, True)
        with turn("audit", LONGEST) as again:  # who had no turn gives none back
            assert not again
    with turn("audit", LONGEST) as after:
        assert after


def test_a_turn_that_falls_is_given_back(ctx):
    with pytest.raises(LookupError), turn("audit", LONGEST):
        raise LookupError
    with turn("audit", LONGEST) as mine:
        assert mine


def test_who_died_is_waited_for_no_longer_than_that(ctx):
    with clock.set_to(clock.now() - LONGEST):
        turn("audit", LONGEST).__enter__()
    with turn("audit", LONGEST) as mine:
        assert mine


def test_of_many_at_the_very_first_one_has_it(app):
    def ask(_number):
        with app.app_context():
            return turn("audit", LONGEST).__enter__()

    assert sorted(together(8, ask)) == [False] * 7 + [True]
