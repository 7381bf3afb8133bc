"""How a desk of the committee is made: `/desk/<village>/...`, guarded. The supervisor looks, and changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, g, request

from governance.base.errors import NotAllowed, Phrase, phrase
from governance.village.staff import Role
from governance.web.frame import access, actlog

READERS = (Role.COMMITTEE, Role.SUPERVISOR)
LINKS = (
    ("overview.home", phrase("总览")),
    ("awards.home", phrase("审核")),
    ("notices.home", phrase("公示")),
    ("objections.home", phrase("异议")),
    ("reminders.home", phrase("提醒")),
    ("households.home", phrase("农户")),
    ("rules.home", phrase("积分细则")),
    ("inspections.home", phrase("检查")),
    ("gifts.home", phrase("兑换品")),
    ("redemptions.home", phrase("兑换记录")),
    ("complaints.home", phrase("投诉建议")),
    ("supervision.home", phrase("监督")),
    ("team.home", phrase("人员")),
    ("scheme.home", phrase("积分方案")),
)


def make_desk(
    name: str,
    import_name: str,
    path: str,
    *,
    readable: Collection[str],
    part_of: str = "",
    acting: Collection[Role] = (Role.COMMITTEE,),
    closed: Phrase | None = None,
) -> Blueprint:
    """A desk's blueprint, guarded: who works there is `acting`, the others of the two committees read.

    They read the views named `readable` and no other: a form one may not send is no reading, and a new
    page is closed until it is named. `closed`: what they are told before another, if not the usual.
    What is done there goes into the log of acts. `part_of` names the desk in whose place of the
    list a smaller one is shown.
    """
    desk = Blueprint(name, import_name, url_prefix=f"/desk/<village>{path}")
    desk.changing_roles = set(acting)  # type: ignore[attr-defined]
    access.guard(desk, *acting, reading=READERS)
    access.village_in_url(desk)
    actlog.log_acts(desk)

    @desk.before_request
    def close() -> None:
        view = (request.endpoint or "").rpartition(".")[2]
        if not g.may_change and view not in readable:
            raise NotAllowed(closed)

    @desk.context_processor
    def links() -> dict[str, Any]:
        # A stale form is refused before anybody was asked who they are.
        roles = {post.role for post in g.get("posts", ())}
        role = next((one for one in (*acting, *READERS) if one in roles), None)
        return {"desk_links": LINKS, "desk_here": part_of or name, "desk_role": role}

    return desk
