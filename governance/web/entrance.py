"""The entrance: sign in and out, the door code `/h/...`, the card `/c/...`, the language, large type."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import Regexp

from governance.affairs.shop.redemptions import Proof
from governance.affairs.shop.shown import note_shown
from governance.base.errors import BadInput, HemeiError, NotAllowed, NotThere, phrase
from governance.village import cardlock, codes, places, signing
from governance.village.codes import Code, CodeReplaced
from governance.village.nominations import nominations_for
from governance.village.places import Place
from governance.village.signing import totp
from governance.village.staff import Role, Staff
from governance.web import account
from governance.web.frame import access, device
from governance.web.frame.forms import Form, at_most, required

door = Blueprint("entrance", __name__)
MOST_FILTERS = 6


class SignInForm(Form):
    """The sign-in."""

    username = StringField(
        _l("用户名"),
        [required(), at_most(60)],
        render_kw={"autocomplete": "username", "autocapitalize": "off"},
    )
    password = PasswordField(
        _l("密码"), [required(), at_most(200)], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_l("在这部手机上记住我（30 天）"), default=True)


class CardForm(Form):
    """The number on the household's card."""

    number = StringField(
        _l("户卡号"),
        [required(), Regexp(r"^[\d\s]{8,11}$", message=_l("户卡号是 8 位数字。"))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class CodeForm(Form):
    """The second step."""

    code = StringField(
        _l("验证码"),
        [required(), at_most(40)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


@door.get("/")
def home() -> ResponseReturnValue:
    """Where the visitor's day begins; a stranger sees the ways in."""
    person = access.find_visitor()
    if person:
        return redirect(account.home_of(person))
    if access.find_home():
        return redirect(url_for("villager.home"))
    return render_template("entrance/home.html")


@door.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in, then on to where the visitor was going."""
    if "code" in request.form:
        return _second_step()
    form = SignInForm()
    if form.validate_on_submit():
        try:
            access.refuse_demo_password(form.password.data or "")
            person = signing.sign_in(
                form.username.data or "", form.password.data or "", device.here()
            )
        except HemeiError as refusal:
            return _ask(form, refusal)
        if totp.find_step(person.id):
            access.wait_for_code(person, remember=bool(form.remember.data))
            return _ask(CodeForm(formdata=None))
        return _enter(person, remember=bool(form.remember.data))
    return _ask(form)


def _second_step() -> ResponseReturnValue:
    """The number from the phone, after the password."""
    waiting, form = access.waits_for_code(), CodeForm()
    if waiting is None:
        return _ask(SignInForm(formdata=None), CodeTooLate())
    person, remember = waiting
    if not form.validate():
        return _ask(form)
    try:
        totp.check_number(person.id, form.code.data or "", device.here())
    except HemeiError as refusal:
        return _ask(form, refusal)
    return _enter(person, remember=remember)


class CodeTooLate(NotAllowed):
    """The password was right too long ago."""

    code = "code_too_late"
    message = phrase("时间过得太久了，请重新输入用户名和密码。")


def _ask(form: Form, refusal: HemeiError | None = None) -> ResponseReturnValue:
    """The page of the sign-in, or of its second step."""
    if refusal:
        form.refuse(refusal)
    status = refusal.status if refusal else form.http_status
    back = access.local_path(request.values.get("next"))
    page = "entrance/code.html" if isinstance(form, CodeForm) else "entrance/sign_in.html"
    return render_template(page, form=form, back=back), status


def _enter(person: Staff, *, remember: bool) -> ResponseReturnValue:
    access.enter(person, remember=remember)
    if nominations_for(person.id):
        flash(gettext("有新的任命等您接受，请到「账号与登录」里看。"))
    back = access.local_path(request.values.get("next"))
    return redirect(back or url_for("entrance.home"), 303)


@door.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Sign out on this phone."""
    access.leave()
    return redirect(url_for("entrance.home"), 303)


@door.post("/language")
def choose_language() -> ResponseReturnValue:
    """Chinese or English, by one click."""
    session["language"] = "en" if request.form.get("language") == "en" else "zh"
    return _back()


@door.post("/search")
def search() -> ResponseReturnValue:
    """Search on a page: the words stay in the session, the other fields go into its address."""
    back = access.local_path(request.form.get("back")) or url_for("entrance.home")
    path = back.partition("?")[0]
    words = request.form.get("q", "")[: access.LONGEST_SEARCH].strip()
    access.keep_search(path, words)
    asked = urlencode(dict(_filters()) | ({"s": "1"} if words else {}))
    return redirect(f"{path}?{asked}" if asked else path, 303)


def _filters() -> list[tuple[str, str]]:
    """What a search is narrowed by: a grid, a state. Nothing long is any of these."""
    given = [
        (name, value)
        for name, value in request.form.items()
        if value and name not in ("csrf_token", "q", "back")
    ]
    return [pair for pair in given if len("".join(pair)) <= access.LONGEST_SEARCH][:MOST_FILTERS]


@door.post("/type")
def choose_type() -> ResponseReturnValue:
    """Large type, or the usual."""
    session["large"] = request.form.get("large") == "1"
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(access.local_path(request.referrer) or url_for("entrance.home"), 303)


@door.route("/h/<token>", methods=["GET", "POST"])
def door_code(token: str) -> ResponseReturnValue:
    """The code at the door: an officer comes to the household, anybody else to the village's page."""
    code = _find_code(token, "door")
    village = places.get_place_by_id(code.village_id)
    person = access.find_visitor()
    if person and access.posts_in(person, Role.OFFICER, code.village_id):
        return redirect(url_for("officer.household", household_id=code.household_id))
    form = CardForm()
    if form.validate_on_submit():
        try:
            card = cardlock.open_at_door(
                village, code.household_id, form.number.data or "", device.here().address
            )
        except HemeiError as refusal:
            form.refuse(BadInput(refusal.text, field="number", **refusal.values))
            return _public_page(village, form, token), refusal.status
        access.enter_household(card)
        return redirect(url_for("villager.home"), 303)
    return _public_page(village, form, token), form.http_status


def _public_page(village: Place, form: CardForm, token: str) -> str:
    return render_template("entrance/door.html", village=village, form=form, token=token)


@door.get("/c/<token>")
def card(token: str) -> ResponseReturnValue:
    """The household's card: a storekeeper comes to the counter, the household to its passbook."""
    code = _find_code(token, "card")
    person = access.find_visitor()
    if person and access.posts_in(person, Role.STOREKEEPER, code.village_id):
        note_shown(person.id, code, Proof.SCANNED)
        return redirect(url_for("shop.counter", household_id=code.household_id))
    access.enter_household(code)
    return redirect(url_for("villager.home"))


@door.get("/card")
def card_needed() -> ResponseReturnValue:
    """A household's page was asked for without its card."""
    return render_template("entrance/card_needed.html"), 401


def _find_code(token: str, kind: str) -> Code:
    village = places.find_village_by_tag(token[: places.TAG_LENGTH])
    code = codes.find_code(village, token) if village else None
    if code is None or code.kind != kind:
        raise NotThere(phrase("这个码不是本系统的码，请看看有没有扫错。"))
    if code.replaced_at is not None:
        raise CodeReplaced
    return code
