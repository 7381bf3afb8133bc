"""An address without https (the LAN): the pages promise neither offline work nor the camera, and say why and how."""

from __future__ import annotations

import pytest

from tests.flows.conftest import PHONE
from tests.flows.fielded import go
from tests.flows.phone import Phone, on_server


@pytest.fixture
def lan(address):
    """The same server by a name of the LAN."""
    return address.replace("127.0.0.1", "village.test")


def test_the_field_page_says_what_is_missing_and_does_the_rest(open_window, lan, demo):
    phone = Phone(open_window(lan, {"width": 320, "height": 568}))
    phone.open()
    page = phone.page
    page.wait_for_selector("form.sign")
    assert page.evaluate("isSecureContext") is False
    told = page.inner_text("main")
    assert "这个地址不是 https" in told
    assert "配好 https" in told
    assert "没有信号也能用" not in told
    phone.sign_in()
    phone.has_list()
    assert "这个地址不是 https" in page.inner_text("main")
    for path in ("#/", "#/me", "#/scan", "#/outbox"):
        go(phone, path)
        assert "没有信号也" not in page.inner_text("#field"), path
        assert phone.window.too_wide() is None, path
        assert phone.window.axe() == [], path
    go(phone, "#/scan")
    page.locator("main .notice", has_text="浏览器不让用相机").wait_for()
    ids = phone.record(1)
    phone.all_sent()
    assert on_server(demo, ids) == 1
    assert phone.window.complaints == []


def test_the_plain_page_offers_the_field_page_without_promising(open_window, lan):
    window = open_window(lan, PHONE)
    window.sign_in("officer1")
    offer = window.page.locator("main a.btn").first
    offer.get_by_text("走访（要有信号）").wait_for()
    assert "这个地址不是 https" in window.page.inner_text("main")
    assert window.axe() == []
    assert window.too_wide() is None


def test_where_all_is_well_nothing_is_said(open_window, address):
    window = open_window(address, PHONE)
    window.sign_in("officer1")
    window.page.wait_for_load_state("networkidle")
    assert window.page.locator("main a.btn").first.inner_text() == "走访（没信号也能用）"
    assert "https" not in window.page.inner_text("main")
