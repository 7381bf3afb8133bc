"""flask rules load: the shipped files, faults by row and column, warnings that do not stop."""

from __future__ import annotations

import pytest

from governance.village.rules.rulebook import rules_in_force
from governance.village.scheme import find_scheme
from tests.factories import make_village
from tests.village.rules.test_file import RULES, sheet


@pytest.fixture
def village(ctx, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return make_village(homes=0)


def load(ctx, village, file, *more):
    return ctx.test_cli_runner().invoke(
        args=["rules", "load", str(file), "--village", village.place.code, *more]
    )


def test_a_shipped_file_is_loaded_and_loading_again_changes_nothing(ctx, village):
    told = load(ctx, village, RULES / "demo.csv")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "新增 29 条，修订 0 条，0 条没有变" in told.stdout
    assert "新增 0 条，修订 0 条，29 条没有变" in load(ctx, village, RULES / "demo.csv").stdout
    assert len(rules_in_force(village.id)) == 29


def test_a_file_with_a_base_sets_the_scheme_and_says_so(ctx, village):
    told = load(ctx, village, RULES / "base100.csv")
    assert "100" in told.stdout
    assert find_scheme(village.id).base == 100


def test_faults_are_named_and_nothing_is_loaded(ctx, village, tmp_path):
    file = tmp_path / "rules.csv"
    file.write_text(
        "编号,类别,行为,分值\nE01,环境,打扫,5\nE02,环境,浇花,很多\n,,种树,0\n", encoding="gb18030"
    )
    told = load(ctx, village, file)
    assert told.exit_code == 1
    assert "第 3 行「分值」：分值「很多」看不懂" in told.stderr
    assert "第 4 行「类别」" in told.stderr
    assert "2 处不对" in told.stderr
    assert rules_in_force(village.id) == []


def test_an_excel_file_is_loaded_from_a_chosen_day(ctx, village, tmp_path):
    file = tmp_path / "rules.xlsx"
    file.write_bytes(sheet([["类别", "行为", "分值"], ["环境", "打扫", 5]]))
    assert load(ctx, village, file, "--since", "2026-01-05").exit_code == 0
    assert str(rules_in_force(village.id)[0].since) == "2026-01-05"


def test_a_harmful_word_is_warned_of_and_loaded_all_the_same(ctx, village, tmp_path):
    file = tmp_path / "rules.csv"
    file.write_text("编号,类别,行为,分值\nE51,平安,越级上访,-5\n")
    told = load(ctx, village, file)
    assert told.exit_code == 0
    assert "E51「越级」" in told.stderr
    assert "国办函〔2026〕12号" in told.stderr
    assert len(rules_in_force(village.id)) == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x00\x01"])
def test_a_file_that_cannot_be_read_gets_one_sentence(ctx, village, tmp_path, content):
    file = tmp_path / "rules.csv"
    file.write_bytes(content)
    told = load(ctx, village, file)
    assert told.exit_code == 1
    assert told.stderr.startswith("Error: 这个")


def test_an_unknown_village_or_a_grid_is_refused(ctx, village):
    for code in ("999999999999", village.grids[0].code):
        told = ctx.test_cli_runner().invoke(
            args=["rules", "load", str(RULES / "demo.csv"), "--village", code]
        )
        assert told.exit_code == 1
        assert code in told.stderr


def test_an_english_shell_is_answered_in_english(ctx, village, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "29" in load(ctx, village, RULES / "demo.csv").stdout
