"""The web process: parts, two doors (LINE's webhook and the staff console) and the public pages.

``create_app`` is a factory for the server (``granian --interface wsgi --factory app.web:create_app``).
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from pathlib import Path
from time import perf_counter

from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app import logs, parts, webhook
from app.console import pages
from app.console.signin import limiter
from app.errors import KairanError
from app.public.bulky import bulky_pages
from app.public.health import health
from app.public.my_data import my_data
from app.public.pages import public
from app.public.town_events import town_events
from app.town.queries import TownCache

log = logs.get("web")

LARGEST_FORM = 1024 * 1024
CSP = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}' 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
"""Nothing of anybody else's, nothing inline without this response's number (reliability §9 V3)."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR = 31_536_000

SENTENCES = {
    400: ("内容を読めませんでした", "前の画面に戻り、開き直してからもう一度送ってください。"),
    403: (
        "この画面を開く役割がありません",
        "必要なときは、管理者に役割の追加を依頼してください。",
    ),
    404: ("ページがありません", "アドレスが正しいか、確かめてください。"),
    405: ("この開き方はできません", "前の画面に戻り、ボタンから進んでください。"),
    409: ("いまはできません", "画面を開き直して、いまの状態を確認してください。"),
    413: ("送られた内容が大きすぎます", "内容を短くして、もう一度送ってください。"),
    429: (
        "サインインの失敗が続きました",
        "安全のため、15分ほど待ってからもう一度サインインしてください。パスワードを忘れたときは、管理者に連絡してください。",
    ),
}


DISK_FULL = "53100"
"""PostgreSQL's word for a full disk (PostgreSQL manual, "Error Codes")."""
SENTENCE_FULL = "データベースの空き容量がなくなりました。今の操作では何も変わっていません。システムの管理者に連絡してください。"
SENTENCE_AWAY = "今の操作では何も変わっていません。1分ほど待って、もう一度開いてください。続くときは、システムの管理者に連絡してください。"


def create_app(made_of: parts.Parts | None = None) -> Flask:
    """The Flask app. Without ``made_of`` everything is built from the environment's settings."""
    logs.configure()
    made_of = made_of or parts.build()
    app = Flask("app", static_folder=None, template_folder="console/templates")
    app.extensions["parts"] = made_of
    app.extensions["towns"] = TownCache(made_of.sessions)
    _configure(app, made_of)
    CSRFProtect(app)
    limiter.init_app(app)
    app.register_blueprint(pages.console)
    app.register_blueprint(public)
    app.register_blueprint(town_events)
    app.register_blueprint(bulky_pages)
    app.register_blueprint(my_data)
    app.register_blueprint(health)
    app.wsgi_app = webhook.in_front_of(app.wsgi_app, made_of)  # type: ignore[method-assign, assignment]
    app.before_request(_start)
    app.after_request(_finish)
    app.register_error_handler(Exception, _trouble)
    app.add_template_global(asset)
    return app


def _configure(app: Flask, made_of: parts.Parts) -> None:
    https = made_of.settings.public_base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=made_of.settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        SESSION_COOKIE_NAME="__Host-kairan" if https else "kairan",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=_limiter_address(made_of.settings.redis_url),
        RATELIMIT_KEY_PREFIX=f"{made_of.settings.environment}:sign-in",
        HTTPS=https,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _limiter_address(redis_url: str) -> str:
    """The limiter's name for the same server: a socket is ``redis+unix://`` there."""
    return "redis+" + redis_url if redis_url.startswith("unix://") else redis_url


def _start() -> None:
    g.started = perf_counter()
    g.nonce = secrets.token_urlsafe(16)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", CSP.format(nonce=g.get("nonce", "")))
    if current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
    _log_line(response)
    return response


def _log_line(response: Response) -> None:
    if request.endpoint in {"console.static", "health.healthz"}:
        return
    started: float = g.get("started", perf_counter())
    log.info(
        "request",
        method=request.method,
        route=str(request.url_rule or ""),
        status=response.status_code,
        ms=round((perf_counter() - started) * 1000, 1),
    )


def _trouble(error: Exception) -> ResponseReturnValue:
    """One calm page for everything that went wrong; an unexpected fault gets a number to quote."""
    if isinstance(error, CSRFError):
        return _page(400, "時間がたったため、送れませんでした", SENTENCES[400][1])
    if isinstance(error, KairanError):
        return _page(409, SENTENCES[409][0], error.sentence)
    if isinstance(error, (DBAPIError, PoolTimeout)):
        return _database_trouble(error)
    if isinstance(error, HTTPException):
        if error.code is None or error.code < 400:
            return error
        title, sentence = SENTENCES.get(error.code, SENTENCES[400])
        return _page(error.code, title, sentence)
    return _incident()


def _incident() -> ResponseReturnValue:
    number = secrets.token_hex(3).upper()
    log.exception("unexpected", number=number, route=str(request.url_rule or ""))
    sentence = f"もう一度開いてください。続くときは、この番号を管理者に伝えてください（番号 {number}）。"
    return _page(500, "表示できませんでした", sentence)


def _database_trouble(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    """The database is full, away or turns us down: nothing was changed, and the page needs nothing from it."""
    if not isinstance(error, (OperationalError, PoolTimeout)):
        return _incident()
    g.staff = None
    log.warning("database_trouble", error=type(error).__name__, route=str(request.url_rule or ""))
    if getattr(getattr(error, "orig", None), "sqlstate", "") == DISK_FULL:
        return _page(503, "保存できませんでした", SENTENCE_FULL)
    return _page(503, "いまデータベースにつながりません", SENTENCE_AWAY)


def _page(status: int, title: str, sentence: str) -> ResponseReturnValue:
    template = "console/trouble.html" if request.path.startswith("/console") else "public/trouble.html"
    return render_template(template, title=title, sentence=sentence), status


def asset(name: str) -> str:
    """The address of one of our own static files, new whenever its content is."""
    return url_for("console.static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    body = (Path(__file__).parent / "console" / "static" / name).read_bytes()
    return hashlib.sha256(body).hexdigest()[:10]
