"""A sign-in that ends, changes or asks for a new password stands before pages, never before what waits on a phone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from governance.base.database import atomic, db
from governance.village.staff import Staff
from tests.flows.phone import on_server, phone_of


@pytest.fixture
def phone(open_window, demo, address):
    return phone_of(open_window, address).ready()


def other_cookie(context, address):
    """The cookie of an earlier release, or of another key: the server does not know it."""
    for cookie in context.cookies():
        context.clear_cookies(name=cookie["name"])
        context.add_cookies([{"name": cookie["name"], "value": "of-another-key", "url": address}])


def test_another_cookie_signs_out_and_loses_no_item_and_no_photo(phone, demo, address):
    phone.window.context.set_offline(True)
    ids = phone.record(3, pictures=1)
    other_cookie(phone.window.context, address)
    phone.window.context.set_offline(False)
    assert phone.send()["name"] == "signed_out"
    phone.page.wait_for_selector(".door form.sign")
    assert phone.waiting() == ids
    phone.open()
    phone.page.wait_for_selector(".door form.sign")
    assert phone.waiting() == ids
    assert phone.state()["photos"] == 3
    phone.sign_in()
    phone.all_sent()
    assert on_server(demo, ids) == 3


def test_a_password_to_be_changed_first_stands_in_the_way_of_no_phone(phone, demo):
    phone.window.context.set_offline(True)
    ids = phone.record(2, pictures=1)
    with demo.app_context(), atomic():
        db.session.execute(
            update(Staff).where(Staff.username == phone.username).values(first_password=True)
        )
    phone.window.context.set_offline(False)
    phone.all_sent()
    assert on_server(demo, ids) == 2
    phone.open()
    phone.has_list()
    assert phone.page.locator("form.sign").count() == 0
    phone.window.open("/officer/")
    assert "/password?" in phone.page.url
