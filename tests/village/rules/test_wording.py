"""The wording of a rule: what is refused names its field, what is kept is made plain."""

from __future__ import annotations

from datetime import date

import pytest

from governance.base.errors import BadInput
from governance.village.rules.wording import clean
from tests.factories import make_wording


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("code", {"code": "环01"}),
        ("code", {"code": ""}),
        ("code", {"code": "E" * 13}),
        ("category", {"category": " "}),
        ("category", {"category": "长" * 21}),
        ("category", {"category": "基础"}),
        ("behaviour", {"behaviour": "扫"}),
        ("behaviour", {"behaviour": "扫" * 101}),
        ("unit", {"unit": "户" * 11}),
        ("evidence", {"evidence": "证" * 41}),
        ("note", {"note": "注" * 201}),
        ("pillar", {"pillar": "人治"}),
        ("points_min", {"points_min": 0, "points_max": 0}),
        ("points_min", {"points_min": -5, "points_max": 5}),
        ("points_min", {"points_min": 5, "points_max": 1001}),
        ("points_min", {"points_min": -1001, "points_max": -5}),
        ("cap_count", {"cap_count": 1}),
        ("cap_count", {"cap_period": "month"}),
        ("cap_count", {"cap_count": 0, "cap_period": "month"}),
        ("cap_count", {"cap_count": 1000, "cap_period": "month"}),
        ("cap_period", {"cap_count": 1, "cap_period": "week"}),
        ("review", {"review": "third"}),
        ("assembly_on", {"assembly_on": date(2999, 1, 1)}),
    ],
)
def test_a_wrong_wording_is_refused_and_names_its_field(field, words):
    with pytest.raises(BadInput) as refusal:
        clean(make_wording(**words))
    assert refusal.value.field == field


def test_a_wording_is_tidied():
    tidy = clean(
        make_wording(
            code="ｅ０１ ",
            behaviour="  垃圾\t分类\x00合格 ",
            points_min=9,
            points_max=2,
            evidence="照片",
        )
    )
    assert (tidy.code, tidy.behaviour, tidy.evidence) == ("E01", "垃圾 分类合格", "photo")
    assert (tidy.points_min, tidy.points_max) == (2, 9)
