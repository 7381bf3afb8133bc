"""The phone's memory: a browser that closes IndexedDB behind the page loses nothing and leaves no page blank."""

from __future__ import annotations

import pytest

from tests.flows.fielded import add_checklists, go, homes
from tests.flows.phone import on_server, phone_of, until

# As iOS fails: for `times` transactions that `suits` (mode, names), each of them with its own words.
LOSE = """([times, only]) => {
  const { transaction } = IDBDatabase.prototype;
  let left = times;
  IDBDatabase.prototype.transaction = function (names, mode, ...more) {
    const suits = only === '' || (mode === 'readwrite' && [names].flat().join() === only);
    if (!suits || left === 0) return transaction.call(this, names, mode, ...more);
    left -= 1;
    throw new DOMException('The database connection is closing.', 'InvalidStateError');
  };
  window.putBack = () => { IDBDatabase.prototype.transaction = transaction; };
}"""
FOR_GOOD = 10**9
# What waits was recorded days ago.
OLDER = """(days) => new Promise((done) => {
  const { owner } = document.getElementById('field').hemei.store;
  indexedDB.open(`hemei-field-${owner}`).onsuccess = ({ target }) => {
    const tx = target.result.transaction('outbox', 'readwrite');
    tx.objectStore('outbox').openCursor().onsuccess = (found) => {
      const { value } = found.target.result;
      found.target.result.update({ ...value, addedAt: value.addedAt - days * 86400000 });
    };
    tx.oncomplete = () => { target.result.close(); done(); };
  };
})"""


@pytest.fixture
def phone(open_window, demo, address):
    add_checklists(demo)
    return phone_of(open_window, address, service_workers="block").ready()


def lose(phone, times=FOR_GOOD, only=""):
    phone.page.evaluate(LOSE, [times, only])


def test_a_database_closed_once_is_not_noticed(phone, demo):
    phone.window.context.set_offline(True)
    ids = phone.record(1)
    lose(phone, 1)
    go(phone, "#/outbox")
    phone.page.get_by_role("heading", name="待传 1 条").wait_for()
    assert phone.page.locator("[role=alert]:visible").count() == 0
    phone.window.context.set_offline(False)
    phone.all_sent()
    assert on_server(demo, ids) == 1


def test_when_it_stays_lost_every_page_shows_what_is_known_and_says_so(phone, demo):
    page = phone.page
    phone.window.context.set_offline(True)
    ids = phone.record(2)
    first, second = homes(phone)[:2]
    lose(phone)
    go(phone, "#/outbox")
    page.get_by_role("heading", name="待传 2 条").wait_for()
    alarm = page.locator(".door [role=alert]:visible")
    assert "手机里存的东西一时打不开" in alarm.inner_text()
    page.locator("main", has_text=first["head"]).wait_for()
    assert "请先导出成文字" in page.inner_text("main")
    assert phone.window.axe() == []
    assert phone.window.too_wide() is None
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出成文字").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert "没有传上去的：2 条" in text
    assert first["head"] in text
    go(phone, f"#/h/{second['id']}")
    page.locator("main h1", has_text=second["head"]).wait_for()
    assert "本机待传 1 条" in page.inner_text("main")
    page.locator("main li > button.item:not(.off):not(:has(.go)):has(.plus)").first.click()
    page.locator(".confirmed [role=alert]", has_text="这一条没有记上").wait_for()
    go(phone, "#/")
    page.locator("main", has_text=second["head"]).wait_for()
    page.evaluate("putBack()")
    phone.window.context.set_offline(False)
    phone.all_sent()
    until(page, "document.querySelector('.door [role=alert]') === null")
    assert on_server(demo, ids) == 2


def test_a_note_that_is_not_kept_does_not_make_a_recorded_inspection_look_lost(phone, demo):
    """It said that nothing was recorded, and whoever believed it recorded it twice."""
    page, home = phone.page, homes(phone)[0]
    phone.window.context.set_offline(True)
    checklist = page.evaluate("document.getElementById('field').hemei.taken().pack.sheets[0].id")
    go(phone, f"#/inspect/{home['id']}/{checklist}")
    lose(phone, only="kv")
    page.get_by_role("button", name="看结果").click()
    page.get_by_role("button", name="记上").click()
    page.locator(".confirmed", has_text="已记").wait_for()
    assert len(phone.waiting()) == 1


def test_a_page_that_cannot_open_what_the_phone_holds_says_so_and_leads_on(open_window, address):
    phone = phone_of(open_window, address, service_workers="block").ready()
    phone.page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('lost', 'UnknownError'); };"
    )
    phone.open()
    phone.page.get_by_role("heading", name="手机里存的东西打不开").wait_for()
    assert "不要清理缓存" in phone.page.inner_text("main")
    assert phone.window.axe() == []
    assert phone.page.get_by_role("link", name="用普通页面").get_attribute("href") == "/officer/"


def test_the_outbox_says_for_how_long_it_waits_and_what_would_lose_it(phone):
    phone.window.context.set_offline(True)
    phone.record(1)
    go(phone, "#/outbox")
    main = phone.page.locator("main")
    main.get_by_text("最早的一条：刚才").wait_for()
    assert "不要清理缓存、不要清除浏览器数据" in main.inner_text()
    phone.page.evaluate(OLDER, 4)
    phone.record(1)
    main.get_by_text("最早的一条已经等了 4 天").wait_for()


def test_the_browser_is_asked_to_keep_what_waits(phone):
    phone.page.evaluate(
        "navigator.storage.persist = () => { window.asked = (window.asked || 0) + 1; return Promise.resolve(true); }"
    )
    phone.window.context.set_offline(True)
    phone.record(2)
    until(phone.page, "window.asked === 1")


def test_a_full_server_is_said_and_everything_sent_later(phone, demo):
    page = phone.page
    troubles = ["full", "read_only"]

    def sync(route):
        if not troubles:
            return route.continue_()
        error = {"error": {"code": troubles.pop(0), "message": "x"}}
        return route.fulfill(status=503, json=error, headers={"Retry-After": "60"})

    page.route("**/officer/sync", sync)
    go(phone, "#/outbox")
    ids = phone.record(3)
    until(page, "app().sync.state().name === 'server_busy'")
    page.locator("header .pill", has_text="系统忙 · 待传 3 条").wait_for()
    page.locator("main", has_text="系统那边的磁盘满了").wait_for()
    assert "自动再传" in page.inner_text("main")
    page.get_by_role("button", name="现在传").click()
    page.locator("main", has_text="系统那边一时存不了").wait_for()
    assert phone.waiting() == ids
    page.get_by_role("button", name="现在传").click()
    phone.all_sent()
    assert on_server(demo, ids) == 3
    assert phone.state()["refused"] == 0
