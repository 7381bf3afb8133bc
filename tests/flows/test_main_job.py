"""The main job, end to end: an empty service becomes a village, and a gift is handed over, all from the pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask_migrate import upgrade

from governance.base.database import db
from governance.ledger import audit
from tests.conftest import make_app
from tests.flows.conftest import DESK, PHONE, serving
from tests.paper import draw, read_sheet
from tests.runner import run_jobs

DATA = Path(__file__).resolve().parents[2] / "governance" / "data"
FIRST, OWN = "first-password", "豆角-路灯-七点半"


@pytest.fixture
def empty_service(tmp_path):
    """A service with nothing in it but its administrator, as `flask staff add` leaves it."""
    app = make_app(
        f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path, WTF_CSRF_ENABLED=True, BASE_URL=""
    )
    with app.app_context():
        upgrade()
    made = app.test_cli_runner().invoke(
        args=["staff", "add", "root", "--role", "admin"], input=f"{FIRST}\n"
    )
    assert made.exit_code == 0, made.output
    with serving(app) as address:
        yield app, address
    with app.app_context():
        db.engine.dispose()


def fill(window, **fields):
    """Fill a form by its fields' ids and send it."""
    for name, value in fields.items():
        field = window.page.locator(f"#{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    window.page.locator("main form button").first.click()


def own_password(window):
    """The first page after the first sign-in: a password of one's own."""
    assert "换成自己的密码" in window.page.inner_text("main")
    for name, value in {"old": FIRST, "password": OWN, "again": OWN}.items():
        window.page.fill(f"#{name}", value)
    window.page.click("main form button")
    assert "密码已修改" in window.page.inner_text("main")


def found_places(window):
    """The administrator adds county, town and village, and the village's first committee member."""
    window.sign_in("root", FIRST)
    window.open("/admin/county")
    fill(window, code="620503", name="麦积区")
    window.open("/admin/place/620503/add")
    fill(window, code="620503100", name="罗峪镇")
    window.open("/admin/place/620503100/add")
    fill(window, code="620503100201", name="石家村")
    window.open("/admin/place/620503100201/person")
    fill(window, role="committee", username="clerk", name="张文书", password=FIRST)


def set_up_village(app, window):
    """The committee brings in the register, the rules and a gift, and appoints two people."""
    page, desk = window.page, "/desk/620503100201"
    window.sign_in("clerk", FIRST)
    own_password(window)
    window.open(f"{desk}/households/register/")
    page.set_input_files("input[type=file]", DATA / "households" / "shijia_417.xlsx")
    page.click("main form button")
    assert "417" in page.inner_text("main")
    page.locator("main form button").first.click()
    page.wait_for_selector("[data-job=waiting]")
    assert window.axe() == []
    assert run_jobs(app) == 1
    page.wait_for_selector("[data-job=done]")  # the page finds out by itself
    assert "导入完成：新增 417 户" in page.inner_text("main")
    window.open(f"{desk}/rules/load")
    page.set_input_files("input[type=file]", DATA / "rules" / "demo.csv")
    page.locator("main form .card button").first.click()
    page.locator("main form button").first.click()
    window.open(f"{desk}/gifts/add")
    fill(window, name="钢丝球", points="1", worth="1", stock="2")
    for role, username, name in (("officer", "grid3", "李志明"), ("storekeeper", "shop", "陈海荣")):
        window.open(f"{desk}/team/add")
        grid = {"grid": "62050310020103"} if role == "officer" else {}
        fill(window, role=role, username=username, name=name, password=FIRST, **grid)


def printed_code(window, sheet, tmp_path):
    """The code on a sheet printed for the household 3组2号, read back from the paper."""
    window.open("/desk/620503100201/households/")
    window.page.fill("#q", "3组2号")
    window.page.press("#q", "Enter")
    assert "3组2号" not in unquote(window.page.url)  # no household in an address
    window.page.click("main table a")
    household = window.page.url.rstrip("/").rsplit("/", 1)[-1]
    window.open(f"/desk/620503100201/sheets/{sheet}?household={household}")
    file = tmp_path / f"{sheet}.pdf"
    window.page.pdf(path=file, prefer_css_page_size=True)
    [paper] = draw(file)
    [code] = read_sheet(paper)
    return code.text


def test_from_an_empty_service_to_a_gift_handed_over(empty_service, open_window, tmp_path):
    app, address = empty_service
    admin, clerk = open_window(address, DESK), open_window(address, DESK)
    found_places(admin)
    set_up_village(app, clerk)
    door, card = printed_code(clerk, "doors", tmp_path), printed_code(clerk, "cards", tmp_path)

    officer = open_window(address, PHONE)
    officer.page.goto(door)
    officer.page.click("text=我是网格员，登录记分")
    officer.page.fill("#username", "grid3")
    officer.page.fill("#password", FIRST)
    officer.page.click("main form button")
    own_password(officer)  # and on to the household whose door was scanned
    officer.page.click("button:has-text('月度检查54分')")
    assert "评议分 5，可兑换分 5" in officer.page.inner_text(".undo")
    officer.page.goto(door)  # signed in once: the code alone is enough now
    officer.page.get_by_role("link", name="公共参与").click()
    officer.page.click("button:has-text('参加村民（代表）会议')")
    assert "待审核" in officer.page.inner_text(".undo")

    clerk.open("/desk/620503100201/awards/")
    clerk.page.check("main table input[type=checkbox]")
    clerk.page.click("text=通过所选")
    assert "已通过 1 条" in clerk.page.inner_text("main")

    home = open_window(address, PHONE)
    home.page.goto(card)
    assert re.findall(r"\d+", home.page.inner_text(".figures")) == ["5", "5"]
    assert "李志明 记" in home.page.inner_text("main")
    assert "待公示" in home.page.inner_text("main")  # spendable only after everybody could see it

    shop = open_window(address, PHONE)
    shop.sign_in("shop", FIRST)
    own_password(shop)
    shop.page.goto(card)
    shop.page.fill("#pick input[type=number]", "2")
    shop.page.click("text=下一步：核对")
    shop.page.click("button:has-text('交货')")
    home.page.reload()
    assert re.findall(r"\d+", home.page.inner_text(".figures")) == ["5", "3"]

    with app.app_context():
        assert [audit.audit_book(village).fault for village in audit.books()] == [None]
    for window in (admin, clerk, officer, home, shop):
        assert window.complaints == []
