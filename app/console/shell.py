"""What every console page stands in: the blueprint, who is signed in, and how values are shown."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app import audit
from app.circuits import queries as circuits
from app.circuits import rules as circuit_rules
from app.clock import in_japan
from app.console import access
from app.errors import KairanError
from app.heartbeats import queries as heartbeats
from app.heartbeats import rules as heartbeat_rules
from app.inbox import queries as inbox_queries
from app.notices import queries as notice_queries
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.parts import Parts
from app.restores import queries as restore_queries
from app.staff import actions, queries, rules
from app.staff.models import Staff
from app.town.queries import TownCache
from app.town.rules import LoadedTown

console = Blueprint(
    "console", __name__, url_prefix="/console", template_folder="templates", static_folder="static"
)
SIGNED_IN = "token"
"""The key in the cookie."""

MENU = (
    ("console.home", "ホーム", "home"),
    ("console.notices", "お知らせ", "notices"),
    ("console.approvals", "承認", "approvals"),
    ("console.overrides", "収集の変更", "overrides"),
    ("console.inbox", "問い合わせ", "inbox"),
    ("console.reports", "通報", "reports"),
    ("console.bulky", "粗大ごみ", "bulky"),
    ("console.counters", "窓口のQR", "counters"),
    ("console.words", "ことばの説明", "words"),
)
"""(endpoint, word, group) of the navigation, in order."""
GROUPS = {
    "home": "home",
    "words": "words",
    "approvals": "approvals",
    "approval": "approvals",
    "overrides": "overrides",
    "overrides_post": "overrides",
    "counters": "counters",
    "poster": "counters",
    "inbox": "inbox",
    **{f"thread{act}": "inbox" for act in ("", "_reply", "_pass_on", "_close")},
    **dict.fromkeys(("reports", "report", "report_post"), "reports"),
    "bulky": "bulky",
    **{f"bulky_{act}": "bulky" for act in ("day", "stop", "order", "order_post", "move", "new", "new_post")},
}
"""Which navigation entry a page belongs to; the rest belongs to the notices."""


BY_ITSELF = "console.progress_live"
"""Asked by an open page every two seconds: not a use that keeps a session alive."""


def parts() -> Parts:
    return cast(Parts, current_app.extensions["parts"])


def town() -> LoadedTown:
    """The town pack as this process has it; it notices when the pack changes. Looked up once per request."""
    if "town" not in g:
        g.town = cast(TownCache, current_app.extensions["towns"]).town()
    return cast(LoadedTown, g.town)


def town_name() -> str:
    """The town's name; nothing while the town or the database is away, so that the page that says so can be shown."""
    try:
        return town().name
    except (KairanError, SQLAlchemyError):
        return ""


def now() -> datetime:
    return parts().clock.now()


def me() -> Staff:
    """The signed-in person; the guard has let nobody else in."""
    return cast(Staff, g.staff)


@console.before_request
def guard() -> ResponseReturnValue | None:
    """Let in who is signed in and has a role that may open this page; everything else is refused."""
    if any("\0" in value for values in request.values.listvalues() for value in values):
        abort(400)
    g.staff = _signed_in()
    if access.is_open(request.endpoint):
        return None
    if g.staff is None:
        if session.pop(SIGNED_IN, None):
            flash("安全のためサインアウトしました。もう一度サインインしてください。", "info")
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("console.sign_in", next=back), code=303)
    if not access.allowed(request.endpoint, g.staff.roles):
        _record_refusal(g.staff)
        abort(403)
    return None


def _signed_in() -> Staff | None:
    token = session.get(SIGNED_IN)
    if not isinstance(token, str):
        return None
    with parts().sessions.begin() as db:
        signed = queries.signed_in(db, token)
        if signed is None or signed.staff.retired_at is not None:
            return None
        at = now()
        if not rules.is_open(
            created_at=signed.created_at, seen_at=signed.seen_at, ended_at=signed.ended_at, now=at
        ):
            return None
        if request.endpoint != BY_ITSELF:
            actions.touch(signed, now=at)
        return signed.staff


def _record_refusal(staff: Staff) -> None:
    with parts().sessions.begin() as db:
        audit.record(db, "console.refused", str(request.endpoint)[:80], by=staff.login, at=now())


@console.after_request
def _never_stored(response: Response) -> Response:
    if request.endpoint != "console.static":
        response.headers["Cache-Control"] = "no-store"
    return response


@console.app_context_processor
def _shell() -> dict[str, Any]:
    staff: Staff | None = g.get("staff")
    menu = [entry for entry in MENU if staff and access.allowed(entry[0], staff.roles)]
    return {
        "staff": staff,
        "menu": menu,
        "here": GROUPS.get((request.endpoint or "").removeprefix("console."), "notices"),
        "nonce": lambda: g.get("nonce", ""),
        "town_name": town_name,
        "section_name": section_name,
        "help_contact": help_contact,
        "waiting_for_me": _waiting_for_me,
        "waiting_people": _waiting_people,
        "why_held": _why_held,
        "open_sums": _open_sums,
        "what_is_missed": _what_is_missed,
        "line_silent": _line_silent,
        "clocks_apart": _clocks_apart,
        "environment": parts().settings.environment,
        "role_words": rules.role_words,
        "state_words": notice_rules.STATE_WORDS,
        "may": lambda endpoint: bool(staff and access.allowed(endpoint, staff.roles)),
    }


def section_name(section_id: str) -> str:
    """A section of the pack by name."""
    try:
        return town().section(section_id).name
    except (KairanError, SQLAlchemyError):
        return ""


def help_contact() -> str:
    """Whom staff ask, the same on every page."""
    return "システムの管理者に連絡してください。"


def _waiting_for_me() -> int:
    """Notices waiting for an approval this person may give."""
    if "approver" not in me().roles:
        return 0
    with parts().sessions() as db:
        waiting = notice_queries.listing(db, state="content_frozen", limit=100)
        return sum(notice.author_id != me().id for notice in waiting)


def _waiting_people() -> int:
    """Residents who wait for an answer of staff."""
    with parts().sessions() as db:
        return inbox_queries.waiting(db)


def _why_held() -> str:
    """Why nothing at all is sent: the database seems to be a restored copy."""
    with parts().sessions() as db:
        return restore_queries.why_held(db, parts().outside)


def _open_sums() -> list[Notice]:
    """Notices whose people do not add up."""
    with parts().sessions() as db:
        return list(notice_queries.with_open_sums(db))


def _what_is_missed() -> str:
    """Which processes give no sign of life: what they do waits."""
    with parts().sessions() as db:
        return heartbeat_rules.sentence(heartbeats.missed(db))


def _line_silent() -> str:
    """That LINE does not answer, and what becomes of what waits."""
    with parts().sessions() as db:
        return circuit_rules.sentence(max(circuits.seconds_silent(db).values(), default=None))


def _clocks_apart() -> str:
    """That this machine's clock and the database's are not the same time."""
    with parts().sessions() as db:
        return heartbeat_rules.apart_sentence(heartbeats.seconds_apart(db, parts().clock.machine()))


WEEKDAYS = "月火水木金土日"


@console.app_template_filter("jst")
def jst(instant: datetime | None) -> str:
    """「11月24日（火）18:00」 in Japan; the year only when it is not this one."""
    if instant is None:
        return ""
    local, today = in_japan(instant), parts().clock.today()
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


@console.app_template_filter("state_word")
def state_word(state: str) -> str:
    """A notice's state as staff read it."""
    return notice_rules.STATE_WORDS[state]


@console.app_template_filter("readable")
def readable(url: str) -> str:
    """An address with its Japanese words instead of percent signs; for reading, not for opening."""
    return unquote(url)


@console.app_template_filter("people")
def people(count: int | None) -> str:
    """「4,213人」"""
    return f"{count or 0:,}人"


def counted(form_value: str) -> int | None:
    """A number of people as typed: 12480, 12,480, １２４８０ or with 人; None when it is no number."""
    typed = unicodedata.normalize("NFKC", form_value).replace(",", "").replace("人", "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def notice_or_404(db: Session, notice_id: int) -> Notice:
    """The notice an address names."""
    return notice_queries.get(db, notice_id) or abort(404)


def back_to(endpoint: str, sentence: str = "", kind: str = "done", **values: Any) -> AnyResponse:
    """After a post: leave a sentence for the next page and go there with GET."""
    if sentence:
        flash(sentence, kind)
    return redirect(url_for(endpoint, **values), code=303)
