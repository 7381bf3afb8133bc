"""How the commands talk: in the shell's language, and a refusal in one sentence."""

from __future__ import annotations

import click
import pytest

from governance.cli.speak import language, refusals, say
from governance.village.households import UnknownHousehold


@pytest.fixture
def shell(monkeypatch):
    def set_to(**settings):
        for name in ("LC_ALL", "LANG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return set_to


@pytest.mark.parametrize(
    ("settings", "spoken"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LANG": "en_GB.UTF-8"}, "en"),
    ],
)
def test_the_shell_says_in_which_language(shell, settings, spoken):
    shell(**settings)
    assert language() == spoken


def test_a_sentence_is_said_in_it(ctx, shell, capsys):
    for settings in ({}, {"LANG": "en_GB.UTF-8"}):
        shell(**settings)
        say("已导出 %(count)s 条明细。", count=7)
    chinese, english = capsys.readouterr().out.splitlines()
    assert chinese == "已导出 7 条明细。"
    assert "7" in english
    assert english.isascii()


def test_a_refusal_is_one_sentence_and_a_fault_stays_a_fault(ctx, shell):
    shell()
    with pytest.raises(click.ClickException) as told, refusals():
        raise UnknownHousehold
    assert str(told.value) == str(UnknownHousehold.message)
    with pytest.raises(LookupError), refusals():
        raise LookupError
