"""Who reminds and settles, and by which rules."""

from __future__ import annotations

import pytest

from governance.affairs.awards.items import Scorer
from governance.affairs.awards.reminders import Reminder
from governance.village.rules.rulebook import Rule
from governance.village.staff import Staff
from tests.factories import Village, make_bonus_rule, make_reminder, make_reminder_rule


@pytest.fixture
def minus(village: Village) -> Rule:
    """A rule that takes 5 points, a week after a reminder."""
    return make_reminder_rule(village, code="E51")


@pytest.fixture
def bonus(village: Village) -> Rule:
    """The rule that gives 2 points for putting it right in time."""
    return make_bonus_rule(village)


@pytest.fixture
def reminder(village: Village, officer: Scorer, minus: Rule, bonus: Rule) -> Reminder:
    """A reminder the officer gave to the first household just now."""
    return make_reminder(officer, village.homes[0], minus)


@pytest.fixture
def committee(village: Village, clerk: Staff) -> Scorer:
    """Somebody of the committee, who settles in every grid."""
    return Scorer(clerk.id, village.id, None)
