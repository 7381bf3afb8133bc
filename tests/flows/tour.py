"""Where the demo village is worth looking at: the addresses that no link leads to, by visitor."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from governance.affairs.awards.life import awards
from governance.affairs.awards.photos import photos
from governance.affairs.awards.reminders import reminders
from governance.affairs.oversight import samples
from governance.affairs.publicity.disclosure import keep_wall_photo
from governance.affairs.publicity.hanging import all_notices
from governance.affairs.publicity.objections import objections
from governance.affairs.shop.gifts import gifts_offered
from governance.affairs.shop.handover import redemptions
from governance.base import clock
from governance.base.config import DEMO_PASSWORD
from governance.base.database import db, new_id
from governance.base.worksheets.reading import read_worksheets
from governance.ledger.book import lines
from governance.village import codes, decisions, jobs, places, staff
from governance.village.places import Place
from governance.village.register import uploads
from governance.village.rules import drafts
from governance.village.rules.adoption import adopt_set
from governance.village.staff import Role
from tests.factories import make_meeting
from tests.flows.conftest import ROOT

ROOT_ADMIN = "root-admin"
REGISTERS = (ROOT / "governance/data/households/shijia_417.xlsx", ROOT / "tests/data/broken.xlsx")


# Ways that are linked only for who has several posts, or the second step on.
ACCOUNT = ("/account/posts", "/account/second-step/off")


def addresses(app: Flask) -> dict[str, list[str]]:
    """Each visitor's addresses beside what their links lead to."""
    with app.app_context():
        village = places.get_place("620503100201")
        busiest = most_frequent(
            select(lines.c.household_id).where(lines.c.village_id == village.id)
        )
        return {
            "stranger": [
                "/",
                "/login",
                f"/v/{village.code}",
                f"/v/{village.code}/complaint/answer",
                token("/h/", village, busiest, "door"),
            ],
            "lost": ["/card", "/c/none", "/h/none", "/none"],
            "villager": [token("/c/", village, objector(village), "card")],
            "officer": ["/", *field(village)],
            "committee": ["/", *ACCOUNT, *desk(app, village, busiest)],
            "shop": ["/", *counter(village, busiest)],
            "admin": ["/", f"/admin/person/{staff.find_staff('officer').id}"],
            ROOT_ADMIN: ["/"],
            **{name: ["/"] for name in ("supervisor", "town", "county")},
        }


def add_root_admin(app: Flask) -> None:
    """The demo's admin has a county; counties are added by an admin of the whole service."""
    with app.app_context():
        staff.add_staff(ROOT_ADMIN, "周正", DEMO_PASSWORD, [(Role.ADMIN, None)])


def token(path: str, village: Place, household_id: uuid.UUID, kind: str) -> str:
    return path + codes.code_in_use(village.id, household_id, kind).token


def most_frequent(rows: Any) -> uuid.UUID:
    return Counter(db.session.scalars(rows)).most_common(1)[0][0]


def field(village: Place) -> list[str]:
    """The household the officer recorded most about, and a photo they took."""
    officer = staff.find_staff("officer").id
    home = most_frequent(select(awards.c.household_id).where(awards.c.filed_by == officer))
    photo = db.session.scalar(select(photos.c.id).where(photos.c.taken_by == officer))
    return [
        f"/officer/household/{home}",
        f"/officer/photos/{photo}",
        "/officer/checks",
        f"/officer/checks/photos/{waiting_photo(officer)}",
        f"/officer/reminders/{db.session.scalar(select(reminders.c.id).where(reminders.c.filed_by == officer))}",
    ]


def waiting_photo(officer: uuid.UUID) -> uuid.UUID:
    """A photo of an award in the officer's grid that waits for its first look."""
    waits = (awards.c.id == photos.c.award_id) & (awards.c.village_id == photos.c.village_id)
    found = select(photos.c.id).join(awards, waits)
    return db.session.scalar(found.where(awards.c.filed_by == officer, awards.c.state == "filed"))


def objector(village: Place) -> uuid.UUID:
    """A household with an objection."""
    return db.session.scalar(
        select(objections.c.household_id).where(objections.c.village_id == village.id)
    )


def desk(app: Flask, village: Place, household_id: uuid.UUID) -> list[str]:
    """An award in each state, a photo, previews of a good and of a faulty register, sheets, a household."""
    start = f"/desk/{village.code}"
    states = dict(db.session.execute(select(awards.c.state, awards.c.id)).all())
    photo = db.session.scalar(select(photos.c.id))
    folder = app.config["DATA_DIR"] / "uploads"
    previews = [
        uploads.keep_upload(folder, village.id, read_worksheets(one.read_bytes()))
        for one in REGISTERS
    ]
    return [
        f"{start}/households/{household_id}",
        f"{start}/team/{staff.find_staff('officer').id}",
        *(f"{start}/awards/{award_id}" for award_id in states.values()),
        f"{start}/awards/photos/{photo}",
        *(f"{start}/households/register/{upload_id}" for upload_id in previews),
        f"{start}/jobs/{jobs.ask(village.id, new_id(), 'register', {}).id}",
        *(f"{start}/sheets/{kind}?grid={village.code}03" for kind in ("doors", "cards")),
        f"{start}/objections/enter/{household_id}",
        *(f"{start}/rulesets/{page}" for page in drafted(village)),
        f"{start}/rulesets/{adopted(village, photo)}/signed-page",
        f"{start}/notices/{on_the_wall(village, photo)}/wall-photo",
        f"{start}/date",
        *(f"{start}/supervision/samples/{drawn(village)}{page}" for page in ("", "/1", "/paper")),
    ]


def drafted(village: Place) -> list[str]:
    """A draft for the assembly, and a rule of it."""
    sets = drafts.sets_of(village.id)
    clerk = staff.find_staff("committee").id
    copied = drafts.wordings_to_copy(village.id)
    draft = sets[0] if sets else drafts.start_set(village.id, clerk, "十一月修订", copied)
    rule = drafts.rules_of_set(village.id, draft.id)[0]
    return [f"{draft.id}", f"{draft.id}/add", f"{draft.id}/adopt", f"{draft.id}/rules/{rule.id}"]


def adopted(village: Place, photo: uuid.UUID) -> uuid.UUID:
    """A set that an assembly adopted as it was, with the signed page of its minutes."""
    done = [one for one in drafts.sets_of(village.id) if one.decision_id]
    if not done:
        clerk = staff.find_staff("committee").id
        copied = drafts.wordings_to_copy(village.id)
        done = [drafts.start_set(village.id, clerk, "照旧", copied)]
        adopt_set(village.id, clerk, done[0].id, make_meeting(), clock.today())
        decisions.keep_paper(village.id, done[0].decision_id, photo)
    return done[0].id


def on_the_wall(village: Place, photo: uuid.UUID) -> uuid.UUID:
    """A posted notice with a photo of the wall."""
    [notice, *_] = all_notices(village.id)[0]
    keep_wall_photo(village.id, notice.id, photo)
    return notice.id


def drawn(village: Place) -> uuid.UUID:
    """A sample of last month's awards, drawn once."""
    found = samples.samples_of(village.id)
    watcher = staff.find_staff("supervisor").id
    return found[0].id if found else samples.draw_sample(village.id, watcher, 3).id


def counter(village: Place, household_id: uuid.UUID) -> list[str]:
    """The counter of a household with points, a bill to confirm, a receipt."""
    gift = gifts_offered(village.id)[0]
    redemption = db.session.scalar(select(redemptions.c.id))
    bill = urlencode({"key": new_id(), f"gift-{gift.id}": 1})
    return [
        f"/shop/household/{household_id}",
        f"/shop/household/{household_id}/confirm?{bill}",
        f"/shop/redemption/{redemption}",
    ]
