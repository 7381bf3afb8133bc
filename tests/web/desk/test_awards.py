"""The award desk: check, reject, reverse; one by one or many; never one's own."""

from __future__ import annotations

import re
from datetime import date

import pytest

from governance.affairs.awards import checking, reversal
from governance.affairs.awards.life import Award
from governance.affairs.figures import passbook
from governance.base import clock
from governance.base.database import db
from governance.ledger import audit, book
from governance.village.kin import declare_kin
from governance.village.staff import Role
from tests.factories import make_award, make_rule, make_scorer, make_staff, make_village, sign_in


@pytest.fixture
def village(village):
    village.scorer = make_scorer(village)
    return village


def url(village, path=""):
    return f"/desk/{village.place.code}/awards/{path}"


def file(village, n=0, **wording):
    return make_award(
        village.scorer, village.homes[n], make_rule(village, **({"review": "first"} | wording))
    )


def state(village, award_id):
    db.session.rollback()
    return db.session.get(Award, (village.id, award_id), populate_existing=True).state


def test_waiting_awards_are_listed_and_filtered_by_grid_and_rule(village, clerk):
    file(village, 0, behaviour="邻里帮扶")
    file(village, 1, behaviour="修水渠", code="Z9")
    assert "邻里帮扶" in clerk.get(url(village)).text
    only = clerk.get(url(village, f"?grid={village.grids[1].code}")).text
    assert "修水渠" in only
    assert "邻里帮扶" not in only[only.index("<tbody>") :]
    assert "邻里帮扶" not in clerk.get(url(village, "?rule=Z9")).text.split("<tbody>")[1]
    assert "没有等审核的记分" in clerk.get(url(village, "?rule=none")).text


def test_the_queue_is_filtered_by_check_and_by_age(village, clerk):
    with clock.set_to(clock.now() - clock.days(8)):
        old = file(village, 0, behaviour="邻里帮扶", review="second", since=date(2020, 1, 1))
    file(village, 1, behaviour="修水渠", review="second")
    other = make_staff(Role.COMMITTEE, village.place)
    checking.check(village.id, other.id, [old])
    rows = [
        clerk.get(url(village, f"?{one}")).text.split("<tbody>")[1]
        for one in ("stage=second", "late=1")
    ]
    for row in rows:
        assert "邻里帮扶" in row
        assert "修水渠" not in row
    assert "修水渠" in clerk.get(url(village, "?stage=first")).text.split("<tbody>")[1]


def test_a_check_makes_the_award_wait_for_a_notice_and_counts_once(village, clerk):
    award_id = file(village)
    for _ in range(3):
        assert clerk.post(url(village, "check"), data={"award": str(award_id)}).status_code == 303
    assert state(village, award_id) == "checked"
    assert book.find_figures(village.id, village.homes[0].id) == book.Figures(0, 0)


def test_many_are_decided_at_once_and_a_refused_one_is_named(village, clerk):
    ids = [file(village, 0), file(village, 1)]
    declare_kin(village.clerk.id, village.homes[1], "relative")
    page = clerk.post(
        url(village, "check"), data={"award": [str(one) for one in ids]}, follow_redirects=True
    )
    assert "已通过 1 条" in page.text
    assert "亲属家" in page.text
    assert [state(village, one) for one in ids] == ["checked", "filed"]


def test_two_checks_take_two_people_besides_the_filer(app, village, clerk):
    award_id = file(village, review="second")
    clerk.post(url(village, "check"), data={"award": str(award_id)})
    assert state(village, award_id) == "filed"
    again = clerk.post(url(village, "check"), data={"award": str(award_id)})
    assert again.status_code == 403
    assert "另一个人" in again.text
    second = sign_in(app.test_client(), make_staff(Role.COMMITTEE, village.place))
    second.post(url(village, "check"), data={"award": str(award_id)})
    assert state(village, award_id) == "checked"


def test_nobody_checks_what_they_filed(village, clerk):
    village.scorer = make_scorer(village, village.clerk)
    award_id = file(village)
    assert "由别人来审" in clerk.get(url(village)).text
    answer = clerk.post(url(village, "check"), data={"award": str(award_id)})
    assert answer.status_code == 403
    assert state(village, award_id) == "filed"


def test_the_browser_asks_for_the_reason_so_that_no_tick_is_lost(village, clerk):
    file(village)
    page = clerk.get(url(village)).text
    assert re.search(r'<input id="reason"[^>]* required>', page)
    assert re.search(r"<button[^>]* formnovalidate>通过所选", page)


def test_what_is_of_ones_own_household_is_not_offered(village, clerk):
    """Who ticks all and approves makes no attempt on their own household that supervision would see."""
    own, other, booked = file(village, 0), file(village, 1), file(village, 0, review="auto")
    declare_kin(village.clerk.id, village.homes[0], "relative")
    page = clerk.get(url(village, "?all=1")).text
    assert f'value="{other}"' in page
    assert f'value="{own}"' not in page
    assert "自己家或者亲属家，请由别人来记、来审" in page
    assert "通过" not in clerk.get(url(village, str(own))).text.split("<main")[1]
    assert "要冲正请由别人来办" in clerk.get(url(village, str(booked))).text


def test_a_rejection_needs_a_reason_and_keeps_the_page(village, clerk):
    award_id = file(village)
    empty = clerk.post(url(village, "reject"), data={"award": str(award_id), "reason": " "})
    assert empty.status_code == 422
    assert "请填写这一栏" in empty.text
    clerk.post(url(village, "reject"), data={"award": str(award_id), "reason": "没有花名册"})
    assert state(village, award_id) == "rejected"
    assert "没有花名册" in clerk.get(url(village, "decided")).text


def test_the_browser_asks_for_the_reason_before_the_ticks_are_lost(village, clerk):
    file(village)
    page = clerk.get(url(village)).text
    assert 'name="reason" maxlength="200" required' in page
    assert '<button class="btn" formnovalidate>通过所选' in page


def test_nothing_ticked_is_said(village, clerk):
    for path in ("check", "reject"):
        answer = clerk.post(url(village, path), data={"reason": "x"}, follow_redirects=True)
        assert "先勾选" in answer.text
        assert "等审核的记分" in answer.text
    assert clerk.post(url(village, "check"), data={"award": "x"}).status_code == 422


def test_a_booked_award_is_reversed_by_two_people_and_both_lines_stay(app, village, clerk):
    award_id = file(village, review="auto")
    reverse = url(village, f"{award_id}/reverse")
    assert clerk.post(reverse, data={"reason": ""}).status_code == 422
    assert clerk.post(reverse, data={"reason": "记错了户"}).status_code == 303
    assert state(village, award_id) == "booked"
    assert "另一位村委会成员确认" in clerk.get(url(village, str(award_id))).text
    assert clerk.post(f"{reverse}/confirm").status_code == 403
    second = sign_in(app.test_client(), make_staff(Role.COMMITTEE, village.place))
    assert "记错了户" in second.get(url(village, str(award_id))).text
    assert second.post(f"{reverse}/confirm").status_code == 303
    assert state(village, award_id) == "reversed"
    lines = passbook.read(village.id, village.homes[0].id)
    assert [line.standing for line in lines] == [-5, 5]
    assert lines[0].note == "记错了户"
    assert audit.audit_book(village.id).fault is None
    assert clerk.post(reverse, data={"reason": "再来"}).status_code == 409


def test_a_wish_to_reverse_can_be_dropped(village, clerk):
    award_id = file(village, review="auto")
    clerk.post(url(village, f"{award_id}/reverse"), data={"reason": "记错了户"})
    assert clerk.post(url(village, f"{award_id}/reverse/drop")).status_code == 303
    assert "提出冲正" in clerk.get(url(village, str(award_id))).text
    assert clerk.post(url(village, f"{award_id}/reverse/drop")).status_code == 409


def test_what_is_decided_cannot_be_decided_otherwise(village, clerk):
    award_id = file(village, review="auto")
    late = clerk.post(url(village, "reject"), data={"award": str(award_id), "reason": "不对"})
    assert late.status_code == 409
    assert "已入账" in late.text


def test_another_villages_award_is_not_found(village, clerk):
    other = make_village("安家村")
    other.scorer = make_scorer(other)
    award_id = file(other)
    assert clerk.get(url(village, str(award_id))).status_code == 404
    assert clerk.post(url(village, "check"), data={"award": str(award_id)}).status_code == 404
    assert clerk.get(f"/desk/{other.place.code}/awards/").status_code == 404


def test_the_supervisor_reads_and_changes_nothing(app, village):
    award_id = file(village)
    eye = sign_in(app.test_client(), make_staff(Role.SUPERVISOR, village.place))
    page = eye.get(url(village))
    assert page.status_code == 200
    assert "通过所选" not in page.text
    assert eye.post(url(village, "check"), data={"award": str(award_id)}).status_code == 403
    assert state(village, award_id) == "filed"


def test_the_overview_counts_what_waits_and_what_was_booked(village, clerk):
    file(village)
    file(village, 1, behaviour="修水渠", category="公益", review="auto")
    page = clerk.get(f"/desk/{village.place.code}/").text
    assert "<b>1</b><small>条等审核" in page
    assert "公益" in page
    assert "<rect" in page
    assert "合 5 元" in page


def test_households_never_scored_this_quarter_are_listed(village, clerk):
    file(village, 0)
    page = clerk.get(f"/desk/{village.place.code}/never-scored").text
    assert village.homes[1].head in page
    assert "2组" in page
    assert "1组" not in page


def test_a_month_of_reversals_alone_is_drawn_too(village, clerk):
    with clock.set_to(clock.now() - clock.days(40)):
        award_id = make_award(
            village.scorer, village.homes[0], make_rule(village, since=date(2020, 1, 1))
        )
    reversal.ask_reversal(village.id, village.clerk.id, award_id, "记错了户")
    second = make_staff(Role.COMMITTEE, village.place)
    reversal.confirm_reversal(village.id, second.id, award_id)
    page = clerk.get(f"/desk/{village.place.code}/")
    assert page.status_code == 200
    assert 'width="-' not in page.text
