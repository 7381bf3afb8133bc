"""The storekeeper's door (积分超市): find the household, pick gifts, confirm, hand over."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Regexp

from governance.affairs.publicity import closing
from governance.affairs.shop import handover, redemptions
from governance.affairs.shop.counter import bill_of, offers_to
from governance.affairs.shop.gifts import gifts_offered
from governance.affairs.shop.redemptions import Proof
from governance.affairs.shop.shown import find_shown, note_shown
from governance.base import clock
from governance.base.database import new_id
from governance.base.errors import BadInput, Conflict, HemeiError, phrase
from governance.base.text import whole
from governance.ledger import book
from governance.village import cardlock, directory, households
from governance.village.households import Household
from governance.village.staff import Role
from governance.web.frame import access, actlog, words
from governance.web.frame.forms import Form, required
from governance.web.frame.pages import asked_page

door = Blueprint("shop", __name__, url_prefix="/shop")
access.guard(door, Role.STOREKEEPER)
access.village_of_post(door)
actlog.log_acts(door)
FOUND = 30
PAGE = 50
REASONS = (phrase("拿错了"), phrase("东西有问题"), phrase("村民不要了"))  # one tap takes goods back
NO_CARD = (
    phrase("户卡忘在家里，本人来的"),
    phrase("户卡丢了，正在补办"),
    phrase("家里人代领，没带户卡"),
)
CHOSEN = "gift-"  # the fields of the counter: gift-<id>=<pieces>


class CardForm(Form):
    """The number on the card somebody brought."""

    number = StringField(
        _l("户卡号（8 位数字）"),
        [required(), Regexp(r"^[\d\s]{8,11}$", message=_l("户卡号是 8 位数字。"))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@door.get("/")
def home() -> ResponseReturnValue:
    """Find the household; what was handed over today."""
    typed = access.searched()
    rows, total = directory.search(g.village.id, typed, limit=FOUND) if typed else ([], 0)
    return render_template("shop/home.html", q=typed, rows=rows, total=total, **_day_list(limit=5))


@door.get("/household/<uuid:household_id>")
def counter(household_id: uuid.UUID) -> ResponseReturnValue:
    """One household at the counter: its points, and the gifts within its reach."""
    closing.close_due(g.village.id)
    return _counter(_household(household_id), CardForm())


@door.post("/household/<uuid:household_id>/card")
def card(household_id: uuid.UUID) -> ResponseReturnValue:
    """Compare the number on the card with the household."""
    found, form = _household(household_id), CardForm()
    if not form.validate_on_submit():
        return _counter(found, form, status=422)
    try:
        matched = cardlock.match_at_counter(
            g.village, found.id, form.number.data or "", access.visitor().id
        )
    except HemeiError as refusal:
        form.refuse(BadInput(refusal.text, field="number", **refusal.values))
        return _counter(found, form, status=refusal.status)
    note_shown(access.visitor().id, matched, Proof.NUMBER)
    flash(gettext("户卡号对，是%(head)s家的户卡。", head=found.head))
    return redirect(url_for(".counter", household_id=found.id), 303)


@door.route("/household/<uuid:household_id>/confirm", methods=["GET", "POST"])
def confirm(household_id: uuid.UUID) -> ResponseReturnValue:
    """What was chosen, what it costs, what is left: shown before anything moves.

    The counter posts it: a field for each gift of a full shop makes no address.
    """
    found = _household(household_id)
    try:
        return _confirm(found, _chosen(request.values), _key(request.values))
    except BadInput as refusal:
        return _counter(found, CardForm(), fault=refusal, status=refusal.status)
    except Conflict as refusal:
        return _conflict(found, refusal)


@door.post("/household/<uuid:household_id>/hand-over")
def hand_over(household_id: uuid.UUID) -> ResponseReturnValue:
    """Hand over what was confirmed; the same page sent twice is one hand-over."""
    found = _household(household_id)
    try:
        receipt = handover.hand_over(
            g.village.id,
            access.visitor().id,
            _key(request.form),
            found.id,
            _chosen(request.form),
            agreed=request.form.get("cost", type=whole),
            no_card=request.form.get("no_card", ""),
        )
    except handover.CardMissing as refusal:
        return _confirm(found, _chosen(request.form), _key(request.form), refusal)
    except BadInput as refusal:
        return _counter(found, CardForm(), fault=refusal, status=refusal.status)
    except Conflict as refusal:
        return _conflict(found, refusal)
    told = (
        gettext("这一单刚才已经办好了，没有重复扣分。")
        if receipt.again
        else gettext("已办好，请把东西交给村民。")
    )
    flash(told)
    return redirect(url_for(".receipt", redemption_id=receipt.id), 303)


@door.get("/redemption/<uuid:redemption_id>")
def receipt(redemption_id: uuid.UUID) -> ResponseReturnValue:
    """What was handed over, and the way to take it back on the same day."""
    return _receipt(redemptions.get_redemption(g.village.id, redemption_id))


@door.post("/redemption/<uuid:redemption_id>/take-back")
def take_back(redemption_id: uuid.UUID) -> ResponseReturnValue:
    """Take the goods back and return the points."""
    try:
        handover.take_back(
            g.village.id, access.visitor().id, redemption_id, request.form.get("reason", "")
        )
    except BadInput as refusal:
        found = redemptions.get_redemption(g.village.id, redemption_id)
        return _receipt(found, fault=refusal, status=refusal.status)
    flash(gettext("已退回：分数退给这一户，东西请放回货架。"))
    return redirect(url_for(".receipt", redemption_id=redemption_id), 303)


@door.get("/today")
def today() -> ResponseReturnValue:
    """What was handed over today."""
    page = asked_page(PAGE)
    listed = _day_list(limit=PAGE, offset=page.offset)
    return render_template("shop/today.html", **listed, **page.pager(listed["count"], ".today"))


@door.get("/stock")
def stock() -> ResponseReturnValue:
    """What is on the shelf."""
    return render_template("shop/stock.html", gifts=gifts_offered(g.village.id))


@door.get("/me")
def me() -> ResponseReturnValue:
    """The storekeeper: password, sign out."""
    return render_template("shop/me.html")


def _household(household_id: uuid.UUID) -> Household:
    """A household of the village that is in the register. Raises UnknownHousehold."""
    found = households.get_household(g.village.id, household_id)
    if found.closed_on is not None:
        raise households.UnknownHousehold
    return found


def _key(values: Any) -> uuid.UUID:
    """The redemption's id: made by the counter's page, carried through the confirmation."""
    try:
        return uuid.UUID(values.get("key", ""))
    except ValueError:
        return new_id()


def _chosen(values: Any) -> dict[uuid.UUID, int]:
    """The gifts and pieces of the counter's fields. Raises NothingChosen."""
    fields = {
        name.removeprefix(CHOSEN): text.strip()
        for name, text in values.items()
        if name.startswith(CHOSEN)
    }
    try:
        chosen = {uuid.UUID(name): whole(text or "0") for name, text in fields.items()}
    except ValueError:
        raise handover.NothingChosen(most=handover.MOST_PIECES) from None
    return {gift: pieces for gift, pieces in chosen.items() if pieces}


def _counter(
    found: Household, form: CardForm, fault: BadInput | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "shop/counter.html",
        household=found,
        figures=book.find_figures(g.village.id, found.id),
        offers=offers_to(g.village.id, found.id),
        typed=request.values,
        prefix=CHOSEN,
        key=new_id(),
        form=form,
        fault=fault and words.sentence(fault),
        shown=find_shown(g.village.id, found.id, access.visitor().id),
        earlier=redemptions.listed(g.village.id, since=clock.today(), household_id=found.id)[0],
    )
    return page, status


def _confirm(
    found: Household, chosen: dict[uuid.UUID, int], key: uuid.UUID, fault: BadInput | None = None
) -> ResponseReturnValue:
    """What was chosen, and how the household is known. Raises what handing it over would."""
    bill = bill_of(g.village.id, found.id, chosen)
    again: dict[str, Any] = {f"{CHOSEN}{gift.id}": pieces for gift, pieces in bill.rows}
    page = render_template(
        "shop/confirm.html",
        household=found,
        bill=bill,
        key=key,
        back=url_for(".counter", household_id=found.id, **again),
        prefix=CHOSEN,
        shown=find_shown(g.village.id, found.id, access.visitor().id),
        reasons=NO_CARD,
        fault=fault and words.sentence(fault),
    )
    return page, fault.status if fault else 200


def _conflict(found: Household, refusal: Conflict) -> ResponseReturnValue:
    """Somebody was faster, or it is too much: say so, and go back with what was chosen."""
    given = request.values.items()
    chosen: dict[str, Any] = {
        name: text for name, text in given if name.startswith(CHOSEN) and text.strip(" 0")
    }
    back = url_for(".counter", household_id=found.id, **chosen)
    page = render_template(
        "shop/conflict.html", household=found, message=words.sentence(refusal), back=back
    )
    return page, refusal.status


def _receipt(
    found: redemptions.Redemption, fault: BadInput | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "shop/receipt.html",
        redemption=found,
        items=redemptions.items_of(g.village.id, [found.id])[found.id],
        household=households.get_household(g.village.id, found.household_id),
        figures=book.find_figures(g.village.id, found.household_id),
        may_take_back=handover.counter_may_take_back(found),
        reasons=REASONS,
        fault=fault and words.sentence(fault),
    )
    return page, status


def _day_list(limit: int, offset: int = 0) -> dict[str, Any]:
    """Today's hand-overs with what was in them."""
    day = clock.today()
    rows, total = redemptions.listed(g.village.id, since=day, limit=limit, offset=offset)
    return {
        "handed": rows,
        "count": total,
        "items": redemptions.items_of(g.village.id, [row.id for row in rows]),
        "points": redemptions.points_redeemed(g.village.id, day, day + clock.days(1)),
    }
