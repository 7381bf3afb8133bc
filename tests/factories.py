"""Short ways to a village with people in it. Everything goes through the service's own verbs."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from governance.affairs.awards import checking, recording, reminding
from governance.affairs.awards.items import Inspected, Item, Scorer
from governance.affairs.awards.reminders import Reminder
from governance.affairs.field import deciding
from governance.affairs.oversight import samples
from governance.affairs.publicity import notices, objecting, posting
from governance.affairs.publicity.hanging import Shown
from governance.affairs.publicity.notices import Notice
from governance.affairs.publicity.objecting import Thing
from governance.affairs.publicity.objections import Objection
from governance.affairs.shop import gifts, handover, shown
from governance.affairs.shop.gifts import Gift, Terms
from governance.affairs.shop.redemptions import Proof
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger import book
from governance.ledger.lines import Kind
from governance.village import codes, households, nominations, places, publicplaces, staff
from governance.village.checklists import lists
from governance.village.checklists.lists import Checklist
from governance.village.checklists.wording import ChecklistWording, Finding, Scene
from governance.village.decisions import Meeting, MeetingKind
from governance.village.households import Details, Household
from governance.village.places import Level, Place
from governance.village.publicplaces import PublicPlace
from governance.village.rules import drafts, rulebook
from governance.village.rules.drafts import DraftRule, RuleSet
from governance.village.rules.rulebook import Rule
from governance.village.rules.wording import Wording
from governance.village.staff import Role, Staff

PASSWORD = "correct-horse"
_count = itertools.count(1)


@dataclass
class Village:
    """A village with its county, town and two grids."""

    place: Place
    town: Place
    county: Place
    grids: list[Place]
    homes: list[Household] = field(default_factory=list)
    scorer: Any = None  # who files awards; the others are there where a test speaks of them
    people: list[uuid.UUID] = field(default_factory=list)
    clerk: Any = None
    supervisor: Any = None
    officer: Any = None

    @property
    def id(self) -> uuid.UUID:
        return self.place.id


def make_village(name: str = "石家村", homes: int = 2) -> Village:
    """A village with grids 01 and 02 and some resident households, half in each grid."""
    number = next(_count)
    code = f"62{number % 10_000:04d}"  # one database holds a few of them, a whole run tens of thousands
    county = places.add_place(Level.COUNTY, code, "秦州区")
    town = places.add_place(Level.TOWN, code + "100", "罗峪镇")
    place = places.add_place(Level.VILLAGE, code + "100201", name)
    grids = [places.add_place(Level.GRID, f"{place.code}0{n}", f"{n}组网格") for n in (1, 2)]
    village = Village(place, town, county, grids)
    for n in range(homes):
        make_household(village, group=n % 2 + 1, number=n // 2 + 1)
    return village


def make_household(
    village: Village, group: int = 1, number: int | None = None, **details: Any
) -> Household:
    """A household of the village, resident unless said otherwise."""
    details = {"head": "王秀兰", "size": 4} | details
    number = number or len(village.homes) + 100
    grid = village.grids[min(group, 2) - 1]
    home = households.add_household(village.place, grid.id, Details(group, number, **details))
    village.homes.append(home)
    return home


def make_staff(role: Role, place: Place | None, username: str = "", name: str = "李志明") -> Staff:
    """Somebody with a post, who signs in with PASSWORD."""
    return staff.add_staff(
        username or f"{role.value}{next(_count)}", name, PASSWORD, [(role, place)]
    )


def make_nomination(person: Staff, place: Place, role: Role = Role.TOWN) -> uuid.UUID:
    """A post that somebody is asked to take; its id."""
    nominations.nominate(person, role, place, person.id)
    return nominations.nominations_for(person.id)[-1].id


def make_rule(village: Village, code: str = "", **wording: Any) -> Rule:
    """A rule in force since New Year: +5, booked at once, no cap, no evidence, unless said otherwise."""
    points = wording.pop("points", None)
    if points is not None:
        wording |= {"points_min": points, "points_max": points}
    plain = {
        "category": "公共参与",
        "behaviour": "参加义务劳动",
        "points_min": 5,
        "points_max": 5,
        "review": "auto",
        "since": date(clock.today().year, 1, 1),
    }
    return rulebook.add_rule(
        village.id, Wording(code=code or f"T{next(_count)}", **(plain | wording)), None
    )


def make_wording(code: str = "E01", **wording: Any) -> Wording:
    """What a rule says: +5 for sweeping, unless said otherwise."""
    plain = {"category": "人居环境", "behaviour": "打扫门前", "points_min": 5, "points_max": 5}
    return Wording(code=code, **(plain | wording))


def make_scorer(village: Village, person: Staff | None = None) -> Scorer:
    """An officer of the whole village, ready to score."""
    person = person or make_staff(Role.OFFICER, village.place)
    return Scorer(person.id, village.id, None)


def make_meeting(**meeting: Any) -> Meeting:
    """An assembly of 52 adults, called in time, of whom 45 came and 43 were in favour."""
    held_on = meeting.get("held_on", clock.today())
    plain = {
        "kind": MeetingKind.ADULTS,
        "held_on": held_on,
        "called_on": held_on - clock.days(12),
        "entitled": 52,
        "present": 45,
        "votes_for": 43,
        "votes_against": 1,
    }
    return Meeting(**(plain | meeting))


def make_item(home: Household, rule: Rule, **item: Any) -> Item:
    """One thing seen just now."""
    return Item(
        **(
            {"id": new_id(), "household_id": home.id, "rule_id": rule.id, "seen_at": clock.now()}
            | item
        )
    )


def make_award(scorer: Scorer, home: Household, rule: Rule, **item: Any) -> uuid.UUID:
    """An award by the rule; its id."""
    return recording.record_one(scorer, make_item(home, rule, **item)).id


def make_filed(
    village: Village, home: Household, review: str = "first", **wording: Any
) -> uuid.UUID:
    """An award of the village's officer, by a rule of its own."""
    return make_award(village.scorer, home, make_rule(village, review=review, **wording))


def make_checked(
    village: Village, home: Household, rule: Rule | None = None, **wording: Any
) -> uuid.UUID:
    """An award that one of the committee checked: it waits for its notice."""
    rule = rule or make_rule(village, review="first", **wording)
    award_id = make_award(village.scorer, home, rule)
    checking.check(village.id, village.people[0], [award_id])
    return award_id


def sign_in(client: Any, person: Staff) -> Any:
    """Sign somebody in on a browser."""
    answer = client.post(
        "/login", data={"username": person.username, "password": PASSWORD, "remember": "1"}
    )
    assert answer.status_code == 303, answer.text
    return client


def sign_in_first(client: Any, username: str, password: str) -> Any:
    """Sign in with a password that was handed over, and change it to PASSWORD."""
    client.post("/login", data={"username": username, "password": password, "remember": "1"})
    new = {"old": password, "password": PASSWORD, "again": PASSWORD}
    assert client.post("/password", data=new).status_code == 303
    return client


def make_gift(
    village: Village, name: str = "", points: int = 5, stock: int = 10, **terms: Any
) -> Gift:
    """A gift on the shelf: 5 points, 10 pieces, no limit, unless said otherwise."""
    return gifts.add_gift(
        village.id, Terms(name or f"肥皂{next(_count)}", points, **terms), stock=stock
    )


def show_card(village: Village, keeper: uuid.UUID, home: Household) -> None:
    """The household's card, scanned by the storekeeper just now."""
    card = codes.code_in_use(village.id, home.id, "card")
    assert card
    shown.note_shown(keeper, card, Proof.SCANNED)


def hand_over(
    village: Village,
    keeper: Staff,
    home: Household,
    wanted: dict[Gift, int],
    key: uuid.UUID | None = None,
    **more: Any,
) -> handover.Receipt:
    """Gifts handed over to a household at the counter, without its card unless it was shown before."""
    pieces = {gift.id: count for gift, count in wanted.items()}
    more = {"no_card": "户卡忘在家里"} | more
    return handover.hand_over(village.id, keeper.id, key or new_id(), home.id, pieces, **more)


def give_points(village: Village, home: Household, points: int) -> None:
    """Points a household may spend, as an opening line of its passbook."""
    line = book.Entry(home.id, Kind.OPENING, points, points, "期初", f"opening:{new_id()}")
    with atomic():
        book.enter(village.id, [line])


def make_sample(village: Village, award_ids: list[uuid.UUID], by: Staff) -> samples.Sample:
    """A drawing of exactly these awards, as if the lot had fallen so."""
    sample = samples.Sample(
        village_id=village.id,
        id=new_id(),
        month=samples.last_month(clock.today()),
        size=len(award_ids),
        pool=len(award_ids),
        seed="0" * 32,
        drawn_by=by.id,
        drawn_at=clock.now(),
    )
    with atomic():
        db.session.add(sample)
        db.session.flush()
        for position, award_id in enumerate(award_ids, 1):
            db.session.add(
                samples.SampleItem(
                    village_id=village.id, sample_id=sample.id, position=position, award_id=award_id
                )
            )
    return sample


def search(client: Any, page: str, words: str) -> Any:
    """Search on a page, as its form does; the answered page."""
    return client.post("/search", data={"back": page, "q": words}, follow_redirects=True)


def make_notice(village: Village, by: uuid.UUID | None = None, days: int = 3) -> Notice:
    """A notice of what waits for one today, or of as much as its period holds; it hangs three days."""
    by = by or make_staff(Role.COMMITTEE, village.place).id
    draft = notices.make_notice(village.id, by, clock.today(), days)
    return posting.post_notice(village.id, by, draft.id)


def make_shown(
    name: str = "石建国",
    group: int | None = 1,
    behaviour: str = "参加村民代表会议",
    points: int = 5,
    **more: Any,
) -> Shown:
    """A line of a notice as everybody reads it, of something seen on 1 March."""
    return Shown(group, name, behaviour, points, date(2026, 3, 1), **more)


def make_objection(
    village: Village,
    home: Household,
    words: str = "修水渠没有记",
    award_id: uuid.UUID | None = None,
) -> Objection:
    """An objection of a household to an award of its own, or because one is missing."""
    thing = Thing(award_id=award_id)
    return objecting.file_objection(village.id, home.id, thing, words)


def make_reminder_rule(village: Village, days: int = 7, **wording: Any) -> Rule:
    """A rule that takes 5 points, but only after a reminder."""
    plain = {"behaviour": "乱堆乱倒经提醒未改", "points": -5, "review": "second"}
    return make_rule(village, **(plain | {"evidence": "reminder", "remind_days": days} | wording))


def make_bonus_rule(village: Village, **wording: Any) -> Rule:
    """The rule that gives 2 points for putting right in time what a reminder named."""
    plain = {"behaviour": "按提醒期限整改到位", "points": 2, "review": "first"}
    return make_rule(village, **(plain | {"evidence": "before_after_photo"} | wording))


def make_reminder(scorer: Scorer, home: Household, rule: Rule, **said: Any) -> Reminder:
    """A reminder of something seen just now."""
    said = {"note": "院墙外堆着旧木料", "seen_at": clock.now()} | said
    return reminding.remind(scorer, said.pop("id", None) or new_id(), home.id, rule.id, **said)


def make_draft(village: Village, title: str = "细则草案") -> tuple[RuleSet, DraftRule]:
    """A draft that copies the rules in force and adds one; the draft and the added rule."""
    clerk = make_staff(Role.COMMITTEE, village.place)
    wordings = drafts.wordings_to_copy(village.id)
    draft = drafts.start_set(village.id, clerk.id, title, wordings)
    added = Wording(f"N{next(_count)}", "公共参与", "参加植树", 5, 5)
    return draft, drafts.add_draft_rule(village.id, draft.id, added)


def make_checklist(village: Village, code: str = "", **wording: Any) -> Checklist:
    """An inspection checklist of 20 points in force since New Year: a room with consent, a yard without."""
    plain = {
        "title": "入户检查",
        "scenes": SCENES,
        "since": date(clock.today().year, 1, 1),
    }
    return lists.add_checklist(
        village.id, ChecklistWording(code=code or f"S{next(_count)}", **(plain | wording)), None
    )


SCENES = (
    Scene("室内", 10, True, (Finding("A0", "地面垃圾", 4), Finding("A1", "物品杂乱", 8))),
    Scene("庭院", 10, False, (Finding("B0", "工具杂乱", 3), Finding("B1", "污水横流", 5))),
)


def make_seen(home: Any, checklist: Checklist, *findings: str, **seen: Any) -> Inspected:
    """One inspection just now, with consent; `home` may be a public place."""
    plain = {"id": new_id(), "seen_at": clock.now(), "consent": True}
    return Inspected(
        **(plain | {"place_id": home.id, "sheet_id": checklist.id, "findings": findings} | seen)
    )


def make_public_place(village: Village, name: str = "", grid: int = 0) -> PublicPlace:
    """A public place of a grid."""
    return publicplaces.add_public_place(
        village.id, village.grids[grid].id, name or f"文化广场{next(_count)}"
    )


def make_held(scorer: Scorer, home: Household, rule: Rule, **raw: Any) -> uuid.UUID:
    """An item the service refused and the officer handed in; its id."""
    item = {
        "id": str(new_id()),
        "kind": "award",
        "household": str(home.id),
        "rule": str(rule.id),
        "seen_at": clock.now().isoformat(),
        "why": "cap_reached",
    }
    assert deciding.hand_in(scorer, [item | raw]) == ["held"]
    return uuid.UUID((item | raw)["id"])
