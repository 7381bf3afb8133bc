"""The households desk: who lives here, found, added, edited, moved, closed, and opened again."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from governance.affairs.figures import passbook
from governance.base.database import new_id
from governance.base.errors import BadInput, Conflict, phrase
from governance.ledger import book
from governance.village import codes, directory, households, places
from governance.village.households import Household, Status
from governance.village.members import members_of
from governance.village.places import Grid
from governance.village.register import numbering
from governance.web.desk import make_desk
from governance.web.desk.householdform import EditForm, MoveForm, NewForm
from governance.web.frame import access
from governance.web.frame.pages import asked_page

door = make_desk(
    "households",
    __name__,
    "/households",
    readable=("home", "household"),
    closed=phrase("农户资料只由村委会修改。"),
)

PAGE = 50
LINES = 10
REFUSED = (BadInput, Conflict)
NEW_CODE = {
    "door": phrase("门牌码已换新，旧码不能再用。请重新打印。"),
    "card": phrase("户卡已补办，旧卡不能再用。请重新打印。"),
}


@door.get("/")
def home() -> ResponseReturnValue:
    """The list, searched and filtered."""
    grids = places.grids_of(g.village.id)
    grid = next((one for one in grids if one.code == request.args.get("grid")), None)
    status = request.args.get("status", "")
    status = status if status in set(Status) else ""
    words, closed = access.searched(), "closed" in request.args
    page = asked_page(PAGE)
    rows, total = directory.search(
        g.village.id,
        words,
        grid_ids=[grid.id] if grid else None,
        status=status,
        closed=closed,
        limit=PAGE,
        offset=page.offset,
    )
    asked = _asked(
        s="1" if words else "",
        grid=grid.code if grid else "",
        status=status,
        closed="1" if closed else "",
    )
    return render_template(
        "desk/households.html",
        rows=rows,
        grids=grids,
        grid=grid,
        status=status,
        q=words,
        closed=closed,
        statuses=list(Status),
        asked=asked,
        **page.pager(total, ".home", **asked),
    )


@door.get("/<uuid:household_id>")
def household(household_id: uuid.UUID) -> ResponseReturnValue:
    """All about one household: the register, its people, figures, codes and last lines."""
    found = households.get_household(g.village.id, household_id)
    return render_template(
        "desk/households_one.html",
        household=found,
        grid=_grid(found),
        members=members_of(found.village_id, found.id),
        figures=book.find_figures(g.village.id, found.id),
        lines=passbook.read(g.village.id, found.id, LINES),
        waiting=passbook.waiting(g.village.id, found.id),
        door_code=codes.code_in_use(g.village.id, found.id, "door"),
        card=codes.code_in_use(g.village.id, found.id, "card"),
    )


@door.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add a household; its number and grid follow from the group unless they are given."""
    form = NewForm()
    form.grid.choices = [("", gettext("按村民小组归入")), *_grid_choices()]
    if request.method == "GET":
        form.key.data = str(new_id())
        form.show_members([])
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            added = numbering.settle_household(
                g.village,
                form.new_details(),
                grid_id=_chosen_grid(form.grid.data),
                household_id=_key(form),
            )
            households.set_minor(added, bool(form.minor.data))
            flash(gettext("已添加 %(code)s %(head)s。", code=added.code, head=added.head))
            return redirect(url_for(".household", household_id=added.id), 303)
    return _form_page("desk/householdform_add.html", form)


@door.route("/<uuid:household_id>/edit", methods=["GET", "POST"])
def edit(household_id: uuid.UUID) -> ResponseReturnValue:
    """Change what the register says about a household and its people."""
    found = _open(household_id)
    form = EditForm(obj=found if request.method == "GET" else None)
    if request.method == "GET":
        form.show_members(members_of(found.village_id, found.id))
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            with households.editing(found):
                households.edit_household(found, found.grid_id, form.details(found))
                households.set_minor(found, bool(form.minor.data))
            return _saved(found)
    return _form_page("desk/householdform_edit.html", form, household=found)


@door.route("/<uuid:household_id>/move", methods=["GET", "POST"])
def move(household_id: uuid.UUID) -> ResponseReturnValue:
    """Give a household another group, number or grid."""
    found = _open(household_id)
    form = MoveForm(data={"group_no": found.group_no, "number": found.number})
    form.grid.choices = _grid_choices()
    if request.method == "GET":
        grid = _grid(found)
        form.grid.data = grid and grid.code
    if form.validate_on_submit():
        with form.refusing(*REFUSED):
            _move(found, form)
            return _saved(found)
    return _form_page("desk/householdform_move.html", form, household=found)


def _move(found: Household, form: MoveForm) -> None:
    with households.editing(found):
        details = replace(
            households.details_of(found), group_no=form.group_no.data, number=form.number.data
        )
        if details.door == found.code:
            details.door = ""  # the plate says the code: it follows
        households.edit_household(found, _chosen_grid(form.grid.data) or found.grid_id, details)


@door.route("/<uuid:household_id>/close", methods=["GET", "POST"])
def close(household_id: uuid.UUID) -> ResponseReturnValue:
    """Close a household, after saying what that means."""
    found = _open(household_id) if request.method == "GET" else _any(household_id)
    if request.method == "POST":
        households.close_household(found)
        flash(gettext("%(code)s %(head)s 已注销。", code=found.code, head=found.head))
        return redirect(url_for(".household", household_id=found.id), 303)
    return render_template(
        "desk/households_close.html",
        household=found,
        figures=book.find_figures(g.village.id, found.id),
        waiting=passbook.waiting(g.village.id, found.id),
    )


@door.post("/<uuid:household_id>/reopen")
def reopen(household_id: uuid.UUID) -> ResponseReturnValue:
    """Open a closed household again, with new codes."""
    found = _any(household_id)
    households.reopen_household(found, g.village)
    flash(
        gettext(
            "%(code)s %(head)s 已恢复，门牌码和户卡是新的，请打印。",
            code=found.code,
            head=found.head,
        )
    )
    return redirect(url_for(".household", household_id=found.id), 303)


@door.post("/<uuid:household_id>/code")
def new_code(household_id: uuid.UUID) -> ResponseReturnValue:
    """Replace the door code or the card; the same form sent twice replaces once."""
    found = _any(household_id)
    kind = request.form.get("kind", "")
    if kind not in NEW_CODE:
        raise BadInput(field="kind")
    replaced = households.replace_code(found, g.village, kind, request.form.get("old", ""))
    flash(gettext(NEW_CODE[kind]) if replaced else gettext("刚才已经换过了，没有再换。"))
    return redirect(url_for(".household", household_id=found.id), 303)


def _asked(**filters: str) -> dict[str, Any]:
    """The filters that are set: what the pager's addresses repeat."""
    return {name: value for name, value in filters.items() if value}


def _any(household_id: uuid.UUID) -> Household:
    return households.get_household(g.village.id, household_id)


def _open(household_id: uuid.UUID) -> Household:
    """Raises UnknownHousehold, HouseholdClosed."""
    found = _any(household_id)
    if found.closed_on is not None:
        raise households.HouseholdClosed
    return found


def _grid(found: Household) -> Grid | None:
    grids = places.grids_of(g.village.id)
    return next((one for one in grids if one.id == found.grid_id), None)


def _grid_choices() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in places.grids_of(g.village.id)]


def _chosen_grid(code: str | None) -> uuid.UUID | None:
    grids = places.grids_of(g.village.id)
    return next((one.id for one in grids if one.code == code), None)


def _key(form: NewForm) -> uuid.UUID | None:
    try:
        return uuid.UUID(form.key.data or "")
    except ValueError:
        return None


def _saved(found: Household) -> ResponseReturnValue:
    flash(gettext("已保存 %(code)s %(head)s 的资料。", code=found.code, head=found.head))
    return redirect(url_for(".household", household_id=found.id), 303)


def _form_page(page: str, form: Any, **values: Any) -> ResponseReturnValue:
    wrong = form.errors or form.form_errors
    return render_template(page, form=form, **values), 422 if wrong else 200
