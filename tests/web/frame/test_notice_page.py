"""What the pages of notices share: how long one hangs, its digest as it is compared, its public address."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from governance.affairs.publicity.notices import Notice
from governance.base import clock
from governance.web.frame import notice_page
from tests.moments import MONDAY


def hanging(**times):
    return Notice(state="posted", year=2026, number=3, posted_at=MONDAY, **times)


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(days=3, hours=5), "还剩 3 天"),
        (timedelta(days=1), "还剩 1 天"),
        (timedelta(hours=23), "还剩 23 小时"),
        (timedelta(minutes=59), "不到 1 小时"),
        (timedelta(minutes=-1), "不到 1 小时"),
    ],
)
def test_how_long_it_still_hangs(chinese, left, told):
    with clock.set_to(MONDAY):
        assert notice_page.time_left(hanging(closes_at=MONDAY + left)) == told


@pytest.mark.parametrize("state", ["draft", "closed", "withdrawn"])
def test_of_what_does_not_hang_nothing_is_told(chinese, state):
    notice = hanging(closes_at=MONDAY + timedelta(days=3))
    notice.state = state
    assert notice_page.time_left(notice) == ""


def test_it_is_named_by_year_and_number_and_a_draft_has_none(chinese):
    assert notice_page.title_of(hanging()) == "2026年第3期"
    assert notice_page.title_of(Notice(state="draft")) == "公示草稿"


def test_the_year_is_told_only_over_new_year(chinese):
    notice = hanging(closes_at=MONDAY + timedelta(days=3))
    assert notice_page.closing_of(notice) == "3月5日 09:30"
    notice.closes_at += timedelta(days=365)
    assert notice_page.closing_of(notice) == "2027年3月5日 09:30"


def test_the_digest_comes_in_pieces_an_eye_can_compare():
    digest = "0123456789abcdef" * 4
    pieces = notice_page.digest_of(hanging(head_hash=digest))
    assert "".join(pieces) == digest
    assert {len(piece) for piece in pieces} == {8}
    assert notice_page.digest_of(Notice()) == []


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://hemei.example/", "https://hemei.example/v/620503100201/notices/2026-3"),
        ("", "http://localhost/v/620503100201/notices/2026-3"),
    ],
)
def test_the_code_on_the_wall_leads_to_where_anybody_reads_it(plain, monkeypatch, base, address):
    monkeypatch.setitem(plain.config, "BASE_URL", base)
    place = SimpleNamespace(code="620503100201")
    with plain.test_request_context("/"):
        assert notice_page.public_address(place, hanging()) == address


@pytest.mark.parametrize(
    ("address", "unreachable"),
    [
        ("http://localhost:8000/v/1", True),
        ("http://127.0.0.1/v/1", True),
        ("http://192.168.1.7:8000/v/1", False),
        ("https://hemei.example/v/1", False),
    ],
)
def test_no_phone_opens_this_very_computer(address, unreachable):
    assert notice_page.unreachable(address) is unreachable
