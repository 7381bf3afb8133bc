"""Who may pass: the sign-in that a browser holds; every door names its roles once, for all its pages.

A staff visitor has posts (role, place); a household has a session opened with its card. A door
resolves the village from the visitor's posts before any view runs, so that each look-up starts
from the visitor's places: what is not theirs is not found.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from governance.affairs.awards.items import Scorer
from governance.base import clock
from governance.base.errors import NotAllowed, NotThere, phrase
from governance.village import codes, directory, places, signing
from governance.village.directory import Home
from governance.village.persons import Person, Post
from governance.village.places import Level, Village
from governance.village.signing import log, signins
from governance.village.signing.log import What
from governance.village.signing.signins import SignedIn
from governance.village.staff import Role, Staff, get_staff
from governance.web.frame import again, device, villages

READING = ("GET", "HEAD", "OPTIONS")
HALFWAY = timedelta(minutes=5)  # between the password and the second step
LONGEST_SEARCH = 60  # letters; a name, a door, a code are shorter
LONGEST_PATH = 500  # an address of ours with its filters is shorter


def guard_app(app: Flask) -> None:
    """Hang the sign-in on the application."""
    app.after_request(_note_seen)
    app.after_request(device.give_mark)


def _note_seen(response: Response) -> Response:
    """Write down now and then that a sign-in is in use; the answer does not depend on it."""
    found = g.get("signed_in") if g.get("looked_up_for") is _this_request() else None
    if found and found.unseen:
        try:
            signins.note_seen(found.id)
        except SQLAlchemyError as fault:
            current_app.logger.warning("sign-in in use not noted (%s)", type(fault).__name__)
    return response


def enter(person: Staff, *, remember: bool) -> None:
    """Let somebody in, on this device for 30 days if they want to be remembered."""
    _end_here()
    where = device.here()
    _forget()
    session.permanent = remember
    session["sign_in"] = signing.let_in(person, where, remember=remember).hex
    device.remember_here(person.id)


def leave() -> None:
    """Sign out, and forget the household too."""
    if found := _end_here():
        log.note(What.LEFT, found.person.id, device.here())
    _forget()


def _end_here() -> SignedIn | None:
    """End the sign-in that this browser holds, if any."""
    found = signed_in()
    if found:
        signins.end(found.person.id, found.id)
    g.pop("looked_up_for", None)
    return found


def _forget() -> None:
    """Begin a fresh session; how somebody likes to read stays."""
    kept = {name: session[name] for name in ("language", "large") if name in session}
    session.clear()
    session.update(kept)


def wait_for_code(person: Staff, *, remember: bool) -> None:
    """Remember for five minutes that the password was right; the second step is still to come."""
    _end_here()
    _forget()
    now = clock.now().timestamp()
    session["halfway"] = [person.id.hex, signing.password_mark(person), now, remember]


def waits_for_code() -> tuple[Staff, bool] | None:
    """Whose password was right a moment ago, and whether they want to be remembered."""
    staff_id, password, at, remember = session.get("halfway", ("", "", 0, False))
    if clock.now().timestamp() - at > HALFWAY.total_seconds():
        return None
    person = get_staff(uuid.UUID(staff_id))
    good = person.active and signing.password_mark(person) == password
    return (person, remember) if good else None


def signed_in() -> SignedIn | None:
    """The sign-in that this browser holds: looked up once a request, with all posts, in one statement."""
    if g.get("looked_up_for") is not _this_request():
        g.signed_in, g.looked_up_for = _look_up(), _this_request()
    found: SignedIn | None = g.signed_in
    return found


def _this_request() -> object:
    """The request itself: an application context may serve several."""
    return request._get_current_object()  # type: ignore[attr-defined]


def _look_up() -> SignedIn | None:
    try:
        return signins.find_signed_in(uuid.UUID(session["sign_in"]))
    except (KeyError, ValueError):
        return None


def find_visitor() -> Person | None:
    """Who is signed in, if anybody."""
    found = signed_in()
    return found.person if found else None


def visitor() -> Person:
    """Who is signed in; behind a guard there is somebody."""
    person = find_visitor()
    if person is None:
        abort(401)
    return person


def ask_to_sign_in() -> Response:
    """Send a stranger to the sign-in and back; a typed form's page is asked for again."""
    back = request.full_path.rstrip("?") if request.method in READING else request.referrer or ""
    return redirect(url_for("entrance.sign_in", next=local_path(back)))  # type: ignore[return-value]


def local_path(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None: never redirect a visitor elsewhere."""
    if not target or len(target) > LONGEST_PATH:
        return None
    if target.startswith(request.host_url):
        target = "/" + target.removeprefix(request.host_url)
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    return target if target.isprintable() else None


def keep_search(path: str, words: str) -> None:
    """Remember what a page searches for: names and phones do not belong in addresses or logs."""
    session["searched"] = [path, words]


def searched() -> str:
    """What this page was asked to search for; its address only says that it was asked (`s=1`)."""
    path, words = session.get("searched", ("", ""))
    return str(words) if "s" in request.args and path == request.path else ""


def guard(door: Blueprint, *roles: Role, reading: Iterable[Role] = (), pages: bool = True) -> None:
    """Open a door to posts of `roles`; those of `reading` may look, but change nothing.

    `pages`: a first password is changed before they open. The phone's program has none: what was
    recorded in the field is never kept waiting.
    """
    may_look = {*roles, *reading}

    def check() -> Any:
        person = find_visitor()
        if person is None:
            return refuse_stranger()
        if pages and person.first_password:
            return ask_for_own_password()
        wanted = may_look if request.method in READING else set(roles)
        posts = [post for post in person.posts if post.role in wanted]
        if not posts:
            raise NotAllowed
        g.posts = posts
        return None

    door.before_request(check)


def refuse_stranger() -> ResponseReturnValue:
    """Nobody is signed in: pages lead to the sign-in, JSON says 401; a filled form is kept."""
    if request.blueprint == "api":
        abort(401)
    if again.may_return():
        return again.return_form(gettext("登录已失效，这次还没有提交。"), 401, "entrance.sign_in")
    return ask_to_sign_in()


def ask_for_own_password() -> ResponseReturnValue:
    """The password was handed over: it is changed first; a filled form is kept."""
    if again.may_return():
        message = gettext("要先换成自己的密码，这次还没有提交。")
        return again.return_form(message, 403, "account.password")
    back = request.full_path.rstrip("?") if request.method in READING else request.referrer
    return redirect(url_for("account.password", next=local_path(back)))


def village_in_url(door: Blueprint) -> None:
    """The door's addresses begin with a village's code; resolve it among the visitor's posts.

    Sets `g.village`. A village the visitor has no post in is not found: call after `guard`.
    """

    @door.url_value_preprocessor
    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.village_code = (values or {}).pop("village")

    @door.url_defaults
    def give(_endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("village", g.get("village_code"))

    def resolve() -> None:
        posts = [post for post in g.posts if post.code == g.village_code]
        if not posts:
            raise NotThere
        g.posts = posts
        g.village = places.get_place(g.village_code, Level.VILLAGE)
        g.may_change = any(post.role in door.changing_roles for post in posts)  # type: ignore[attr-defined]

    door.before_request(resolve)


def posts_in(person: Person, role: Role, village_id: uuid.UUID) -> list[Post]:
    """Somebody's posts of a role in a village or its grids."""
    return [
        post
        for post in person.posts
        if post.role is role and post.village and post.village.id == village_id
    ]


def village_of_post(door: Blueprint) -> None:
    """The door has no village in its addresses: it is the visitor's own, or of several the one meant (`villages`).

    Sets `g.village`, and `g.villages` with all that the door is open to; `g.posts` are those in `g.village`.
    """

    def resolve() -> None:
        g.villages, g.all_posts = villages.villages_of(g.posts), g.posts
        g.village = villages.village_here(g.villages)
        g.posts = [post for post in g.all_posts if post.village == g.village]

    door.before_request(resolve)


def officer_scorer(village: Village | None = None) -> Scorer:
    """The signed-in officer as a scorer of `g.village` or another of theirs: their grids, or the whole of it."""
    return villages.scorer_in(village or g.village, visitor().id, g.all_posts)


def enter_household(code: codes.Code) -> None:
    """Open a household's session with its card; it lasts while the card is in use."""
    session.pop("household", None)
    session["household"] = [str(code.village_id), code.token]
    if find_visitor() is None:  # somebody who did not want to be remembered here stays forgotten
        session.permanent = True


def guard_household(door: Blueprint) -> None:
    """Open a door to the household whose card opened this session; sets `g.village`, `g.household`."""

    def check() -> Any:
        home = find_home()
        if home is None:
            session.pop("household", None)
            if again.may_return():
                message = gettext("户卡要重新打开，这次还没有提交。")
                return again.return_form(message, 401, "entrance.card_needed")
            return redirect(url_for("entrance.card_needed"))
        g.household, g.village = home, home.village
        return None

    door.before_request(check)


def find_home() -> Home | None:
    """The household of this session, while its card is still in use."""
    if "household" not in session:
        return None
    village_id, token = session["household"]
    return directory.find_home(uuid.UUID(village_id), token)


def refuse_demo_password(password: str) -> None:
    """The demo's password is in the README: outside the demo it opens nothing. Raises NotAllowed."""
    if password == current_app.config["DEMO_PASSWORD"] and not current_app.config["DEMO"]:
        raise NotAllowed(phrase("演示密码不能在正式环境使用，请换一个密码。"))
