"""Reminders on the phone and in the passbook: said first, looked at again, put right or not; photos for who checks."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from governance.affairs.awards import reminders
from governance.affairs.awards.life import awards
from governance.affairs.awards.photos import photos
from governance.base import clock
from governance.base.database import db, new_id
from governance.village import codes, kin
from governance.village.rules import rulebook
from governance.village.staff import Role
from tests.factories import (
    make_bonus_rule,
    make_reminder,
    make_reminder_rule,
    make_scorer,
    make_staff,
    sign_in,
)
from tests.web.pages import photo_file


@pytest.fixture
def village(village):
    village.minus = make_reminder_rule(village)
    village.bonus = make_bonus_rule(village)
    return village


@pytest.fixture
def reminder(village, home):
    return make_reminder(make_scorer(village, village.officer), home, village.minus)


@pytest.fixture
def family(app, village, home):
    client = app.test_client()
    client.get(f"/c/{codes.code_in_use(village.id, home.id, 'card').token}")
    return client


def later(days):
    return clock.set_to(clock.now() + timedelta(days=days))


def remind(client, home, rule, once=None, **said):
    said = {"note": "院墙外堆着旧木料"} | said
    return client.post(
        f"/officer/household/{home.id}/remind/{rule.id}",
        data={"once": str(once or new_id()), **said},
        content_type="multipart/form-data",
    )


def act(client, reminder, what, **said):
    return client.post(
        f"/officer/reminders/{reminder.id}/{what}",
        data={f"{what}-{name}": value for name, value in said.items()},
        content_type="multipart/form-data",
    )


def all_of(table):
    db.session.rollback()
    return db.session.execute(db.select(table)).all()


def test_a_rule_that_reminds_leads_to_the_reminder_and_takes_nothing(village, officer, home):
    page = officer.get(f"/officer/household/{home.id}?category=公共参与").text
    assert f"/remind/{village.minus.id}" in page
    assert "先提醒，7 天" in page
    rule = f"/officer/household/{home.id}/rule/{village.minus.id}"
    for answer in (
        officer.get(rule),
        officer.post(rule, data={"note": "乱堆", "once": str(new_id())}),
    ):
        assert answer.status_code == 303
        assert answer.location.endswith(f"/remind/{village.minus.id}")
    tapped = officer.post(
        f"/officer/household/{home.id}/award",
        data={"rule": str(village.minus.id), "once": str(new_id())},
    )
    assert tapped.location == rule
    assert all_of(awards) == []


def test_a_rule_that_does_not_remind_leads_back_to_the_award(village, officer, home):
    answer = officer.get(f"/officer/household/{home.id}/remind/{village.bonus.id}")
    assert answer.location.endswith(f"/rule/{village.bonus.id}")


def test_the_phones_sync_refuses_a_deduction_without_a_reminder(village, officer, home, reminder):
    item = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(home.id),
        "rule": str(village.minus.id),
        "note": "乱堆",
        "seen_at": clock.now().isoformat(),
        "reminder": str(reminder.id),
        "reminder_id": str(reminder.id),
    }
    with later(8):
        item["seen_at"] = clock.now().isoformat()
        [result] = officer.post("/officer/sync", json={"items": [item]}).json["results"]
    assert (result["outcome"], result["error"]["code"]) == ("refused", "evidence_missing")
    assert "要先发提醒" in result["error"]["message"]
    assert all_of(awards) == []


def test_a_reminder_is_filed_with_its_deadline_and_stands_on_the_households_page(
    village, officer, home
):
    asked = officer.get(f"/officer/household/{home.id}/remind/{village.minus.id}").text
    assert "先提醒，不直接扣分" in asked
    assert "还加 +2 分" in asked
    answer = remind(officer, home, village.minus)
    assert answer.status_code == 303
    page = officer.get(answer.location).text
    assert "号已发" in page
    assert "院墙外堆着旧木料" in page
    assert "还有 7 天" in page
    again = officer.get(f"/officer/household/{home.id}/remind/{village.minus.id}")
    [made] = all_of(reminders.reminders)
    assert again.location == f"/officer/reminders/{made.id}"


def test_a_double_tap_is_one_reminder(village, officer, home):
    once = new_id()
    for _ in range(2):
        assert remind(officer, home, village.minus, once).status_code == 303
    assert len(all_of(reminders.reminders)) == 1


def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(village, officer, home):
    empty = remind(officer, home, village.minus, note=" ")
    assert empty.status_code == 422
    assert "请填写这一栏" in empty.text
    bad = remind(officer, home, village.minus, photo=(io.BytesIO(b"no picture"), "x.jpg"))
    assert bad.status_code == 422
    assert "照片打不开" in bad.text
    assert "院墙外堆着旧木料" in bad.text
    assert remind(officer, home, village.minus, once="x").status_code == 422
    assert all_of(reminders.reminders) == []


def test_a_second_reminder_names_the_first(village, officer, home, reminder):
    refused = remind(officer, home, village.minus, note="又堆了")
    assert refused.status_code == 409
    assert f"〔{reminder.year}〕1 号" in refused.text
    assert "又堆了" in refused.text


def test_ones_own_household_is_refused_and_said_before(village, officer, home):
    kin.declare_kin(village.officer.id, home, "own")
    page = officer.get(f"/officer/household/{home.id}/remind/{village.minus.id}").text
    assert "请由别人来记" in page
    assert "<textarea" not in page
    assert remind(officer, home, village.minus).status_code == 403


def test_before_the_deadline_only_putting_right_is_offered(village, officer, home, reminder):
    page = officer.get(f"/officer/reminders/{reminder.id}").text
    assert "已整改" in page
    assert "未整改，记扣分" not in page
    early = act(officer, reminder, "deduct", note="没改")
    assert early.status_code == 409
    told = f"整改期限到 {reminder.deadline.year}年{reminder.deadline.month}月"
    assert (
        told
        in officer.post(
            f"/officer/reminders/{reminder.id}/deduct", data={"deduct-note": "没改"}
        ).text
    )
    assert all_of(awards) == []


def test_put_right_in_time_gives_the_bonus_with_the_photo_after(village, officer, home, reminder):
    done = act(officer, reminder, "correct", photo=photo_file(), note="已清走")
    assert done.status_code == 303
    page = officer.get(done.location).text
    assert "已记为整改好了，+2 分等别人审核" in page
    [award] = all_of(awards)
    assert (award.points, award.note, award.state) == (2, "已清走", "filed")
    [photo] = all_of(photos)
    assert photo.award_id == award.id
    again = act(officer, reminder, "correct", photo=photo_file(), note="已清走")
    assert "没有重复" in officer.get(again.location).text
    assert len(all_of(awards)) == 1
    assert "整改后的照片" in officer.get(f"/officer/reminders/{reminder.id}").text


def test_put_right_late_gives_nothing_and_takes_nothing(village, officer, reminder):
    with later(8):
        sign_in(officer, village.officer)
        page = officer.get(act(officer, reminder, "correct").location).text
    assert "不加分，也不扣分" in page
    assert all_of(awards) == []


def test_without_a_bonus_rule_or_over_its_cap_it_says_so(village, officer, home, reminder):
    rulebook.retire_rule(village.bonus, clock.today())
    page = officer.get(act(officer, reminder, "correct").location).text
    assert "没有整改加分这一条" in page
    make_bonus_rule(village, cap_count=1, cap_period="year", review="auto")
    scorer = make_scorer(village, village.officer)
    second, third = (make_reminder(scorer, home, make_reminder_rule(village)) for _ in range(2))
    assert "+2 分已入账" in officer.get(act(officer, second, "correct").location).text
    page = officer.get(act(officer, third, "correct").location).text
    assert "这次没有加分" in page
    assert "已经记满" in page


def test_after_the_deadline_the_deduction_is_filed_and_says_where_it_comes_from(
    village, officer, home, reminder
):
    with later(8):
        sign_in(officer, village.officer)
        first = officer.get("/officer/").text
        assert "到期的提醒" in first
        assert f"/officer/household/{home.id}" in first
        assert "已整改，还是未整改" in officer.get(f"/officer/household/{home.id}").text
        page = officer.get(f"/officer/reminders/{reminder.id}").text
        assert "未整改，记扣分" in page
        assert re.search(r"<textarea[^>]*deduct-note[^>]*>\s*院墙外堆着旧木料", page)
        assert act(officer, reminder, "deduct", note="").status_code == 422
        done = act(officer, reminder, "deduct", note="还堆在那里")
        assert "已记扣分，等别人审核" in officer.get(done.location).text
        assert "到期的提醒" not in officer.get("/officer/").text
        assert "扣分" in officer.get(f"/officer/reminders/{reminder.id}").text
    [award] = all_of(awards)
    assert (award.points, award.state, award.note) == (-5, "filed", "还堆在那里")


def test_points_of_a_range_are_asked_for(village, officer, home):
    ranged = make_reminder_rule(village, points=None, points_min=-6, points_max=-2)
    made = make_reminder(make_scorer(village, village.officer), home, ranged)
    with later(8):
        sign_in(officer, village.officer)
        wrong = act(officer, made, "deduct", note="没改", points="-9")
        assert wrong.status_code == 422
        assert "应为 -6 到 -2 分" in wrong.text
        assert act(officer, made, "deduct", note="没改", points="-2").status_code == 303


def test_of_a_retired_rule_the_page_says_that_nothing_is_taken(village, officer, reminder):
    rulebook.retire_rule(village.minus, clock.today() + timedelta(days=1))
    with later(8):
        sign_in(officer, village.officer)
        page = officer.get(f"/officer/reminders/{reminder.id}").text
        assert "已经停用，不能再扣分" in page
        assert act(officer, reminder, "deduct", note="没改").status_code == 409


def test_the_filer_withdraws_with_a_reason_a_colleague_does_not(app, village, officer, reminder):
    colleague = sign_in(app.test_client(), make_staff(Role.OFFICER, village.grids[0]))
    assert "撤销提醒" not in colleague.get(f"/officer/reminders/{reminder.id}").text
    assert act(colleague, reminder, "withdraw", reason="认错").status_code == 403
    sign_in(officer, village.officer)
    assert act(officer, reminder, "withdraw", reason="").status_code == 422
    gone = act(officer, reminder, "withdraw", reason="认错了户")
    assert "提醒单已撤销" in officer.get(gone.location).text
    assert "认错了户" in officer.get(f"/officer/reminders/{reminder.id}").text
    assert act(officer, reminder, "correct").status_code == 409


def test_too_long_a_word_or_a_bad_photo_settles_nothing(village, officer, reminder):
    assert act(officer, reminder, "correct", note="长" * 201).status_code == 422
    bad = act(officer, reminder, "correct", photo=(io.BytesIO(b"x"), "x.jpg"))
    assert bad.status_code == 422
    assert "照片打不开" in bad.text
    assert reminders.get_reminder(village.id, reminder.id).state == "open"


def test_the_photo_before_is_seen_by_the_officers_of_the_grid_only(app, village, officer, home):
    remind(officer, home, village.minus, photo=photo_file())
    [photo] = all_of(photos)
    address = f"/officer/photos/{photo.id}"
    [made] = all_of(reminders.reminders)
    assert address in officer.get(f"/officer/reminders/{made.id}").text
    for grid, status in ((village.grids[0], 200), (village.grids[1], 403)):
        colleague = sign_in(app.test_client(), make_staff(Role.OFFICER, grid))
        assert colleague.get(address, buffered=True).status_code == status


def test_another_grids_reminder_is_closed(app, village, reminder):
    other = sign_in(app.test_client(), make_staff(Role.OFFICER, village.grids[1]))
    assert other.get(f"/officer/reminders/{reminder.id}").status_code == 403
    for what, said in (
        ("correct", {}),
        ("deduct", {"note": "x"}),
        ("withdraw", {"reason": "x"}),
    ):
        assert act(other, reminder, what, **said).status_code == 403
    assert other.get(f"/officer/reminders/{new_id()}").status_code == 404


def test_the_household_reads_what_until_when_and_what_it_brings(village, family, reminder):
    page = family.get("/my/").text
    for said in ("请您整理一下", "院墙外堆着旧木料", "还有 7 天", "还加 +2 分", "李志明"):
        assert said in page


def test_a_lapsed_reminder_promises_nothing_more_to_the_household(village, family, reminder):
    with later(8):
        page = family.get("/my/").text
    assert "网格员会来看一看" in page
    assert "还加" not in page


def test_the_household_sees_for_a_month_how_it_ended(village, officer, family, reminder):
    act(officer, reminder, "correct")
    page = family.get("/my/").text
    assert "办完的提醒" in page
    assert "已整改" in page
    assert "请您整理一下" not in page
    with later(31):
        assert "办完的提醒" not in family.get("/my/").text


def test_a_household_sees_only_its_own_reminders(app, village, reminder):
    other = app.test_client()
    other.get(f"/c/{codes.code_in_use(village.id, village.homes[1].id, 'card').token}")
    assert "院墙外" not in other.get("/my/").text
