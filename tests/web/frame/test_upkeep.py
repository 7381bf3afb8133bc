"""Warnings before it fails: the committee and the admin read them on their first page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.base import clock
from governance.base.milestones import BACKUP, keep_milestone
from governance.village.staff import Role
from governance.web.frame import upkeep
from tests.factories import make_staff, make_village, sign_in


@pytest.fixture
def pages(app, monkeypatch):
    """The first pages of a clerk and of an admin, in a service that is no demo."""
    monkeypatch.setitem(app.config, "DEMO", False)
    with app.app_context():
        village = make_village()
        people = [
            make_staff(Role.COMMITTEE, village.place),
            make_staff(Role.ADMIN, village.county),
        ]
    clerk, admin = (sign_in(app.test_client(), one) for one in people)
    return lambda: (clerk.get(f"/desk/{village.place.code}/").text, admin.get("/admin/").text)


def test_little_room_on_the_disk_is_told_in_megabytes(pages, monkeypatch):
    assert not any("磁盘" in page for page in pages())
    monkeypatch.setattr(upkeep, "bytes_left", lambda _folder: 250 * 10**6)
    assert all("磁盘只剩 250 MB" in page for page in pages())


def backed_up(app, **ago):
    with app.app_context():
        keep_milestone(BACKUP, clock.now() - timedelta(**ago), file="x")


def test_a_backup_older_than_a_week_is_told_and_a_fresh_one_is_not(app, pages):
    assert not any("备份" in page for page in pages())  # nobody has worked here for a week yet
    backed_up(app, days=9)
    assert all("上次备份是 9 天前" in page for page in pages())
    backed_up(app)
    assert not any("备份" in page for page in pages())


def test_a_service_that_was_never_backed_up_is_told_so_after_a_week(pages):
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert all("还没有备份过" in page for page in pages())


def test_the_demo_is_not_bothered(app, pages, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", True)
    backed_up(app, days=9)
    assert not any("备份" in page for page in pages())
