"""The reminder desk: open and settled, overdue ones stand out, the committee settles, slips are polite."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.affairs.awards import reminders
from governance.affairs.awards.life import awards
from governance.base import clock
from governance.base.database import db, new_id
from governance.village.staff import Role
from governance.web.desk import reminders as reminder_desk
from tests.factories import (
    make_bonus_rule,
    make_reminder,
    make_reminder_rule,
    make_scorer,
    make_staff,
    make_village,
    sign_in,
)


@pytest.fixture
def homes():
    return 4


@pytest.fixture
def village(village):
    village.minus = make_reminder_rule(village, code="E51")
    make_bonus_rule(village)
    village.scorer = make_scorer(village)
    return village


@pytest.fixture
def reminder(village):
    return make_reminder(village.scorer, village.homes[0], village.minus)


def later(days):
    return clock.set_to(clock.now() + timedelta(days=days))


def url(village, path=""):
    return f"/desk/{village.place.code}/reminders/{path}"


def act(client, village, reminder, what, **said):
    return client.post(
        url(village, f"{reminder.id}/{what}"),
        data={f"{what}-{name}": value for name, value in said.items()},
    )


def states(village):
    db.session.rollback()
    return list(db.session.scalars(db.select(reminders.reminders.c.state)))


def test_open_ones_by_deadline_and_by_grid(village, clerk, reminder):
    soon = make_reminder_rule(village, days=2)
    make_reminder(village.scorer, village.homes[1], soon, note="柴草堆在路边")
    page = clerk.get(url(village)).text
    assert page.index("柴草堆在路边") < page.index("院墙外堆着旧木料")
    assert "还有 2 天" in page
    assert "期限已过" not in page
    grid = clerk.get(url(village, f"?grid={village.grids[0].code}")).text
    assert "柴草" not in grid
    assert "旧木料" in grid
    assert clerk.get(url(village, "?grid=nonsense&page=x&show=y")).status_code == 200


def test_overdue_ones_stand_out(village, clerk, reminder):
    """And there is no slip left to print: their time is over."""
    assert "打印提醒单" in clerk.get(url(village)).text
    with later(8):
        sign_in(clerk, village.clerk)
        page = clerk.get(url(village)).text
    assert "有 1 张提醒单期限已过" in page
    assert "期限已过，待核实" in page
    assert "打印提醒单" not in page


def test_an_empty_desk_says_so(village, clerk):
    assert "没有待整改的提醒" in clerk.get(url(village)).text
    assert "还没有办完的提醒" in clerk.get(url(village, "?show=settled")).text
    assert "没有要打印的提醒单" in clerk.get(url(village, "slips")).text


def test_many_slips_come_in_parts_and_none_is_left_out(village, clerk, monkeypatch):
    monkeypatch.setattr(reminder_desk, "PART", 2)
    for home in village.homes[:3]:
        make_reminder(village.scorer, home, village.minus)
    first, second = (clerk.get(url(village, f"slips?part={part}")).text for part in (1, 2))
    assert "一共 3 张提醒单，分 2 份，这是第 1 份" in first
    assert (first.count('<article class="slip'), second.count('<article class="slip')) == (2, 1)


def test_the_committee_confirms_that_it_was_put_right(village, clerk, reminder):
    done = act(clerk, village, reminder, "correct", note="看过了")
    assert done.status_code == 303
    page = clerk.get(done.location).text
    assert "+2 分等别人审核" in page
    assert "张文书" in page
    assert "已整改" in clerk.get(url(village, "?show=settled")).text
    assert "没有重复" in clerk.get(act(clerk, village, reminder, "correct").location).text
    assert act(clerk, village, reminder, "deduct", note="没改").status_code == 409
    long_ = act(
        clerk,
        village,
        make_reminder(village.scorer, village.homes[1], village.minus),
        "correct",
        note="长" * 201,
    )
    assert long_.status_code == 422


def test_the_deduction_waits_for_the_deadline_and_its_award_names_the_reminder(
    village, clerk, reminder
):
    early = act(clerk, village, reminder, "deduct", note="没改")
    assert early.status_code == 409
    assert "才能扣分" in early.text
    with later(8):
        sign_in(clerk, village.clerk)
        assert act(clerk, village, reminder, "deduct", note=" ").status_code == 422
        assert act(clerk, village, reminder, "deduct", note="仍未清理").status_code == 303
        [award] = db.session.execute(db.select(awards)).all()
        page = clerk.get(f"/desk/{village.place.code}/awards/{award.id}").text
        assert f"〔{reminder.year}〕1 号" in page
        assert str(reminder.id) in page
        assert str(award.id) in clerk.get(url(village, str(reminder.id))).text
    assert (award.points, award.note) == (-5, "仍未清理")


def test_the_committee_withdraws_any_with_a_reason(village, clerk, reminder):
    assert act(clerk, village, reminder, "withdraw", reason="").status_code == 422
    assert act(clerk, village, reminder, "withdraw", reason="认错了户").status_code == 303
    assert "认错了户" in clerk.get(url(village, str(reminder.id))).text
    assert states(village) == ["withdrawn"]


def test_the_supervisor_reads_and_settles_nothing(app, village, reminder):
    reader = sign_in(app.test_client(), make_staff(Role.SUPERVISOR, village.place))
    page = reader.get(url(village, str(reminder.id))).text
    assert "院墙外堆着旧木料" in page
    assert "<textarea" not in page
    assert reader.get(url(village, "slips")).status_code == 200
    for what in ("correct", "deduct", "withdraw"):
        assert act(reader, village, reminder, what).status_code == 403
    assert states(village) == ["open"]


def test_a_slip_says_what_until_when_what_then_and_whom_to_call(village, clerk, reminder):
    page = clerk.get(url(village, f"slips?reminder={reminder.id}")).text
    day = reminder.deadline
    for said in (
        "整改提醒单",
        "1组1号",
        "王秀兰家",
        "院墙外堆着旧木料",
        f"{day.year}年{day.month}月{day.day}日",
        "还加 +2 分",
        "−5",
        "提出异议",
        "李志明",
        "谢谢您",
    ):
        assert said in page, said
    assert page.count('class="slip"') == 1


def test_all_open_slips_are_printed_three_on_a_sheet(village, clerk, reminder):
    for home in village.homes[1:]:
        make_reminder(village.scorer, home, village.minus)
    page = clerk.get(url(village, "slips")).text
    assert (page.count('class="slip"'), page.count('class="print slip-print"')) == (4, 2)
    grid = clerk.get(url(village, f"slips?grid={village.grids[1].code}")).text
    assert grid.count('class="slip"') == 2
    with later(8):  # nobody is handed a date that is past
        sign_in(clerk, village.clerk)
        assert "没有要打印的提醒单" in clerk.get(url(village, "slips")).text


def test_what_is_no_reminder_of_the_village_is_not_found(village, clerk):
    other = make_village()
    theirs = make_reminder(make_scorer(other), other.homes[0], make_reminder_rule(other))
    for path in ("slips?reminder=x", f"slips?reminder={theirs.id}", str(theirs.id), str(new_id())):
        assert clerk.get(url(village, path)).status_code == 404
    for what, said in (
        ("correct", {}),
        ("deduct", {"note": "x"}),
        ("withdraw", {"reason": "x"}),
    ):
        assert act(clerk, village, theirs, what, **said).status_code == 404
