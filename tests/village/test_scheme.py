"""The scheme: two families, a base that belongs to one of them, money in cents, a phone that can be called."""

from __future__ import annotations

import pytest

from governance.base.errors import BadInput
from governance.village.scheme import Settings, find_scheme, set_scheme


def test_a_village_without_settings_earns_from_nothing_at_one_yuan(village):
    assert find_scheme(village.id) == Settings("A", 0, 100, "")


def test_what_is_set_is_found_and_may_be_set_again(village):
    set_scheme(village.id, Settings("B", 80, 50, "0938-123 4567"))
    assert find_scheme(village.id) == Settings("B", 80, 50, "09381234567")
    set_scheme(village.id, Settings("A", 0, 10, ""))
    assert find_scheme(village.id) == Settings("A", 0, 10, "")


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("family", Settings("C", 1000)),
        ("base", Settings("A", 80)),
        ("base", Settings("B", 0)),
        ("base", Settings("B", -1)),
        ("base", Settings("B", 1001)),
        ("cents_per_point", Settings(cents_per_point=-1)),
        ("cents_per_point", Settings(cents_per_point=10_001)),
        ("phone", Settings(phone="12345")),
    ],
)
def test_a_wrong_scheme_is_refused_and_names_its_field(village, field, settings):
    with pytest.raises(BadInput) as refusal:
        set_scheme(village.id, settings)
    assert refusal.value.field == field
    assert find_scheme(village.id) == Settings()
