"""Forms sent in a visitor's name: known by their token, and by where the browser says they come from.

A browser names the page's site in `Origin`, or at least says `Sec-Fetch-Site`. Some keep both to
themselves, and many the Referer: then the token alone decides, and nobody is locked out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect

from governance.base.errors import NotAllowed, Phrase, phrase

csrf = CSRFProtect()

NO_TOKEN = phrase("这张表少了防伪码，这次没有提交。")
NO_COOKIE = phrase("浏览器没有保存 Cookie（可能清理过，或者不让保存），这次没有提交。")
ANOTHER_SESSION = phrase("这一页打开以后，您重新登录或者退出过，这次没有提交。")
UNKNOWN = phrase("这一页是早先打开的，系统认不出来了，这次没有提交。")


class ForeignForm(NotAllowed):
    """A form that stood on a page of another site."""

    code = "foreign_form"
    message = phrase("这张表不是从本网站的页面交来的，没有受理。请打开本网站再办。")


def guard_forms(app: Flask) -> None:
    """Hang both checks on the application, the sender's site first."""
    app.before_request(refuse_foreign_form)
    csrf.init_app(app)


def refuse_foreign_form() -> None:
    """Refuse what another site sends in the visitor's name. Raises ForeignForm."""
    if (
        request.method not in current_app.config["WTF_CSRF_METHODS"]
        or came_from_here() is not False
    ):
        return
    current_app.logger.warning(
        "form of another site refused: sent from %s, served at %s", request.origin, request.host
    )
    raise ForeignForm


def came_from_here() -> bool | None:
    """Whether the browser says that the form stood on a page of ours; None where it does not say."""
    if request.origin and request.origin != "null":
        return urlsplit(request.origin).netloc in (request.host, own_host())
    said = request.headers.get("Sec-Fetch-Site")
    return said in ("same-origin", "none") if said else None


def own_host() -> str:
    """The host that QR codes point to: a proxy in front may not pass on the one that was asked."""
    return urlsplit(current_app.config["BASE_URL"]).netloc or request.host


def why_refused(error: CSRFError) -> Phrase:
    """What is wrong with a form's token, in a sentence that is true."""
    said = error.description or ""
    if "session" in said and not session:
        return NO_COOKIE
    if "session" in said or "match" in said:
        return ANOTHER_SESSION
    return NO_TOKEN if "missing" in said else UNKNOWN
