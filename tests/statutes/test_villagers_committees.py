"""村民委员会组织法 as in force since 2026-01-01, article by article, as far as this service does what it governs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from governance.affairs.publicity import closing, disclosure, hanging
from governance.affairs.publicity.disclosure import StillHangs
from governance.base import clock
from governance.base.database import db
from governance.base.errors import BadInput
from governance.village import decisions, kin, staff
from governance.village.decisions import (
    CalledLate,
    Decision,
    MeetingKind,
    NotAuthorised,
    NotEnoughVotes,
    QuorumShort,
    file_decision,
    note_decision,
)
from governance.village.rules import drafts
from governance.village.rules.adoption import GroupDecides, adopt_set
from governance.village.staff import NearRelative, NotIndependent, Role
from tests.factories import (
    make_award,
    make_draft,
    make_meeting,
    make_notice,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
    sign_in,
)

MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
AT_THE_EDGE = [  # entitled, fewest who are enough
    (MeetingKind.ADULTS, 100, 51, "第二十六条"),
    (MeetingKind.ADULTS, 101, 51, "第二十六条"),
    (MeetingKind.HOUSEHOLDS, 300, 200, "第二十六条"),
    (MeetingKind.HOUSEHOLDS, 301, 201, "第二十六条"),
    (MeetingKind.REPRESENTATIVES, 30, 20, "第三十条"),
    (MeetingKind.REPRESENTATIVES, 31, 21, "第三十条"),
    (MeetingKind.GROUP_ADULTS, 60, 40, "第三十二条"),
    (MeetingKind.GROUP_ADULTS, 61, 41, "第三十二条"),
    (MeetingKind.GROUP_HOUSEHOLDS, 33, 22, "第三十二条"),
    (MeetingKind.GROUP_HOUSEHOLDS, 34, 23, "第三十二条"),
]


@pytest.fixture
def village(ctx):
    village = make_village(homes=3)
    village.clerk = make_staff(Role.COMMITTEE, village.place)
    return village


def meeting_of(kind, **more):
    """A meeting of a kind that could decide, but for what is said otherwise."""
    extra = {"authorised_on": clock.today() - clock.days(200)}
    if kind in decisions.OF_GROUP:
        extra["group_no"] = 3
    return make_meeting(kind=kind, **extra | more)


@pytest.mark.parametrize(("kind", "entitled", "least", "article"), AT_THE_EDGE)
def test_art_26_30_32_exactly_enough_may_decide_and_one_less_may_not(
    village, kind, entitled, least, article
):
    enough = meeting_of(kind, entitled=entitled, present=least, votes_for=least, votes_against=0)
    note_decision(village.id, village.clerk.id, "修路", enough)
    short = meeting_of(kind, entitled=entitled, present=least - 1, votes_for=1, votes_against=0)
    with pytest.raises(QuorumShort, match=article) as refused:
        note_decision(village.id, village.clerk.id, "修路", short)
    assert refused.value.values["least"] == least


@pytest.mark.parametrize(("kind", "entitled", "least", "article"), AT_THE_EDGE)
def test_art_26_30_32_more_than_half_of_those_present_decide(
    village, kind, entitled, least, article
):
    half = least // 2
    told = {"entitled": entitled, "present": least, "votes_against": 0}
    with pytest.raises(NotEnoughVotes, match=article):
        note_decision(
            village.id, village.clerk.id, "修路", meeting_of(kind, votes_for=half, **told)
        )
    note_decision(
        village.id, village.clerk.id, "修路", meeting_of(kind, votes_for=half + 1, **told)
    )


@pytest.mark.parametrize(("kind", "entitled", "least", "article"), AT_THE_EDGE[::2])
def test_art_26_30_32_the_database_holds_the_quorum_too(village, kind, entitled, least, article):
    note_decision(
        village.id,
        village.clerk.id,
        "修路",
        meeting_of(kind, entitled=entitled, present=least, votes_for=least, votes_against=0),
    )
    row = dict(db.session.execute(db.select(Decision.__table__)).one()._mapping)
    row |= {"id": village.homes[0].id, "present": least - 1, "votes_for": least - 1}
    with pytest.raises(IntegrityError, match="quorum"):
        db.session.execute(insert(Decision).values(row))
    db.session.rollback()


def test_art_25_the_assembly_is_called_ten_days_ahead_or_it_is_said_why_not(village):
    today = clock.today()
    for ahead, kind in ((9, MeetingKind.ADULTS), (0, MeetingKind.HOUSEHOLDS)):
        for urgent in ("", "  ", "\u200b"):
            late = make_meeting(kind=kind, called_on=today - clock.days(ahead), urgent=urgent)
            with pytest.raises(CalledLate, match="第二十五条"):
                note_decision(village.id, village.clerk.id, "修路", late)
    note_decision(
        village.id, village.clerk.id, "修路", make_meeting(called_on=today - clock.days(10))
    )
    urgent = make_meeting(called_on=today, urgent="汛期抢修河堤")
    assert note_decision(village.id, village.clerk.id, "修堤", urgent).urgent == "汛期抢修河堤"


def test_art_28_29_the_representatives_decide_only_what_the_assembly_has_authorised(village):
    told = {"entitled": 30, "present": 25, "votes_for": 20, "votes_against": 0}
    alone = make_meeting(kind=MeetingKind.REPRESENTATIVES, **told)
    with pytest.raises(NotAuthorised, match="第二十八条、第二十九条"):
        note_decision(village.id, village.clerk.id, "细则", alone)
    note_decision(
        village.id, village.clerk.id, "细则", meeting_of(MeetingKind.REPRESENTATIVES, **told)
    )


def test_art_28_when_the_party_organisation_discussed_it_is_on_record(village):
    before = clock.today() - clock.days(20)
    made = note_decision(village.id, village.clerk.id, "x", make_meeting(discussed_on=before))
    assert made.discussed_on == before
    late = make_meeting(held_on=clock.today() - clock.days(3), discussed_on=clock.today())
    with pytest.raises(BadInput) as refused:
        note_decision(village.id, village.clerk.id, "x", late)
    assert refused.value.field == "discussed_on"


def test_art_31_rules_are_made_by_the_village_not_by_a_group(village):
    draft, _ = make_draft(village)
    group = meeting_of(
        MeetingKind.GROUP_ADULTS, entitled=60, present=50, votes_for=50, votes_against=0
    )
    with pytest.raises(GroupDecides, match="第三十一条"):
        adopt_set(village.id, village.clerk.id, draft.id, group, clock.today())


def test_art_31_an_adopted_rulebook_stands_on_its_decision_and_is_filed_with_the_township(village):
    draft, _ = make_draft(village)
    adopt_set(village.id, village.clerk.id, draft.id, make_meeting(), clock.today())
    adopted = drafts.get_set(village.id, draft.id)
    assert [one.id for one in decisions.unfiled(village.id)] == [adopted.decision_id]
    [due] = [one for one in disclosure.calendar(village.id) if one.article == 31]
    assert not due.done
    with pytest.raises(BadInput):
        file_decision(village.id, adopted.decision_id, clock.today() + clock.days(1))
    file_decision(village.id, adopted.decision_id, clock.today())
    assert decisions.unfiled(village.id) == []
    assert [one for one in disclosure.calendar(village.id) if one.article == 31] == []


def test_art_31_too_few_adopt_nothing(village):
    draft, _ = make_draft(village)
    with pytest.raises(QuorumShort):
        adopt_set(village.id, village.clerk.id, draft.id, make_meeting(entitled=100), clock.today())
    assert drafts.get_set(village.id, draft.id).state == "draft"


@pytest.fixture
def hung(village):
    with clock.set_to(MORNING):
        officer = make_scorer(village)
        make_award(officer, village.homes[0], make_rule(village))
        village.notice = make_notice(village, village.clerk.id)
    return village


def test_art_35_a_notice_carries_two_dates(hung):
    """Objections until the third day; on the wall until the fifteenth."""
    assert clock.local_date(hung.notice.closes_at).isoformat() == "2026-03-05"
    assert hung.notice.hangs_until.isoformat() == "2026-03-17"


def test_art_35_what_is_disclosed_hangs_fifteen_days_and_is_not_taken_down_early(hung):
    with clock.set_to(MORNING + timedelta(days=4)):
        closing.close_due(hung.id)
        assert [one.id for one in hanging.notices_now(hung.id)] == [hung.notice.id]
    with clock.set_to(MORNING + timedelta(days=15)):
        with pytest.raises(StillHangs, match="第三十五条"):
            disclosure.take_down(hung.id, hung.notice.id)
        assert hanging.notices_now(hung.id)
        assert disclosure.down_from_the_wall(hung.id) == []
    with clock.set_to(MORNING + timedelta(days=16)):
        assert hanging.notices_now(hung.id) == []
        assert [one.id for one in disclosure.down_from_the_wall(hung.id)] == [hung.notice.id]
        assert disclosure.take_down(hung.id, hung.notice.id).taken_down_on == clock.today()
        assert disclosure.down_from_the_wall(hung.id) == []


def test_art_35_points_are_disclosed_every_quarter(hung):
    with clock.set_to(MORNING + timedelta(days=20)):
        [first] = disclosure.calendar(hung.id)
        assert (first.due.isoformat(), first.done.isoformat()) == ("2026-03-31", "2026-03-02")
    with clock.set_to(MORNING + timedelta(days=150)):  # the second quarter went by without one
        missed, now = disclosure.calendar(hung.id)
        assert (missed.values["quarter"], missed.overdue) == (2, True)
        assert (now.values["quarter"], now.overdue) == (3, False)


def test_art_35_a_village_that_has_just_begun_owes_nothing_for_the_past(village):
    [this] = disclosure.calendar(village.id)
    assert not this.overdue


def test_art_35_the_wall_and_the_page_say_both_dates(app):
    with app.app_context(), clock.set_to(MORNING):
        village = make_village(homes=1)
        clerk = make_staff(Role.COMMITTEE, village.place)
        make_award(make_scorer(village), village.homes[0], make_rule(village))
        notice = make_notice(village, clerk.id)
    with clock.set_to(MORNING + timedelta(hours=1)):
        client = sign_in(app.test_client(), clerk)
        desk = f"/desk/{village.place.code}/notices"
        pages = [
            client.get(f"{desk}/{notice.id}/sheet/a4").text,
            client.get(f"/v/{village.place.code}/notices/2026-1").text,
            client.get(f"{desk}/calendar").text,
        ]
        for page in pages:
            assert "3月5日 18:00" in page
            assert "3月17日" in page
        refused = client.post(f"{desk}/{notice.id}/take-down")
        assert refused.status_code == 409
        assert "现在不能取下" in refused.text


def test_art_37_nobody_sits_in_both_committees(village):
    with pytest.raises(NotIndependent, match="第三十七条"):
        staff.appoint(village.clerk, Role.SUPERVISOR, village.place)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("own", "own", True),
        ("relative", "own", True),
        ("own", "relative", True),
        ("relative", "relative", False),  # both know a third household
    ],
)
def test_art_37_nor_do_near_relatives(village, one, other, near):
    watcher = make_staff(Role.OFFICER, village.place)
    kin.declare_kin(village.clerk.id, village.homes[0], one)
    kin.declare_kin(watcher.id, village.homes[0], other)
    if near:
        with pytest.raises(NearRelative, match="第三十七条"):
            staff.appoint(watcher, Role.SUPERVISOR, village.place)
    else:
        staff.appoint(watcher, Role.SUPERVISOR, village.place)


def test_art_37_what_is_declared_after_the_appointment_is_shown(village):
    watcher = make_staff(Role.SUPERVISOR, village.place)
    assert staff.near_relatives(village.id) == []
    kin.declare_kin(village.clerk.id, village.homes[0], "own")
    kin.declare_kin(watcher.id, village.homes[0], "relative")
    [(member, found)] = staff.near_relatives(village.id)
    assert (member.id, found.id) == (village.clerk.id, watcher.id)


def test_art_39_the_signed_page_is_kept_with_the_decision(app):
    with app.app_context():
        village = make_village()
        clerk = make_staff(Role.COMMITTEE, village.place)
        make_rule(village)
        draft, _ = make_draft(village)
    client = sign_in(app.test_client(), clerk)
    page = f"/desk/{village.place.code}/rulesets/{draft.id}"
    today = clock.today()
    sent = {
        "kind": "adults",
        "held_on": today.isoformat(),
        "called_on": (today - clock.days(10)).isoformat(),
        "entitled": "52",
        "present": "45",
        "votes_for": "43",
        "votes_against": "1",
        "since": today.isoformat(),
    }
    assert client.get(f"{page}/signed-page").status_code == 404
    bad = client.post(f"{page}/adopt", data=sent | {"paper": (io.BytesIO(b"no picture"), "x.jpg")})
    assert bad.status_code == 422
    assert client.get(page).status_code == 200  # nothing was half done
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    out.seek(0)
    done = client.post(f"{page}/adopt", data=sent | {"paper": (out, "x.jpg")})
    assert done.status_code == 303
    with client.get(f"{page}/signed-page") as photo:
        assert photo.mimetype == "image/jpeg"
    told = client.get(page).text
    assert "还没有登记" in told
    client.post(f"{page}/filed", data={"filed_on": today.isoformat()})
    assert "还没有登记" not in client.get(page).text
