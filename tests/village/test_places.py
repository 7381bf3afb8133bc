"""Places: codes that fit their level and their parent, reads that never leave the places asked for."""

from __future__ import annotations

import pytest

from governance.base.errors import BadInput, NotThere
from governance.village import places
from governance.village.places import CodeTaken, Level
from tests.factories import make_village
from tests.races import together


def test_a_village_stands_in_a_town_in_a_county(village):
    assert [one.level for one in places.line_of(village.grids[0])] == [
        "county",
        "town",
        "village",
        "grid",
    ]
    assert [one.code for one in places.children_of(village.town)] == [village.place.code]
    assert village.county in places.children_of(None)


@pytest.mark.parametrize(
    ("level", "code"),
    [
        (Level.COUNTY, "62050"),
        (Level.COUNTY, "6205001"),
        (Level.COUNTY, "62050a"),
        (Level.COUNTY, "６２０５００"),
        (Level.COUNTY, ""),
        (Level.TOWN, "620500"),
        (Level.GRID, "620500100201"),
    ],
)
def test_a_code_that_does_not_fit_its_level_is_refused(ctx, level, code):
    with pytest.raises(BadInput) as refusal:
        places.add_place(level, code, "某地")
    assert refusal.value.field == "code"


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "长" * 61])
def test_a_name_is_needed_and_not_too_long(village, name):
    with pytest.raises(BadInput):
        places.add_place(Level.COUNTY, "999999", name)
    with pytest.raises(BadInput):
        places.rename_place(village.place, name)


def test_a_code_is_given_once(village):
    with pytest.raises(CodeTaken) as refusal:
        places.add_place(Level.COUNTY, village.county.code, "别处")
    assert "秦州区" in str(refusal.value)


def test_one_code_given_eight_times_at_the_same_moment_is_one_place(app, village):
    def add(_number):
        with app.app_context():
            try:
                return places.add_place(Level.COUNTY, "629999", "新县").code
            except CodeTaken as refusal:
                return str(refusal)

    told = sorted(together(8, add))
    assert told == ["629999"] + ["代码 629999 已经有了：新县。"] * 7


def test_a_tag_that_somebody_has_is_drawn_again(village, monkeypatch):
    """It was said that the code is taken, by the very place that could not be added."""
    tags = iter([village.place.tag, "zz99"])
    monkeypatch.setattr(places, "_new_tag", lambda: next(tags))
    assert places.add_place(Level.COUNTY, "629999", "新县").tag == "zz99"


def test_a_parent_must_be_there_of_the_level_above_and_begin_the_code(village):
    with pytest.raises(BadInput) as refusal:
        places.add_place(Level.TOWN, "888888100", "无县之镇")
    assert refusal.value.field == "parent"
    with pytest.raises(BadInput):
        places.add_place(Level.VILLAGE, village.town.code + "999", "错村", village.county.code)
    with pytest.raises(BadInput):
        places.add_place(Level.COUNTY, "777777", "有上级的县", village.county.code)
    other = make_village("白家村")
    with pytest.raises(BadInput) as refusal:
        places.add_place(Level.VILLAGE, other.town.code + "999", "错村", village.town.code)
    assert refusal.value.field == "code"


def test_every_village_has_a_tag_of_its_own(village):
    other = make_village("白家村")
    assert places.find_village_by_tag(village.place.tag) == village.place
    assert other.place.tag != village.place.tag
    assert places.find_village_by_tag(village.grids[0].tag) is None  # only villages open tokens
    assert places.find_village_by_tag("zzzzz") is None


def test_what_lies_below_some_places_is_found_by_their_codes(village):
    other = make_village("白家村")
    codes = {one.code for one in places.places_below([village.county.code])}
    assert village.grids[1].code in codes
    assert other.place.code not in codes
    assert [one.code for one in places.places_below([""], Level.VILLAGE)] == sorted(
        [village.place.code, other.place.code]
    )


def test_a_place_elsewhere_is_not_there(village):
    other = make_village("白家村")
    assert places.get_place_within([village.county.code], village.place.code) == village.place
    for roots, code in (
        ([village.county.code], other.place.code),
        ([village.place.code], village.town.code),
        ([""], "123456"),
    ):
        with pytest.raises(NotThere):
            places.get_place_within(roots, code)
    with pytest.raises(NotThere):
        places.get_place(village.town.code, Level.VILLAGE)


def test_a_grid_of_another_village_is_not_there(village):
    other = make_village("白家村")
    assert places.get_grid(village.id, village.grids[0].id) == village.grids[0]
    for wrong in (other.grids[0].id, village.id, village.town.id):
        with pytest.raises(NotThere):
            places.get_grid(village.id, wrong)


def test_the_next_free_grid_code_fills_the_gaps(village):
    assert places.next_grid_code(village.place) == village.place.code + "03"
    places.add_place(Level.GRID, village.place.code + "04", "四网格")
    assert places.next_grid_code(village.place) == village.place.code + "03"


def test_a_search_finds_by_name_or_code_and_only_below(village):
    make_village("白家村")
    found, total = places.search_places([village.county.code], "村")
    assert [one.name for one in found] == ["石家村"]
    assert total == 1
    assert places.search_places([""], "%")[1] == 0  # a sign, not a pattern
    assert places.search_places([""], village.town.code)[1] == 4
    assert len(places.search_places([""], "", limit=2, offset=1)[0]) == 2
