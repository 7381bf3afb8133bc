"""flask erase: what must not be kept goes by law, and the house is proved as before."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from governance.affairs.acts import acts, note_act
from governance.base import clock
from governance.base.database import db
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_notice,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)


@pytest.fixture
def village(ctx, monkeypatch):
    """A notice of 200 days ago sealed an act and an objection."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with clock.set_to(clock.now() - clock.days(200)):
        village = make_village(homes=1)
        village.clerk = make_staff(Role.COMMITTEE, village.place, "clerk")
        make_award(make_scorer(village), village.homes[0], make_rule(village))
        note_act(village.id, village.clerk.id, "awards.check")
        village.objection = make_objection(village, village.homes[0])
        make_notice(village)
    return village


def run(ctx, *words):
    told = ctx.test_cli_runner().invoke(args=list(words))
    return told.exit_code, told.output


def test_the_old_log_goes_and_the_audit_says_so(ctx, village):
    day = (clock.today() - clock.days(190)).isoformat()
    asked = ("erase", "log", "--village", village.place.code, "--by", "clerk", "--before")
    assert run(ctx, *asked, day) == (0, "石家村：依法删除操作记录 1 条。\n")
    assert db.session.scalars(select(acts.c.what)).all() == ["log_forgotten"]
    code, told = run(ctx, "audit")
    assert code == 0
    assert "依法删除 1 项。" in told
    assert run(ctx, *asked, day) == (0, "石家村：依法删除操作记录 0 条。\n")


def test_a_young_log_is_kept(ctx, village):
    asked = ("erase", "log", "--village", village.place.code, "--by", "clerk")
    code, told = run(ctx, *asked, "--before", clock.today().isoformat())
    assert (code, "操作记录至少保存 185 天" in told) == (1, True)
    assert db.session.scalar(select(func.count()).select_from(acts)) == 1


def test_somebodys_words_go_at_their_request(ctx, village):
    made = village.objection
    asked = ("erase", "words", "--village", village.place.code, "--by", "clerk", "--objection")
    code, told = run(ctx, *asked, str(made.year), str(made.number))
    assert (code, told) == (0, f"石家村：{made.year}年第{made.number}号异议的原话已删除。\n")
    assert run(ctx, "audit")[0] == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"--by": "nobody"}, "没有这个人。"), ({"--objection": ("2026", "99")}, "没有找到这件异议。")],
)
def test_what_is_not_there_is_refused(ctx, village, changed, sentence):
    asked = {
        "--village": village.place.code,
        "--by": "clerk",
        "--objection": ("2026", "1"),
    } | changed
    words = [
        word
        for name, value in asked.items()
        for word in (name, *(value if isinstance(value, tuple) else (value,)))
    ]
    code, told = run(ctx, "erase", "words", *words)
    assert (code, sentence in told) == (1, True)
