"""Every route x every visitor: who may look, who may act, and that nobody reaches another village's anything.

A new page is a new line in `TABLE`; a page without a line fails the first test.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image

from governance.affairs import complaints, inspecting, photos, redemption
from governance.base.database import db, new_id
from governance.village import codes
from governance.village.places import Level
from governance.village.register import uploads, workbooks
from governance.village.scheme import Settings, set_scheme
from governance.village.staff import Role
from tests.factories import (
    Village,
    give_points,
    make_award,
    make_draft,
    make_gift,
    make_held,
    make_objection,
    make_posted,
    make_public_place,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_sample,
    make_scorer,
    make_seen,
    make_sheet,
    make_staff,
    make_village,
    sign_in,
)

# --- the table ----------------------------------------------------------------------------------

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
    "entrance.password": both(*STAFF),
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
    "villager.objections": reads("household"),
    "villager.object": both("household"),
    "villager.objection": reads("household"),
    "villager.appeal": acts("household"),
    "shop.home": reads(*KEEPER),
    "shop.me": reads(*KEEPER),
    "shop.stock": reads(*KEEPER),
    "shop.today": reads(*KEEPER),
    "shop.counter": reads(*KEEPER),
    "shop.confirm": reads(*KEEPER, status=422),  # nothing is chosen yet
    "shop.receipt": reads(*KEEPER),
    "shop.card": acts(*KEEPER),
    "shop.hand_over": acts(*KEEPER),
    "shop.take_back": acts(*KEEPER),
    "area.home": reads("town", "county"),
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
    "overview.home": reads(*DESK),
    "overview.board": reads(*DESK),
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
    "notices.sheet": reads(*DESK),
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
    "register.carry_out": acts(*CLERK, gone=409),
    "register.drop": acts(*CLERK, gone=303),
    "register.export_households": reads(*CLERK),
    "register.export_members": reads(*CLERK),
    "register.template": reads(*DESK),
    "sheets.home": reads(*CLERK),
    "sheets.doors": reads(*CLERK),
    "sheets.cards": reads(*CLERK),
    "inspections.home": reads(*DESK),
    "inspections.sheet": reads(*DESK),
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
    "supervision.home": reads(*DESK),
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


# --- the two villages ---------------------------------------------------------------------------


@dataclass
class World:
    """A village with one of everything that an address can name, in its first grid."""

    village: Village
    ids: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def values(self, row: Row) -> dict[str, str]:
        """What the parameters of an address stand for."""
        place = {"code": self.codes[row.code], "village": self.codes["village"]}
        return {**self.ids, **place, "token": self.tokens[row.token], "filename": "style.css"}


def make_world(app: Any, name: str) -> World:
    village = make_village(name, homes=4)
    world = World(village)
    at = {
        "officer": (Role.OFFICER, village.grids[0]), "committee": (Role.COMMITTEE, village.place),
        "supervisor": (Role.SUPERVISOR, village.place), "storekeeper": (Role.STOREKEEPER, village.place),
        "town": (Role.TOWN, village.town), "county": (Role.COUNTY, village.county),
        "admin": (Role.ADMIN, village.county),
    }  # fmt: skip
    for who, (role, place) in at.items():
        world.people[who] = make_staff(role, place)
    world.ids = objects(app, world, village.homes[0], village.grids[0])
    make_award(make_scorer(village, world.people["officer"]), village.homes[0], make_rule(village))
    posted = make_posted(village, world.people["committee"])
    world.ids |= {
        "notice_id": str(posted.id), "year": str(posted.year), "number": str(posted.number),
        "size": "a4", "kind": "csv",
    }  # fmt: skip
    world.codes = {one.level: one.code for one in (village.place, village.town, village.county)}
    for kind in ("door", "card"):
        world.tokens[kind] = codes.code_in_use(village.id, village.homes[0].id, kind).token
    return world


def objects(app: Any, world: World, home: Any, grid: Any) -> dict[str, str]:
    """One of each thing an address may name by its id, of one household and grid."""
    village, officer = world.village, world.people["officer"]
    set_scheme(village.id, Settings(family="B", base=80))
    rule, gift = make_rule(village, review="first", points_max=8), make_gift(village)
    give_points(village, home, 20)
    scorer, photo_id = make_scorer(village, officer), new_id()
    folder = app.config["DATA_DIR"]
    photos.store_photo(folder, village.id, photo_id, officer.id, picture())
    award_id = make_award(scorer, home, rule, points=5, photos=(photo_id,))
    redemption_id = new_id()
    keeper = world.people["storekeeper"]
    redemption.hand_over(village.id, keeper.id, redemption_id, home.id, {gift.id: 1})
    upload_id = uploads.keep_upload(
        folder / "uploads", village.id, workbooks.export_households(village.id)
    )
    draft, draft_rule = make_draft(village)
    sheet, place = make_sheet(village, target="both"), make_public_place(village)
    seen = make_seen(home, sheet)
    inspecting.record_one(scorer, seen)
    found = {
        "sheet_id": sheet.id, "public_place_id": place.id, "inspection_id": seen.id,
        "held_id": make_held(scorer, home, rule),
        "set_id": draft.id, "draft_rule_id": draft_rule.id,
        "household_id": home.id, "rule_id": rule.id, "award_id": award_id, "photo_id": photo_id,
        "reminder_id": make_reminder(scorer, home, make_reminder_rule(village)).id,
        "gift_id": gift.id, "redemption_id": redemption_id, "upload_id": upload_id,
        "grid_id": grid.id, "person_id": officer.id,
        "objection_id": make_objection(village, home, award_id=award_id).id,
        "complaint_id": complaints.make_complaint(village.id, "路灯坏了").id,
        "sample_id": make_sample(village, [award_id], world.people["supervisor"]).id, "position": 1,
    }  # fmt: skip
    return {name: str(value) for name, value in found.items()}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return out.getvalue()


@dataclass
class Stage:
    """The application, its two villages, and the cookie of every visitor of village A."""

    app: Any
    mine: World
    other: World
    cookies: dict[str, str]

    def ask(self, who: str, method: str, address: str) -> Any:
        """One request of a visitor, in a browser that keeps nothing of the one before."""
        client = self.app.test_client()
        if self.cookies[who]:
            client.set_cookie("session", self.cookies[who])
        return client.open(address, method=method, buffered=True)

    def address(self, rule: Any, values: dict[str, str]) -> str:
        with self.app.test_request_context():
            return str(
                self.app.url_map.bind("localhost").build(
                    rule.endpoint, {n: values[n] for n in rule.arguments}
                )
            )


@pytest.fixture
def stage(app):
    with app.app_context():
        mine, other = make_world(app, "石家村"), make_world(app, "白家村")
        root = make_staff(Role.ADMIN, None)
    cookies = {"stranger": ""}
    for who, person in {**mine.people, "root": root}.items():
        cookies[who] = session_of(sign_in(app.test_client(), person))
    card = app.test_client()
    assert card.get(f"/c/{mine.tokens['card']}").status_code == 302
    cookies["household"] = session_of(card)
    return Stage(app, mine, other, cookies)


def session_of(client: Any) -> str:
    return str(client.get_cookie("session").value)


def routes(app: Any) -> list[tuple[Any, str]]:
    """Every address with every method somebody may send to it."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def allowed(rule: Any, method: str) -> tuple[str, ...]:
    row = TABLE[rule.endpoint]
    return row.look if method == "GET" else row.act


def turned_away(answer: Any) -> bool:
    """Refused, or sent to the sign-in or to fetch the card."""
    sent_off = answer.status_code in (302, 303) and answer.location.split("?")[0] in (
        "/login",
        "/card",
    )
    return answer.status_code in (401, 403, 404) or sent_off


def told(who: str, method: str, address: str, answer: Any) -> str:
    return f"{who} {method} {address} -> {answer.status_code}"


def snapshot(app: Any) -> dict[str, list[Any]]:
    """Every row of every table."""
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(db.select(table))))
            for table in db.metadata.sorted_tables
        }
        db.session.rollback()
    return found


# --- the tests ----------------------------------------------------------------------------------


def test_every_route_has_its_line_and_every_line_its_route(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(TABLE) == set(), "write a line in TABLE: who may look, who may act"
    assert set(TABLE) - endpoints == set()
    for endpoint, row in TABLE.items():
        methods = {m for rule, m in routes(app) if rule.endpoint == endpoint}
        assert bool(row.look) == ("GET" in methods), endpoint
        assert bool(row.act) == bool(methods - {"GET"}), endpoint


def test_who_may_look_sees_and_who_may_not_is_turned_away(stage):
    wrong = []
    for rule, method in routes(stage.app):
        if method != "GET":
            continue
        row = TABLE[rule.endpoint]
        address = stage.address(rule, stage.mine.values(row))
        for who in EVERYBODY:
            answer = stage.ask(who, method, address)
            if who in row.look:
                fine = (
                    answer.status_code == row.status
                    if row.status
                    else answer.status_code in (200, 302) and not turned_away(answer)
                )
            else:
                fine = turned_away(answer)
            if not fine:
                wrong.append(told(who, method, address, answer))
    assert wrong == []


def test_who_may_not_act_is_turned_away_and_changes_nothing(stage):
    before, wrong = snapshot(stage.app), []
    for rule, method in routes(stage.app):
        if method == "GET":
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        for who in set(EVERYBODY) - set(allowed(rule, method)):
            answer = stage.ask(who, method, address)
            if not turned_away(answer):
                wrong.append(told(who, method, address, answer))
    assert wrong == []
    assert snapshot(stage.app) == before


def test_the_supervisor_reads_every_desk_and_changes_only_what_is_the_supervisors(stage):
    before = snapshot(stage.app)
    for rule, method in routes(stage.app):
        if not rule.rule.startswith("/desk/") or method == "GET":
            continue
        if "supervisor" in allowed(rule, method):
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        assert stage.ask("supervisor", method, address).status_code == 403, address
    homes = [one for one in TABLE if one.endswith(".home") and TABLE[one].look == DESK]
    assert len(homes) >= 6
    assert snapshot(stage.app) == before


def test_who_may_act_is_not_turned_away_at_the_door(stage):
    """An empty form may be refused in its own words, but the door is open."""
    wrong = []
    for rule, method in routes(stage.app):
        if method == "GET":
            continue
        address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
        for who in allowed(rule, method):
            answer = stage.ask(who, method, address)
            shut = answer.status_code == 401 or (
                answer.status_code == 403 and "您没有办理这件事的权限" in answer.text
            )
            if shut or answer.status_code >= 500 or answer.status_code == 405:
                wrong.append(told(who, method, address, answer))
    assert wrong == []


def beyond(rule, row, mine, other):
    """The address with all its parameters, and each of them, taken from the other village."""
    own, theirs = mine.values(row), other.values(row)
    yield theirs
    if len(rule.arguments) > 1:
        for name in sorted(rule.arguments):
            if theirs[name] == own[name]:  # a size of paper is no thing of a village
                continue
            yield own | {name: theirs[name]}


def test_nothing_of_another_village_is_reached_by_anybody_of_this_one(stage):
    """Everybody is asked with an address wholly of the other village; with a mixed one, whom the page is for."""
    before, wrong = snapshot(stage.app), []
    for rule, method in routes(stage.app):
        row = TABLE[rule.endpoint]
        if rule.endpoint in PUBLIC or not rule.arguments or rule.endpoint == "api.take_photo":
            continue
        visitors = set(EVERYBODY) - {"root"}  # who governs both villages
        for values in beyond(rule, row, stage.mine, stage.other):
            address = stage.address(rule, values)
            for who in visitors:
                answer = stage.ask(who, method, address)
                if not (turned_away(answer) or answer.status_code == row.gone):
                    wrong.append(told(who, method, address, answer))
            visitors &= {*row.look, *row.act}
    assert wrong == []
    assert snapshot(stage.app) == before


def test_an_upload_of_another_village_stays_as_it_is(stage):
    mine, upload = stage.mine.codes["village"], stage.other.ids["upload_id"]
    for act in ("", "/drop"):
        stage.ask("committee", "POST", f"/desk/{mine}/households/register/{upload}{act}")
    folder = stage.app.config["DATA_DIR"] / "uploads"
    assert uploads.read_upload(folder, stage.other.village.id, uuid.UUID(upload))


def test_a_photo_of_another_village_is_not_overwritten(stage):
    """Ids are made by the phone: the same id in two villages is two photos."""
    photo = stage.other.ids["photo_id"]
    stage.ask("officer", "PUT", f"/officer/photos/{photo}")
    assert stage.ask("officer", "GET", f"/officer/photos/{photo}").status_code == 404


@pytest.fixture
def neighbour(stage):
    """What grid 2 of the officer's own village holds."""
    with stage.app.app_context():
        village = stage.mine.village
        colleague = make_staff(Role.OFFICER, village.grids[1])
        world = World(village, people={**stage.mine.people, "officer": colleague})
        return objects(stage.app, world, village.homes[1], village.grids[1])


def test_an_officer_of_grid_1_neither_sees_nor_scores_grid_2(stage, neighbour):
    before = snapshot(stage.app)
    own = stage.mine.ids
    household, rule = neighbour["household_id"], own["rule_id"]
    for method, address in (
        ("GET", f"/officer/household/{household}"),
        ("POST", f"/officer/household/{household}/award"),
        ("GET", f"/officer/household/{household}/rule/{rule}"),
        ("POST", f"/officer/household/{household}/rule/{rule}"),
        ("POST", f"/officer/award/{neighbour['award_id']}/withdraw"),
        ("GET", f"/officer/photos/{neighbour['photo_id']}"),
    ):
        answer = stage.ask("officer", method, address)
        assert answer.status_code in (403, 404), told("officer", method, address, answer)
    for address in ("/officer/", "/officer/pack.json", "/officer/mine"):
        assert household not in stage.ask("officer", "GET", address).text
    assert snapshot(stage.app) == before


def test_a_household_sees_its_own_page_and_not_the_neighbours(stage):
    with stage.app.app_context():
        village = stage.mine.village
        give_points(village, village.homes[1], 777)
    for address in ("/my/", "/my/gifts"):
        assert ">777<" not in stage.ask("household", "GET", address).text


def test_the_desks_of_an_unknown_village_are_not_there(stage):
    for village in ("999999999999", "x", stage.mine.codes[Level.TOWN.value]):
        for rule, method in routes(stage.app):
            if rule.rule.startswith("/desk/") and rule.endpoint.endswith(".home"):
                address = stage.address(
                    rule, stage.mine.values(TABLE[rule.endpoint]) | {"village": village}
                )
                for who in DESK:
                    answer = stage.ask(who, method, address)
                    assert answer.status_code in (403, 404), told(who, method, address, answer)


def test_every_page_is_served_with_the_strict_headers(stage):
    for rule, method in routes(stage.app):
        if method == "GET":
            address = stage.address(rule, stage.mine.values(TABLE[rule.endpoint]))
            for who in (*allowed(rule, method)[:1], "stranger"):
                headers = stage.ask(who, method, address).headers
                assert "default-src 'self'" in headers["Content-Security-Policy"], address
                assert "unsafe-" not in headers["Content-Security-Policy"], address
                assert headers["X-Content-Type-Options"] == "nosniff", address
