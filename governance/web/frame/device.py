"""The device a request comes from: its network, what kind it is, and who has signed in on it before."""

from __future__ import annotations

import uuid
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from governance.base import clock
from governance.base.errors import Phrase, phrase
from governance.village.signing.signins import Where

COOKIE = "device"
LIFE = clock.days(400)  # as long as browsers keep a cookie
MOST = 5  # people who share a device and are known on it

# The first word that stands in what the browser says of itself; what it pretends to be comes later.
SYSTEMS = (
    ("HarmonyOS", "harmony"),
    ("OpenHarmony", "harmony"),
    ("Android", "android"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Windows", "windows"),
    ("Macintosh", "mac"),
    ("Linux", "linux"),
)
BROWSERS = (
    ("MicroMessenger", "wechat"),
    ("MQQBrowser", "qq"),
    ("UCBrowser", "uc"),
    ("HuaweiBrowser", "huawei"),
    ("MiuiBrowser", "miui"),
    ("Edg", "edge"),
    ("Firefox", "firefox"),
    ("Chrome", "chrome"),
    ("Safari", "safari"),
)
NAMES: dict[str, Phrase] = {
    "shell": phrase("服务器命令行"),
    "harmony": phrase("鸿蒙手机"),
    "android": phrase("安卓手机"),
    "iphone": phrase("苹果手机"),
    "ipad": phrase("苹果平板"),
    "windows": phrase("Windows 电脑"),
    "mac": phrase("苹果电脑"),
    "linux": phrase("Linux 电脑"),
    "wechat": phrase("微信"),
    "qq": phrase("QQ 浏览器"),
    "uc": phrase("UC 浏览器"),
    "huawei": phrase("华为浏览器"),
    "miui": phrase("小米浏览器"),
}
UNKNOWN = phrase("别的设备")
OWN_NAMES = {"edge": "Edge", "firefox": "Firefox", "chrome": "Chrome", "safari": "Safari"}


def here() -> Where:
    """Where the present request comes from."""
    mark, people = _known()
    agent = request.headers.get("User-Agent", "")
    return Where(network_of(request.remote_addr or ""), kind_of(agent), mark, frozenset(people))


def network_of(address: str) -> str:
    """An address as guesses are counted by: whoever has one of version 6 has all of its /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def kind_of(agent: str) -> str:
    """The kind of device and browser, in two words of ours."""
    parts = (
        next((word for sign, word in signs if sign in agent), "") for signs in (SYSTEMS, BROWSERS)
    )
    return " ".join(part for part in parts if part)


def names_of(kind: str) -> list[Phrase | str]:
    """What a kind of device is called."""
    return [NAMES.get(word) or OWN_NAMES.get(word, word) for word in kind.split()] or [UNKNOWN]


def remember_here(staff_id: uuid.UUID) -> None:
    """Know this device by somebody who has signed in on it: guesses elsewhere do not lock them out here."""
    mark, people = _known()
    people = [staff_id, *(one for one in people if one != staff_id)][:MOST]
    g.device_mark = [mark or uuid.uuid4().hex, [one.hex for one in people]]


def give_mark(response: Response) -> Response:
    """Send the mark along with the answer to a sign-in."""
    if mark := g.get("device_mark"):
        cookies = current_app.session_interface
        response.set_cookie(
            _cookie_name(),
            _signer().dumps(mark),
            max_age=LIFE,
            secure=cookies.get_cookie_secure(current_app),
            httponly=True,
            samesite="Lax",
        )
    return response


def _cookie_name() -> str:
    name = current_app.session_interface.get_cookie_name(current_app)
    return name.replace("session", COOKIE)


def _known() -> tuple[str, list[uuid.UUID]]:
    try:
        mark, people = _signer().loads(request.cookies.get(_cookie_name(), ""))
        return str(mark), [uuid.UUID(one) for one in people]
    except (BadSignature, ValueError, TypeError):
        return "", []


def _signer() -> Any:
    return URLSafeSerializer(current_app.secret_key or "", salt="device")
