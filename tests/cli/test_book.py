"""flask audit and flask book due: exit codes a cron job can trust, and repeating that does nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from governance.base import clock
from governance.base.database import db
from governance.ledger import book
from governance.ledger.book import Figures, accounts, heads, lines
from governance.village.scheme import Settings, set_scheme
from governance.village.signing import log
from governance.village.signing.signins import Where
from governance.village.staff import Role
from tests.factories import give_points, make_staff, make_village
from tests.machine import Machine


@pytest.fixture
def village(ctx, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    village = make_village(homes=2)
    give_points(village, village.homes[0], 5)
    return village


def run(ctx, *words):
    return ctx.test_cli_runner().invoke(args=list(words))


def tamper(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)


def test_a_true_book_is_told_with_its_counts(ctx, village):
    told = run(ctx, "audit")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "石家村：1 条明细、2 个账户，全部相符。" in told.stdout
    assert "台账核对无误。" in told.stdout


def test_an_empty_service_has_nothing_wrong(ctx):
    assert run(ctx, "audit").exit_code == 0


def test_a_village_without_households_has_nothing_wrong(ctx, village):
    bare = make_village(name="空村", homes=0)
    told = run(ctx, "audit", "--village", bare.place.code)
    assert (told.exit_code, told.stderr) == (0, "")


def test_the_first_fault_is_named_with_its_village_and_the_exit_is_1(ctx, village):
    tamper(update(lines).values(standing=500))
    told = run(ctx, "audit")
    assert told.exit_code == 1
    assert told.stderr == f"石家村 {village.place.code}: 第 1 条台账明细被改动过。\n"
    assert "无误" not in told.stdout


def test_a_doubtful_date_is_told_and_the_exit_is_1(ctx, village, monkeypatch):
    machine = Machine(monkeypatch)
    assert run(ctx, "book", "due").exit_code == 0
    machine.restart(days=30)
    told = run(ctx, "book", "due")
    assert told.exit_code == 1
    assert "1 个村的入账、删除先停了" in told.stdout
    machine.set_clock(days=-30)
    assert run(ctx, "book", "due").exit_code == 0


@pytest.mark.parametrize("damage", [update(accounts).values(standing=7), delete(heads)])
def test_other_damage_ends_with_1_as_well(ctx, village, damage):
    tamper(damage)
    assert run(ctx, "audit").exit_code == 1


def test_one_village_is_proved_alone(ctx, village):
    other = make_village(name="邓家村")
    give_points(other, other.homes[0], 3)
    tamper(update(lines).where(lines.c.village_id == other.id).values(memo="改"))
    assert run(ctx, "audit", "--village", village.place.code).exit_code == 0
    assert run(ctx, "audit", "--village", other.place.code).exit_code == 1
    assert run(ctx, "audit").exit_code == 1


def test_an_unknown_village_is_refused_with_a_sentence(ctx, village):
    told = run(ctx, "audit", "--village", "999999999999")
    assert (told.exit_code, told.stderr) == (1, "Error: 没有代码为 999999999999 的地方。\n")


def test_the_record_of_sign_ins_is_deleted_after_185_days(ctx, village):
    person = make_staff(Role.OFFICER, village.place)
    with clock.set_to(clock.now() - clock.days(186)):
        log.note(log.What.WRONG, person.id, Where("198.51.100.7"))
    told = run(ctx, "book", "due")
    assert "登录记录满 185 天，删除 1 条。" in told.stdout
    assert log.events_of(person.id, 10) == []


def test_what_is_due_is_done_once(ctx, village):
    set_scheme(village.id, Settings("B", 100))
    first = run(ctx, "book", "due")
    assert first.exit_code == 0
    assert "石家村：给 2 户记入" in first.stdout
    again = run(ctx, "book", "due")
    assert (again.exit_code, again.stdout) == (0, "到期的事都办好了。\n")
    assert book.find_figures(village.id, village.homes[0].id) == Figures(105, 5)
    assert run(ctx, "audit").exit_code == 0
