"""The list of a notice on paper: forty households a page, each block no taller than the sheet."""

from __future__ import annotations

import pytest

from governance.affairs.publicity import wall
from tests.factories import make_shown


@pytest.mark.parametrize(
    ("count", "pages"),
    [(0, []), (1, [1]), (39, [39]), (40, [40]), (41, [22, 19]), (400, [40] * 10)],
)
def test_forty_households_a_page_at_most_evenly_filled(count, pages):
    laid = wall.lay_out([make_shown()] * count)
    assert [len(page.left) + len(page.right) for page in laid] == pages


def test_every_line_is_laid_out_once_in_order():
    lines = [make_shown(behaviour="长" * (n % 100 + 2), points=n + 1) for n in range(95)]
    laid = [one for page in wall.lay_out(lines) for one in (*page.left, *page.right)]
    assert laid == lines


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("修水渠", 1),
        ("邻里帮扶、关爱独居老人", 2),
        ("评为好媳妇、好婆婆、五星文明户", 2),
        ("月度检查54分及以上（最清洁户）", 2),
        ("长" * 20, 3),
        ("好、" + "长" * 10 + "、好", 3),
    ],
)
def test_a_rules_name_breaks_at_its_punctuation(rule, lines):
    assert wall.height_of(make_shown(behaviour=rule)) == lines * wall.LINE + wall.PADDING


def test_long_rules_take_the_room_they_need():
    for page in wall.lay_out([make_shown(behaviour="长" * 100)] * 40):
        for block in (page.left, page.right):
            assert sum(map(wall.height_of, block)) <= wall.TALL
