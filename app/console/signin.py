"""Sign in and out. A session lives in the database; the cookie carries a signed random token."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.console.shell import SIGNED_IN, console, now, parts
from app.staff import actions

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, headers_enabled=False)
"""Counts in Redis so that all web processes share the number; in memory while Redis is away."""

LOGIN_LIMITS = "5 per minute; 10 per 15 minutes"
"""Failures per account and source: a stranger elsewhere cannot lock a known account for good."""
SOURCE_LIMITS = "60 per 15 minutes"
"""Failures per source, over all accounts."""
_FAILED = 422


def _account_and_source() -> str:
    return f"{get_remote_address()} {request.form.get('login', '').strip()[:80].casefold()}"


def _failed(response: Response) -> bool:
    return response.status_code == _FAILED


def _inside(address: str | None) -> str:
    """Where to go after signing in: a page of this console, never another host."""
    if address and address.startswith("/console/") and "\\" not in address and "//" not in address:
        return address
    return url_for("console.home")


@console.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    return render_template("console/sign_in.html", login="", problem="", next=request.args.get("next", ""))


@console.post("/sign-in")
@limiter.limit(SOURCE_LIMITS, deduct_when=_failed)
@limiter.limit(LOGIN_LIMITS, key_func=_account_and_source, deduct_when=_failed)
def sign_in_post() -> ResponseReturnValue:
    """Right name and password: a new session and a new cookie. Otherwise one answer for every reason."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    with parts().sessions.begin() as db:
        found = actions.sign_in(db, login[:80], password[:1000], now=now())
    if found is None:
        page = render_template(
            "console/sign_in.html",
            login=login,
            problem="サインイン名かパスワードがちがいます。大文字と小文字も確かめて、もう一度入力してください。",
            next=request.form.get("next", ""),
        )
        return make_response(page, _FAILED)
    session.clear()
    session[SIGNED_IN] = found[1]
    return redirect(_inside(request.form.get("next")), code=303)


@console.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    with parts().sessions.begin() as db:
        actions.sign_out(db, str(session.get(SIGNED_IN, "")), now=now())
    session.clear()
    flash("サインアウトしました。", "done")
    return redirect(url_for("console.sign_in"), code=303)


@console.post("/still-here")
def still_here() -> ResponseReturnValue:
    """One press keeps a session from ending; the guard has already noted the use."""
    return "", 204
