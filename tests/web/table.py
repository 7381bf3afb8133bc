"""Every route, and who may look there and who may act: a new page is a new line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# The staff of village A, one of each; the admin of A's county and the admin of the whole service
# ("root"); a household of A that opened its page with the card; and a stranger.
STAFF = ("officer", "committee", "supervisor", "storekeeper", "town", "county", "admin", "root")
EVERYBODY = (*STAFF, "household", "stranger")
NOBODY: tuple[str, ...] = ()
CLERK = ("committee",)
DESK = ("committee", "supervisor")
KEEPER = ("storekeeper",)
FIELD = ("officer",)
ADMINS = ("admin", "root")
STEPPING = ("committee", "supervisor", "admin", "root")


@dataclass(frozen=True)
class Row:
    """Who may look at a page (GET) and who may act there (POST, PUT); `code` says which place its address names."""

    look: tuple[str, ...] = NOBODY
    act: tuple[str, ...] = NOBODY
    code: str = "village"
    token: str = "door"
    status: int | None = None  # what even those who may are told
    gone: int | None = None  # what is told of a thing that is not there, if not 404


def reads(*who: str, **more: Any) -> Row:
    return Row(look=who, **more)


def acts(*who: str, **more: Any) -> Row:
    return Row(act=who, **more)


def both(*who: str, **more: Any) -> Row:
    return Row(look=who, act=who, **more)


TABLE = {
    "static": reads(*EVERYBODY),
    "entrance.home": reads(*EVERYBODY),
    "entrance.sign_in": both(*EVERYBODY),
    "entrance.sign_out": acts(*EVERYBODY),
    "account.password": both(*STAFF),
    "account.home": reads(*STAFF),
    "account.posts": reads(*STAFF),
    "account.go_to_post": acts(*STAFF),
    "account.end": acts(*STAFF),
    "account.end_others": acts(*STAFF),
    "account.second_step": both(*STEPPING),
    "account.second_step_off": both(*STAFF),
    "account.accept": acts(*STAFF, gone=404),
    "account.decline": acts(*STAFF, gone=404),
    "entrance.choose_language": acts(*EVERYBODY),
    "entrance.choose_type": acts(*EVERYBODY),
    "entrance.search": acts(*EVERYBODY),
    "entrance.door_code": both(*EVERYBODY),
    "entrance.card": reads(*EVERYBODY, token="card"),
    "entrance.card_needed": reads(*EVERYBODY, status=401),
    "public.village": reads(*EVERYBODY),
    "public.notices": reads(*EVERYBODY),
    "public.notice": reads(*EVERYBODY),
    "public.verify": reads(*EVERYBODY),
    "complaint.choose": reads(*EVERYBODY),
    "complaint.write": both(*EVERYBODY),
    "complaint.answer": acts(*EVERYBODY),
    "complaint.ask": reads(*EVERYBODY),
    "kin.home": both("officer", "committee", "supervisor", "storekeeper"),
    "officer.home": reads(*FIELD),
    "officer.mine": reads(*FIELD),
    "officer.household": reads(*FIELD),
    "officer.award": acts(*FIELD),
    "officer.rule": both(*FIELD),
    "officer.withdraw": acts(*FIELD),
    "officer.photo": reads(*FIELD),
    "officer.checks": reads(*FIELD),
    "officer.approve": acts(*FIELD, status=303),
    "officer.turn_down": acts(*FIELD, status=303),
    "officer.checked_photo": reads(*FIELD),
    "api.take_pack": reads(*FIELD),
    "api.sync": acts(*FIELD),
    "api.take_photo": acts(*FIELD),
    "api.take_field": reads(*FIELD),
    "api.hold": acts(*FIELD),
    "api.remind": acts(*FIELD),
    "field.shell": reads(*EVERYBODY),  # holds nothing
    "field.service_worker": reads(*EVERYBODY),
    "villager.home": reads("household"),
    "villager.rules": reads("household"),
    "villager.gifts": reads("household"),
    "villager.board": reads("household"),
    "villager.told": acts("household"),
    "villager.objections": reads("household"),
    "villager.object": both("household"),
    "villager.objection": reads("household"),
    "villager.appeal": acts("household"),
    "shop.home": reads(*KEEPER),
    "shop.me": reads(*KEEPER),
    "shop.stock": reads(*KEEPER),
    "shop.today": reads(*KEEPER),
    "shop.counter": reads(*KEEPER),
    "shop.confirm": both(*KEEPER, status=422),  # nothing is chosen yet
    "shop.receipt": reads(*KEEPER),
    "shop.card": acts(*KEEPER),
    "shop.hand_over": acts(*KEEPER),
    "shop.take_back": acts(*KEEPER),
    "area.home": reads("town", "county"),
    "area.sheet": both("town", "county"),
    "area.place": reads("town", "county", code="town"),
    "admin.home": reads(*ADMINS),
    "admin.people": reads(*ADMINS),
    "admin.add_admin": both("root"),
    "admin.add_county": both("root"),
    "admin.place": reads(*ADMINS),
    "admin.add_place": both(*ADMINS),
    "admin.rename_place": both(*ADMINS),
    "admin.add_person": both(*ADMINS),
    "admin.appoint": both(*ADMINS),
    "admin.person": reads(*ADMINS),
    "admin.password": both(*ADMINS),
    "admin.dismiss": acts(*ADMINS),
    "admin.set_active": acts(*ADMINS),
    "admin.unlock": acts(*ADMINS),
    "admin.sign_ins": reads(*ADMINS),
    "admin.second_step_off": acts(*ADMINS),
    "admin.take_back": acts(*ADMINS),
    "overview.home": reads(*DESK),
    "overview.board": reads(*DESK),
    "overview.date": reads(*DESK),
    "overview.confirm_date": acts(*CLERK, status=409),  # nothing speaks against the date
    "overview.never_scored": reads(*DESK),
    "awards.home": reads(*DESK),
    "awards.decided": reads(*DESK),
    "awards.award": reads(*DESK),
    "awards.photo": reads(*DESK),
    "awards.check": acts(*CLERK),
    "awards.reject": acts(*CLERK),
    "awards.reverse": acts(*CLERK),
    "awards.confirm_reversal": acts(*CLERK, status=409),  # nobody has asked
    "awards.drop_reversal": acts(*CLERK, status=409),
    "officer.remind": both(*FIELD),
    "officer.reminder": reads(*FIELD),
    "officer.correct_reminder": acts(*FIELD),
    "officer.deduct_reminder": acts(*FIELD),
    "officer.withdraw_reminder": acts(*FIELD),
    "reminders.home": reads(*DESK),
    "reminders.reminder": reads(*DESK),
    "reminders.slips": reads(*DESK),
    "reminders.correct": acts(*CLERK),
    "reminders.deduct": acts(*CLERK),
    "reminders.withdraw": acts(*CLERK),
    "objections.home": reads(*DESK),
    "objections.objection": reads(*DESK),
    "objections.find": reads(*CLERK),
    "objections.enter": both(*CLERK),
    "objections.decide": acts(*CLERK),
    "objections.appeal": acts(*CLERK),
    "appeals.decide": acts("supervisor"),
    "notices.home": reads(*DESK),
    "notices.notice": reads(*DESK),
    "notices.wall_sheet": reads(*DESK),
    "notices.calendar": reads(*DESK),
    "notices.take_down": acts(*CLERK, status=409),  # it hangs for 15 days
    "notices.keep_wall_photo": acts(*CLERK),
    "notices.wall_photo": reads(*DESK, status=404),  # nobody took one
    "notices.aloud": reads(*DESK),
    "notices.table": reads(*DESK),
    "notices.make": acts(*CLERK),
    "notices.edit": acts(*CLERK, status=409),  # it is posted
    "notices.drop": acts(*CLERK, status=409),
    "notices.post": acts(*CLERK),
    "notices.withdraw": acts(*CLERK),
    "households.home": reads(*DESK),
    "households.household": reads(*DESK),
    "households.add": both(*CLERK),
    "households.edit": both(*CLERK),
    "households.move": both(*CLERK),
    "households.close": both(*CLERK),
    "households.reopen": acts(*CLERK),
    "households.new_code": acts(*CLERK),
    "register.home": both(*CLERK),
    "register.preview": reads(*CLERK),
    "register.carry_out": acts(*CLERK),
    "jobs.job": reads(*DESK),
    "register.drop": acts(*CLERK, gone=303),
    "register.export_households": reads(*CLERK),
    "register.export_members": reads(*CLERK),
    "register.template": reads(*DESK),
    "sheets.home": reads(*CLERK),
    "sheets.doors": reads(*CLERK),
    "sheets.cards": reads(*CLERK),
    "inspections.home": reads(*DESK),
    "inspections.checklist": reads(*DESK),
    "inspections.add": both(*CLERK),
    "inspections.revise": both(*CLERK),
    "inspections.retire": acts(*CLERK),
    "inspections.load": both(*CLERK),
    "inspections.results": reads(*DESK),
    "inspections.result": reads(*DESK),
    "inspections.public_places": Row(look=DESK, act=CLERK),
    "inspections.public_place": Row(look=DESK, act=CLERK),
    "inspections.close_place": acts(*CLERK),
    "held.home": reads(*DESK),
    "held.one": reads(*DESK),
    "held.accept": acts(*CLERK),
    "held.drop": acts(*CLERK),
    "officer.inspect": both(*FIELD),
    "officer.inspect_place": both(*FIELD),
    "officer.many": both(*FIELD, status=422),  # the rule of the test leaves a choice
    "rules.home": reads(*DESK),
    "rules.rule": reads(*DESK),
    "rules.paper": reads(*DESK),
    "rules.export": reads(*DESK),
    "rules.template": reads(*DESK),
    "rules.add": both(*CLERK),
    "rules.load": both(*CLERK),
    "rules.apply": acts(*CLERK),
    "rules.revise": both(*CLERK),
    "rules.retire": acts(*CLERK),
    "rulesets.home": reads(*DESK),
    "rulesets.start": both(*CLERK),
    "rulesets.one": reads(*DESK),
    "rulesets.compare": reads(*DESK),
    "rulesets.trial": reads(*DESK),
    "rulesets.paper": reads(*DESK),
    "rulesets.add": both(*CLERK),
    "rulesets.edit": both(*CLERK),
    "rulesets.drop_rule": acts(*CLERK),
    "rulesets.put_back": acts(*CLERK),
    "rulesets.adopt": both(*CLERK),
    "rulesets.filed": acts(*CLERK, status=404),  # a draft stands on no decision yet
    "rulesets.signed_page": reads(*DESK, status=404),
    "rulesets.drop": acts(*CLERK),
    "gifts.home": reads(*DESK),
    "gifts.gift": reads(*DESK),
    "gifts.add": both(*CLERK),
    "gifts.edit": both(*CLERK),
    "gifts.load": both(*CLERK),
    "gifts.deliver": acts(*CLERK),
    "gifts.count": acts(*CLERK),
    "redemptions.home": reads(*DESK),
    "redemptions.one": reads(*DESK),
    "redemptions.take_back": acts(*CLERK),
    "redemptions.tell": acts(*CLERK),
    "redemptions.slips": reads(*DESK),
    "supervision.home": reads(*DESK),
    "supervision.no_card": reads(*DESK),
    "supervision.lots": reads(*DESK),
    "supervision.draw": acts("supervisor"),
    "supervision.lot": reads(*DESK),
    "supervision.paper": reads(*DESK),
    "supervision.item": Row(look=DESK, act=("supervisor",)),
    "supervision.grids": reads(*DESK),
    "supervision.log": reads(*DESK),
    "complaints.home": reads(*DESK),
    "complaints.complaint": reads(*DESK),
    "complaints.answer": acts(*DESK),
    "scheme.home": reads(*DESK),
    "scheme.save": acts(*CLERK),
    "scheme.grant": acts(*CLERK),
    "team.home": reads(*DESK),
    "team.person": reads(*DESK),
    "team.add_person": both(*CLERK),
    "team.appoint": acts(*CLERK),
    "team.dismiss": acts(*CLERK),
    "team.password": both(*CLERK),
    "team.declare_kin": both(*CLERK),
    "team.withdraw_kin": acts(*CLERK),
    "team.add_grid": both(*CLERK),
    "team.rename_grid": both(*CLERK),
}

# Pages of everybody: the addresses name a village, and showing it is their purpose.
PUBLIC = {
    "public.village",
    "public.notices",
    "public.notice",
    "public.verify",
    "complaint.write",
    "complaint.answer",
    "complaint.ask",
    "entrance.door_code",
    "entrance.card",
    "static",
}
