"""An item that is refused: alone and in a batch, and nothing is left of it."""

from __future__ import annotations

from typing import TypeVar

import pytest

from governance.affairs.awards import life
from governance.affairs.awards.items import Item, Scorer
from governance.affairs.awards.recording import record, record_one
from governance.base.errors import HemeiError

Refusal = TypeVar("Refusal", bound=HemeiError)


def refused(scorer: Scorer, item: Item, refusal: type[Refusal]) -> Refusal:
    """The item is refused so; the refusal."""
    with pytest.raises(refusal) as alone:
        record_one(scorer, item)
    [outcome] = record(scorer, [item])
    assert (outcome.outcome, type(outcome.error)) == ("refused", refusal)
    assert outcome.standing is None
    assert life.find_awards(scorer.village_id, [item.id]) == {}
    return alone.value
