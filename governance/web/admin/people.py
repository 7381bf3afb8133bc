"""The admin's people: appointed, dismissed, let in again; what happened at their sign-ins. Hung on the admin's door."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from governance.base.errors import NotAllowed, NotThere, phrase
from governance.village import nominations, places, signing, staff, team
from governance.village.places import Place
from governance.village.signing import log, totp
from governance.village.staff import LEVELS, Role, Staff
from governance.village.team import Colleague
from governance.web.admin import PAGE, REFUSED, door, whole_only
from governance.web.frame import access, device
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.pages import asked_page
from governance.web.frame.people import (
    PLAIN,
    NewPasswordForm,
    NewPersonForm,
    refuse_known_password,
    role_choices,
)

EVENTS = 20


class AppointForm(Form):
    """One more post for somebody who already signs in."""

    username = StringField(_l("用户名（登录用）"), [required(), at_most(30)], render_kw=PLAIN)
    role = SelectField(_l("角色"))


@door.get("/people")
def people() -> ResponseReturnValue:
    """Everybody who works at or below the admin's places."""
    words, page = access.searched(), asked_page(PAGE)
    rows, total = team.staff_below(g.roots, words, PAGE, page.offset)
    return render_template(
        "admin/people.html",
        rows=rows,
        q=words,
        **page.pager(total, ".people", s="1" if words else None),
    )


@door.get("/sign-ins")
def sign_ins() -> ResponseReturnValue:
    """What happened at the sign-ins of everybody at or below the admin's places; or only what to look into."""
    alarming, page = "alarming" in request.args, asked_page(PAGE)
    rows, total = team.sign_in_events(g.roots, alarming=alarming, limit=PAGE, offset=page.offset)
    asked: dict[str, Any] = {"alarming": 1} if alarming else {}
    return render_template(
        "admin/people_sign_ins.html",
        rows=rows,
        only_alarming=alarming,
        **page.pager(total, ".sign_ins", **asked),
    )


@door.route("/admins", methods=["GET", "POST"])
def add_admin() -> ResponseReturnValue:
    """Add another admin of the whole service."""
    whole_only()
    return _add_person(None)


@door.route("/place/<code>/person", methods=["GET", "POST"])
def add_person(code: str) -> ResponseReturnValue:
    """Add somebody new with a post at a place."""
    return _add_person(places.get_place_within(g.roots, code))


def _add_person(where: Place | None) -> ResponseReturnValue:
    form = NewPersonForm()
    form.role.choices = role_choices(roles_at(where))
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            refuse_known_password(form.password.data or "")
            added = staff.add_staff(
                form.username.data or "",
                form.name.data or "",
                form.password.data or "",
                [(Role(form.role.data), where)],
                handed=True,
            )
            flash(gettext("%(name)s 可以登录了，请本人登录后修改密码。", name=added.name))
            return redirect(url_for(".person", person_id=added.id), 303)
    return render_template("admin/people_add.html", form=form, place=where), form.http_status


@door.route("/place/<code>/appoint", methods=["GET", "POST"])
def appoint(code: str) -> ResponseReturnValue:
    """Give somebody who already signs in one more post."""
    where = places.get_place_within(g.roots, code)
    form = AppointForm()
    form.role.choices = role_choices(roles_at(where))
    if form.validate_on_submit():
        try:
            found = _named(form.username.data or "")
            return _appoint(found, Role(form.role.data), where)
        except REFUSED as refusal:
            form.refuse(refusal)
    return render_template("admin/people_appoint.html", form=form, place=where), form.http_status


def _appoint(found: Staff, role: Role, where: Place) -> ResponseReturnValue:
    """Appoint whoever works at or below the admin's places; anybody else is asked first."""
    if team.reaches(g.roots, found.id):
        staff.appoint(found, role, where)
        flash(gettext("已任命 %(name)s。", name=found.name))
        return redirect(url_for(".person", person_id=found.id), 303)
    nominations.nominate(found, role, where, access.visitor().id)
    told = gettext("%(username)s 在别处任职，已请他本人接受；接受以后才算数。")
    flash(told % {"username": found.username})
    return redirect(url_for(".place", code=where.code), 303)


@door.post("/place/<code>/nominations/<uuid:nomination_id>/take-back")
def take_back(code: str, nomination_id: uuid.UUID) -> ResponseReturnValue:
    """Ask somebody no longer to take a post here."""
    where = places.get_place_within(g.roots, code)
    nominations.take_back(where.id, nomination_id)
    flash(gettext("任命已撤回。"))
    return redirect(url_for(".place", code=where.code), 303)


def roles_at(where: Place | None) -> list[Role]:
    """The roles held at a place of this level."""
    return [role for role in Role if where.level in LEVELS[role]] if where else [Role.ADMIN]


def _named(username: str) -> Staff:
    found = staff.find_staff(username.strip())
    if found is None:
        raise NotThere(phrase("没有这个用户名，请先添加这个人。"), field="username")
    return found


@door.get("/person/<uuid:person_id>")
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody: their posts here, and what an admin can do for them."""
    found = team.get_person_below(g.roots, person_id)
    mine = found.id == access.visitor().id
    answers = not mine and not found.elsewhere
    return render_template(
        "admin/people_one.html",
        person=found,
        mine=mine,
        step=totp.find_step(found.id) if answers else None,
        events=log.events_of(found.id, EVENTS) if answers else [],
    )


@door.post("/person/<uuid:person_id>/dismiss")
def dismiss(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take a post away from somebody; never one's own as admin."""
    found = team.get_person_below(g.roots, person_id)
    posts = [post for post in found.posts if str(post.id) == request.form.get("post")]
    if not posts:
        raise NotThere(phrase("没有这个任职，可能已经免去。"))
    if posts[0].role is Role.ADMIN:
        _not_oneself(found)
    staff.dismiss(staff.get_staff(found.id), posts[0].id)
    flash(gettext("已免去 %(name)s 的一个任职。", name=found.name))
    return redirect(_after(found, posts[0].code), 303)


def _after(found: Colleague, code: str) -> str:
    """Back to the person, or to the place where they held the last post within reach."""
    if g.whole or len(found.posts) > 1:
        return url_for(".person", person_id=found.id)
    return url_for(".place", code=code)


@door.route("/person/<uuid:person_id>/password", methods=["GET", "POST"])
def password(person_id: uuid.UUID) -> ResponseReturnValue:
    """Set a new password for somebody who forgot theirs; it also unlocks."""
    found = _manage(person_id)
    form = NewPasswordForm()
    if form.validate_on_submit():
        with form.refusing():
            refuse_known_password(form.password.data or "")
            signing.set_password(
                staff.get_staff(found.id),
                form.password.data or "",
                device.here(),
                access.visitor().id,
            )
            flash(gettext("%(name)s 的密码已重设，请本人登录后修改。", name=found.name))
            return redirect(url_for(".person", person_id=found.id), 303)
    return render_template("admin/people_password.html", form=form, person=found), form.http_status


@door.post("/person/<uuid:person_id>/active")
def set_active(person_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody sign in, or no longer."""
    found = _manage(person_id)
    active = request.form.get("active") == "1"
    person, by = staff.get_staff(found.id), access.visitor().id
    signing.set_active(person, active, device.here(), by)
    told = gettext("%(name)s 又可以登录了。") if active else gettext("%(name)s 不能再登录。")
    flash(told % {"name": found.name})
    return redirect(url_for(".person", person_id=found.id), 303)


@door.post("/person/<uuid:person_id>/unlock")
def unlock(person_id: uuid.UUID) -> ResponseReturnValue:
    """End the lock after wrong passwords."""
    found = _manage(person_id)
    signing.unlock(staff.get_staff(found.id), device.here(), access.visitor().id)
    flash(gettext("%(name)s 的锁定已解除。", name=found.name))
    return redirect(url_for(".person", person_id=found.id), 303)


@door.post("/person/<uuid:person_id>/second-step/off")
def second_step_off(person_id: uuid.UUID) -> ResponseReturnValue:
    """Turn the second step off for somebody who lost both phone and codes."""
    found = _manage(person_id)
    totp.turn_off(found.id, device.here(), access.visitor().id)
    flash(gettext("%(name)s 的两步验证已关闭。", name=found.name))
    return redirect(url_for(".person", person_id=found.id), 303)


def _manage(person_id: uuid.UUID) -> Colleague:
    """Somebody whose sign-in the admin answers for: not oneself, and nobody with posts elsewhere.

    Whoever sets a password can be that person: an admin of one village must not become a county's.
    """
    found = team.get_person_below(g.roots, person_id)
    _not_oneself(found)
    if found.elsewhere:
        raise NotAllowed(phrase("这个人在您管不到的地方还有任职，请找上级系统管理员办理。"))
    return found


def _not_oneself(found: Colleague) -> None:
    if found.id == access.visitor().id:
        raise NotAllowed(phrase("不能对自己这样做，请找另一个系统管理员办理。"))
