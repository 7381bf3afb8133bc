"""The log as it is read: newest first, of one kind or only attempts, with what it was about in words."""

from __future__ import annotations

from governance.affairs.acts import note_act
from governance.affairs.oversight import log
from governance.base import clock
from governance.base.database import new_id
from tests.factories import (
    make_award,
    make_gift,
    make_notice,
    make_objection,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_village,
)
from tests.moments import later


def test_acts_are_read_newest_first_with_who_and_where(village, home, clerk, officer):
    award = make_award(officer, home, make_rule(village, review="first"))
    note_act(village.id, clerk.id, "households.close", home.id)
    with later(1):
        note_act(village.id, clerk.id, "awards.check", subject_id=award)
    rows, total = log.acts_of(village.id)
    assert total == 2
    assert [(row.what, row.who, row.group_no, row.number, row.behaviour) for row in rows] == [
        ("awards.check", clerk.name, 1, 1, "参加义务劳动"),  # the award knows its household
        ("households.close", clerk.name, 1, 1, None),
    ]


def test_they_are_read_by_kind_by_attempts_and_by_pages(village, clerk):
    for n, (what, refused) in enumerate(
        (("awards.check", ""), ("awards.check", "own_household"), ("awardsx.y", ""))
    ):
        with later(n):
            note_act(village.id, clerk.id, what, refused=refused)

    def read(**asked):
        rows, total = log.acts_of(village.id, **asked)
        return [(row.what, row.refused) for row in rows], total

    assert read(kind="awards") == ([("awards.check", "own_household"), ("awards.check", "")], 2)
    assert read(attempts=True) == ([("awards.check", "own_household")], 1)
    assert read(kind="a%") == ([], 0)
    assert read(limit=1, offset=2) == ([("awards.check", "")], 3)
    assert log.acts_of(make_village("白家村").id) == ([], 0)


def test_what_the_calendar_did_has_nobodys_name(village, home):
    note_act(village.id, None, "differing", home.id)
    [row], _ = log.acts_of(village.id)
    assert (row.who, row.group_no) == (None, 1)


def test_what_acts_were_about_is_named_in_words(village, home, clerk, officer):
    rule, gift = make_rule(village), make_gift(village, "肥皂")
    make_award(officer, home, rule)
    things = {
        clerk.id: clerk.name,
        rule.id: rule.behaviour,
        gift.id: "肥皂",
        make_notice(village).id: "2026-1",
        make_objection(village, home).id: "2026-1",
        make_reminder(officer, home, make_reminder_rule(village)).id: "2026-1",
    }
    for subject in (*things, new_id(), None):
        note_act(village.id, clerk.id, "x.y", subject_id=subject)
    rows, _ = log.acts_of(village.id)
    assert log.subjects_of(village.id, rows) == things
    assert log.subjects_of(village.id, []) == {}


def test_a_thing_of_another_village_is_not_named(village, clerk):
    other = make_gift(make_village("白家村"), "大米")
    note_act(village.id, clerk.id, "gifts.edit", subject_id=other.id)
    rows, _ = log.acts_of(village.id)
    assert log.subjects_of(village.id, rows) == {}


def test_attempts_on_ones_own_are_counted_since_a_moment(village, clerk):
    since = clock.now()
    note_act(village.id, clerk.id, "score", refused="own_household")
    note_act(village.id, clerk.id, "check", refused="not_your_check")
    assert log.count_attempts(village.id, since) == 1
    assert log.count_attempts(village.id, since + clock.days(1)) == 0
