"""The doors: blueprints by visitor. Here they are opened, and refusals are told, once for all."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_babel import Babel, gettext
from flask_compress import Compress
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from governance.affairs.figures import passbook
from governance.base import clock
from governance.base.errors import HemeiError, phrase
from governance.base.storage import SENTENCES, Trouble, trouble_of
from governance.village.cleaning import mask_phone
from governance.village.signing.log import ALARMING
from governance.web import complaints, doors
from governance.web.frame import access, again, device, forgery, words
from governance.web.frame.headers import Cookies, add_headers

compress = Compress()
babel = Babel()

STATUS_SENTENCES = {
    400: phrase("这个请求不完整，请返回重试。"),
    401: phrase("请先登录。"),
    403: phrase("您没有办理这件事的权限。"),
    404: phrase("没有这个页面，可能是地址不对，或者不在您的范围内。"),
    405: phrase("这个地址不能这样打开，请返回重试。"),
    413: phrase("传上来的内容太大了。"),
    415: phrase("传上来的内容格式不对。"),
    429: phrase("试的次数太多了，请过一会儿再来。"),
    500: phrase("系统出了差错，已经记下。您填的内容没有入账，请稍后再试。"),
}


def open_doors(app: Flask) -> None:
    """Open every door of the application, with its locks and its words."""
    app.config.setdefault("COMPRESS_ALGORITHM", "gzip")
    app.config.setdefault("COMPRESS_LEVEL", 5)
    babel.init_app(
        app,
        default_translation_directories=str(Path(app.root_path) / "translations"),
        locale_selector=words.choose_language,
    )
    app.session_interface = Cookies()
    forgery.guard_forms(app)
    compress.init_app(app)
    access.guard_app(app)
    app.before_request(refuse_nul)
    for door in doors.all_doors():
        app.register_blueprint(door)
    app.register_error_handler(HemeiError, tell_refusal)
    app.register_error_handler(CSRFError, tell_stale_form)
    app.register_error_handler(HTTPException, tell_http_error)
    app.register_error_handler(DBAPIError, tell_trouble)
    app.register_error_handler(OSError, tell_trouble)
    app.after_request(add_headers)
    app.context_processor(about_the_visitor)
    app.jinja_env.globals.update(
        asset=asset,
        alarming=ALARMING,
        device_names=device.names_of,
        complaint_page=complaints.complaint_page,
        name_of=words.name_of,
        today=clock.today,
        points_text=words.points_text,
        left_text=words.left_text,
        in_chinese=words.in_chinese,
        cap_text=words.cap_text,
        evidence_text=words.evidence_text,
        translated=words.translated,
    )
    app.jinja_env.filters.update(
        day=words.day_text,
        short_day=words.short_day_text,
        moment=words.moment_text,
        time=words.time_text,
        month=words.month_text,
        signed=words.signed,
        figure=words.figure,
        gain=words.gain,
        yuan=words.yuan,
        masked=mask_phone,
        words=passbook.words_of,
    )


def about_the_visitor() -> dict[str, Any]:
    """What every template knows: who looks, in which language, and its `_`."""
    return {
        "visitor": None if g.get("unread") else access.find_visitor(),
        "language": words.choose_language(),
        "large": bool(session.get("large")),
        "_": words.teller(),
    }


def refuse_nul() -> None:
    """PostgreSQL keeps no NUL in a text, and nobody types one: refuse it once, for every field."""
    texts = [request.path, *request.args.values(), *request.form.values()]
    if any("\x00" in text for text in texts):
        abort(400)


def wants_json() -> bool:
    """Whether the request came from the phone's program rather than from a page."""
    programs = ("/officer/sync", "/officer/pack.json")
    photo = request.path.startswith("/officer/photos/") and request.method not in access.READING
    return request.blueprint == "api" or request.path in programs or photo


def tell(status: int, code: str, message: str, field: str | None = None) -> ResponseReturnValue:
    """An error as a page, or as the contract's JSON."""
    if wants_json():
        error = {"code": code, "message": message} | ({"field": field} if field else {})
        return jsonify(error=error), status
    back = access.local_path(request.referrer) if request.method == "POST" else None
    return render_template("error.html", status=status, message=message, back=back), status


def tell_refusal(refusal: HemeiError) -> ResponseReturnValue:
    """A refusal of an affair: its own sentence and status."""
    return tell(refusal.status, refusal.code, words.sentence(refusal), refusal.field)


def tell_stale_form(error: CSRFError) -> ResponseReturnValue:
    """A form without a token that holds: nothing was done, and what was typed is handed back."""
    if wants_json() and access.find_visitor() is None:
        return tell(401, "signed_out", gettext(STATUS_SENTENCES[401]))
    why = words.gettext(forgery.why_refused(error))
    if not wants_json() and again.may_return():
        return again.return_form(why, 400)
    return tell(400, "stale_form", gettext("%(why)s请返回上一页，刷新后再提交一次。", why=why))


def tell_trouble(fault: DBAPIError | OSError) -> ResponseReturnValue:
    """Storage failed: say which way, hand the form back, let the phone come again. Raises any other fault."""
    trouble = trouble_of(fault)
    if trouble is None:
        raise fault
    log = current_app.logger.warning if trouble is Trouble.BUSY else current_app.logger.error
    log("storage %s: %s %s", trouble.value, type(fault).__name__, request.endpoint)
    # Who looks is not asked for once more: the answer would be the same fault.
    g.unread = trouble in (Trouble.GONE, Trouble.BROKEN)
    message = gettext(SENTENCES[trouble])
    if not wants_json() and not g.unread and again.may_return():
        answer = make_response(again.return_form(message, 503))
    else:
        answer = make_response(tell(503, trouble.value, message))
    answer.headers["Retry-After"] = "60"
    return answer


def tell_http_error(error: HTTPException) -> ResponseReturnValue:
    """A plain HTTP error in our own words."""
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error
    sentence = STATUS_SENTENCES.get(status, STATUS_SENTENCES[400 if status < 500 else 500])
    return tell(status, (error.name or "error").lower().replace(" ", "_"), gettext(sentence))


def asset(name: str) -> str:
    """The address of a built file, with the digest of its content: it may be kept for a year."""
    version = _digest(str(current_app.static_folder), name)
    return f"{request.script_root}{current_app.static_url_path}/{name}?v={version}"


@cache
def _digest(folder: str, name: str) -> str:
    path = Path(folder) / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "missing"
