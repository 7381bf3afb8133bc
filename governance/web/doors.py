"""The list of doors: every page of the house, and each hangs on the door it names."""

from __future__ import annotations

from flask import Blueprint

from governance.web import account, area, complaints, entrance, kin, public, shop
from governance.web.admin import people as admin_people
from governance.web.admin import places as admin_places
from governance.web.desk import (
    appeals,
    awards,
    calendar,
    clock,
    decisions,
    draftrules,
    drafts,
    gifts,
    handed_in,
    households,
    inspections,
    jobs,
    notices,
    objectionentry,
    overview,
    prints,
    redemptions,
    register,
    reminders,
    rulefiles,
    ruleform,
    rules,
    scheme,
    supervision,
    team,
)
from governance.web.desk import complaints as complaint_desk
from governance.web.desk import objections as objection_desk
from governance.web.officer import check, household, inspect, many, remind, shell, sync, take
from governance.web.villager import home, objections

EVERYBODY = (entrance, account, public, complaints, kin)
OFFICER = (household, many, inspect, remind, check, sync, take, shell)
VILLAGER = (home, objections)
DESKS = (
    overview,
    clock,
    awards,
    handed_in,
    inspections,
    notices,
    calendar,
    objection_desk,
    objectionentry,
    appeals,
    reminders,
    households,
    register,
    jobs,
    prints,
    rules,
    ruleform,
    rulefiles,
    drafts,
    draftrules,
    decisions,
    gifts,
    redemptions,
    team,
    scheme,
    complaint_desk,
    supervision,
)
OFFICES = (shop, area, admin_places, admin_people)


def all_doors() -> list[Blueprint]:
    """Every blueprint of the service, once: pages that hang on one door name the same."""
    pages = (*EVERYBODY, *OFFICER, *VILLAGER, *DESKS, *OFFICES)
    return list(dict.fromkeys(page.door for page in pages))
