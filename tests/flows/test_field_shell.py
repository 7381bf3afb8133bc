"""The field page's shell: a new version, an address with a prefix, a server that dies, a door code without a signal."""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from tests.flows.conftest import PHONE
from tests.flows.phone import Phone, on_server, phone_of, until


@contextmanager
def served(app, port=0):
    """The application on a port of one's choice: the same address after a restart."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Whether the new worker has taken over. An update that failed on its way is asked for again, as a browser would.
TAKEN_OVER = """(async () => {
  const { controller } = navigator.serviceWorker;
  if (controller !== window.before && controller.state === 'activated') return true;
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration.installing && !registration.waiting) await registration.update();
  return false;
})()"""


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


@pytest.fixture
def newer(demo, tmp_path):
    """The built files of a newer version of the page."""
    folder = tmp_path / "static"
    shutil.copytree(demo.static_folder, folder)
    program, worker = folder / "field.js", folder / "sw.js"
    before = digest(program)
    program.write_text(program.read_text() + "\ndocument.body.dataset.version = 'newer';\n")
    text = worker.read_text()
    assert before in text
    [version] = set(re.findall(r"\b[0-9a-f]{12}\b", text))
    worker.write_text(text.replace(before, digest(program)).replace(version, "0123456789ab"))
    return str(folder)


def test_a_new_version_is_taken_up_at_the_next_start_and_the_outbox_lives_on(
    demo, address, open_window, newer
):
    phone = phone_of(open_window, address).ready()
    phone.lasting()
    phone.window.context.set_offline(True)
    ids = phone.record(3)
    demo.static_folder = newer
    phone.page.route("**/officer/sync", lambda route: route.abort())
    phone.window.context.set_offline(False)
    phone.page.evaluate("() => { window.before = navigator.serviceWorker.controller; }")
    until(phone.page, f"await {TAKEN_OVER}")
    assert phone.page.evaluate("document.body.dataset.version") is None, (
        "this start goes on as it is"
    )
    assert phone.waiting() == ids
    phone.window.context.set_offline(True)
    phone.open()
    until(phone.page, "document.body.dataset.version === 'newer'")
    assert phone.waiting() == ids
    phone.window.context.set_offline(False)
    phone.page.unroute("**/officer/sync")
    phone.send()
    phone.all_sent()
    assert on_server(demo, ids) == 3


def test_it_works_below_a_prefix(demo, open_window):
    with served(DispatcherMiddleware(NotFound(), {"/hemei": demo.wsgi_app})) as port:
        phone = Phone(open_window(f"http://127.0.0.1:{port}", PHONE), prefix="/hemei")
        phone.ready()
        phone.lasting()
        phone.window.context.set_offline(True)
        phone.open()
        ids = phone.record(2)
        phone.window.context.set_offline(False)
        phone.all_sent()
        assert on_server(demo, ids) == 2
        assert phone.window.complaints == []


def test_a_server_that_dies_and_comes_back_gets_everything(demo, open_window):
    with served(demo) as port:
        phone = phone_of(open_window, f"http://127.0.0.1:{port}").ready()
        phone.lasting()
    ids = phone.record(3)
    assert phone.send()["name"] == "server_down"
    phone.page.locator("header .pill", has_text="系统没有回应 · 待传 3 条").wait_for()
    phone.open()
    assert phone.waiting() == ids, "the page opens without its server"
    with served(demo, port):
        phone.send()
        phone.all_sent()
    assert on_server(demo, ids) == 3


def test_a_door_code_opens_its_household_without_a_signal(address, open_window):
    phone = phone_of(open_window, address).ready()
    phone.lasting()
    home = phone.page.evaluate(
        "document.getElementById('field').hemei.taken().pack.households.find((one) => one.status === 'resident')"
    )
    phone.window.context.set_offline(True)
    phone.open(f"/h/{home['door']}")
    until(phone.page, f"location.hash === '#/h/{home['id']}'")
    assert phone.page.url.startswith(f"{address}/officer/field#/h/")
    phone.page.locator("main h1", has_text=home["head"]).wait_for()
    phone.open("/h/22222222222222222")
    until(phone.page, "location.hash === '#/scan/22222222222222222'")
    until(phone.page, "document.querySelector('.frame').hidden")
    assert "门牌码" in phone.page.inner_text(".notice.bad"), (
        "no camera does not hide what the code is"
    )


def test_no_sign_in_no_list_and_the_form_fits_small_phones(address, open_window):
    for size in (PHONE, {"width": 320, "height": 568}):
        window = open_window(address, size)
        Phone(window).open()
        window.page.wait_for_selector("form.sign")
        assert window.too_wide() is None
        assert window.axe() == []


def test_before_its_program_has_come_it_says_so_and_later_shows_a_way_out(address, open_window):
    window = open_window(address, PHONE)
    window.page.route("**/field.js*", lambda route: route.abort())
    window.open("/officer/field")
    assert "正在打开" in window.page.inner_text("main")
    window.page.locator("main a").wait_for(timeout=15_000)
    window.page.click("main a")
    assert window.page.url.endswith("/login?next=/officer/")


def test_without_javascript_it_leads_to_the_other_page(address, open_window):
    window = open_window(address, PHONE, java_script_enabled=False)
    window.open("/officer/field")
    assert not window.page.locator(".opening").is_visible()
    window.page.click("noscript a")
    assert window.page.url.endswith("/login?next=/officer/")
