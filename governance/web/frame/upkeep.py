"""Upkeep (维护): what whoever runs the service is warned of before it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app

from governance.base import clock
from governance.base.milestones import BACKUP, find_milestone
from governance.base.storage import LOW, bytes_left
from governance.village import staff
from governance.web.frame.words import gettext

OLD = timedelta(days=7)  # a backup older than this is worth a word


def warnings() -> list[str]:
    """Sentences for the overview and the admin: little room on the disk, no backup for a week."""
    return [*_disk(), *_backup()]


def _disk() -> Iterator[str]:
    left = bytes_left(current_app.config["DATA_DIR"])
    if left < LOW:
        yield gettext(
            "电脑的磁盘只剩 %(left)s MB，满了就记不进去了。请清出空间。", left=left // 10**6
        )


def _backup() -> Iterator[str]:
    """The demo is loaded anew by one command; nobody backs it up."""
    if current_app.config["DEMO"]:
        return
    kept = find_milestone(BACKUP)
    since = kept[0] if kept else staff.first_added_at()
    if since is None or clock.now() - since < OLD:
        return
    days = (clock.now() - since).days
    if kept:
        yield gettext("上次备份是 %(days)s 天前。请管理员备份一次。", days=days)
    else:
        yield gettext("用了 %(days)s 天，还没有备份过。请管理员备份一次。", days=days)
