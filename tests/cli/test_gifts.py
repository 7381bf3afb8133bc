"""flask gifts load: the shell's way to a shelf."""

from __future__ import annotations

from pathlib import Path

import pytest

import governance
from governance.affairs.shop import gifts
from tests.factories import make_village

CATALOGUE = str(Path(governance.__file__).parent / "data/rewards/catalogue.csv")


@pytest.fixture
def village(app):
    with app.app_context():
        return make_village(homes=0)


@pytest.fixture
def load(app, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return lambda *words: app.test_cli_runner().invoke(args=["gifts", "load", *map(str, words)])


def test_a_file_is_loaded_and_the_second_time_adds_nothing(app, village, load):
    first = load(CATALOGUE, "--village", village.place.code)
    assert first.exit_code == 0, first.output
    assert "新增兑换品 16 种" in first.output
    again = load(CATALOGUE, "--village", village.place.code)
    assert again.exit_code == 0
    assert "新增兑换品 0 种，原有 16 种" in again.output
    with app.app_context():
        assert len(gifts.all_gifts(village.id)) == 16


def test_faults_are_named_and_nothing_is_loaded(app, village, load, tmp_path):
    file = tmp_path / "gifts.csv"
    file.write_text("名称,积分\n大米,50\n食用油,很多\n", encoding="utf-8")
    told = load(file, "--village", village.place.code)
    assert told.exit_code == 1
    assert "第 3 行「积分」" in told.output
    with app.app_context():
        assert gifts.all_gifts(village.id) == []


def test_an_unknown_village_or_file_is_refused(village, load, tmp_path):
    assert load(CATALOGUE, "--village", "999999999999").exit_code == 1
    assert load(tmp_path / "none.csv", "--village", village.place.code).exit_code == 2
