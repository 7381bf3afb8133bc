"""Scanning in the field page: the camera, a photo of a code, typing; and a sentence for every wrong code."""

from __future__ import annotations

import shutil
import subprocess
import uuid

import pytest
import qrcode
from PIL import Image
from sqlalchemy import select

from governance.base.database import db
from governance.village.codes import codes
from tests.flows.conftest import ARGS, BROWSERS, PHONE, Window
from tests.flows.phone import Phone, phone_of

FAKE = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


def draw_code(text, file):
    """A code as it stands at a door, in a picture of a camera's size."""
    picture = Image.new("RGB", (640, 480), "#b8b2a2")
    code = qrcode.make(text, box_size=7, border=4).convert("RGB")
    picture.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
    picture.save(file)
    return file


@pytest.fixture
def point_camera(browser, address, tmp_path):
    """A phone whose camera sees a code: `point_camera(text)`."""
    opened = []

    def point(text):
        picture = draw_code(text, tmp_path / "code.png")
        film = tmp_path / "code.mjpeg"
        subprocess.run(
            [
                "ffmpeg",
                "-loglevel",
                "error",
                "-y",
                "-loop",
                "1",
                "-i",
                picture,
                "-t",
                "1",
                "-r",
                "5",
                "-pix_fmt",
                "yuvj420p",
                "-c:v",
                "mjpeg",
                "-f",
                "mjpeg",
                film,
            ],
            check=True,
        )
        seeing = browser.browser_type.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS))),
            args=[*ARGS, *FAKE, f"--use-file-for-fake-video-capture={film}"],
        )
        opened.append(seeing)
        context = seeing.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
        return Phone(Window(context, address))

    yield point
    for one in opened:
        one.close()


def a_home(phone):
    """A household of the list that lives here: what the pack says of it."""
    return phone.page.evaluate(
        "document.getElementById('field').hemei.taken().pack.households.find((one) => one.status === 'resident')"
    )


@pytest.fixture
def phone(open_window, address):
    return phone_of(open_window, address).ready()


def test_the_camera_opens_the_household_without_a_signal(open_window, address, point_camera):
    home = a_home(phone_of(open_window, address).ready())
    phone = point_camera(f"{address}/h/{home['door']}").ready()
    phone.lasting()
    phone.window.context.set_offline(True)
    phone.page.click("nav.thumb a[href='#/scan']")
    phone.page.wait_for_url("**#/h/*")
    phone.page.locator("h1", has_text=f"{home['head']}家").wait_for()
    assert phone.page.evaluate("document.querySelector('video')") is None
    assert phone.window.complaints == []


def card_of(demo, home):
    """The private card of a household."""
    with demo.app_context():
        token = db.session.scalar(
            select(codes.c.token).where(
                codes.c.household_id == uuid.UUID(home["id"]),
                codes.c.kind == "card",
                codes.c.replaced_at.is_(None),
            )
        )
        db.session.remove()
    return token


def test_a_card_shown_at_a_meeting_puts_its_household_on_the_list(
    demo, open_window, address, point_camera
):
    home = a_home(phone_of(open_window, address).ready())
    phone = point_camera(f"{address}/c/{card_of(demo, home)}").ready()
    phone.lasting()
    phone.window.context.set_offline(True)
    rule = phone.page.evaluate(
        "document.getElementById('field').hemei.taken().pack.rules.find((one) => one.code === 'P04').id"
    )
    phone.page.evaluate("(rule) => { location.hash = `#/many/${rule}`; }", rule)
    phone.page.get_by_role("button", name="扫码").click()
    phone.page.get_by_role("button", name="记上 1 户").wait_for()
    assert home["head"] in phone.page.inner_text("#main")
    assert phone.window.complaints == []


def test_a_wrong_code_before_the_camera_is_named_and_the_camera_goes_on(address, point_camera):
    phone = point_camera("https://weixin.qq.com/r/somewhere").ready()
    phone.page.click("nav.thumb a[href='#/scan']")
    phone.page.wait_for_selector(".notice.bad")
    assert phone.page.inner_text(".notice.bad") == "这不是本系统的码，请扫门牌码。"
    assert phone.page.evaluate("document.querySelector('video').srcObject.active")
    assert phone.window.axe() == []


def test_a_photo_of_the_code_does_where_there_is_no_camera(phone, tmp_path):
    home = a_home(phone)
    phone.page.click("nav.thumb a[href='#/scan']")
    phone.page.wait_for_selector("[role=status].mind")
    assert "打不开相机" in phone.page.inner_text("[role=status].mind")
    photo = draw_code(f"https://jf.example.cn/h/{home['door']}", tmp_path / "photo.png")
    phone.page.set_input_files("nav.thumb input[type=file]", photo)
    phone.page.wait_for_url("**#/h/*")
    phone.page.locator("h1", has_text=f"{home['head']}家").wait_for()


def test_a_camera_that_is_not_allowed_leaves_the_photo_and_the_typing(phone):
    phone.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    phone.page.click("nav.thumb a[href='#/scan']")
    phone.page.wait_for_selector("[role=status].mind")
    assert "没有允许用相机" in phone.page.inner_text("[role=status].mind")
    home = a_home(phone)
    phone.page.fill("#find", home["head"])
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_url("**#/h/*")
    phone.page.locator("h1", has_text=f"{home['head']}家").wait_for()
    assert phone.window.axe() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("other_village", "别的村的门牌码"),
        ("old", "换下来的旧码"),
        ("card", "这是户卡"),
        ("none", "没有看到码"),
        ("not_a_picture", "这张照片打不开"),
    ],
)
def test_a_code_that_opens_nothing_says_why(phone, demo, tmp_path, name, told):
    tag = phone.page.evaluate("document.getElementById('field').hemei.taken().field.village.tag")
    file = tmp_path / "photo.png"
    if name == "none":
        Image.new("RGB", (640, 480), "#b8b2a2").save(file)
    elif name == "not_a_picture":
        file.write_bytes(b"no picture at all")
    else:
        draw_code(
            {
                "other_village": "https://jf.example.cn/h/zzzzzabcdefghjkmn",
                "old": f"https://jf.example.cn/h/{tag}abcdefghjkmn",
                "card": f"https://jf.example.cn/c/{a_card(demo)}",
            }[name],
            file,
        )
    phone.page.click("nav.thumb a[href='#/scan']")
    phone.page.wait_for_selector("[role=status].mind")
    phone.page.set_input_files("nav.thumb input[type=file]", file)
    phone.page.wait_for_selector("[role=status].bad")
    assert told in phone.page.inner_text("[role=status].bad")
    assert phone.page.url.endswith("#/scan")


def a_card(app):
    with app.app_context():
        token = db.session.scalar(
            select(codes.c.token).where(codes.c.kind == "card", codes.c.replaced_at.is_(None))
        )
        db.session.remove()
    return token
