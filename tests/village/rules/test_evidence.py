"""Evidence: the codes of usual papers, and which of them is a photo."""

from __future__ import annotations

import pytest

from tests.factories import make_rule


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ("photo", True),
        ("before_after_photo", True),
        ("活动通知+照片", True),
        ("照片或管理员确认", False),
        ("签到表/照片", False),
        ("certificate", False),
        ("none", False),
    ],
)
def test_only_a_photo_without_alternative_is_a_photo_rule(village, evidence, wanted):
    assert make_rule(village, evidence=evidence).wants_photo is wanted
