"""flask simulate: villages that could be real, the same for the same seed, true to the last hash."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(ctx, *words):
    return ctx.test_cli_runner().invoke(args=["simulate", *words])


def test_the_command_makes_villages_whose_books_are_true(ctx):
    told = run(ctx, "--villages", "2", "--households", "7", "--awards", "5", "--seed", "3")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "已生成 2 个村、14 户、70 条明细。" in told.stdout
    proof = ctx.test_cli_runner().invoke(args=["audit"])
    assert (proof.exit_code, proof.stdout.count("35 条明细、7 个账户，全部相符")) == (0, 2)


@pytest.mark.parametrize("wrong", [("--villages", "0"), ("--households", "0"), ("--awards", "-1")])
def test_impossible_sizes_are_refused(ctx, wrong):
    assert run(ctx, *wrong).exit_code == 2
