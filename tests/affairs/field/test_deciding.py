"""Handed items: what was refused in the field is kept, and a person decides."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from governance.affairs.acts import acts
from governance.affairs.awards import checking
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards
from governance.affairs.awards.refusals import EvidenceMissing, NotYourPlace, ReasonMissing
from governance.affairs.field import deciding, handed_in, inspections
from governance.affairs.field.handed_in import HandedInState, handed_items
from governance.affairs.field.inspecting import award_id_of
from governance.affairs.publicity import notices, posting
from governance.affairs.recusal import OwnAward, OwnHousehold
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import book
from governance.village import households
from governance.village.checklists import lists
from governance.village.checklists.wording import Given, Reminding
from governance.village.kin import declare_kin
from governance.village.rules import rulebook
from governance.village.rules.rulebook import wording_of
from governance.village.staff import Role
from tests.affairs.field.test_inspecting import clean_rule
from tests.factories import (
    make_award,
    make_checklist,
    make_held,
    make_household,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_staff,
)


def award(village, award_id):
    return db.session.execute(select(awards).where(awards.c.id == award_id)).one()


def raw(home, rule, **more):
    plain = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(home.id),
        "rule": str(rule.id),
        "seen_at": clock.now().isoformat(),
        "why": "cap_reached",
    }
    return plain | more


def seen(place, checklist, **more):
    plain = {
        "id": str(new_id()),
        "kind": "inspection",
        "household": str(place.id),
        "sheet": str(checklist.id),
        "findings": [],
        "consent": True,
        "seen_at": clock.now().isoformat(),
        "why": "not_resident",
    }
    return plain | more


def test_an_item_is_kept_once_as_it_was(village, officer):
    item = raw(village.homes[0], make_rule(village), note="修渠", strange="x")
    assert deciding.hand_in(officer, [item, item]) == ["held", "already"]
    assert deciding.hand_in(officer, [item]) == ["already"]
    [row] = handed_in.listed(village.id, [HandedInState.HELD])[0]
    assert row.item == {key: item[key] for key in item if key not in ("why", "strange")}
    assert (row.why, row.head, handed_in.count_handed_in(village.id)) == (
        "cap_reached",
        "王秀兰",
        1,
    )


def test_what_cannot_be_kept_is_refused_with_its_word(village, officer):
    home, rule = village.homes[0], make_rule(village)
    kept = raw(home, rule)
    deciding.hand_in(officer, [kept])
    wanted = [
        ("x", "bad_item"),
        ({}, "bad_item"),
        (raw(home, rule, kind="x"), "bad_item"),
        (raw(home, rule, why=3), "bad_item"),
        (raw(home, rule, seen_at="2026-11-01"), "bad_item"),
        (raw(home, rule) | {"household": str(new_id())}, "unknown_household"),
        (raw(home, rule) | {"rule": str(new_id())}, "unknown_rule"),
        (seen(home, rule), "bad_item"),
        (kept | {"note": "别的"}, "key_conflict"),
    ]
    told = deciding.hand_in(officer, [one for one, _ in wanted])
    assert [one.code for one in told] == [code for _, code in wanted]
    assert [one.code for one in deciding.hand_in(make_scorer(village), [kept])] == ["key_conflict"]
    assert handed_in.count_handed_in(village.id) == 1


def test_an_accepted_award_counts_over_its_cap_and_waits_for_publicity(village, officer, clerk):
    home = village.homes[0]
    rule = make_rule(village, cap_count=1, cap_period="month")
    make_award(officer, home, rule)
    handed_id = make_held(officer, home, rule)
    outcome = deciding.accept(village.id, clerk.id, handed_id)
    assert (outcome.state, outcome.points) == ("checked", 5)
    row = award(village, handed_id)
    assert (row.first_by, row.filed_by, row.state) == (clerk.id, officer.staff_id, "checked")
    assert book.find_figures(village.id, home.id).standing == 5
    assert deciding.accept(village.id, clerk.id, handed_id).outcome == "already"
    draft = notices.make_notice(village.id, clerk.id, clock.today(), 3)
    posting.post_notice(village.id, clerk.id, draft.id)
    assert award(village, handed_id).state == "published"


def test_a_rule_of_two_checks_still_wants_another(village, officer, clerk):
    rule = make_rule(village, review="second")
    handed_id = make_held(officer, village.homes[0], rule)
    assert deciding.accept(village.id, clerk.id, handed_id).state == "filed"
    [again] = checking.check(village.id, clerk.id, [handed_id])
    assert again.error is not None or again.state == "filed"
    other = make_staff(Role.COMMITTEE, village.place)
    assert checking.check(village.id, other.id, [handed_id])[0].state == "checked"


def test_the_wording_of_the_day_counts_after_a_rule_ended(village, officer, clerk):
    yesterday = clock.now() - timedelta(days=1)
    rule = make_rule(village)
    newer = wording_of(rule)
    newer.points_min = newer.points_max = 9
    newer.since = clock.today()
    later = rulebook.revise_rule(rule, newer, None)
    by_old = make_held(
        officer, village.homes[0], rule, why="rule_retired", seen_at=yesterday.isoformat()
    )
    by_new = make_held(
        officer, village.homes[1], later, why="rule_retired", seen_at=yesterday.isoformat()
    )
    assert deciding.accept(village.id, clerk.id, by_old).points == 5
    assert deciding.accept(village.id, clerk.id, by_new).points == 5
    ended = make_rule(village)
    rulebook.retire_rule(ended, ended.since)
    never = make_held(officer, village.homes[0], ended, why="rule_retired")
    assert deciding.accept(village.id, clerk.id, never).points == 5


def test_a_household_that_went_away_meanwhile_may_count(village, officer, clerk):
    away = make_household(village, status="away")
    handed_id = make_held(officer, away, make_rule(village), why="not_resident")
    assert deciding.accept(village.id, clerk.id, handed_id).state == "checked"


def test_a_bad_inspection_of_a_household_that_went_away_counts_and_reminds_nobody(
    village, officer, clerk
):
    make_reminder_rule(village, code="E51")
    checklist = make_checklist(village, remind=Reminding("E51"))
    item = seen(make_household(village, status="away"), checklist, findings=["B0"])
    assert deciding.hand_in(officer, [item]) == ["held"]
    assert deciding.accept(village.id, clerk.id, uuid.UUID(item["id"])).outcome == "recorded"
    assert inspections.get_result(village.id, uuid.UUID(item["id"])).reminder_id is None


def test_nobody_is_reminded_by_a_rule_that_came_after_the_day(village, officer, clerk):
    make_reminder_rule(village, code="E51", since=clock.today())
    checklist = make_checklist(village, remind=Reminding("E51"), since=clock.today())
    yesterday = (clock.now() - timedelta(days=1)).isoformat()
    item = seen(village.homes[0], checklist, findings=["B0"], seen_at=yesterday, why="rule_retired")
    assert deciding.hand_in(officer, [item]) == ["held"]
    assert deciding.accept(village.id, clerk.id, uuid.UUID(item["id"])).outcome == "recorded"
    assert inspections.get_result(village.id, uuid.UUID(item["id"])).reminder_id is None


def test_everything_else_still_refuses(village, officer, clerk):
    rule = make_rule(village, evidence="photo")
    handed_id = make_held(officer, village.homes[0], rule, why="evidence_missing")
    with pytest.raises(EvidenceMissing):
        deciding.accept(village.id, clerk.id, handed_id)
    assert handed_in.get_handed_in(village.id, handed_id).state == "held"
    closed = make_household(village)
    gone = make_held(officer, closed, make_rule(village))
    households.close_household(closed)
    with pytest.raises(households.UnknownHousehold):
        deciding.accept(village.id, clerk.id, gone)


def test_neither_who_handed_it_in_nor_kin_decide(village, clerk):
    both = make_staff(Role.OFFICER, village.place)
    officer = make_scorer(village, both)
    handed_id = make_held(officer, village.homes[0], make_rule(village))
    for act in (deciding.accept, lambda *them: deciding.drop(*them, "重复")):
        with pytest.raises(OwnAward):
            act(village.id, both.id, handed_id)
    declare_kin(clerk.id, village.homes[0], "relative")
    for act in (deciding.accept, lambda *them: deciding.drop(*them, "重复")):
        with pytest.raises(OwnHousehold):
            act(village.id, clerk.id, handed_id)
    assert db.session.scalars(select(acts.c.what).where(acts.c.refused != "")).all() == ["held"] * 2
    assert db.session.scalar(select(handed_items.c.state)) == "held"


def test_a_dropped_item_says_why_and_is_settled(village, officer, clerk):
    handed_id = make_held(officer, village.homes[0], make_rule(village))
    with pytest.raises(ReasonMissing):
        deciding.drop(village.id, clerk.id, handed_id, " ")
    deciding.drop(village.id, clerk.id, handed_id, "同一件事已经记过")
    deciding.drop(village.id, clerk.id, handed_id, "同一件事已经记过")
    with pytest.raises(deciding.HandedInSettled):
        deciding.accept(village.id, clerk.id, handed_id)
    other = make_staff(Role.COMMITTEE, village.place)
    with pytest.raises(deciding.HandedInSettled):
        deciding.drop(village.id, other.id, handed_id, "晚了")
    [mine] = handed_in.handed_in_by(village.id, officer.staff_id, 5)
    assert (mine.state, mine.reason) == ("dropped", "同一件事已经记过")
    with pytest.raises(handed_in.UnknownHandedIn):
        handed_in.get_listed(village.id, new_id())
    with pytest.raises(handed_in.UnknownHandedIn):
        deciding.drop(village.id, clerk.id, new_id(), "没有")


def test_an_inspection_of_a_household_gone_away_counts_and_its_award_is_checked(
    village, officer, clerk
):
    clean_rule(village)
    checklist = make_checklist(village, outcomes=(Given(15, "E01"),))
    away = make_household(village, status="away")
    item = seen(away, checklist)
    deciding.hand_in(officer, [item])
    outcome = deciding.accept(village.id, clerk.id, handed_in.listed(village.id, ["held"])[0][0].id)
    assert (outcome.state, outcome.points) == ("checked", 5)
    assert inspections.get_result(village.id, outcome.id).award_id == award_id_of(outcome.id)
    again = seen(away, checklist)  # the cap of the inspection's award is not waived
    deciding.hand_in(officer, [again])
    second = deciding.accept(village.id, clerk.id, handed_in.listed(village.id, ["held"])[0][0].id)
    assert (second.state, second.points) == ("recorded", 0)


def test_an_inspection_by_an_ended_sheet_counts_by_the_sheet_of_the_day(village, officer, clerk):
    checklist = make_checklist(village)
    lists.retire_checklist(checklist, clock.today())
    item = seen(village.homes[0], checklist, findings=["B0"], why="rule_retired")
    deciding.hand_in(officer, [item])
    [row] = handed_in.listed(village.id, [HandedInState.HELD])[0]
    outcome = deciding.accept(village.id, clerk.id, row.id)
    assert outcome.state == "recorded"
    assert inspections.get_result(village.id, row.id).score == 17


def test_the_officers_grids_still_count(village, clerk):
    person = make_staff(Role.OFFICER, village.grids[0])
    officer = Scorer(person.id, village.id, frozenset({village.grids[0].id}))
    handed_id = make_held(officer, village.homes[1], make_rule(village), why="not_your_place")
    with pytest.raises(NotYourPlace):
        deciding.accept(village.id, clerk.id, handed_id)
