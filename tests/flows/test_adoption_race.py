"""Eight at once enter the assembly's decision: the draft is adopted once, each rule gets one new version."""

from __future__ import annotations

from collections import Counter

from governance.base import clock
from governance.village.rules import drafts
from governance.village.rules.rulebook import all_rules
from governance.village.staff import Role
from tests.factories import make_draft, make_rule, make_staff, make_village
from tests.races import together
from tests.servers import serve


def test_eight_at_once_adopt_a_draft_and_one_does(app, house):
    with app.app_context():
        village = make_village(homes=0)
        clerk = make_staff(Role.COMMITTEE, village.place)
        make_rule(village, code="A01")
        draft, added = make_draft(village)
        kept = next(one for one in drafts.rules_of_set(village.id, draft.id) if one != added)
        drafts.edit_draft_rule(village.id, draft.id, kept.id, changed(kept))
    today = clock.today().isoformat()
    fields = {
        "kind": "adults",
        "held_on": today,
        "called_on": (clock.today() - clock.days(12)).isoformat(),
        "entitled": 52,
        "since": today,
        "present": 45,
        "votes_for": 43,
        "votes_against": 1,
    }
    with serve(house) as service:
        browser = service.browser(clerk)
        path = f"/desk/{village.place.code}/rulesets/{draft.id}/adopt"
        answers = together(8, lambda _: browser.post(path, fields))
    assert Counter(answer.status for answer in answers) == {303: 1, 409: 7}
    with app.app_context():
        versions = {one.code: one.version for one in all_rules(village.id)}
        assert versions == {"A01": 2, added.code: 1}
        assert drafts.get_set(village.id, draft.id).state == "adopted"


def changed(rule):
    wording = rule.wording()
    wording.points_min = wording.points_max = 8
    return wording
