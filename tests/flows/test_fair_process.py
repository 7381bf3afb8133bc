"""The fair process, end to end in the browser: from the scan to the booked line, with everybody who may say no.

One award is objected to and taken away, one objection is dismissed and supervision confirms it, one
deduction goes through its reminder; the clock walks over the deadlines and over New Year.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from flask_migrate import upgrade

from governance.affairs.awards.life import Award
from governance.affairs.proof import house
from governance.base import clock
from governance.base.database import db
from governance.ledger import book
from governance.ledger.book import Figures
from governance.village import codes
from governance.village.staff import Role
from tests.conftest import make_app
from tests.factories import PASSWORD, make_bonus_rule, make_rule, make_staff, make_village
from tests.factories import make_reminder_rule as make_reminding
from tests.flows.conftest import DESK, PHONE, serving

START = datetime(2026, 12, 22, 10, 0, tzinfo=clock.VILLAGE_TIME)


@pytest.fixture
def time(monkeypatch):
    """The wall clock of the whole service, in all its threads."""
    now = SimpleNamespace(at=START)
    monkeypatch.setattr(clock, "now", lambda: now.at.astimezone(clock.UTC))
    monkeypatch.setattr(clock, "is_set", lambda: True)  # on purpose: no day that passes is in doubt
    return now


@pytest.fixture
def world(tmp_path, time):
    """A village with its people and rules, served."""
    app = make_app(
        f"sqlite:///{tmp_path / 'fair.sqlite3'}", tmp_path, WTF_CSRF_ENABLED=True, BASE_URL=""
    )
    with app.app_context():
        upgrade()
        village = make_village(homes=6)
        make_rule(village, "E04", behaviour="垃圾分类合格", points=1)
        make_rule(village, "P04", behaviour="义务投工投劳", points=8, review="first")
        make_rule(village, "A02", behaviour="调解矛盾纠纷", points=10, review="second")
        make_bonus_rule(village, code="E06")
        make_reminding(village, code="E51")
        people = {
            "officer": make_staff(Role.OFFICER, village.place, "officer", "李志明"),
            "zhang": make_staff(Role.COMMITTEE, village.place, "zhang", "张文书"),
            "wang": make_staff(Role.COMMITTEE, village.place, "wang", "王建国"),
            "shi": make_staff(Role.COMMITTEE, village.place, "shi", "石玉梅"),
            "ma": make_staff(Role.SUPERVISOR, village.place, "ma", "马德胜"),
        }
        world = SimpleNamespace(
            app=app,
            time=time,
            id=village.id,
            code=village.place.code,
            people=people,
            homes=[home.id for home in village.homes],
            doors=[tokens(village, home, "door") for home in village.homes],
            cards=[tokens(village, home, "card") for home in village.homes],
        )
    with serving(app) as world.address:
        yield world
    with app.app_context():
        assert house.audit_house(world.id).fault is None
        db.engine.dispose()


def tokens(village, home, kind):
    return codes.code_in_use(village.id, home.id, kind).token


def staff_window(world, open_window, who, size=DESK):
    window = open_window(world.address, size)
    window.sign_in(who, PASSWORD)
    window.desk = f"/desk/{world.code}"
    return window


def home_window(world, open_window, n):
    window = open_window(world.address, PHONE)
    window.open(f"/c/{world.cards[n]}")
    return window


def press(window, name):
    with window.page.expect_navigation():
        window.page.get_by_role("button", name=name, exact=True).first.click()


def press_together(name, *windows):
    """Press the same button in several windows before any of them has its answer."""
    with ExitStack() as answers:
        for window in windows:
            answers.enter_context(window.page.expect_navigation())
        for window in windows:
            button = window.page.get_by_role("button", name=name, exact=True).first
            button.evaluate("one => { setTimeout(() => one.click()) }")


def follow(window, name):
    window.page.get_by_role("link", name=name).first.click()


def text(window):
    return window.page.inner_text("main")


def tap(window, world, n, rule):
    """Scan a door and tap a rule."""
    window.open(f"/h/{world.doors[n]}")
    window.page.locator("button, a").filter(has_text=rule).first.click()


def check_all(window):
    window.open(f"{window.desk}/awards/?all=1")
    press(window, "通过所选")


def post_notice(window, world):
    """Make a notice of 5 days and post it; its public address."""
    window.open(f"{window.desk}/notices/")
    window.page.get_by_text("5 天", exact=True).click()
    press(window, "做草稿")
    press(window, "张贴")
    return window.page.get_by_role("link", name="村民看到的网页").get_attribute("href")


def figures(world, n):
    with world.app.app_context():
        return book.find_figures(world.id, world.homes[n])


def states(world, rule):
    with world.app.app_context():
        rows = db.session.scalars(
            db.select(Award)
            .where(Award.village_id == world.id, Award.rule_code == rule)
            .order_by(Award.filed_at, Award.id)
        )
        return [row.state for row in rows]


def test_from_the_scan_to_the_booked_line_with_everybody_who_may_say_no(world, open_window):
    officer = staff_window(world, open_window, "officer", PHONE)
    record_in_the_field(world, officer)
    zhang, wang = (staff_window(world, open_window, who) for who in ("zhang", "wang"))
    two_people_check(world, zhang, wang)
    shi = staff_window(world, open_window, "shi")
    notice = post_notice(zhang, world)
    everybody_reads(world, open_window, notice)
    uphold_one_objection(world, open_window, shi)
    ma = staff_window(world, open_window, "ma")
    dismiss_one_and_let_supervision_confirm(world, open_window, shi, ma)
    over_the_closing_time(world, open_window, notice)
    deduct_after_the_reminder(world, officer)
    over_new_year(world, zhang, wang)
    anybody_verifies(world, open_window)
    for window in (officer, zhang, wang, shi, ma):
        assert window.complaints == []


def record_in_the_field(world, officer):
    """Four awards and a reminder; a door scanned, a rule tapped."""
    tap(officer, world, 0, "垃圾分类合格")
    tap(officer, world, 0, "义务投工投劳")
    tap(officer, world, 1, "义务投工投劳")
    tap(officer, world, 2, "调解矛盾纠纷")
    officer.open(f"/h/{world.doors[3]}")
    follow(officer, "公共参与")
    officer.page.locator("a, button").filter(has_text="乱堆乱倒").first.click()
    officer.page.fill("#note", "院墙外堆着旧木料")
    press(officer, "发提醒")
    assert figures(world, 0) == Figures(1, 1)
    assert [states(world, rule) for rule in ("P04", "A02", "E51")] == [["filed"] * 2, ["filed"], []]


def two_people_check(world, zhang, wang):
    """Two people on two phones press at once: single checks count once, what needs two has two."""
    for window in (zhang, wang):
        window.page.set_viewport_size(PHONE)
        window.open(f"{window.desk}/awards/?all=1")
    press_together("通过所选", zhang, wang)
    told = ["不能再办理" in text(window) for window in (zhang, wang)]
    assert sorted(told) == [False, True]
    for window in (zhang, wang):
        window.page.set_viewport_size(DESK)
    assert (states(world, "P04"), states(world, "A02")) == (["checked"] * 2, ["checked"])
    assert figures(world, 1) == Figures(0, 0)


def everybody_reads(world, open_window, notice):
    """Without signing in: names of who gained, the time it closes; nothing can be spent yet."""
    reader = open_window(world.address, PHONE)
    reader.open(notice)
    shown = text(reader)
    assert "王秀兰" in shown
    assert "12月27日" in shown
    assert reader.too_wide() is None
    assert reader.axe() == []
    assert states(world, "P04") == ["published"] * 2
    assert figures(world, 1) == Figures(0, 0)


def object_to_waiting(world, open_window, n, words):
    home = home_window(world, open_window, n)
    home.open("/my/")
    follow(home, "有异议")
    home.page.fill("#words", words)
    press(home, "提出异议")
    return home


def answer_first(window, verdict, reasons):
    window.open(f"{window.desk}/objections/")
    window.page.locator("tbody a").first.click()
    window.page.get_by_label(verdict, exact=True).check()
    window.page.fill("#reasons", reasons)


def uphold_one_objection(world, open_window, shi):
    """A household says that it was not there at all; the committee finds the same."""
    home = object_to_waiting(world, open_window, 1, "那天我家没有去，记错了人家。")
    answer_first(shi, "成立", "查了派工单，确实没有去。")
    press(shi, "答复")
    assert states(world, "P04").count("rejected") == 1
    home.open("/my/objections")
    follow(home, "义务投工投劳")
    assert "查了派工单" in text(home)


def dismiss_one_and_let_supervision_confirm(world, open_window, shi, ma):
    """Dismissed with reasons, turned to supervision once, confirmed: the end."""
    home = object_to_waiting(world, open_window, 2, "应该记两次，只记了一次。")
    answer_first(shi, "不成立", "调解档案里只有一件。")
    press(shi, "答复")
    home.open("/my/objections")
    follow(home, "调解矛盾纠纷")
    home.page.fill("#words", "请监督委员会再查一次。")
    press(home, "请监督委员会复核")
    assert states(world, "A02") == ["published"]
    answer_first(ma, "不成立", "核对了档案，村委会的答复属实。")
    press(ma, "作出决定")
    home.page.reload()
    assert "最后的决定" in text(home)


def over_the_closing_time(world, open_window, notice):
    """The first visit after the time books what nobody objects to, and nothing before."""
    world.time.at = datetime(2026, 12, 27, 17, 59, tzinfo=clock.VILLAGE_TIME)
    reader = open_window(world.address, PHONE)
    reader.open(notice)
    assert states(world, "A02") == ["published"]
    world.time.at += timedelta(minutes=2)
    reader.page.reload()
    assert (states(world, "A02"), sorted(states(world, "P04"))) == (
        ["booked"],
        ["booked", "rejected"],
    )
    assert [figures(world, n) for n in range(3)] == [Figures(9, 9), Figures(0, 0), Figures(10, 10)]


def deduct_after_the_reminder(world, officer):
    """On its last day the reminder still protects; the day after, nothing being put right, points are taken."""
    world.time.at = datetime(2026, 12, 29, 9, 0, tzinfo=clock.VILLAGE_TIME)
    open_reminder(world, officer)
    assert officer.page.get_by_role("button", name="未整改，记扣分").count() == 0
    world.time.at += timedelta(days=1)
    open_reminder(world, officer)
    form = officer.page.locator(
        "form", has=officer.page.get_by_role("button", name="未整改，记扣分")
    )
    form.locator("textarea[name$=note], input[name$=note]").first.fill("期限过了去看，还堆着")
    press(officer, "未整改，记扣分")
    assert states(world, "E51") == ["filed"]


def open_reminder(world, officer):
    officer.open(f"/h/{world.doors[3]}")
    officer.page.locator("a[href*='/reminders/']").first.click()


def over_new_year(world, zhang, wang):
    """Checked by two, posted on the last day of the year, booked in the next."""
    check_all(zhang)
    check_all(wang)
    assert states(world, "E51") == ["checked"]
    world.time.at = datetime(2026, 12, 31, 16, 0, tzinfo=clock.VILLAGE_TIME)
    notice = post_notice(zhang, world)
    assert notice.endswith("2026-2")
    world.time.at = datetime(2027, 1, 5, 18, 0, tzinfo=clock.VILLAGE_TIME)
    told = world.app.test_cli_runner().invoke(args=["book", "due"])
    assert told.exit_code == 0, told.output
    assert states(world, "E51") == ["booked"]
    assert figures(world, 3) == Figures(-5, 0, owed=5)


def anybody_verifies(world, open_window):
    """A visitor holds the paper against the book."""
    reader = open_window(world.address, PHONE)
    for number in (1, 2):
        reader.open(f"/verify/{world.code}-2026-{number}")
        assert "台账没有被改动" in text(reader)
        assert reader.complaints == []
