"""The last word: supervision decides on appeals and on nothing else, and the committee has none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.affairs.publicity import answering
from governance.affairs.publicity.answering import Answer
from governance.base import clock
from tests.factories import make_objection, make_rule, make_scorer
from tests.moments import MONDAY
from tests.web.desk.disputes import answer, appealed, final, state, url


@pytest.fixture
def clock_at():
    return MONDAY


@pytest.fixture
def homes():
    return 3


@pytest.fixture
def village(village):
    village.scorer = make_scorer(village)
    return village


def test_supervision_reads_the_desk_and_decides_only_on_appeals(village, home, supervisor):
    waiting, brought = make_objection(village, home), appealed(village, village.homes[1])
    assert "代农户提异议" not in supervisor.get(url(village, "")).text
    page = supervisor.get(url(village, waiting.id)).text
    assert '<form method="post" action="/desk' not in page
    assert supervisor.post(url(village, waiting.id, "decide"), data=answer()).status_code == 403
    assert supervisor.post(final(village, waiting), data=answer()).status_code == 409
    page = supervisor.get(url(village, brought.id)).text
    assert final(village, brought) in page
    assert "签到表上有我" in page
    assert supervisor.post(final(village, brought), data=answer(reasons="")).status_code == 422
    sent = supervisor.post(final(village, brought), data=answer("upheld", "签到表上确实有"))
    assert sent.status_code == 303
    assert "签到表上确实有" in supervisor.get(sent.location).text
    assert state(village, brought) == "upheld"
    assert state(village, waiting) == "open"


def test_a_supervisors_remedy_that_is_refused_shows_the_supervisors_page(village, home, supervisor):
    made, rule = appealed(village, home), make_rule(village, points_max=8)
    sent = supervisor.post(final(village, made), data=answer("upheld", rule=rule.id, points=99))
    assert sent.status_code == 422
    assert "应为 5 到 8 分" in sent.text
    assert "监督委员" in sent.text
    assert final(village, made) in sent.text


def test_the_committee_has_no_last_word(village, home, clerk):
    made = appealed(village, home)
    assert "/decide" not in clerk.get(url(village, made.id)).text
    assert clerk.post(final(village, made), data=answer()).status_code == 403
    assert clerk.post(url(village, made.id, "decide"), data=answer()).status_code == 409
    assert state(village, made) == "appealed"


def test_the_committee_brings_it_before_supervision_for_who_came(village, home, clerk, supervisor):
    made = make_objection(village, home)
    assert clerk.post(url(village, made.id, "appeal")).status_code == 409
    answering.decide(village.id, village.clerk.id, made.id, Answer(False, "查过了"))
    assert "代农户请监督委员会复核" in clerk.get(url(village, made.id)).text
    assert "代农户请监督委员会复核" not in supervisor.get(url(village, made.id)).text
    assert supervisor.post(url(village, made.id, "appeal")).status_code == 403
    assert clerk.post(url(village, made.id, "appeal")).status_code == 303
    assert state(village, made) == "appealed"
    with clock.set_to(datetime(2026, 4, 2, 2, tzinfo=UTC)):
        assert "代农户请监督委员会复核" not in clerk.get(url(village, made.id)).text
