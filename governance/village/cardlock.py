"""Opening a household's page with its card's number: eight digits, locked after five wrong ones."""

from __future__ import annotations

import hmac
import re
import uuid
from datetime import timedelta

from governance.base import clock
from governance.base.database import atomic, db
from governance.base.errors import NotAllowed, TooMany, phrase
from governance.village.codes import Code, code_in_use
from governance.village.places import Place, Village

TRIES = 5
LOCK = timedelta(minutes=15)


class WrongNumber(NotAllowed):
    """The number is not this household's card."""

    code = "wrong_number"
    message = phrase("户卡号不对，请看户卡正面的 8 位数字。")


class CardLocked(TooMany):
    """Too many wrong numbers for one household."""

    code = "card_locked"
    message = phrase("户卡号输错次数太多，请 15 分钟后再试，或者直接扫户卡上的码。")


def open_with_number(village: Place | Village, household_id: uuid.UUID, number: str) -> Code:
    """The household's card, when the number is right. Raises WrongNumber, CardLocked."""
    number = re.sub(r"\s", "", number)
    with atomic():
        card = code_in_use(village.id, household_id, "card")
        if card is None:
            raise WrongNumber
        card = db.session.get_one(
            Code, (village.id, card.token), with_for_update=True, populate_existing=True
        )
        if card.locked_until and card.locked_until > clock.now():
            raise CardLocked
        if hmac.compare_digest(number.encode(), (card.number or "").encode()):
            card.wrong_tries, card.locked_until = 0, None
            return card
        card.wrong_tries += 1
        if card.wrong_tries >= TRIES:
            card.wrong_tries, card.locked_until = 0, clock.now() + LOCK
    raise WrongNumber
