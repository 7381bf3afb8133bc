"""The device a request comes from: its network, its kind in our words, and who is known on it."""

from __future__ import annotations

import pytest

from governance.base.database import new_id
from governance.web.frame import device
from governance.web.frame.device import MOST, kind_of, names_of, network_of

HUAWEI = "Mozilla/5.0 (Linux; Android 10; HLK-AL00) Chrome/86 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_guesses_are_counted_by_network(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (HUAWEI, "android chrome"),
        (HUAWEI + " MicroMessenger/8", "android wechat"),
        ("Mozilla/5.0 (Linux; HarmonyOS; Android 12) HuaweiBrowser/13 Chrome/99", "harmony huawei"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0) Version/15.0 Safari/604.1", "iphone safari"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "windows edge"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_kind_is_two_words_of_ours_whatever_it_pretends(agent, kind):
    assert kind_of(agent) == kind


def test_every_word_has_a_name():
    words = [word for signs in (device.SYSTEMS, device.BROWSERS) for _, word in signs]
    assert all(names_of(word) != [word] for word in words)
    assert names_of("") == [device.UNKNOWN]


@pytest.fixture
def signed_in_by(plain):
    """A browser on which these people have signed in, one after the other: what it is known by."""

    def known(*people):
        cookie = ""
        for person in people:
            with plain.test_request_context(headers={"Cookie": cookie}):
                device.remember_here(person)
                answer = device.give_mark(plain.make_response(""))
            cookie = answer.headers["Set-Cookie"].split(";")[0]
        with plain.test_request_context(headers={"Cookie": cookie}):
            return device.here()

    return known


def test_a_device_knows_who_signed_in_last_and_a_few_before(signed_in_by):
    people = [new_id() for _ in range(MOST + 2)]
    assert signed_in_by(*people).people == frozenset(people[2:])
    assert signed_in_by(people[0], people[1], people[0]).people == frozenset(people[:2])


@pytest.mark.parametrize("cookie", ["", "device=x", "device=" + "x" * 4000])
def test_a_mark_somebody_made_up_knows_nobody(plain, cookie):
    with plain.test_request_context(headers={"Cookie": cookie}):
        assert device.here().people == frozenset()
