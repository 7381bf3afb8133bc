"""Two villages with one of everything that an address can name, and everybody who may ask for it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from governance.affairs.awards import photos
from governance.affairs.field import inspecting
from governance.affairs.oversight import complaints
from governance.affairs.shop import handover
from governance.base.database import db, new_id
from governance.base.worksheets.reading import read_worksheets
from governance.village import codes, jobs
from governance.village.register import uploads, workbooks
from governance.village.scheme import Settings, set_scheme
from governance.village.signing import signins
from governance.village.staff import Role
from tests.factories import (
    Village,
    give_points,
    make_award,
    make_checklist,
    make_draft,
    make_gift,
    make_held,
    make_nomination,
    make_notice,
    make_objection,
    make_public_place,
    make_reminder,
    make_reminder_rule,
    make_rule,
    make_sample,
    make_scorer,
    make_seen,
    make_staff,
    make_village,
    sign_in,
)
from tests.web.table import TABLE, Row


@dataclass
class World:
    """A village with one of everything that an address can name, in its first grid."""

    village: Village
    ids: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def show(self, posted: Any) -> None:
        """The notice that addresses name."""
        self.ids |= {
            "notice_id": str(posted.id),
            "year": str(posted.year),
            "number": str(posted.number),
            "size": "a4",
            "kind": "csv",
        }

    def values(self, row: Row) -> dict[str, str]:
        """What the parameters of an address stand for."""
        place = {"code": self.codes[row.code], "village": self.codes["village"]}
        return {**self.ids, **place, "token": self.tokens[row.token], "filename": "style.css"}


def make_world(app: Any, name: str) -> World:
    """A small village with one of everything, and a notice that lists an award."""
    world = people_world(app, make_village(name, homes=4))
    village, officer = world.village, world.people["officer"]
    make_award(make_scorer(village, officer), village.homes[0], make_rule(village))
    world.show(make_notice(village, world.people["committee"].id))
    return world


def people_world(app: Any, village: Village) -> World:
    """A village with everybody who may come to its doors, and one of each thing but a notice."""
    world = World(village)
    at = {
        "officer": (Role.OFFICER, village.grids[0]),
        "committee": (Role.COMMITTEE, village.place),
        "supervisor": (Role.SUPERVISOR, village.place),
        "storekeeper": (Role.STOREKEEPER, village.place),
        "town": (Role.TOWN, village.town),
        "county": (Role.COUNTY, village.county),
        "admin": (Role.ADMIN, village.county),
    }
    for who, (role, place) in at.items():
        world.people[who] = make_staff(role, place)
    world.ids = objects(app, world, village.homes[0], village.grids[0])
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
    handover.hand_over(
        village.id, keeper.id, redemption_id, home.id, {gift.id: 1}, no_card="忘带了"
    )
    exported = read_worksheets(workbooks.export_households(village.id))
    upload_id = uploads.keep_upload(folder / "uploads", village.id, exported)
    draft, draft_rule = make_draft(village)
    checklist, place = make_checklist(village, target="both"), make_public_place(village)
    seen = make_seen(home, checklist)
    inspecting.record_one(scorer, seen)
    found = {
        "sheet_id": checklist.id,
        "public_place_id": place.id,
        "inspection_id": seen.id,
        "handed_id": make_held(scorer, home, rule),
        "set_id": draft.id,
        "draft_rule_id": draft_rule.id,
        "household_id": home.id,
        "rule_id": rule.id,
        "award_id": award_id,
        "photo_id": photo_id,
        "reminder_id": make_reminder(scorer, home, make_reminder_rule(village)).id,
        "gift_id": gift.id,
        "redemption_id": redemption_id,
        "upload_id": upload_id,
        "job_id": jobs.ask(village.id, new_id(), "register", {"digest": ""}).id,
        "grid_id": grid.id,
        "person_id": officer.id,
        "sign_in_id": signins.begin(officer.id, signins.Where("192.0.2.1"), remember=True),
        "nomination_id": make_nomination(officer, village.town),
        "objection_id": make_objection(village, home, award_id=award_id).id,
        "complaint_id": complaints.make_complaint(village.id, "路灯坏了").id,
        "sample_id": make_sample(village, [award_id], world.people["supervisor"]).id,
        "position": 1,
    }
    return {name: str(value) for name, value in found.items()}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return out.getvalue()


ENDING = ("/logout", "/login", "/account/sign-ins/end")  # end sign-ins: the visitor signs in anew


@dataclass
class Stage:
    """The application, its two villages, the cookie of every visitor of village A, and who of them signs in."""

    app: Any
    mine: World
    other: World
    cookies: dict[str, str]
    staff: dict[str, Any]

    def ask(self, who: str, method: str, address: str, **more: Any) -> Any:
        """One request of a visitor, in a browser that keeps nothing of the one before."""
        client = self.app.test_client()
        if self.cookies[who]:
            client.set_cookie("session", self.cookies[who])
        answer = client.open(address, method=method, buffered=True, **more)
        if address in ENDING and method == "POST" and who in self.staff:
            self.cookies[who] = session_of(sign_in(self.app.test_client(), self.staff[who]))
        return answer

    def address(self, rule: Any, values: dict[str, str]) -> str:
        with self.app.test_request_context():
            return str(
                self.app.url_map.bind("localhost").build(
                    rule.endpoint, {n: values[n] for n in rule.arguments}
                )
            )


def make_stage(app: Any, mine: World, other: World, root: Any) -> Stage:
    """Sign everybody in."""
    cookies = {"stranger": ""}
    staff = {**mine.people, "root": root}
    for who, person in staff.items():
        cookies[who] = session_of(sign_in(app.test_client(), person))
    card = app.test_client()
    assert card.get(f"/c/{mine.tokens['card']}").status_code == 302
    cookies["household"] = session_of(card)
    return Stage(app, mine, other, cookies, staff)


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
