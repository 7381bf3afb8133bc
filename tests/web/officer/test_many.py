"""One rule for many households at once, without JavaScript."""

from __future__ import annotations

from sqlalchemy import func, select

from governance.affairs.awards.life import awards
from governance.base.database import db
from tests.factories import make_household, make_rule
from tests.web.pages import fresh


def test_one_rule_for_many_households_at_once(village, officer):
    rule = make_rule(village, behaviour="参加村民会议", cap_count=1, cap_period="month")
    more = [make_household(village, head=f"张{n}") for n in "一二三"]
    away = make_household(village, status="away", head="赵外出")
    address = f"/officer/many/{rule.id}"
    assert address in officer.get("/officer/").text
    text, key = fresh(officer, address)
    assert "张一" in text
    assert "赵外出" not in text
    chosen = [str(one.id) for one in (*more, away, village.homes[1])]
    typed = {"once": key, "household": chosen, "note": "十一月会议"}
    told = officer.post(address, data=typed)
    assert told.status_code == 200
    assert told.text.count("记上了，已入账。") == 3
    assert "3 户记上了，共 5 户" in told.text
    assert "登记为「外出」" in told.text
    assert "不在您的网格里" in told.text
    again = officer.post(address, data=typed | {"household": chosen[::-1]})
    assert again.text.count("没有重复") == 3
    changed = officer.post(address, data=typed | {"note": "别的"})
    assert changed.text.count("这次没有再记") == 3
    assert db.session.scalar(select(func.count()).select_from(awards)) == 3
    other, key = fresh(officer, address)
    full = officer.post(address, data=typed | {"once": key})
    assert full.text.count("已经记满") == 3


def test_nothing_ticked_and_rules_that_ask_for_more_are_refused(village, officer):
    rule = make_rule(village)
    _, key = fresh(officer, f"/officer/many/{rule.id}")
    empty = officer.post(f"/officer/many/{rule.id}", data={"once": key}, follow_redirects=True)
    assert "请先勾选农户" in empty.text
    bad = {"once": key, "household": ["x"]}
    assert officer.post(f"/officer/many/{rule.id}", data=bad).status_code == 422
    photo = make_rule(village, evidence="photo")
    assert officer.get(f"/officer/many/{photo.id}").status_code == 422
