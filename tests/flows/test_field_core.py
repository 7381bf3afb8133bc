"""The field page in a real browser: works without a signal, loses nothing, sends each thing once, shows nobody else's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from governance.base.database import db
from tests.conftest import make_app
from tests.flows.conftest import serving
from tests.flows.phone import FIELD, on_server, phone_of, until, wired


@pytest.fixture(scope="module")
def app(demo_file: Path, tmp_path_factory):
    """One server's application for all tests here, on a copy of the demo village."""
    folder = tmp_path_factory.mktemp("field")
    file = folder / "hemei.sqlite3"
    shutil.copy(demo_file, file)
    shutil.copytree(demo_file.parent / "data", folder / "data", copy_function=os.link)
    made = make_app(f"sqlite:///{file}", folder, WTF_CSRF_ENABLED=True, BASE_URL="")
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def wire(app):
    with wired(app) as tapped:
        yield tapped


@pytest.fixture(scope="module")
def server(app, wire):
    with serving(app) as url:
        yield url


@pytest.fixture
def phone(open_window, server):
    return phone_of(open_window, server).ready()


def test_the_first_load_is_light_and_a_repeat_visit_asks_for_no_shell(open_window, server, wire):
    wire.answers.clear()
    phone = phone_of(open_window, server)
    phone.open()
    phone.lasting()
    assert wire.bytes() <= 120_000, wire.answers
    assert not [one for one in wire.answers if one[2] >= 400 and one[2] != 401]
    phone.sign_in()
    phone.has_list()
    assert wire.bytes() <= 120_000, "with the list of a grid as well"
    wire.answers.clear()
    phone.open()
    phone.has_list()
    assert wire.asked(r"/static/|/officer/field$") == []
    assert {status for *_, status, _ in wire.asked(r"pack.json|field.json")} <= {304}
    assert phone.window.complaints == []


def test_it_opens_and_records_without_a_signal_and_sends_when_there_is_one(phone, app):
    phone.lasting()
    phone.window.context.set_offline(True)
    phone.open()
    assert phone.page.inner_text("header .pill") == "离线"
    ids = phone.record(3)
    until(phone.page, "document.querySelector('.pill').innerText === '离线 · 待传 3 条'")
    assert on_server(app, ids) == 0
    phone.window.context.set_offline(False)
    phone.all_sent()
    assert on_server(app, ids) == 3


def test_two_hundred_queued_items_arrive_once_each_whatever_happens_on_the_way(
    open_window, server, app
):
    """The server fails, drops the connection after it has committed, and only then behaves."""
    phone = phone_of(open_window, server, service_workers="block").ready()
    phone.window.context.set_offline(True)
    ids = phone.record(200)
    assert len(set(ids)) == 200
    troubles = ["500", "drop", "abort", "html"]

    def sync(route):
        trouble = troubles.pop(0) if troubles else ""
        if trouble == "500":
            route.fulfill(status=500, json={"error": {"code": "x", "message": "x"}})
        elif trouble == "html":
            route.fulfill(status=200, body="<html>Welcome to the hotel</html>")
        elif trouble == "abort":
            route.abort()
        elif trouble == "drop":
            assert route.fetch().ok  # the server has committed
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.page.route("**/officer/sync", sync)
    phone.window.context.set_offline(False)
    while troubles:
        phone.send()
    phone.send()
    phone.all_sent()
    assert on_server(app, ids) == 200
    assert phone.state()["refused"] == 0


def test_a_killed_page_comes_back_with_everything(phone, app):
    phone.window.context.set_offline(True)
    ids = phone.record(5)
    phone.page.close(run_before_unload=False)
    again = phone.window.page = phone.page = phone.window.context.new_page()
    phone.window.context.set_offline(False)
    again.goto(phone.window.base + FIELD)
    phone.has_list()
    phone.all_sent()
    assert on_server(app, ids) == 5


def test_a_page_killed_in_the_middle_of_sending_sends_the_rest_once(open_window, server, app):
    phone = phone_of(open_window, server, service_workers="block").ready()
    phone.window.context.set_offline(True)
    ids = phone.record(20)
    arrived = []

    def swallow(route):
        arrived.append(route.fetch().status)  # committed; the answer never comes

    phone.page.route("**/officer/sync", swallow)
    with phone.page.expect_request("**/officer/sync"):
        phone.window.context.set_offline(False)
    until(phone.page, "app().sync.state().name === 'sending'")
    assert phone.waiting() == ids
    phone.page.close(run_before_unload=False)
    phone.page = phone.window.page = phone.window.context.new_page()
    phone.open()
    phone.has_list()
    phone.all_sent()
    assert on_server(app, ids) == 20


def test_two_windows_send_each_item_once_and_both_know(phone, app, wire):
    phone.window.context.set_offline(True)
    ids = phone.record(30)
    other = phone.window.context.new_page()
    wire.answers.clear()
    phone.window.context.set_offline(False)
    other.goto(phone.window.base + FIELD)
    until(other, "app().taken().pack")
    phone.all_sent()
    until(other, "app().sync.state().items === 0 && app().sync.state().name === 'idle'")
    assert on_server(app, ids) == 30
    assert len(wire.asked("/officer/sync")) == 1


def test_an_expired_sign_in_asks_inside_the_page_keeps_everything_and_goes_on(phone, app):
    phone.window.context.set_offline(True)
    ids = phone.record(4)
    phone.window.context.clear_cookies()
    phone.window.context.set_offline(False)
    phone.send()
    phone.page.wait_for_selector(".door form.sign")
    phone.page.locator("header .pill", has_text="请重新登录 · 待传 4 条").wait_for()
    assert phone.window.axe() == []
    phone.sign_in("wrong-password")
    phone.page.locator(".door [role=alert]:visible", has_text="密码").wait_for()
    phone.sign_in()
    phone.all_sent()
    assert on_server(app, ids) == 4
    assert phone.page.locator(".door form.sign").count() == 0


def test_a_stale_token_is_no_trouble(phone, app):
    """The same officer has signed in again, in another window: the token of this page is void."""
    phone.window.context.clear_cookies()
    other = phone.window.context.new_page()
    other.goto(phone.window.base + "/login")
    other.fill("#username", phone.username)
    other.fill("#password", "hemei-demo")
    other.click("main form button")
    other.close()
    ids = phone.record(2)
    phone.all_sent()
    assert on_server(app, ids) == 2


def test_photos_are_shrunk_follow_their_item_and_leave_the_phone(phone, app):
    phone.window.context.set_offline(True)
    ids = phone.record(2, pictures=1)
    kinds = phone.page.evaluate(
        """async () => {
          const { store } = document.getElementById('field').hemei;
          const [photo] = await store.photosWaiting();
          const picture = await createImageBitmap(new Blob([await store.photoBytes(photo.id)]));
          return [photo.type, picture.width, picture.height];
        }"""
    )
    assert kinds == ["image/jpeg", 1600, 1200]
    phone.window.context.set_offline(False)
    phone.all_sent()
    assert on_server(app, ids) == 2
    stored = list((Path(app.config["DATA_DIR"]) / "photos").rglob("*.jpg"))
    named = phone.page.evaluate(
        "document.getElementById('field').hemei.store.recent().then((rows) => rows.flatMap((row) => row.item.photos || []))"
    )
    assert set(named) <= {one.stem for one in stored}
    assert len(named) == 2


def test_another_officer_of_the_phone_sees_only_their_own(phone, app):
    phone.lasting()
    phone.window.context.set_offline(True)
    ids = phone.record(3)
    phone.window.context.clear_cookies()
    phone.window.context.set_offline(False)
    phone.send()
    phone.page.wait_for_selector(".door form.sign")
    first = phone.page.evaluate("document.getElementById('field').hemei.store.owner")
    phone.sign_in(username="officer2")
    until(phone.page, f"app().store.owner !== '{first}'")
    phone.has_list()
    assert phone.waiting() == []
    assert on_server(app, ids) == 0, "nothing of the first goes under the second's name"
    phone.window.context.clear_cookies()
    phone.send()
    phone.page.wait_for_selector(".door form.sign")
    phone.sign_in(username="officer1")
    until(phone.page, f"app().store.owner === '{first}'")
    phone.has_list()
    phone.all_sent()
    assert on_server(app, ids) == 3


def test_signing_out_with_something_waiting_locks_it_and_it_comes_back(open_window, server, app):
    phone = phone_of(open_window, server, service_workers="block").ready()
    page = phone.page
    page.route("**/officer/sync", lambda route: route.abort())
    phone.window.context.set_offline(True)
    ids = phone.record(3)
    page.evaluate("location.hash = '#/me'")
    card = page.locator(".sign-out")
    card.get_by_text("还有 3 条没有办完，先不要退出").wait_for()
    phone.window.context.set_offline(False)
    phone.send()
    card.locator("summary").click()
    card.locator("input").nth(0).fill("hemei-demo")
    card.locator("input").nth(1).fill("something else")
    card.get_by_role("button", name="锁起来并退出").click()
    card.get_by_text("两遍密码不一样").wait_for()
    card.locator("input").nth(1).fill("hemei-demo")
    card.get_by_role("button", name="锁起来并退出").click()
    until(page, "document.querySelector('main').innerText.includes('已退出')")
    assert left_on_phone(page) == ["hemei-field"]
    assert phone.window.open("/officer/").url.endswith("/login?next=/officer/")
    page.unroute("**/officer/sync")
    phone.open()
    phone.sign_in()
    phone.has_list()
    phone.all_sent()
    assert on_server(app, ids) == 3


def left_on_phone(page):
    return page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")


def test_signing_out_leaves_nothing_of_a_person_on_the_phone(phone):
    phone.lasting()
    phone.record(2)
    phone.all_sent()
    kept = phone.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
          return found.sort();
        }"""
    )
    names = ("field.css", "field.js", "icon.svg", "manifest.json", "scanworker.js", "style.css")
    assert kept == ["/officer/field", *[f"/static/{name}" for name in names]]
    phone.page.evaluate("location.hash = '#/me'")
    phone.page.locator(".sign-out").get_by_role("button", name="退出登录").click()
    until(phone.page, "document.querySelector('main').innerText.includes('已退出')")
    assert left_on_phone(phone.page) == ["hemei-field"]
    stored = phone.page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "officer" not in stored


def test_a_full_phone_says_so_and_keeps_what_it_has(open_window, server, app):
    phone = phone_of(open_window, server, service_workers="block")
    devtools = phone.window.context.new_cdp_session(phone.page)
    devtools.send(
        "Storage.overrideQuotaForOrigin", {"origin": phone.window.base, "quotaSize": 3_000_000}
    )
    phone.ready()
    phone.window.context.set_offline(True)
    ids = phone.record(2)
    said = phone.page.evaluate(
        """async () => {
          const app = document.getElementById('field').hemei;
          const [home, rule] = [app.taken().pack.households[0], app.taken().pack.rules[0]];
          const noise = new Blob(Array.from({ length: 100 }, () => crypto.getRandomValues(new Uint8Array(60000))));
          const item = { id: crypto.randomUUID(), kind: 'award', household: home.id, rule: rule.id, photos: ['p'], seen_at: new Date().toISOString() };
          try { await app.store.record(item, [noise]); } catch (fault) { return `${fault.name} ${fault.message}`; }
          return 'recorded';
        }"""
    )
    assert said.startswith("StoreFull 手机存满了，这一条没有记上")
    assert phone.waiting() == ids
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": phone.window.base})
    phone.window.context.set_offline(False)
    phone.all_sent()
    assert on_server(app, ids) == 2


def test_a_clock_that_is_days_slow_is_said_and_what_is_recorded_has_the_right_day(
    open_window, server, app
):
    phone = phone_of(open_window, server)
    phone.page.add_init_script("const then = Date.now; Date.now = () => then() - 3 * 86400000;")
    phone.ready()
    assert phone.state()["name"] == "clock_wrong"
    assert "慢了3 天" in phone.state()["message"]
    assert phone.page.inner_text("header .pill") == "手机时间不对"
    ids = phone.record(1)
    phone.all_sent("clock_wrong")
    assert on_server(app, ids) == 1
    seen = phone.page.evaluate(
        "document.getElementById('field').hemei.store.recent().then((rows) => rows.at(-1).item.seen_at)"
    )
    real = phone.page.evaluate("new Date().toISOString()")
    assert seen[:13] == real[:13]
