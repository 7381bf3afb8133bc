"""The account door (账号与登录): one's own password, where one is signed in, the second step, posts to accept."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField

from governance.base.errors import BadInput, HemeiError, NotAllowed, NotThere, phrase
from governance.village import nominations, signing, staff
from governance.village.passwords import LONGEST_PASSWORD
from governance.village.persons import Person, Post
from governance.village.signing import log, signins, totp
from governance.village.signing.log import What
from governance.village.staff import Role, Staff
from governance.web.frame import access, actlog, device, villages
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.qr import qr_svg

door = Blueprint("account", __name__)
actlog.log_acts(door, lambda: g.get("accepted_at", ()))
EVENTS = 30
ISSUER = "和美积分"
SECRET = [required(), at_most(LONGEST_PASSWORD)]
NOW, NEW = {"autocomplete": "current-password"}, {"autocomplete": "new-password"}


# Where each role begins its day, the busiest first: an officer in the field is sent to the phone's page.
HOMES = (
    (Role.OFFICER, "officer.home"),
    (Role.COMMITTEE, "overview.home"),
    (Role.SUPERVISOR, "overview.home"),
    (Role.STOREKEEPER, "shop.home"),
    (Role.TOWN, "area.home"),
    (Role.COUNTY, "area.home"),
    (Role.ADMIN, "admin.home"),
)


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(_l("现在的密码"), SECRET, render_kw=NOW)
    password = PasswordField(_l("新密码（至少 8 位）"), [required()], render_kw=NEW)
    again = PasswordField(_l("再输一次新密码"), [required()], render_kw=NEW)


class NumberForm(Form):
    """The number that the phone shows once it knows the secret."""

    code = StringField(
        _l("手机上显示的 6 位数字"),
        [required(), at_most(10)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class OffForm(Form):
    """One's password, so that nobody turns it off at a screen that was left open."""

    old = PasswordField(_l("现在的密码"), SECRET, render_kw=NOW)


@door.before_request
def _somebody() -> Any:
    person = access.find_visitor()
    if person is None:
        return access.refuse_stranger()
    if person.first_password and request.endpoint != "account.password":
        return access.ask_for_own_password()
    return None


@door.get("/account")
def home() -> ResponseReturnValue:
    """Who one is here, where one is signed in, and what happened at the sign-in."""
    person, here = access.visitor(), access.signed_in()
    return render_template(
        "account/home.html",
        asked=nominations.nominations_for(person.id),
        sign_ins=signins.sign_ins_of(person.id),
        here=here and here.id,
        events=log.events_of(person.id, EVENTS),
        step=totp.find_step(person.id),
        may_step=person.holds(*totp.ROLES),
    )


@door.get("/account/posts")
def posts() -> ResponseReturnValue:
    """All one's posts: each is a way to its own work."""
    return render_template("account/posts.html", posts=_posts())


@door.post("/account/post")
def go_to_post() -> ResponseReturnValue:
    """Go on at one of one's posts: in its village, at its role's first page."""
    wanted = request.form.get("role", ""), request.form.get("code", "")
    for post in _posts():
        if (post.role, post.code) == wanted:
            if post.village:
                villages.choose(post.village.id)
            return redirect(home_at(post), 303)
    raise NotThere(phrase("没有这个任职，可能已经免去。"))


def _posts() -> list[Post]:
    """One's posts, by place and in the order of HOMES."""
    order = [role for role, _ in HOMES]
    return sorted(access.visitor().posts, key=lambda one: (one.code, order.index(one.role)))


def home_of(person: Person) -> str:
    """The first page of somebody of the staff."""
    for role, _ in HOMES:
        for post in person.posts:
            if post.role is role:
                return home_at(post)
    return url_for("account.home")


def home_at(post: Post) -> str:
    """Where the day begins at a post."""
    endpoint = dict(HOMES)[post.role]
    in_address = endpoint == "overview.home"
    return url_for(endpoint, village=post.code) if in_address else url_for(endpoint)


@door.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change one's own password; all other devices are signed out."""
    person, form = access.visitor(), PasswordForm()
    back = access.local_path(request.values.get("next"))
    status = 200
    if form.validate_on_submit():
        try:
            _change_password(person, form)
        except HemeiError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(gettext("密码已修改，其他手机上的登录已失效。"))
            return redirect(back or url_for("entrance.home"), 303)
    page = render_template(
        "account/password.html", form=form, first=person.first_password, back=back
    )
    return page, status if status != 200 else form.http_status


def _change_password(person: Person, form: PasswordForm) -> None:
    new = form.password.data or ""
    if new != form.again.data:
        raise BadInput(phrase("两次输入的新密码不一样。"), field="again")
    try:
        access.refuse_demo_password(new)
    except HemeiError as refusal:
        raise BadInput(refusal.text, field="password") from refusal
    found, remember = staff.get_staff(person.id), session.permanent
    signing.change_password(found, form.old.data or "", new, device.here())
    access.enter(found, remember=remember)


@door.post("/account/sign-ins/<uuid:sign_in_id>/end")
def end(sign_in_id: uuid.UUID) -> ResponseReturnValue:
    """Sign out on another device, or on this one."""
    if sign_in_id == getattr(access.signed_in(), "id", None):
        access.leave()
        return redirect(url_for("entrance.home"), 303)
    person = access.visitor()
    if not signins.end(person.id, sign_in_id):
        raise NotThere(phrase("那里已经退出了。"))
    log.note(What.ENDED, person.id, device.here())
    flash(gettext("那里已经退出。"))
    return redirect(url_for(".home"), 303)


@door.post("/account/sign-ins/end")
def end_others() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    person, here = access.visitor(), access.signed_in()
    if signins.end_all(person.id, but=here.id if here else None):
        log.note(What.ENDED, person.id, device.here())
    flash(gettext("别处都已退出，只有这里还登录着。"))
    return redirect(url_for(".home"), 303)


@door.route("/account/second-step", methods=["GET", "POST"])
def second_step() -> ResponseReturnValue:
    """Turn the second step on: show the secret, and take the first number. The codes are shown once."""
    found, form = _stepping(), NumberForm()
    if form.validate_on_submit():
        try:
            codes = totp.turn_on(found, _secret(), form.code.data or "", device.here())
        except HemeiError as refusal:
            form.refuse(refusal)
            return _show_secret(found, form), refusal.status
        session.pop("secret", None)
        return render_template("account/codes.html", codes=codes)
    if request.method == "GET" and totp.find_step(found.id):
        return redirect(url_for(".home"))
    return _show_secret(found, form), form.http_status


def _stepping() -> Staff:
    """Whoever may turn the second step on. Raises NotAllowed."""
    person = access.visitor()
    if not person.holds(*totp.ROLES):
        raise NotAllowed
    return staff.get_staff(person.id)


def _secret() -> str:
    """The secret on offer: the same until it is taken, so that a wrong number does not make the phone scan again."""
    session.setdefault("secret", totp.new_secret())
    return str(session["secret"])


def _show_secret(found: Staff, form: NumberForm) -> str:
    secret = _secret()
    address = totp.secret_address(secret, found.username, ISSUER)
    return render_template(
        "account/second_step.html",
        form=form,
        secret=secret,
        code=qr_svg(address, gettext("给验证器扫的二维码")),
    )


@door.route("/account/second-step/off", methods=["GET", "POST"])
def second_step_off() -> ResponseReturnValue:
    """Turn the second step off, with one's password."""
    found, form = staff.get_staff(access.visitor().id), OffForm()
    if form.validate_on_submit():
        try:
            signing.confirm_password(found, form.old.data or "")
        except HemeiError as refusal:
            form.refuse(refusal)
            return render_template("account/second_step_off.html", form=form), refusal.status
        totp.turn_off(found.id, device.here())
        flash(gettext("两步验证已关闭。"))
        return redirect(url_for(".home"), 303)
    page = render_template("account/second_step_off.html", form=form)
    return page, form.http_status


@door.post("/account/nominations/<uuid:nomination_id>/accept")
def accept(nomination_id: uuid.UUID) -> ResponseReturnValue:
    """Take a post that one was asked to take."""
    g.accepted_at = [nominations.accept(access.visitor().id, nomination_id)]
    flash(gettext("任命已接受。"))
    return redirect(url_for(".home"), 303)


@door.post("/account/nominations/<uuid:nomination_id>/decline")
def decline(nomination_id: uuid.UUID) -> ResponseReturnValue:
    """Do not take it."""
    nominations.decline(access.visitor().id, nomination_id)
    flash(gettext("任命已谢绝。"))
    return redirect(url_for(".home"), 303)
