"""通報: what waits and since when, one report with its photos, and moving it on with a line to everybody who follows."""

from __future__ import annotations

from datetime import date

import jpholiday
from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.clock import in_japan
from app.console.shell import back_to, console, me, now, parts, town
from app.errors import KairanError
from app.photos.models import Photo
from app.queue import SEND_PUSHES
from app.reports import actions, queries, rules
from app.reports.models import Report
from bot_flows.damage_news import receipt
from content.languages import language
from content.sentences import FIRST_LANGUAGE, say

SHOWN = 100
REFUSED_WORDS = {
    "heic": "HEIC形式のため、保存していません。",
    "kind": "写真ではないため、保存していません。",
    "large": "大きすぎるため、保存していません。",
    "broken": "ファイルがこわれているため、保存していません。",
}
PHOTO_WORDS = {"waiting": "取り込み中です。", "gone": "住民が取り消したか、LINEに残っていません。"}
PHOTO_POLICY = "default-src 'none'; sandbox"


def state_words() -> dict[str, str]:
    """The very words residents read."""
    return {state: say(f"damage.state_{state}", "ja") for state in rules.STATES}


def kind_words() -> dict[str, str]:
    return {kind: say(f"damage.kind_{kind}", "ja") for kind in rules.KINDS}


@console.get("/reports")
def reports() -> ResponseReturnValue:
    """Open ones first, the oldest on top; late ones say so."""
    state = request.args.get("state", "")
    if state and state not in rules.STATES:
        abort(404)
    with parts().sessions() as db:
        found = queries.listing(db, state=state, limit=SHOWN)
        counts = queries.counts(db)
        return render_template(
            "console/reports.html",
            rows=[(each, where(each), promise(each)) for each in found],
            state=state,
            counts=[(each, counts[each]) for each in rules.STATES if counts.get(each)],
            total=sum(counts.values()),
            states=state_words(),
            kinds=kind_words(),
            receipt=receipt,
        )


@console.get("/reports/<int:number>")
def report(number: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        return _page(queries.get(db, number) or abort(404), len(queries.followers(db, number)))


@console.post("/reports/<int:number>")
def report_post(number: int) -> ResponseReturnValue:
    """Move it on; everybody who follows gets one line, promised in the same transaction."""
    state, note = request.form.get("state", ""), request.form.get("note", "")
    try:
        with parts().sessions.begin() as db:
            found = queries.locked(db, number) or abort(404)
            told = actions.move(db, found, state, note, by=me(), now=now())
    except KairanError as error:
        with parts().sessions() as db:
            found = queries.get(db, number) or abort(404)
            told = len(queries.followers(db, number))
            return make_response(_page(found, told, error.sentence, note), 422)
    parts().queue.wake("individual", SEND_PUSHES)
    return back_to(
        "console.report", f"「{state_words()[state]}」にしました。{told}人に知らせます。", number=number
    )


@console.get("/photos/<message_id>")
def photo(message_id: str) -> ResponseReturnValue:
    """The picture itself: for staff alone, never sniffed, never opened as a page, never stored by the browser."""
    with parts().sessions() as db:
        found = db.get(Photo, message_id)
        name = found.name if found is not None and found.state == "kept" else ""
    try:
        data = (parts().settings.photo_dir / name).read_bytes() if name else b""
    except FileNotFoundError:
        data = b""
    if not data:
        abort(404)
    answer = Response(data, mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = f'attachment; filename="photo-{name[:8]}.jpg"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = PHOTO_POLICY
    return answer


def where(found: Report) -> str:
    """District and typed words, as the resident said them."""
    district = town().district(found.district) if found.district else None
    name = f"{district.ward}{district.name}" if district else ""
    return f"{name} {found.place}".strip() or "位置のみ"


def promise(found: Report) -> str:
    """「12月3日（木）まで」, 「超過」 when nobody has looked in time, empty once somebody has."""
    if found.state != "received":
        return ""
    filed_on = in_japan(found.created_at).date()
    last = rules.looked_at_by(filed_on, _holidays(filed_on))
    return "超過" if parts().clock.today() > last else f"{language(FIRST_LANGUAGE).written(last)}まで"


def _holidays(filed_on: date) -> frozenset[date]:
    years = (filed_on.year, filed_on.year + 1)
    return frozenset(day for year in years for day, _ in jpholiday.year_holidays(year))


def _page(found: Report, followers: int, problem: str = "", typed: str = "") -> str:
    return render_template(
        "console/report.html",
        report=found,
        receipt=receipt(found.number),
        where=where(found),
        promise=promise(found),
        followers=followers,
        problem=problem,
        typed=typed,
        chosen=request.form.get("state", found.state),
        most=rules.LONGEST_NOTE,
        states=state_words(),
        kinds=kind_words(),
        photo_words=PHOTO_WORDS,
        refused_words=REFUSED_WORDS,
    )
