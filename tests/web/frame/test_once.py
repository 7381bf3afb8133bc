"""A form sent twice is one act: its id is read strictly, and the second sending takes the first one's moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.base import clock
from governance.base.errors import BadInput
from governance.ledger.book import KeyConflict
from governance.web.frame.once import as_first_sent, once_of

FIRST = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("typed", [None, "", "x", "0199f0a0"])
def test_what_is_no_id_is_refused_at_its_field(typed):
    with pytest.raises(BadInput) as refused:
        once_of(typed)
    assert refused.value.field == "once"


def test_an_id_is_read():
    assert once_of("0199f0a0-0000-7000-8000-000000000001").version == 7


def test_what_is_new_has_the_moment_of_now_and_what_was_sent_before_the_first_one():
    with clock.set_to(datetime(2026, 11, 2, tzinfo=UTC)):
        assert as_first_sent(lambda at: at, lambda: FIRST) == clock.now()

        def known(at: datetime) -> datetime:
            if at != FIRST:
                raise KeyConflict
            return at

        assert as_first_sent(known, lambda: FIRST) == FIRST


def test_other_content_under_the_same_id_stays_refused():
    def other(_at: datetime) -> None:
        raise KeyConflict

    with pytest.raises(KeyConflict):
        as_first_sent(other, lambda: FIRST)
