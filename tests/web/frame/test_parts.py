"""A print in parts: the one that is asked for, within those there are."""

from __future__ import annotations

import pytest

from governance.web.frame.parts import Part, asked_part


@pytest.mark.parametrize(
    ("total", "count"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (5000, 50)]
)
def test_there_are_as_many_as_are_needed_and_one_at_least(total, count):
    assert Part(1, 100, total).count == count


def test_each_begins_where_the_last_ended():
    assert [Part(number, 100, 250).offset for number in (1, 2, 3)] == [0, 100, 200]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("?part=2", 2),
        ("?part=3", 3),
        ("?part=4", 3),
        ("?part=0", 1),
        ("?part=-7", 1),
        ("?part=x", 1),
        ("?part=99999999999999999999", 1),
    ],
)
def test_what_makes_no_sense_is_the_first_or_the_last(plain, asked, number):
    with plain.test_request_context(f"/{asked}"):
        assert asked_part(250, 100).number == number


def test_another_part_has_the_same_address_but_for_its_number(plain):
    with plain.test_request_context("/static/x.js?grid=7&part=1"):
        assert asked_part(250, 100).link(3) == "/static/x.js?grid=7&part=3"
