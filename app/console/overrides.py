"""収集の変更・中止: areas, day, reason; then who is told. No free text, since no second person looks at it."""

from __future__ import annotations

from datetime import date

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.console.shell import back_to, console, me, now, parts, people, town
from app.errors import KairanError, Refused
from app.garbage import queries
from app.garbage.overrides import REASONS, why
from app.reminders import overriding
from bot_flows.days import written


@console.get("/collection-changes")
def overrides() -> ResponseReturnValue:
    return _page()


@console.post("/collection-changes")
def overrides_post() -> ResponseReturnValue:
    """Register; the answer says which areas it concerns and how many people are told again."""
    try:
        what = _typed()
        with parts().sessions.begin() as db:
            done = overriding.register(db, town(), what, by=me(), now=now())
            told, later = overriding.told_again(db, done.override_id)
    except KairanError as error:
        return make_response(_page(error.sentence), 422)
    return back_to("console.overrides", _told(what, done, told, later))


@console.post("/collection-changes/<int:override_id>/withdraw")
def withdraw_override(override_id: int) -> ResponseReturnValue:
    try:
        with parts().sessions.begin() as db:
            overriding.withdraw(db, town(), override_id, by=me(), now=now())
    except KairanError as error:
        return back_to("console.overrides", error.sentence, "error")
    return back_to(
        "console.overrides", "取り消しました。予定どおり収集すると答え、変更を聞いた人にも知らせます。"
    )


def _told(what: overriding.Change, done: overriding.Registered, told: int, later: bool) -> str:
    kind = f"{written(what.new_day)}に変えました" if what.new_day else "中止にしました"
    sentence = f"{written(what.day)}の収集を{kind}（{len(done.areas)}地区）。"
    if done.without:
        sentence += f"もともと収集がない{len(done.without)}地区は除きました。"
    if told:
        sentence += f"お知らせを受け取った{people(told)}に、変更を送ります。"
    return sentence + ("送信中の人には、終わりしだい送ります。" if later else "")


def _typed() -> overriding.Change:
    day, new_day = _day("day"), _day("new_day")
    if day is None:
        raise Refused("日付を選んでください。")
    if request.form.get("kind") == "moved" and new_day is None:
        raise Refused("変更後の日付を選んでください。")
    moved = request.form.get("kind") == "moved"
    every = tuple(dict.fromkeys(area.name for area in town().garbage.areas))
    areas = every if request.form.get("every") else tuple(request.form.getlist("area"))
    return overriding.Change(areas, day, new_day if moved else None, request.form.get("reason", ""))


def _day(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused("日付として読めません。例：2026-12-05") from None


def _page(problem: str = "") -> str:
    with parts().sessions() as db:
        return render_template(
            "console/overrides.html",
            rows=queries.coming(db, parts().clock.today()),
            areas=list(dict.fromkeys(area.name for area in town().garbage.areas)),
            reasons={reason: why(reason) for reason in REASONS},
            problem=problem,
            typed=request.form,
            chosen=set(request.form.getlist("area")),
            today=parts().clock.today(),
            written=written,
        )
