"""Inspections: the score, what it gives, and that each stands once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from governance.affairs.acts import acts
from governance.affairs.awards import photos
from governance.affairs.awards.items import Scorer
from governance.affairs.awards.life import awards
from governance.affairs.awards.reminders import find_reminders, reminders
from governance.affairs.field import inspecting, inspections
from governance.affairs.field.inspecting import award_id_of, reminder_id_of
from governance.affairs.field.inspections import Wanted
from governance.affairs.figures import passbook
from governance.base import clock
from governance.base.database import db, new_id
from governance.ledger import audit
from governance.village import publicplaces
from governance.village.checklists import lists
from governance.village.checklists.wording import Given, Reminding
from governance.village.kin import declare_kin
from governance.village.rules import rulebook
from governance.village.staff import Role
from tests.factories import (
    make_award,
    make_checklist,
    make_household,
    make_item,
    make_public_place,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_scorer,
    make_seen,
    make_staff,
)
from tests.races import at_once


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def reminders_of(village, reminder_id):
    return find_reminders(village.id, [reminder_id])[reminder_id]


def clean_rule(village, code="E01", **more):
    plain = {"points": 5, "cap_count": 1, "cap_period": "month", "evidence": "inspection"}
    return make_rule(village, code, **(plain | more))


def paying(village, **more):
    """A checklist that gives E01 from 15 points on and E02 from 19."""
    clean_rule(village)
    clean_rule(village, "E02", points=10, review="second")
    return make_checklist(village, outcomes=(Given(15, "E01"), Given(19, "E02")), **more)


def test_the_score_is_full_less_deductions_and_the_best_outcome_is_recorded(village, officer):
    checklist = paying(village)
    told = inspecting.record_one(officer, make_seen(village.homes[0], checklist, "B0"))
    assert (told.outcome, told.state, told.points) == ("recorded", "booked", 5)
    assert (told.standing, told.spendable) == (5, 5)
    [row] = inspections.results(village.id, Wanted())[0]
    assert (row.score, row.findings, row.award_points) == (17, ["B0"], 5)
    line = passbook.read(village.id, village.homes[0].id, limit=1)[0]
    assert (line.memo, line.note) == ("参加义务劳动", "检查得 17 分")
    assert line.source == award_id_of(row.id)


def test_the_best_outcome_waits_for_its_checks_where_the_rule_says_so(village, officer):
    told = inspecting.record_one(officer, make_seen(village.homes[0], paying(village)))
    assert (told.state, told.points, told.standing) == ("filed", 10, 0)


def test_a_result_below_every_mark_is_recorded_without_points(village, officer):
    told = inspecting.record_one(officer, make_seen(village.homes[0], paying(village), "B0", "B1"))
    assert (told.state, told.points, told.standing) == ("recorded", 0, 0)
    assert count(awards) == 0


def test_the_second_inspection_of_a_month_stands_and_gives_nothing(village, officer):
    checklist, home = paying(village), village.homes[0]
    inspecting.record_one(officer, make_seen(home, checklist, "B0"))
    again = inspecting.record_one(officer, make_seen(home, checklist, "B0"))
    assert (again.outcome, again.state, again.points, again.standing) == (
        "recorded",
        "recorded",
        0,
        5,
    )
    better = inspecting.record_one(officer, make_seen(home, checklist))
    assert (better.state, better.points) == ("recorded", 0)
    assert count(inspections.inspections) == 3
    assert count(awards) == 1


def test_caps_count_over_awards_and_inspections_of_one_batch(village, officer):
    checklist, home = paying(village), village.homes[0]
    direct = next(one for one in rulebook.rules_in_force(village.id) if one.code == "E01")
    batch = [make_item(home, direct), make_seen(home, checklist, "B0"), make_item(home, direct)]
    first, second, third = inspecting.record(officer, batch)
    assert (first.outcome, first.points) == ("recorded", 5)
    assert (second.outcome, second.state, second.points) == ("recorded", "recorded", 0)
    assert (third.outcome, third.error.code) == ("refused", "cap_reached")
    assert {one.standing for one in (first, second)} == {5}


def test_an_inspection_first_takes_the_cap_from_the_tap_after_it(village, officer):
    checklist, home = paying(village), village.homes[0]
    direct = next(one for one in rulebook.rules_in_force(village.id) if one.code == "E01")
    first, second = inspecting.record(
        officer, [make_seen(home, checklist, "B0"), make_item(home, direct)]
    )
    assert first.points == 5
    assert second.error.code == "cap_reached"


def test_the_same_again_is_already_there_and_other_content_a_key_conflict(village, officer):
    seen = make_seen(village.homes[0], paying(village), "B0")
    first = inspecting.record_one(officer, seen)
    [again] = inspecting.record(officer, [seen])
    assert (again.outcome, again.state, again.points, again.standing) == ("already", "booked", 5, 5)
    assert first.standing == again.standing
    other = make_seen(village.homes[0], lists.checklists_in_force(village.id)[0], "B1", id=seen.id)
    [conflict] = inspecting.record(officer, [other])
    assert conflict.error.code == "key_conflict"
    [stranger] = inspecting.record(make_scorer(village), [seen])
    assert stranger.error.code == "key_conflict"
    assert count(inspections.inspections) == count(awards) == 1


def test_twice_in_one_batch_is_once(village, officer):
    seen = make_seen(village.homes[0], paying(village), "B0")
    assert [one.outcome for one in inspecting.record(officer, [seen, seen])] == [
        "recorded",
        "already",
    ]


def test_an_award_and_an_inspection_never_share_an_id(village, officer):
    checklist, home = paying(village), village.homes[0]
    item = make_item(home, make_rule(village))
    seen = make_seen(home, checklist)
    inspecting.record(officer, [item, seen])
    [one] = inspecting.record(officer, [make_seen(home, checklist, id=item.id)])
    [other] = inspecting.record(officer, [make_item(home, make_rule(village), id=seen.id)])
    assert (one.error.code, other.error.code) == ("key_conflict", "key_conflict")


def test_two_phones_with_one_id_at_one_moment_make_one_inspection(app, village, officer):
    seen = make_seen(village.homes[0], paying(village), "B0")
    outcomes = at_once(app, *[lambda: inspecting.record_one(officer, seen).outcome] * 4)
    assert sorted(outcomes) == ["already"] * 3 + ["recorded"]


def test_every_refusal_has_its_word(village, officer):
    checklist, home = paying(village), village.homes[0]
    mine = make_household(village)
    declare_kin(officer.staff_id, mine, "own")
    away = make_household(village, status="away")
    retired = make_checklist(village)
    lists.retire_checklist(retired, clock.today())
    public = make_checklist(village, target="public")
    wanted = [
        (make_seen(home, checklist, "X9"), "bad_item", "findings"),
        (make_seen(home, checklist, "A0", consent=False), "bad_item", "consent"),
        (make_seen(home, checklist, sheet_id=new_id()), "bad_item", "sheet"),
        (make_seen(home, public), "bad_item", "sheet"),
        (make_seen(home, retired), "rule_retired", "sheet"),
        (make_seen(home, checklist, place_id=new_id()), "unknown_household", None),
        (make_seen(away, checklist), "not_resident", "household"),
        (make_seen(mine, checklist), "own_household", "household"),
        (
            make_seen(home, checklist, seen_at=clock.now() + timedelta(days=2)),
            "seen_in_future",
            "seen_at",
        ),
    ]
    told = inspecting.record(officer, [seen for seen, _, _ in wanted])
    for one, (_, code, field) in zip(told, wanted, strict=True):
        assert (one.outcome, one.error.code) == ("refused", code)
        assert field is None or one.error.field == field
    assert count(inspections.inspections) == count(awards) == 0
    assert db.session.scalars(select(acts.c.refused)).all() == ["own_household"]


def test_a_household_of_another_grid_is_refused(village):
    person = make_staff(Role.OFFICER, village.grids[0])
    officer = Scorer(person.id, village.id, frozenset({village.grids[0].id}))
    checklist = make_checklist(village)
    [told] = inspecting.record(officer, [make_seen(village.homes[1], checklist)])
    assert told.error.code == "not_your_place"
    place = make_public_place(village, grid=1)
    both = make_checklist(village, target="both")
    assert inspecting.record(officer, [make_seen(place, both)])[0].error.code == "not_your_place"


def test_without_consent_the_room_counts_full(village, officer):
    seen = make_seen(village.homes[0], make_checklist(village), "B1", consent=False)
    inspecting.record_one(officer, seen)
    assert inspections.get_result(village.id, seen.id).score == 15


def test_a_public_place_is_recorded_and_gives_nothing(village, officer):
    checklist = paying(village, target="both")
    place = make_public_place(village)
    told = inspecting.record_one(officer, make_seen(place, checklist))
    assert (told.state, told.points, told.standing, told.spendable) == ("recorded", 0, None, None)
    earlier = clock.now() - timedelta(minutes=1)
    [again] = inspecting.record(officer, [make_seen(place, checklist, id=told.id, seen_at=earlier)])
    assert again.error.code == "key_conflict"
    row = inspections.get_result(village.id, told.id)
    assert (row.place, row.head, row.score) == (place.name, None, 20)
    publicplaces.close_public_place(place)
    assert (
        inspecting.record(officer, [make_seen(place, checklist)])[0].error.code
        == "unknown_household"
    )


def test_a_result_below_the_mark_reminds_once(village, officer):
    rule = make_reminder_rule(village, code="E51")
    checklist = make_checklist(village, remind=Reminding("E51", 15))
    home = village.homes[0]
    seen = make_seen(home, checklist, "B1", "A0")
    inspecting.record_one(officer, seen)
    [row] = db.session.execute(select(reminders)).all()
    assert (row.rule_id, row.note, row.household_id) == (rule.id, "地面垃圾、污水横流", home.id)
    assert inspections.find_known(village.id, [seen.id])[seen.id].id == seen.id
    assert inspecting.record(officer, [seen])[0].outcome == "already"
    again = make_seen(home, checklist, "B1", "A0")
    assert inspecting.record_one(officer, again).outcome == "recorded"
    assert count(reminders) == 1
    assert {one.reminder_id for one in inspections.results(village.id, Wanted())[0]} == {row.id}
    inspecting.record_one(officer, make_seen(village.homes[1], checklist, "B1"))
    assert count(reminders) == 1  # 15 is not below 15


def test_an_open_reminder_of_the_rule_is_the_inspections_too(village, officer):
    rule = make_reminder_rule(village, code="E51")
    first = make_reminder(officer, village.homes[0], rule)
    checklist = make_checklist(village, remind=Reminding("E51"))
    seen = make_seen(village.homes[0], checklist, "B0")
    inspecting.record_one(officer, seen)
    assert inspections.get_result(village.id, seen.id).reminder_id == first.id
    clean = make_seen(village.homes[0], checklist)
    inspecting.record_one(officer, clean)
    assert inspections.get_result(village.id, clean.id).reminder_id is None


def test_an_inspection_whose_reminder_has_the_id_of_another_is_refused_alone(village, officer):
    """It was recorded and reminded of nothing: every refusal of the reminder was taken for `lives away`."""
    rule = make_reminder_rule(village, code="E51")
    checklist = make_checklist(village, remind=Reminding("E51"))
    bad, good = (make_seen(home, checklist, "B0") for home in village.homes[:2])
    make_reminder(officer, village.homes[1], make_reminder_rule(village), id=reminder_id_of(bad.id))
    told = inspecting.record(officer, [bad, good])
    assert [one.outcome for one in told] == ["refused", "recorded"]
    assert told[0].error.code == "key_conflict"
    [row] = inspections.results(village.id, Wanted())[0]
    reminded = reminders_of(village, row.reminder_id)
    assert (row.id, reminded.household_id, reminded.rule_id) == (
        good.id,
        village.homes[1].id,
        rule.id,
    )


def test_an_inspection_whose_award_has_the_id_of_another_is_refused(village, officer):
    """It was recorded without its points: every refusal of the award was taken for a reached cap."""
    seen = make_seen(village.homes[0], paying(village), "B0")
    make_award(officer, village.homes[1], make_rule(village), id=award_id_of(seen.id))
    [told] = inspecting.record(officer, [seen])
    assert (told.outcome, told.error.code) == ("refused", "key_conflict")
    assert count(inspections.inspections) == 0


@pytest.mark.parametrize("asked", [{"evidence": "photo"}, {"points_max": 9}])
def test_a_rule_that_now_asks_for_more_gives_nothing_and_the_inspection_stands(
    village, officer, asked
):
    checklist = make_checklist(village, outcomes=(Given(15, clean_rule(village).code),))
    [rule] = rulebook.rules_in_force(village.id)
    newer = replace(rulebook.wording_of(rule), since=clock.today(), **asked)
    rulebook.revise_rule(rule, newer, None)
    told = inspecting.record_one(officer, make_seen(village.homes[0], checklist))
    assert (told.outcome, told.state, told.points) == ("recorded", "recorded", 0)


def test_an_outcome_whose_rule_ended_gives_the_next_best(village, officer):
    checklist = paying(village)
    best = next(one for one in rulebook.rules_in_force(village.id) if one.code == "E02")
    rulebook.retire_rule(best, clock.today())
    assert inspecting.record_one(officer, make_seen(village.homes[0], checklist)).points == 5


def test_photos_hang_on_their_inspection(village, officer):
    photo = new_id()
    seen = make_seen(village.homes[0], make_checklist(village), photos=(photo,))
    inspecting.record_one(officer, seen)
    assert [one.id for one in photos.photos_of(village.id, seen.id)] == [photo]


def test_a_mixed_batch_of_five_hundred_is_one_transaction_and_the_book_is_proved(village, officer):
    checklist, rule = paying(village), make_rule(village)
    homes = [make_household(village) for _ in range(20)]
    batch = [
        make_seen(homes[n % 20], checklist, "B0") if n % 5 == 0 else make_item(homes[n % 20], rule)
        for n in range(500)
    ]
    told = inspecting.record(officer, batch)
    assert {one.outcome for one in told} == {"recorded"}
    assert count(inspections.inspections) == 100
    assert count(awards) == 400 + 4  # the four households inspected get E01 once a month
    proof = audit.audit_book(village.id)
    assert (proof.fault, proof.lines) == (None, 404)
