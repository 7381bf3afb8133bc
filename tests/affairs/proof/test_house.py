"""The audit of the house: a true village is proved whole, and whatever is changed behind its back is named."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import delete, insert, select, update

from governance.affairs.acts import acts, note_act
from governance.affairs.awards import checking, photoage, photos, reversal
from governance.affairs.awards.life import awards
from governance.affairs.figures import yearly
from governance.affairs.proof import erasing, house
from governance.affairs.publicity import answering, closing
from governance.affairs.publicity.answering import Answer
from governance.affairs.publicity.heads import kept_heads, sheet_of
from governance.affairs.publicity.notices import notice_items, notices
from governance.affairs.publicity.objections import objections
from governance.affairs.shop import gifts, handover
from governance.affairs.shop.gifts import stock_moves
from governance.affairs.shop.redemptions import redemption_items, redemptions
from governance.base import clock
from governance.base.database import atomic, db, new_id
from governance.ledger.book import accounts, heads, lines, months
from governance.ledger.lines import GENESIS, line_hash
from governance.ledger.seals import seals
from governance.village import staff
from governance.village.places import Level, add_place
from governance.village.rules import rulebook
from governance.village.rules.rulebook import rules
from governance.village.scheme import Settings, set_scheme
from governance.village.staff import Appointment, Role
from tests.factories import (
    make_award,
    make_gift,
    make_notice,
    make_objection,
    make_rule,
    make_scorer,
    make_staff,
    make_village,
)
from tests.tampering import tamper

MARCH = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
posts = Appointment.__table__


@pytest.fixture
def _books_add_up():
    """Here books are bent on purpose."""


@pytest.fixture
def village(ctx):
    """A village in which everything has happened, two notices of it, and something since the last."""
    with clock.set_to(MARCH):
        village = make_village(homes=3)
        village.folder = ctx.config["DATA_DIR"]
        village.officer, village.clerks = make_scorer(village), clerks_of(village)
        village.auto = make_rule(village, points=6)
        village.first = make_rule(village, review="first", points=4, behaviour="照看邻居老人")
        village.retired = make_rule(village, behaviour="旧的一条")
        rulebook.retire_rule(village.retired, clock.today())
        with_points(village)
        village.wrong = make_award(village.officer, village.homes[1], village.auto)
        take_back(village, village.wrong)
        village.listed = [make_award(village.officer, one, village.first) for one in village.homes]
        village.turned_down = make_award(village.officer, village.homes[0], village.first)
        checking.check(village.id, village.clerks[0], village.listed)
        checking.reject(village.id, village.clerks[0], [village.turned_down], "没有的事")
        trade(village)
        village.photo = store_photo(village)
        village.act = note_act(village.id, village.clerks[0], "awards.check", None, new_id())
        dismissed = make_staff(Role.STOREKEEPER, village.place)
        end_posts(dismissed)
        village.notice = make_notice(village)
    with clock.set_to(village.notice.closes_at):
        village.objection = object_and_answer(village)
        closing.close_due(village.id)
    with clock.set_to(MARCH + timedelta(days=20)):
        village.waits = make_award(village.officer, village.homes[2], village.first)
        make_award(village.officer, village.homes[0], village.auto)
        village.second = make_notice(village)
        make_award(village.officer, village.homes[1], village.auto)
    return village


def clerks_of(village):
    return [make_staff(Role.COMMITTEE, village.place).id for _ in range(3)]


def with_points(village):
    for _ in range(3):
        make_award(village.officer, village.homes[0], village.auto, note="清早就来了")


def take_back(village, award_id):
    reversal.ask_reversal(village.id, village.clerks[0], award_id, "记错户")
    reversal.confirm_reversal(village.id, village.clerks[1], award_id)


def trade(village):
    """Soap for a household, and rice that was brought back."""
    keeper = make_staff(Role.STOREKEEPER, village.place)
    village.soap, village.rice = make_gift(village, "肥皂"), make_gift(village, "大米", points=3)
    home = village.homes[0].id
    village.sold, village.returned = (
        handover.hand_over(village.id, keeper.id, new_id(), home, goods, no_card="忘带了").id
        for goods in ({village.soap.id: 1, village.rice.id: 1}, {village.rice.id: 2})
    )
    handover.take_back(village.id, keeper.id, village.returned, "拿错了")


def store_photo(village):
    out, photo_id = io.BytesIO(), new_id()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    photos.store_photo(
        village.folder, village.id, photo_id, village.officer.staff_id, out.getvalue()
    )
    return photo_id


def end_posts(person):
    for post in db.session.scalars(select(Appointment).where(Appointment.staff_id == person.id)):
        staff.dismiss(person, post.id)


def object_and_answer(village):
    made = make_objection(village, village.homes[0], "不是这么多", award_id=village.listed[0])
    answering.decide(village.id, village.clerks[1], made.id, Answer(False, "查过签到表，属实"))
    return made.id


def fault_of(village, **more):
    found = house.audit_house(village.id, village.folder, **more).fault
    return None if found is None else str(found)


def row(table, row_id):
    return table.c.id == row_id


def of(village, table):
    return table.c.village_id == village.id


# --- a true village


def test_a_true_village_is_proved_whole(village):
    proof = house.audit_house(village.id, village.folder)
    assert (proof.fault, proof.accounts, proof.erased) == (None, 3, 0)
    counted = db.session.scalar(db.select(db.func.count()).select_from(seals))
    assert proof.sealed == counted > 30
    assert house.villages() == [village.id]


def test_a_bare_place_has_nothing_to_prove(ctx):
    county = add_place(Level.COUNTY, "620900", "县")
    proof = house.audit_house(county.id)
    assert (proof.fault, proof.lines, house.villages()) == (None, 0, [])


def test_a_village_with_a_base_is_proved(ctx):
    village = make_village(homes=2)
    set_scheme(village.id, Settings("B", 100))
    assert list(yearly.grant_bases())
    make_award(make_scorer(village), village.homes[0], make_rule(village))
    make_notice(village)
    assert house.audit_house(village.id).fault is None


# --- records against the book


RECORDS = {
    "an award's points": (
        lambda v: [update(awards).where(row(awards, v.listed[1])).values(points=504)],
        "条台账明细记的是 4 分，那条记分写的是 504 分。",
    ),
    "an award's household": (
        lambda v: [
            update(awards).where(row(awards, v.listed[1])).values(household_id=v.homes[2].id)
        ],
        "条台账明细和它的那条记分不一样。",
    ),
    "an award's words": (
        lambda v: [update(awards).where(row(awards, v.listed[1])).values(behaviour="别的事")],
        "条台账明细和它的那条记分不一样。",
    ),
    "an award's state": (
        lambda v: [update(awards).where(row(awards, v.listed[1])).values(state="published")],
        "条台账明细和它的那条记分不一样。",
    ),
    "a booked award deleted": (
        lambda v: [delete(awards).where(row(awards, v.wrong))],
        "条台账明细记的那条记分不见了。",
    ),
    "a reversal undone": (
        lambda v: [update(awards).where(row(awards, v.wrong)).values(state="booked", reason=None)],
        "条台账明细冲正的那条记分没有冲正。",
    ),
    "a state of booked without a line": (
        lambda v: [update(awards).where(row(awards, v.waits)).values(state="booked")],
        "有一条记分写着已经入账或者冲正，台账里却没有（",
    ),
    "a state of reversed without a line": (
        lambda v: [
            update(awards).where(row(awards, v.listed[1])).values(state="reversed", reason="改")
        ],
        "有一条记分写着已经入账或者冲正，台账里却没有（",
    ),
    "a state of published without a notice": (
        lambda v: [update(awards).where(row(awards, v.waits)).values(state="published")],
        "有一条记分写着贴过公示，公示里却没有（",
    ),
    "a redemption deleted": (
        lambda v: [
            delete(redemption_items).where(redemption_items.c.redemption_id == v.sold),
            delete(redemptions).where(row(redemptions, v.sold)),
        ],
        "条台账明细记的那一单兑换不见了。",
    ),
    "a redemption's cost": (
        lambda v: [update(redemptions).where(row(redemptions, v.sold)).values(cost=1)],
        "条台账明细扣了 8 分，那一单兑换写的是 1 分。",
    ),
    "a redemption's household": (
        lambda v: [
            update(redemptions).where(row(redemptions, v.sold)).values(household_id=v.homes[2].id)
        ],
        "条台账明细扣了 8 分，那一单兑换写的是 8 分。",
    ),
    "a redemption that was not paid for": (
        lambda v: [
            insert(redemptions).values(
                village_id=v.id,
                id=new_id(),
                household_id=v.homes[0].id,
                state="handed_over",
                cost=5,
                made_by=v.clerks[0],
                made_at=clock.now(),
                content="0" * 64,
            )
        ],
        "有一单兑换在台账里没有（",
    ),
    "a return made up": (
        lambda v: [update(redemptions).where(row(redemptions, v.sold)).values(state="returned")],
        "有一单兑换在台账里没有（",
    ),
    "a return undone": (
        lambda v: [
            update(redemptions).where(row(redemptions, v.returned)).values(state="handed_over")
        ],
        "条台账明细退回的那一单兑换没有退回。",
    ),
    "goods changed": (
        lambda v: [
            update(redemption_items)
            .where(
                redemption_items.c.redemption_id == v.sold,
                redemption_items.c.gift_id == v.soap.id,
            )
            .values(quantity=3)
        ],
        "条台账明细兑换的东西和那一单写的不一样。",
    ),
    "goods deleted": (
        lambda v: [delete(redemption_items).where(redemption_items.c.redemption_id == v.sold)],
        "条台账明细兑换的东西和那一单写的不一样。",
    ),
    "stock": (
        lambda v: [update(gifts.gifts).where(row(gifts.gifts, v.soap.id)).values(stock=3)],
        "「肥皂」的库存是 3 件，按进出应为 9 件。",
    ),
    "stock with a move that hides it": (
        lambda v: [
            update(gifts.gifts).where(row(gifts.gifts, v.soap.id)).values(stock=10),
            delete(stock_moves).where(
                stock_moves.c.redemption_id == v.sold, stock_moves.c.gift_id == v.soap.id
            ),
        ],
        "「肥皂」有一笔进出和兑换对不上。",
    ),
    "a notice's line": (
        lambda v: [
            update(notice_items).where(notice_items.c.award_id == v.listed[1]).values(points=504)
        ],
        "2026年第1期公示第 7 条贴的是 504 分，那条记分写的是 4 分。",
    ),
    "a notice's line and nothing of points": (
        lambda v: [
            update(notice_items)
            .where(notice_items.c.award_id == v.listed[1])
            .values(behaviour="别的事")
        ],
        "2026年第1期公示第 7 条和它的那条记分不一样。",
    ),
}


@pytest.mark.parametrize(("tampering", "sentence"), RECORDS.values(), ids=RECORDS)
def test_a_record_that_is_not_what_the_book_says_is_named(village, tampering, sentence):
    tamper(*tampering(village))
    assert sentence in fault_of(village)


# --- what the marks sealed


def seal_of(village, kind, row_id):
    return (of(village, seals)) & (seals.c.kind == kind) & (seals.c.row_id == row_id)


SEALED = {
    "an award that was turned down, deleted": (
        lambda v: [delete(awards).where(row(awards, v.turned_down))],
        "公示封存过的记分不见了（",
    ),
    "an award that was turned down, changed": (
        lambda v: [update(awards).where(row(awards, v.turned_down)).values(points=400)],
        "公示封存过的记分被改动过（",
    ),
    "an objection deleted": (
        lambda v: [delete(objections).where(row(objections, v.objection))],
        "公示封存过的异议不见了（",
    ),
    "an objection's words": (
        lambda v: [update(objections).where(row(objections, v.objection)).values(words="没意见")],
        "公示封存过的异议被改动过（",
    ),
    "an answer": (
        lambda v: [update(objections).where(row(objections, v.objection)).values(answer="不知道")],
        "公示封存过的异议的答复被改动过（",
    ),
    "who answered": (
        lambda v: [
            update(objections).where(row(objections, v.objection)).values(decided_by=v.clerks[2])
        ],
        "公示封存过的异议的答复被改动过（",
    ),
    "an act deleted": (
        lambda v: [delete(acts).where(row(acts, v.act))],
        "公示封存过的操作记录不见了（",
    ),
    "an act pinned on another": (
        lambda v: [update(acts).where(row(acts, v.act)).values(staff_id=v.clerks[1])],
        "公示封存过的操作记录被改动过（",
    ),
    "stock and its delivery": (
        lambda v: [
            update(gifts.gifts).where(row(gifts.gifts, v.soap.id)).values(stock=4),
            update(stock_moves)
            .where(stock_moves.c.gift_id == v.soap.id, stock_moves.c.kind == "delivery")
            .values(change=5),
        ],
        "公示封存过的库存变动被改动过（",
    ),
    "stock and a delivery deleted": (
        lambda v: [
            update(gifts.gifts).where(row(gifts.gifts, v.rice.id)).values(stock=9),
            delete(stock_moves).where(
                stock_moves.c.gift_id == v.rice.id, stock_moves.c.kind == "delivery"
            ),
            insert(stock_moves).values(
                village_id=v.id,
                id=new_id(),
                gift_id=v.rice.id,
                change=10,
                kind="delivery",
                note="",
                at=MARCH,
            ),
        ],
        "公示封存过的库存变动不见了（",
    ),
    "an appointment deleted": (
        lambda v: [delete(posts).where(posts.c.staff_id == v.clerks[2])],
        "公示封存过的任职不见了（",
    ),
    "an appointment to another role": (
        lambda v: [update(posts).where(posts.c.staff_id == v.clerks[2]).values(role="supervisor")],
        "公示封存过的任职被改动过（",
    ),
    "an appointment of another": (
        lambda v: [
            update(posts)
            .where(posts.c.staff_id == v.clerks[2])
            .values(made_at=MARCH + timedelta(days=1))
        ],
        "公示封存过的任职被改动过（",
    ),
    "an appointment that ended and holds again": (
        lambda v: [update(posts).where(posts.c.ended_at.is_not(None)).values(ended_at=None)],
        "公示封存过的任职已经终止，又被改成没有终止（",
    ),
    "a rule deleted": (
        lambda v: [delete(rules).where(row(rules, v.retired.id))],
        "公示封存过的积分细则不见了（",
    ),
    "a rule's points": (
        lambda v: [
            update(rules).where(row(rules, v.first.id)).values(points_min=40, points_max=40)
        ],
        "公示封存过的积分细则被改动过（",
    ),
    "a rule that ended and is in force again": (
        lambda v: [update(rules).where(row(rules, v.retired.id)).values(until=None)],
        "公示封存过的积分细则已经终止，又被改成没有终止（",
    ),
    "a rule that ended and ends later": (
        lambda v: [
            update(rules)
            .where(row(rules, v.retired.id))
            .values(until=clock.local_date(MARCH + timedelta(days=30)))
        ],
        "公示封存过的积分细则已经终止，又被改成没有终止（",
    ),
    "a notice's line deleted with its award": (
        lambda v: [delete(notice_items).where(notice_items.c.award_id == v.wrong)],
        "公示封存过的公示的条目不见了（2026-1/",
    ),
    "a notice's line given to a neighbour": (
        lambda v: [
            update(notice_items).where(notice_items.c.award_id == v.listed[1]).values(name="别人")
        ],
        "公示封存过的公示的条目被改动过（2026-1/7）。",
    ),
    "a notice's dates": (
        lambda v: [
            update(notices)
            .where(row(notices, v.notice.id))
            .values(closes_at=v.notice.closes_at - timedelta(days=2))
        ],
        "公示封存过的公示被改动过（",
    ),
    "a photo's row deleted": (
        lambda v: [delete(photos.photos).where(row(photos.photos, v.photo))],
        "公示封存过的照片不见了（",
    ),
    "a seal deleted": (
        lambda v: [delete(seals).where(seal_of(v, "acts", v.act))],
        "条封存的操作记录清单被改动过。",
    ),
    "a seal made to fit": (
        lambda v: [update(seals).where(seal_of(v, "acts", v.act)).values(hash="0" * 64)],
        "条封存的操作记录清单被改动过。",
    ),
    "a seal made up": (
        lambda v: [
            insert(seals).from_select(
                [column.name for column in seals.c],
                select(
                    *(
                        db.literal(1).label("part") if column.name == "part" else column
                        for column in seals.c
                    )
                ).where(seal_of(v, "acts", v.act)),
            )
        ],
        "条封存的操作记录清单被改动过。",
    ),
    "all seals of a mark deleted": (
        lambda v: [delete(seals).where(seals.c.mark_seq == v.notice.head_seq)],
        "条封存的操作记录清单被改动过。",
    ),
    "a notice without a mark": (
        lambda v: [
            insert(notices).from_select(
                [column.name for column in notices.c],
                select(
                    *(
                        {"id": db.literal(v.waits, db.Uuid()), "number": db.literal(3)}.get(
                            column.name, column
                        )
                        for column in notices.c
                    )
                ).where(row(notices, v.second.id)),
            )
        ],
        "2026年第3期公示没有封存。",
    ),
    "erased without an act": (
        lambda v: [
            update(seals).where(seal_of(v, "acts", v.act)).values(salt=None, erased_by=new_id()),
            delete(acts).where(row(acts, v.act)),
        ],
        "公示封存过的操作记录被删除，没有删除的依据（",
    ),
    "erased by an act that says something else": (
        lambda v: [
            update(seals)
            .where(seal_of(v, "objections", v.objection))
            .values(salt=None, erased_by=v.act),
            delete(objections).where(row(objections, v.objection)),
        ],
        "公示封存过的异议被删除，没有删除的依据（",
    ),
}


@pytest.mark.parametrize(("tampering", "sentence"), SEALED.values(), ids=SEALED)
def test_what_was_sealed_and_is_not_as_it_was_is_named(village, tampering, sentence):
    tamper(*tampering(village))
    assert sentence in fault_of(village)


def test_what_ends_lawfully_after_its_mark_is_no_fault(village):
    with clock.set_to(MARCH + timedelta(days=30)):
        rulebook.retire_rule(rulebook.get_rule(village.id, village.first.id), clock.today())
        end_posts(staff.get_staff(village.clerks[2]))
        assert fault_of(village) is None
        make_award(village.officer, village.homes[0], village.auto)
        make_notice(village)
        assert fault_of(village) is None
    tamper(update(posts).where(posts.c.staff_id == village.clerks[2]).values(ended_at=None))
    assert "又被改成没有终止" in fault_of(village)


def test_a_rule_whose_end_is_still_to_come_may_end_another_day(village):
    day = clock.local_date(MARCH + timedelta(days=60))
    with clock.set_to(MARCH + timedelta(days=30)):
        rulebook.retire_rule(rulebook.get_rule(village.id, village.first.id), day)
        make_award(village.officer, village.homes[0], village.auto)
        make_notice(village)
        rulebook.retire_rule(rulebook.get_rule(village.id, village.first.id), day - clock.days(9))
        assert fault_of(village) is None


def test_a_rule_that_has_ended_is_not_ended_another_day(village):
    with clock.set_to(MARCH + timedelta(days=30)), pytest.raises(rulebook.RuleEnded):
        rulebook.retire_rule(
            rulebook.get_rule(village.id, village.retired.id), clock.today() + clock.days(30)
        )


# --- photos


def test_a_photo_that_is_gone_or_another_is_named(village):
    path = photos.path_of(village.folder, village.id, village.photo)
    kept = path.read_bytes()
    path.write_bytes(kept + b"\n")
    assert fault_of(village) == f"照片 {village.photo} 被换过或者改动过。"
    path.unlink()
    assert fault_of(village) == f"照片 {village.photo} 的文件不见了。"
    assert house.audit_house(village.id).fault is None  # without the folder nothing is read


def test_a_photo_whose_time_is_over_was_deleted_lawfully(village):
    with clock.set_to(MARCH + timedelta(days=400)):
        assert photoage.remove_old(village.folder, village.id, 12) == 1
        proof = house.audit_house(village.id, village.folder)
    assert (proof.fault, proof.erased) == (None, 1)


@pytest.mark.parametrize("excuse", [False, True])
def test_a_photo_that_was_deleted_before_its_time_is_named(village, excuse):
    with clock.set_to(MARCH + timedelta(days=21)):
        act = note_act(village.id, None, photoage.REMOVED) if excuse else None
        gone = {"stored_at": None, "removed_at": clock.now(), "removed_act": act}
    tamper(update(photos.photos).where(row(photos.photos, village.photo)).values(gone))
    assert fault_of(village) == f"照片 {village.photo} 没有到期就被删除了。"


def test_what_an_older_version_stored_is_digested_when_the_calendar_is_asked(village):
    path = photos.path_of(village.folder, village.id, village.photo)
    tamper(update(photos.photos).values(digest=None), delete(seals).where(seals.c.kind == "photos"))
    list(photoage.remove_all_old(village.folder))
    path.write_bytes(b"another")
    assert house.audit_house(village.id, village.folder).fault is not None


# --- by law


def test_an_old_log_is_deleted_lawfully_and_says_so(village):
    late = MARCH + timedelta(days=250)
    with clock.set_to(late):
        with pytest.raises(erasing.TooYoung, match="185 天"):
            erasing.forget_log(village.id, village.clerks[0], clock.today())
        before = clock.today() - erasing.LOG_KEPT
        count = erasing.forget_log(village.id, village.clerks[0], before)
        assert count > 0
        assert erasing.forget_log(village.id, village.clerks[0], before) == 0
    proof = house.audit_house(village.id, village.folder)
    assert (proof.fault, proof.erased) == (None, count)
    assert db.session.scalar(select(acts.c.id).where(row(acts, village.act))) is None
    [why] = db.session.scalars(select(acts.c.what).where(acts.c.what == erasing.LOG_FORGOTTEN))
    assert why == "log_forgotten"


def test_a_young_log_is_not_forgotten_by_an_act_that_says_it_may(village):
    with clock.set_to(MARCH + timedelta(days=21)):
        act = note_act(village.id, village.clerks[0], erasing.LOG_FORGOTTEN)
    tamper(
        update(seals).where(seal_of(village, "acts", village.act)).values(salt=None, erased_by=act),
        delete(acts).where(row(acts, village.act)),
    )
    assert "没有删除的依据" in fault_of(village)


def test_what_says_why_something_was_erased_is_never_forgotten(village):
    with clock.set_to(MARCH + timedelta(days=21)):
        erasing.erase_words(village.id, village.clerks[0], village.objection)
        make_award(village.officer, village.homes[0], village.auto)
        make_notice(village)
    with clock.set_to(MARCH + timedelta(days=300)):
        assert erasing.forget_log(village.id, village.clerks[0], clock.today() - erasing.LOG_KEPT)
        proof = house.audit_house(village.id, village.folder)
    assert (proof.fault, proof.erased > 1) == (None, True)


def test_somebodys_own_words_are_erased_on_request_and_the_objection_stays(village):
    for _ in range(2):
        erasing.erase_words(village.id, village.clerks[0], village.objection)
    words = db.session.scalar(select(objections.c.words).where(row(objections, village.objection)))
    assert words == "（应本人要求删除）"
    salts = db.session.scalars(
        select(seals.c.salt).where(seal_of(village, "objections", village.objection))
    )
    assert salts.all() == [None]
    proof = house.audit_house(village.id, village.folder)
    assert (proof.fault, proof.erased) == (None, 1)


# --- the book, and what is outside


BOOK = (lines, accounts, heads, months)


def test_a_whole_book_that_was_deleted_is_missed(village):
    tamper(delete(seals), *(delete(table) for table in BOOK))
    assert house.villages() == [village.id]
    assert fault_of(village) == "贴过公示，台账却不见了。"


def test_a_whole_village_whose_notices_were_deleted_with_its_book_is_missed(village):
    tamper(
        *(delete(table) for table in (*BOOK, seals, notice_items, notices, objections, awards)),
        *(delete(table) for table in (redemption_items, redemptions, stock_moves, gifts.gifts)),
    )
    assert house.villages() == [village.id]
    assert fault_of(village) == "贴过公示，台账却不见了。"


def rewrite(village, *, recorded=True, kept=False):
    """Change a memo and make everything fit: hashes, head, what notices recorded, what town and county keep."""
    rows = [
        dict(one._mapping)
        for one in db.session.execute(select(lines).where(of(village, lines)).order_by(lines.c.seq))
    ]
    previous, changed = GENESIS, []
    for line in rows:
        if line["seq"] == 1:
            line["key"] = "another"
        line["prev_hash"] = previous
        previous = line["hash"] = line_hash(line)
        same = {"hash": line["hash"], "prev_hash": line["prev_hash"], "key": line["key"]}
        changed.append(
            update(lines).where(of(village, lines), lines.c.seq == line["seq"]).values(same)
        )
        for table, digest in ((notices, "head_hash"), (kept_heads, "hash")):
            if recorded and table is notices or kept and table is kept_heads:
                at = table.c.head_seq if table is notices else table.c.seq
                changed.append(
                    update(table)
                    .where(of(village, table), at == line["seq"])
                    .values({digest: previous})
                )
    tamper(*changed, update(heads).where(of(village, heads)).values(hash=previous))


def test_a_chain_rewritten_with_its_head_does_not_fit_what_notices_recorded(village):
    rewrite(village, recorded=False)
    assert "2026年第1期公示记下的摘要" in fault_of(village)


def test_chain_and_notices_rewritten_together_do_not_fit_what_town_and_county_keep(village):
    rewrite(village)
    assert "乡镇、县区存底的2026年第1期摘要" in fault_of(village)


def test_everything_rewritten_together_does_not_fit_the_sheet_on_the_wall(village):
    sheet = sheet_of(village.place.code, village.second)
    assert fault_of(village, sheets=[sheet]) is None
    rewrite(village, kept=True)
    assert fault_of(village) is None  # nothing in the database tells any more
    assert "公示纸上2026年第2期的摘要（第 " in fault_of(village, sheets=[sheet])


def test_a_mark_rewritten_to_fit_a_deleted_act_breaks_the_chain(village):
    [mark] = db.session.scalars(select(lines.c.memo).where(lines.c.seq == village.notice.head_seq))
    said = json.loads(mark)
    del said["sealed"]["acts"]
    tamper(
        update(lines).where(lines.c.seq == village.notice.head_seq).values(memo=json.dumps(said)),
        delete(seals).where(seals.c.kind == "acts"),
        delete(acts).where(row(acts, village.act)),
    )
    assert fault_of(village) == f"第 {village.notice.head_seq} 条台账明细被改动过。"


@pytest.mark.parametrize("memo", ["", "[]", "{}", '{"notice": "2026-1", "sealed": 5}', "\\"])
def test_a_mark_that_says_nothing_is_named(village, memo):
    """Rewritten with everything else: only the mark itself tells."""
    seq = village.second.head_seq
    tamper(update(lines).where(lines.c.seq == seq).values(memo=memo))
    rewrite(village, kept=True)
    assert fault_of(village) == f"第 {seq} 条封存读不出来。"


def test_another_villages_faults_are_not_this_ones(village):
    other = make_village(name="邓家村")
    make_award(make_scorer(other), other.homes[0], make_rule(other))
    make_notice(other)
    tamper(update(awards).where(of(other, awards)).values(points=500))
    assert fault_of(village) is None
    assert house.audit_house(other.id).fault is not None


def test_a_village_writes_on_while_its_house_is_proved(village, monkeypatch):
    prove = house.prove_records

    def write_meanwhile(*arguments):
        with atomic():
            make_award(village.officer, village.homes[1], village.auto)
        prove(*arguments)

    monkeypatch.setattr(house, "prove_records", write_meanwhile)
    assert fault_of(village) is None
