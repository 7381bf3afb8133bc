"""What every answer tells browsers and caches: strict headers, and cookies that https keeps to itself."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
YEAR = 365 * 24 * 3600
KEPT = ("field.shell", "field.service_worker")  # hold nothing, and say themselves how they are kept


class Cookies(SecureCookieSessionInterface):
    """The session's cookie. Under https its name begins with `__Host-`: no other host can set it."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether it is for https only: where it is in use, or the settings say that it is."""
        return request.is_secure or bool(app.config["SESSION_COOKIE_SECURE"])

    def get_cookie_name(self, app: Flask) -> str:
        """`session`, or `__Host-session` where browsers hold it to the rules of that name."""
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if self.get_cookie_secure(app) else name

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002 - Flask calls it so
        """The whole host, as that name asks."""
        return "/"


def add_headers(response: Response) -> Response:
    """Strict headers on every answer; but for what is static, nothing is kept by anybody."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), camera=(self)"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if request.endpoint == "static":
        _keep_static(response)
    elif request.endpoint not in KEPT or response.status_code >= 400:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _keep_static(response: Response) -> None:
    # Whole instead of streamed: the compressor leaves the files open that it streams.
    response.direct_passthrough = False
    response.get_data()
    response.close()  # the file, now: whoever goes away in the middle would leave it open
    if "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
