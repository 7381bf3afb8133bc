"""What was handed in, at the desk: accepted or dropped, and what still refuses is told."""

from __future__ import annotations

from governance.affairs.field import handed_in
from governance.base.database import new_id
from governance.village.kin import declare_kin
from tests.factories import make_held, make_rule, make_scorer


def url(village, path=""):
    return f"/desk/{village.place.code}/held/{path}"


def test_a_held_item_is_accepted_or_dropped_at_the_desk(village, clerk):
    scorer = make_scorer(village)
    first, second = (make_held(scorer, home, make_rule(village)) for home in village.homes)
    assert "待定事项" in clerk.get(f"/desk/{village.place.code}/awards/").text
    listed = clerk.get(url(village)).text
    assert "这条细则已经记满次数" in listed
    done = clerk.post(url(village, f"{first}/accept"), follow_redirects=True)
    assert "列入下一期公示" in done.text
    assert clerk.post(url(village, f"{second}/drop"), data={"reason": ""}).status_code == 422
    clerk.post(url(village, f"{second}/drop"), data={"reason": "重复"})
    assert handed_in.count_handed_in(village.id) == 0
    assert "看这一条记分" in clerk.get(url(village, str(first))).text
    settled = clerk.post(url(village, f"{second}/accept"), follow_redirects=True)
    assert "已经办过了" in settled.text
    assert clerk.get(url(village, str(new_id()))).status_code == 404


def test_what_still_refuses_is_told_on_the_items_page(village, clerk):
    handed_id = make_held(
        make_scorer(village), village.homes[0], make_rule(village, evidence="photo")
    )
    told = clerk.post(url(village, f"{handed_id}/accept"), follow_redirects=True)
    assert "需要一张照片" in told.text
    declare_kin(village.clerk.id, village.homes[0], "relative")
    assert "请由别人来定" in clerk.get(url(village, str(handed_id))).text
    assert clerk.post(url(village, f"{handed_id}/accept")).status_code == 403
