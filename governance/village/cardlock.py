"""Opening a household's page with its card's number: eight digits. Wrong ones count where they come from.

At the door anybody may type, so wrong numbers count by the network they come from: a stranger does
not lock the household out. The counter counts for itself. The card's own code opens always.
"""

from __future__ import annotations

import hmac
import re
import uuid
from datetime import timedelta

from governance.base.errors import NotAllowed, TooMany, phrase
from governance.base.tries import Limit, count_try, forget_tries, free_again
from governance.village.codes import Code, code_in_use
from governance.village.places import Place, Village
from governance.village.signing import GUESSES

LOCK = Limit(5, timedelta(minutes=15))
A_DAY = Limit(
    200, timedelta(days=1)
)  # of one card at the door, from anywhere: no crowd gets through 10**8
AROUND = "card from"


class WrongNumber(NotAllowed):
    """The number is not this household's card."""

    code = "wrong_number"
    message = phrase("户卡号不对，请看户卡正面的 8 位数字。")


class CardLocked(TooMany):
    """Too many wrong numbers."""

    code = "card_locked"
    message = phrase("户卡号输错次数太多，请 15 分钟后再试，或者直接扫户卡上的码。")


def open_at_door(
    village: Place | Village, household_id: uuid.UUID, number: str, address: str
) -> Code:
    """The household's card, when the number is right. Raises WrongNumber, CardLocked."""
    what = f"card {household_id}"
    if free_again(AROUND, address, *GUESSES) or free_again(what, "anywhere", A_DAY):
        raise CardLocked
    try:
        return _match(village, household_id, number, address)
    except WrongNumber:
        count_try(AROUND, address, *GUESSES)
        count_try(what, "anywhere", A_DAY)
        raise


def match_at_counter(
    village: Place | Village, household_id: uuid.UUID, number: str, staff_id: uuid.UUID
) -> Code:
    """The card that somebody brought, when its number is right. Raises WrongNumber, CardLocked."""
    return _match(village, household_id, number, str(staff_id))


def _match(village: Place | Village, household_id: uuid.UUID, number: str, who: str) -> Code:
    what = f"card {household_id}"
    if free_again(what, who, LOCK):
        raise CardLocked
    card = code_in_use(village.id, household_id, "card")
    typed = re.sub(r"\s", "", number)
    if card is None or not hmac.compare_digest(typed.encode(), (card.number or "").encode()):
        count_try(what, who, LOCK)
        raise WrongNumber
    forget_tries(what, who, LOCK)
    return card
