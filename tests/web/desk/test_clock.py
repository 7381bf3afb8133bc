"""The date in doubt: the overview says so, the page shows it large, one button says that it is right."""

from __future__ import annotations

import pytest

from governance.affairs import trust
from governance.ledger import book
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_scorer, make_staff, make_village, sign_in
from tests.machine import Machine


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.fixture
def village(ctx, machine):
    village = make_village()
    trust.keep_trust(village.id)
    return village


@pytest.fixture
def at(village):
    return f"/desk/{village.place.code}/"


def test_a_date_in_doubt_is_told_looked_at_and_what_waited_is_booked(
    ctx, village, machine, client, at
):
    person = make_staff(Role.COMMITTEE, village.place)
    clerk = sign_in(client, person)
    assert "可能不对" not in clerk.get(at).text
    machine.restart(days=40)
    sign_in(clerk, person)  # forty days, true or not, have ended the sign-in
    make_award(make_scorer(village), village.homes[0], make_rule(village))
    assert "电脑的日期可能不对" in clerk.get(at).text
    page = clerk.get(at + "date").text
    assert "日期是对的，继续办" in page
    assert "电脑停了很久" in page
    assert book.find_figures(village.id, village.homes[0].id).standing == 0
    done = clerk.post(at + "date", follow_redirects=True).text
    assert "积压的 1 条已入账" in done
    assert "可能不对" not in done
    assert book.find_figures(village.id, village.homes[0].id).standing == 5
    assert clerk.post(at + "date").status_code == 409
    assert "日期没有疑问" in clerk.get(at + "date").text


def test_the_supervisor_sees_the_doubt_and_leaves_the_answer_to_the_committee(
    ctx, village, machine, client, at
):
    machine.restart(days=40)
    supervisor = sign_in(client, make_staff(Role.SUPERVISOR, village.place))
    assert "由村委会核对" in supervisor.get(at + "date").text
    assert supervisor.post(at + "date").status_code == 403
