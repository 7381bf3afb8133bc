"""Photos on the plain pages: made small in the page, taken as they are without JavaScript, told when too large."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import select

from governance.affairs.awards.photos import path_of, photos
from governance.base.database import db
from governance.village.households import Household
from governance.web.officer import household
from tests.factories import make_rule
from tests.flows.conftest import PHONE
from tests.paintings import ORIENTATION

MEGABYTE = 2**20


@pytest.fixture
def form(demo):
    """The form of a rule that wants a photo, as the end of an address."""
    with demo.app_context():
        village_id = db.session.scalar(select(Household.village_id).limit(1))
        rule = make_rule(
            SimpleNamespace(id=village_id), evidence="photo", points_min=1, points_max=5
        )
        end = f"rule/{rule.id}"
        db.session.remove()
    return end


@pytest.fixture
def brought(monkeypatch):
    """How many bytes each form's photo had when it arrived."""
    sizes, keep = [], household.keep_photo

    def noting(subject_id, data):
        sizes.append(len(data))
        return keep(subject_id, data)

    monkeypatch.setattr(household, "keep_photo", noting)
    return sizes


@pytest.fixture
def camera(tmp_path):
    """A photo that lies on its side, of so many pixels and at least so many bytes."""

    def take(width, height, size=0):
        exif, out = Image.Exif(), io.BytesIO()
        exif[ORIENTATION] = 6
        Image.new("L", (width, height), 128).save(out, "JPEG", exif=exif)
        file = tmp_path / f"{width}.jpg"
        file.write_bytes(out.getvalue() + bytes(max(0, size - len(out.getvalue()))))
        return file

    return take


def ask(open_window, address, form, size=PHONE, **settings):
    """An officer's window on that form, points and note filled in."""
    window = open_window(address, size, **settings)
    window.sign_in("officer1")
    home = window.page.locator("a[href*='/officer/household/']").first.get_attribute("href")
    window.open(f"{re.sub(r'[?#].*', '', home)}/{form}")
    window.page.locator("input[name=points]").nth(2).check()
    window.page.fill("#note", "修好了水渠")
    return window


def send(window):
    window.page.get_by_role("button", name="记上").click()


def kept(app):
    """The size of the one photo that was kept just now."""
    with app.app_context():
        newest = db.session.execute(
            select(photos.c.village_id, photos.c.id).order_by(photos.c.named_at.desc()).limit(1)
        ).one()
        db.session.remove()
    with Image.open(path_of(app.config["DATA_DIR"], *newest)) as picture:
        return picture.size


def test_a_photo_of_today_is_small_when_it_arrives_though_sent_at_once(
    open_window, address, demo, form, camera, brought
):
    window = ask(open_window, address, form)
    window.page.set_input_files("#photo", camera(8160, 6120, 9 * MEGABYTE))
    send(window)
    window.page.locator(".undo", has_text="已记").wait_for()
    assert len(brought) == 1
    assert brought[0] < MEGABYTE
    assert kept(demo) == (1200, 1600)
    assert window.complaints == []


def test_a_hundred_and_eight_megapixels_are_made_small(
    open_window, address, demo, form, camera, brought
):
    window = ask(open_window, address, form)
    window.page.set_input_files("#photo", camera(12000, 9000, 25 * MEGABYTE))
    send(window)
    window.page.locator(".undo", has_text="已记").wait_for()
    assert brought[0] < MEGABYTE
    assert kept(demo) == (1200, 1600)


def test_without_javascript_it_is_taken_as_it_is(open_window, address, demo, form, camera, brought):
    window = ask(open_window, address, form, java_script_enabled=False)
    window.page.set_input_files("#photo", camera(8160, 6120, 9 * MEGABYTE))
    send(window)
    window.page.locator(".undo", has_text="已记").wait_for()
    assert brought[0] >= 9 * MEGABYTE
    assert kept(demo) == (1200, 1600)


@pytest.fixture
def strange(tmp_path):
    """A picture that no browser can open, and too large to be sent as it is."""
    file = tmp_path / "strange.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe1" + bytes(18 * MEGABYTE))
    return file


def test_what_cannot_be_made_small_is_told_as_too_large_and_what_was_typed_stays(
    open_window, address, form, strange, brought
):
    window = ask(open_window, address, form, {"width": 320, "height": 568})
    window.page.set_input_files("#photo", strange)
    window.page.locator("form [role=alert]:visible", has_text="照片太大了，最多 16 MB").wait_for()
    assert window.page.evaluate("document.querySelector('#photo').files.length") == 0
    assert window.page.input_value("#note") == "修好了水渠"
    assert window.axe() == []
    assert window.too_wide() is None
    assert brought == []


def test_pressed_before_that_is_known_nothing_is_sent_without_its_photo(
    open_window, address, form, strange, brought
):
    window = ask(open_window, address, form)
    window.page.evaluate(
        "document.querySelector('#photo').addEventListener('change', () =>"
        " document.querySelector('form .btn').click())"
    )
    window.page.set_input_files("#photo", strange)
    window.page.locator("form [role=alert]:visible", has_text="照片太大了").wait_for()
    assert f"/{form}" in window.page.url
    assert brought == []


def test_without_javascript_the_form_comes_back_with_points_and_note(
    open_window, address, form, strange, brought
):
    window = ask(open_window, address, form, java_script_enabled=False)
    window.page.set_input_files("#photo", strange)
    send(window)
    window.page.locator(".error", has_text="照片太大了").wait_for()
    assert window.page.input_value("#note") == "修好了水渠"
    assert window.page.locator("input[name=points]").nth(2).is_checked()
