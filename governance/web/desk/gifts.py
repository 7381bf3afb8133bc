"""The gift desk (兑换品): the list with prices and limits, deliveries, counts, and why the stock is what it is."""

from __future__ import annotations

import uuid
from decimal import Decimal

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DecimalField, HiddenField, StringField
from wtforms.validators import NumberRange, Optional

from governance.affairs.shop import giftfile, gifts
from governance.affairs.shop.giftfile import FaultyRows
from governance.affairs.shop.gifts import MOST_CENTS, MOST_PIECES, MOST_POINTS, Gift, Terms
from governance.base.database import new_id
from governance.base.errors import BadInput, Conflict
from governance.web.desk import make_desk
from governance.web.frame import access, words
from governance.web.frame.forms import Form, WholeField, at_most, between, chosen, required, strip
from governance.web.frame.pages import asked_page

door = make_desk("gifts", __name__, "/gifts", readable=("home", "gift"))
PAGE = 30


class YuanField(DecimalField):  # type: ignore[misc]
    """An amount of money."""

    data: Decimal | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Refuse what is a number to Python alone: NaN and its kin break the comparison after this."""
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(gettext("应为金额，最多两位小数。"))


class GiftForm(Form):
    """What the committee decides about a gift."""

    name = StringField(_l("名称"), [required(), at_most(40)], filters=[strip])
    points = WholeField(_l("每件多少分"), [chosen(), between(1, MOST_POINTS)])
    worth = YuanField(
        _l("每件价值（元）"),
        [Optional(), NumberRange(0, MOST_CENTS // 100, _l("应为 %(min)s 到 %(max)s。"))],
        render_kw={"inputmode": "decimal"},
    )
    month_limit = WholeField(
        _l("每户每月最多几件（不限就留空）"),
        [Optional(), between(1, gifts.MOST_A_MONTH)],
    )
    offered = BooleanField(_l("上架，可以兑换"), default=True)

    def terms(self) -> Terms:
        """The form as the affair takes it."""
        cents = int((self.worth.data or Decimal(0)).quantize(Decimal("0.01")) * 100)
        return Terms(
            self.name.data or "",
            self.points.data or 0,
            cents,
            self.month_limit.data,
            bool(self.offered.data),
        )


class NewGiftForm(GiftForm):
    """A new gift comes with what is on the shelf."""

    stock = WholeField(_l("现有几件"), [Optional(), between(0, MOST_PIECES)], default=0)


class DeliveryForm(Form):
    """Goods that were delivered; `move` makes a form sent twice one delivery."""

    move = HiddenField()
    pieces = WholeField(_l("进了几件"), [chosen(), between(1, MOST_PIECES)])
    note = StringField(_l("说明（例如供货单号）"), [at_most(gifts.LONGEST_NOTE)], filters=[strip])


class CountForm(Form):
    """What was counted on the shelf."""

    counted = WholeField(_l("货架上实有几件"), [chosen(), between(0, MOST_PIECES)])
    why = StringField(_l("说明（例如破损、过期）"), [at_most(gifts.LONGEST_NOTE)], filters=[strip])


class FileForm(Form):
    """A list of gifts."""

    file = FileField(
        _l("Excel 或 CSV 文件"),
        [FileRequired(_l("请选择文件。"))],
        render_kw={"accept": ".xlsx,.xls,.csv"},
    )


@door.get("/")
def home() -> ResponseReturnValue:
    """All gifts, those on offer first."""
    rows = gifts.all_gifts(g.village.id)
    worth = sum(gift.stock * gift.worth_cents for gift in rows)
    return render_template("desk/gifts.html", gifts=rows, worth=worth)


@door.route("/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Put a gift on offer."""
    form = NewGiftForm()
    if form.validate_on_submit():
        with form.refusing(Conflict):
            added = gifts.add_gift(
                g.village.id, form.terms(), stock=form.stock.data or 0, by=access.visitor().id
            )
            flash(gettext("已添加「%(name)s」。", name=added.name))
            return redirect(url_for(".home"), 303)
    return render_template("desk/gifts_form.html", form=form, gift=None), form.http_status


@door.route("/<uuid:gift_id>/edit", methods=["GET", "POST"])
def edit(gift_id: uuid.UUID) -> ResponseReturnValue:
    """Change a gift's terms; what was handed over keeps its price."""
    gift = gifts.get_gift(g.village.id, gift_id)
    form = GiftForm(obj=gift)
    if form.validate_on_submit():
        with form.refusing(Conflict):
            gifts.edit_gift(g.village.id, gift.id, form.terms())
            flash(gettext("已保存。已经领走的仍按原来的分值。"))
            return redirect(url_for(".gift", gift_id=gift.id), 303)
    elif request.method == "GET":
        form.worth.data = Decimal(gift.worth_cents) / 100
    return render_template("desk/gifts_form.html", form=form, gift=gift), form.http_status


@door.get("/<uuid:gift_id>")
def gift(gift_id: uuid.UUID) -> ResponseReturnValue:
    """One gift: its terms, its stock, and every move of it."""
    return _show(gifts.get_gift(g.village.id, gift_id), DeliveryForm(None), CountForm(None))


@door.post("/<uuid:gift_id>/deliver")
def deliver(gift_id: uuid.UUID) -> ResponseReturnValue:
    """Put delivered pieces on the shelf."""
    found, form = gifts.get_gift(g.village.id, gift_id), DeliveryForm()
    if form.validate():
        with form.refusing(Conflict):
            gifts.deliver_stock(
                g.village.id,
                gift_id,
                form.pieces.data or 0,
                by=access.visitor().id,
                note=form.note.data or "",
                move_id=_move_id(form),
            )
            flash(gettext("已登记进货 %(pieces)s 件。", pieces=form.pieces.data))
            return redirect(url_for(".gift", gift_id=gift_id), 303)
    return _show(found, form, CountForm(None))


@door.post("/<uuid:gift_id>/count")
def count(gift_id: uuid.UUID) -> ResponseReturnValue:
    """Set the stock to what was counted."""
    found, form = gifts.get_gift(g.village.id, gift_id), CountForm()
    if form.validate():
        with form.refusing():
            difference = gifts.count_stock(
                g.village.id,
                gift_id,
                form.counted.data or 0,
                by=access.visitor().id,
                note=form.why.data or "",
            )
            _tell_count(difference)
            return redirect(url_for(".gift", gift_id=gift_id), 303)
    return _show(found, DeliveryForm(None), form)


@door.route("/load", methods=["GET", "POST"])
def load() -> ResponseReturnValue:
    """Load a list of gifts from a file; those of a known name stay as they are."""
    form, faults = FileForm(), []
    if form.validate_on_submit():
        try:
            loaded = giftfile.load_gifts(g.village.id, form.file.data.read(), access.visitor().id)
        except FaultyRows as refusal:
            form.refuse(refusal)
            faults = [
                (one.row, gettext(one.column), words.sentence(one.why)) for one in refusal.faults
            ]
        except BadInput as refusal:
            form.refuse(refusal)
        else:
            flash(
                gettext(
                    "新增兑换品 %(added)s 种，原有 %(left)s 种没有改动。",
                    added=loaded.added,
                    left=loaded.left,
                )
            )
            return redirect(url_for(".home"), 303)
    return render_template("desk/gifts_load.html", form=form, faults=faults), form.http_status


def _show(found: Gift, delivery: DeliveryForm, counting: CountForm) -> ResponseReturnValue:
    page = asked_page(PAGE)
    rows, total = gifts.moves_of(g.village.id, found.id, limit=PAGE, offset=page.offset)
    delivery.move.data = delivery.move.data or str(new_id())
    shown = render_template(
        "desk/gifts_one.html",
        gift=found,
        rows=rows,
        delivery=delivery,
        counting=counting,
        **page.pager(total, ".gift", gift_id=found.id),
    )
    return shown, max(delivery.http_status, counting.http_status)


def _move_id(form: DeliveryForm) -> uuid.UUID:
    try:
        return uuid.UUID(form.move.data or "")
    except ValueError:
        return new_id()


def _tell_count(difference: int) -> None:
    if difference == 0:
        flash(gettext("盘点相符，没有改动。"))
    elif difference > 0:
        flash(gettext("盘点多出 %(pieces)s 件，已记入库存变动。", pieces=difference))
    else:
        flash(gettext("盘点少了 %(pieces)s 件，已记入库存变动。", pieces=-difference))
