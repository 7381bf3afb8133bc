"""The household's pages: two figures, the passbook, the rules, the gifts, the board."""

from __future__ import annotations

import uuid

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.affairs.awards import reminders
from governance.affairs.figures import boards, passbook
from governance.affairs.publicity import closing
from governance.affairs.publicity.objections import contested_awards, contested_points
from governance.affairs.shop import redemptions
from governance.affairs.shop.gifts import gifts_offered
from governance.base import clock
from governance.base.text import long_whole
from governance.ledger import book
from governance.village.cleaning import public_name
from governance.village.rules import rulebook
from governance.web.villager import door

PAGE = 20


@door.get("/")
def home() -> ResponseReturnValue:
    """The two figures and the passbook, newest first."""
    village_id, household_id = g.village.id, g.household.id
    closing.close_due(village_id)
    before = request.args.get("before", type=long_whole)
    lines = passbook.read(village_id, household_id, PAGE + 1, before)
    waiting = passbook.waiting(village_id, household_id) if before is None else []
    untold = redemptions.untold_here(village_id, household_id) if before is None else []
    return render_template(
        "villager/home.html",
        figures=book.find_figures(village_id, household_id),
        waiting=waiting,
        contested=contested_awards(village_id, [one.id for one in waiting]) if waiting else (),
        lines=lines[:PAGE],
        more=lines[PAGE - 1].seq if len(lines) > PAGE else None,
        first_page=before is None,
        reminded=reminders.told_to(village_id, household_id) if before is None else None,
        untold=untold,
        goods=redemptions.items_of(village_id, [one.id for one in untold]) if untold else {},
        card_tail=g.household.card_number[-4:],
    )


@door.post("/redemptions/<uuid:redemption_id>/told")
def told(redemption_id: uuid.UUID) -> ResponseReturnValue:
    """The household knows of a hand-over without its card."""
    redemptions.note_told(g.village.id, redemption_id, g.household.id)
    return redirect(url_for(".home"), 303)


@door.get("/rules")
def rules() -> ResponseReturnValue:
    """What earns points, and what costs them."""
    return render_template("villager/home_rules.html", rules=rulebook.rules_in_force(g.village.id))


@door.get("/gifts")
def gifts() -> ResponseReturnValue:
    """What points can be redeemed for, and what is within reach."""
    return render_template(
        "villager/home_gifts.html",
        figures=book.find_figures(g.village.id, g.household.id),
        contested=contested_points(g.village.id, g.household.id),
        gifts=gifts_offered(g.village.id),
    )


@door.get("/board")
def board() -> ResponseReturnValue:
    """The red board of the month."""
    month = clock.month_of(clock.today())
    return render_template(
        "villager/home_board.html",
        month=month,
        rows=boards.month_board(g.village.id, month),
        public_name=public_name,
    )
