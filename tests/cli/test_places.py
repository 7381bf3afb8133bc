"""flask place: the tree is added from the top, and listed by code."""

from __future__ import annotations

import pytest


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["place", *words])


def add(run, level, code, name, *more):
    return run("add", "--level", level, "--code", code, "--name", name, *more)


def test_a_county_a_town_a_village_and_a_grid_are_added_and_listed(run):
    for level, code, name in (
        ("county", "620500", "秦州区"),
        ("town", "620500100", "罗峪镇"),
        ("village", "620500100201", "石家村"),
        ("grid", "62050010020101", "一组网格"),
    ):
        answer = add(run, level, code, name)
        assert answer.exit_code == 0, answer.output
        assert f"已添加 {name}（{code}）" in answer.output
    lines = run("list").output.splitlines()
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("level", "code", "more", "sentence"),
    [
        ("county", "62050", (), "代码应为 6 位数字"),
        ("town", "620500100", (), "找不到上级"),
        ("county", "620500", ("--parent", "620501"), "县区没有上级"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(run, level, code, more, sentence):
    answer = add(run, level, code, "某地", *more)
    assert answer.exit_code == 1
    assert sentence in answer.output
    assert run("list").output == ""


def test_a_code_is_added_once(run):
    assert add(run, "county", "620500", "秦州区").exit_code == 0
    again = add(run, "county", "620500", "别处")
    assert again.exit_code == 1
    assert "秦州区" in again.output


def test_an_english_shell_is_answered_without_a_trace(run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    answer = add(run, "county", "x", "y")
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
