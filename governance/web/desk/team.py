"""The team desk (人员): who works in the village, their posts, the grids, and the households they keep off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from governance.base.errors import BadInput, Conflict, NotAllowed, NotThere, phrase
from governance.village import kin, places, signing, staff, team
from governance.village.places import Level, Place
from governance.village.staff import Role
from governance.village.team import Colleague
from governance.web.desk import make_desk
from governance.web.frame import access, device
from governance.web.frame.forms import Form, at_most, required
from governance.web.frame.people import (
    NewPasswordForm,
    NewPersonForm,
    refuse_known_password,
    role_choices,
)
from governance.web.kin import declare, find_households

door = make_desk("team", __name__, "/team", readable=("home", "person"))

# The supervision committee is independent (村民委员会组织法 art. 37): only an admin appoints it.
APPOINTED_HERE = (Role.OFFICER, Role.STOREKEEPER, Role.COMMITTEE)
# Whose password the committee may set: not a colleague's, who has to be the second pair of eyes.
ANSWERED_FOR = (Role.OFFICER, Role.STOREKEEPER)
REFUSED = (BadInput, Conflict)
SHOWN = (Role.COMMITTEE, Role.SUPERVISOR, Role.OFFICER, Role.STOREKEEPER)


class PersonForm(NewPersonForm):
    """Somebody new in the village."""

    grid = SelectField(_l("网格（只用于网格员）"))


class PostForm(Form):
    """One more post in the village."""

    role = SelectField(_l("角色"))
    grid = SelectField(_l("网格（只用于网格员）"))


class GridForm(Form):
    """A grid's name; its code follows the village's."""

    name = StringField(_l("网格名称"), [required(), at_most(60)], render_kw={"autocomplete": "off"})


@door.get("/")
def home() -> ResponseReturnValue:
    """The people of the village by role, and its grids."""
    found = _team()
    return render_template(
        "desk/team.html",
        groups=[(role, [one for one in found if one.holds(role)]) for role in SHOWN],
        grids=places.grids_of(g.village.id),
        sizes=team.grid_sizes(g.village.id),
        officers={
            grid: [one.name for one in found for post in one.posts if post.code == grid]
            for grid in (one.code for one in places.grids_of(g.village.id))
        },
    )


@door.route("/add", methods=["GET", "POST"])
def add_person() -> ResponseReturnValue:
    """Add somebody new with a first password."""
    form = PersonForm()
    _offer(form)
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            refuse_known_password(form.password.data or "")
            added = staff.add_staff(
                form.username.data or "",
                form.name.data or "",
                form.password.data or "",
                [(Role(form.role.data), _place(form))],
                handed=True,
            )
            flash(gettext("%(name)s 可以登录了，请本人登录后修改密码。", name=added.name))
            return redirect(url_for(".person", person_id=added.id), 303)
    return render_template("desk/team_add.html", form=form), form.http_status


@door.get("/<uuid:person_id>")
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody: their posts in the village, and the households they keep off."""
    form = PostForm(formdata=None)
    _offer(form)
    return _show(_colleague(person_id), form)


@door.post("/<uuid:person_id>/appoint")
def appoint(person_id: uuid.UUID) -> ResponseReturnValue:
    """Give somebody of the village one more post."""
    found, form = _colleague(person_id), PostForm()
    _offer(form)
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            staff.appoint(staff.get_staff(found.id), Role(form.role.data), _place(form))
            flash(gettext("已任命 %(name)s。", name=found.name))
            return redirect(url_for(".person", person_id=found.id), 303)
    return _show(found, form), 422


@door.post("/<uuid:person_id>/dismiss")
def dismiss(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take a post in this village away; neither one's own on the committee nor a supervisor's."""
    found = _colleague(person_id)
    posts = [post for post in found.posts if str(post.id) == request.form.get("post")]
    if not posts:
        raise NotThere(phrase("没有这个任职，可能已经免去。"))
    if posts[0].role not in APPOINTED_HERE:
        raise NotAllowed(phrase("这个任职不由村委会任免，请找系统管理员。"))
    if found.id == access.visitor().id and posts[0].role is Role.COMMITTEE:
        raise NotAllowed(phrase("不能免去自己，请由村委会其他成员或系统管理员办理。"))
    staff.dismiss(staff.get_staff(found.id), posts[0].id)
    flash(gettext("已免去 %(name)s 的一个任职。", name=found.name))
    stays = len(found.posts) > 1
    return redirect(url_for(".person", person_id=found.id) if stays else url_for(".home"), 303)


@door.route("/<uuid:person_id>/password", methods=["GET", "POST"])
def password(person_id: uuid.UUID) -> ResponseReturnValue:
    """Set a new password for somebody of this village who forgot theirs."""
    found = _colleague(person_id)
    if not may_set_password(found):
        raise NotAllowed(phrase("这个人的密码不由村委会重设，请找系统管理员。"))
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
    return render_template("desk/team_password.html", form=form, person=found), form.http_status


@door.route("/<uuid:person_id>/kin", methods=["GET", "POST"])
def declare_kin(person_id: uuid.UUID) -> ResponseReturnValue:
    """Enter somebody's own or a relative's household for them."""
    found = _colleague(person_id)
    if request.method == "POST":
        declare(found.id)
        return redirect(url_for(".person", person_id=found.id), 303)
    words, homes = find_households()
    return render_template("desk/team_kin.html", person=found, q=words, homes=homes)


@door.post("/<uuid:person_id>/kin/withdraw")
def withdraw_kin(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take a declaration back that was a mistake; never one's own."""
    found = _colleague(person_id)
    for one in kin.declared_by(g.village.id, found.id):
        if str(one.id) == request.form.get("household"):
            kin.withdraw_kin(g.village.id, found.id, one.id, by=access.visitor().id)
            flash(gettext("已撤销。"))
    return redirect(url_for(".person", person_id=found.id), 303)


@door.route("/grids/add", methods=["GET", "POST"])
def add_grid() -> ResponseReturnValue:
    """Add a grid; the next free code is taken."""
    form = GridForm()
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            places.refuse_grid_twin(g.village.id, form.name.data or "")
            places.add_place(
                Level.GRID, places.next_grid_code(g.village), form.name.data or "", g.village.code
            )
            flash(gettext("网格已添加。"))
            return redirect(url_for(".home"), 303)
    return render_template("desk/team_grid.html", form=form, grid=None), form.http_status


@door.route("/grids/<uuid:grid_id>", methods=["GET", "POST"])
def rename_grid(grid_id: uuid.UUID) -> ResponseReturnValue:
    """Rename a grid of the village."""
    grid = places.get_grid(g.village.id, grid_id)
    form = GridForm(obj=grid)
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            places.refuse_grid_twin(g.village.id, form.name.data or "", grid)
            places.rename_place(grid, form.name.data or "")
            flash(gettext("已改名。"))
            return redirect(url_for(".home"), 303)
    return render_template("desk/team_grid.html", form=form, grid=grid), form.http_status


def may_set_password(found: Colleague) -> bool:
    """Whether the committee answers for somebody's sign-in: all their posts are ones it gives itself."""
    mine = found.id == access.visitor().id
    return (
        not mine and not found.elsewhere and all(post.role in ANSWERED_FOR for post in found.posts)
    )


def _places() -> list[uuid.UUID]:
    return [g.village.id, *(grid.id for grid in places.grids_of(g.village.id))]


def _team() -> list[Colleague]:
    return team.staff_at(_places())


def _colleague(person_id: uuid.UUID) -> Colleague:
    return team.get_colleague(_places(), person_id)


def _offer(form: Any) -> None:
    """The roles the committee gives, and where an officer may work."""
    form.role.choices = role_choices(APPOINTED_HERE)
    grids = places.grids_of(g.village.id)
    form.grid.choices = [("", gettext("全村")), *((grid.code, grid.name) for grid in grids)]


def _place(form: Any) -> Place:
    """A grid for an officer who was given one, else the village."""
    if form.role.data == Role.OFFICER and form.grid.data:
        return places.get_place_within([g.village.code], form.grid.data, Level.GRID)
    return g.village  # type: ignore[no-any-return]


def _show(found: Colleague, form: PostForm) -> str:
    return render_template(
        "desk/team_one.html",
        person=found,
        form=form,
        appointed_here=APPOINTED_HERE,
        may_set_password=may_set_password(found),
        mine=found.id == access.visitor().id,
        declared=kin.declared_by(g.village.id, found.id),
    )
