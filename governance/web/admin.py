"""The admin door: places and people, at and below the places the admin is appointed for."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from governance.base.errors import BadInput, Conflict, NotAllowed, NotThere, phrase
from governance.village import places, signing, staff, team
from governance.village.places import CODE_LENGTH, PARENT, Level, Place
from governance.village.staff import LEVELS, Role, Staff
from governance.village.team import Colleague
from governance.web.desk import page_number
from governance.web.frame import access, actlog, upkeep
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.people import (
    PLAIN,
    NewPasswordForm,
    NewPersonForm,
    refuse_known_password,
    role_choices,
)

door = Blueprint("admin", __name__, url_prefix="/admin")
access.guard(door, Role.ADMIN)
actlog.log_acts(door, lambda: _acted_at())

CHILD = {parent: child for child, parent in PARENT.items()}
PAGE = 50
REFUSED = (BadInput, Conflict, NotThere)
LINKS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("admin.home", phrase("地方"), {}),
    ("admin.people", phrase("人员"), {}),
)


class PlaceForm(Form):
    """A new place."""

    code = StringField(
        _l("代码"), [required(), at_most(14)], render_kw=PLAIN | {"inputmode": "numeric"}
    )
    name = StringField(_l("名称"), [required(), at_most(60)], render_kw={"autocomplete": "off"})


class NameForm(Form):
    """A place's new name."""

    name = StringField(_l("名称"), [required(), at_most(60)], render_kw={"autocomplete": "off"})


class AppointForm(Form):
    """One more post for somebody who already signs in."""

    username = StringField(_l("用户名（登录用）"), [required(), at_most(30)], render_kw=PLAIN)
    role = SelectField(_l("角色"))


@door.before_request
def _reach() -> None:
    """The codes of the admin's places; the whole service is ""."""
    g.roots = tuple(sorted({post.code for post in g.posts}))
    g.whole = "" in g.roots
    g.acted_at = set()
    person_id = (request.view_args or {}).get("person_id")
    if person_id and request.method == "POST":  # looked up before: a dismissal takes the post away
        g.acted_at = team.villages_of(g.roots, person_id, request.form.get("post", ""))


def _acted_at() -> set[uuid.UUID]:
    """The places an act concerns: a person's villages, or the place that the address or the form names."""
    code = (request.view_args or {}).get("code") or request.form.get("code", "")
    found = places.find_place(code.strip())
    if found is None:
        return set(g.acted_at)
    return {found.parent_id or found.id} if found.level == Level.GRID else {found.id}


@door.context_processor
def _office() -> dict[str, Any]:
    # A stale form is refused before anybody was asked who they are.
    names = sorted({post.name for post in g.get("posts", ()) if post.code})
    return {"office_name": " ".join(names) or gettext("系统管理"), "office_links": LINKS}


@door.get("/")
def home() -> Any:
    """The places to begin from, or those that a search finds."""
    words, page = access.searched(), page_number()
    if words:
        found, total = places.search_places(g.roots, words, PAGE, (page - 1) * PAGE)
    else:
        found = (
            places.children_of(None) if g.whole else [places.get_place(code) for code in g.roots]
        )
        total = 0
    return render_template(
        "admin/home.html",
        warnings=upkeep.warnings(),
        places=found,
        total=total,
        q=words,
        page=page,
        size=PAGE,
        page_link=lambda number: url_for(".home", s="1" if words else None, page=number),
    )


@door.get("/people")
def people() -> Any:
    """Everybody who works at or below the admin's places."""
    words, page = access.searched(), page_number()
    rows, total = team.staff_below(g.roots, words, PAGE, (page - 1) * PAGE)
    return render_template(
        "admin/people.html",
        rows=rows,
        total=total,
        q=words,
        page=page,
        size=PAGE,
        page_link=lambda number: url_for(".people", s="1" if words else None, page=number),
    )


@door.route("/county", methods=["GET", "POST"])
def add_county() -> Any:
    """Add a county: for admins of the whole service."""
    _whole_only()
    return _add_place(Level.COUNTY, None)


@door.get("/place/<code>")
def place(code: str) -> Any:
    """A place: what lies right below, and who works here."""
    wanted = places.get_place_within(g.roots, code)
    return render_template(
        "admin/place.html",
        place=wanted,
        above=[one for one in places.line_of(wanted)[:-1] if _within_reach(one)],
        children=places.children_of(wanted),
        child_level=CHILD.get(Level(wanted.level)),
        rows=team.staff_at([wanted.id]),
    )


@door.route("/place/<code>/add", methods=["GET", "POST"])
def add_place(code: str) -> Any:
    """Add the next smaller place: a town to a county, a village to a town, a grid to a village."""
    parent = places.get_place_within(g.roots, code)
    if parent.level not in CHILD:
        raise NotThere
    return _add_place(CHILD[Level(parent.level)], parent)


def _add_place(level: Level, parent: Place | None) -> Any:
    form = PlaceForm()
    if form.validate_on_submit():
        try:
            added = places.add_place(
                level, form.code.data or "", form.name.data or "", parent.code if parent else None
            )
        except REFUSED as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("已添加 %(name)s。", name=added.name))
            return redirect(url_for(".place", code=added.code), 303)
    elif request.method == "GET" and parent:
        form.code.data = places.next_grid_code(parent) if level is Level.GRID else parent.code
    page = render_template(
        "admin/add_place.html",
        form=form,
        level=level.value,
        parent=parent,
        length=CODE_LENGTH[level],
    )
    return page, 422 if form.errors else 200


@door.route("/place/<code>/name", methods=["GET", "POST"])
def rename_place(code: str) -> Any:
    """Rename a place; its code stays."""
    wanted = places.get_place_within(g.roots, code)
    form = NameForm(obj=wanted)
    if form.validate_on_submit():
        places.rename_place(wanted, form.name.data or "")
        flash(gettext("已改名。"))
        return redirect(url_for(".place", code=wanted.code), 303)
    return render_template(
        "admin/rename_place.html", form=form, place=wanted
    ), 422 if form.errors else 200


@door.route("/admins", methods=["GET", "POST"])
def add_admin() -> Any:
    """Add another admin of the whole service."""
    _whole_only()
    return _add_person(None)


@door.route("/place/<code>/person", methods=["GET", "POST"])
def add_person(code: str) -> Any:
    """Add somebody new with a post at a place."""
    return _add_person(places.get_place_within(g.roots, code))


def _add_person(where: Place | None) -> Any:
    form = NewPersonForm()
    form.role.choices = role_choices(roles_at(where))
    if form.validate_on_submit():
        try:
            refuse_known_password(form.password.data or "")
            added = staff.add_staff(
                form.username.data or "",
                form.name.data or "",
                form.password.data or "",
                [(Role(form.role.data), where)],
            )
        except REFUSED as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("%(name)s 可以登录了，请本人登录后修改密码。", name=added.name))
            return redirect(url_for(".person", person_id=added.id), 303)
    return render_template(
        "admin/add_person.html", form=form, place=where
    ), 422 if form.errors else 200


@door.route("/place/<code>/appoint", methods=["GET", "POST"])
def appoint(code: str) -> Any:
    """Give somebody who already signs in one more post."""
    where = places.get_place_within(g.roots, code)
    form = AppointForm()
    form.role.choices = role_choices(roles_at(where))
    if form.validate_on_submit():
        try:
            found = _named(form.username.data or "")
            staff.appoint(found, Role(form.role.data), where)
        except REFUSED as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("已任命 %(name)s。", name=found.name))
            return redirect(url_for(".person", person_id=found.id), 303)
    return render_template(
        "admin/appoint.html", form=form, place=where
    ), 422 if form.errors else 200


def roles_at(where: Place | None) -> list[Role]:
    """The roles held at a place of this level."""
    return [role for role in Role if where.level in LEVELS[role]] if where else [Role.ADMIN]


def _named(username: str) -> Staff:
    found = staff.find_staff(username.strip())
    if found is None:
        raise NotThere(phrase("没有这个用户名，请先添加这个人。"), field="username")
    return found


@door.get("/person/<uuid:person_id>")
def person(person_id: uuid.UUID) -> Any:
    """Somebody: their posts here, and what an admin can do for them."""
    found = team.get_person_below(g.roots, person_id)
    return render_template("admin/person.html", person=found, mine=found.id == access.visitor().id)


@door.post("/person/<uuid:person_id>/dismiss")
def dismiss(person_id: uuid.UUID) -> Any:
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
def password(person_id: uuid.UUID) -> Any:
    """Set a new password for somebody who forgot theirs; it also unlocks."""
    found = _manage(person_id)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            refuse_known_password(form.password.data or "")
            signing.set_password(staff.get_staff(found.id), form.password.data or "")
        except BadInput as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("%(name)s 的密码已重设，请本人登录后修改。", name=found.name))
            return redirect(url_for(".person", person_id=found.id), 303)
    return render_template(
        "admin/password.html", form=form, person=found
    ), 422 if form.errors else 200


@door.post("/person/<uuid:person_id>/active")
def set_active(person_id: uuid.UUID) -> Any:
    """Let somebody sign in, or no longer."""
    found = _manage(person_id)
    active = request.form.get("active") == "1"
    staff.set_active(staff.get_staff(found.id), active)
    told = gettext("%(name)s 又可以登录了。") if active else gettext("%(name)s 不能再登录。")
    flash(told % {"name": found.name})
    return redirect(url_for(".person", person_id=found.id), 303)


@door.post("/person/<uuid:person_id>/unlock")
def unlock(person_id: uuid.UUID) -> Any:
    """End the lock after wrong passwords."""
    found = _manage(person_id)
    signing.unlock(staff.get_staff(found.id))
    flash(gettext("%(name)s 的锁定已解除。", name=found.name))
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


def _whole_only() -> None:
    if not g.whole:
        raise NotAllowed


def _within_reach(wanted: Place) -> bool:
    return any(wanted.code.startswith(root) for root in g.roots)
