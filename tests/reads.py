"""What tests look at: as the database has it now, not as it was read before."""

from __future__ import annotations

import uuid

from governance.affairs.awards import life
from governance.base.database import db
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village.households import Household
from tests.factories import Village


def figures_of(village: Village, home: Household) -> Figures:
    """What a household has."""
    return book.find_figures(village.id, home.id)


def state_of(village: Village, award_id: uuid.UUID) -> str:
    """Where an award stands."""
    db.session.rollback()
    db.session.expire_all()
    return life.get_award(village.id, award_id).state
