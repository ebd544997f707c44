"""くり返し: the form with the next ten dates before anything is saved, and the list with its brakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.clock import in_japan
from app.console import freezing, writing
from app.console.shell import back_to, console, me, notice_or_404, now, parts, town
from app.errors import KairanError, Refused
from app.notices.models import Notice
from app.repeats import actions, queries, rules
from app.repeats.models import Repeat

SHOWN = 10
KIND_WORDS = {
    "daily": "毎日",
    "weekly": "毎週、選んだ曜日",
    "monthly": "毎月、同じ日",
    "nth": "毎月、第何曜日",
    "dates": "日付を選ぶ",
}
NTH_WORDS = {"1": "第1", "2": "第2", "3": "第3", "4": "第4", "5": "第5", "-1": "最後"}
HOLIDAY_WORDS = {
    "send": "祝日も送る",
    "skip": "祝日は送らない",
    "before": "祝日のときは前の平日に送る",
    "after": "祝日のときは次の平日に送る",
}
STATE_WORDS = {"active": "動いています", "paused": "止めています", "ended": "終わりました"}
ACTS = {"pause": actions.pause, "resume": actions.resume, "end": actions.end}
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


@console.get("/notices/<int:notice_id>/repeat")
def repeat(notice_id: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        return _page(notice_or_404(db, notice_id))


@console.post("/notices/<int:notice_id>/repeat")
def repeat_post(notice_id: int) -> ResponseReturnValue:
    """Show the dates; save only when they were seen and the button for it was pressed."""
    try:
        pattern = _typed()
        if request.form.get("act") != "save":
            with parts().sessions() as db:
                found, coming = notice_or_404(db, notice_id), actions.upcoming(pattern, now())
                _refuse_over(found, coming)
                return _page(found, pattern=pattern, coming=coming)
        with parts().sessions.begin() as db:
            sure = request.form.get("sure") == "yes"
            found = notice_or_404(db, notice_id)
            _refuse_over(found, actions.upcoming(pattern, now()))
            actions.start(db, found, pattern, by=me(), now=now(), though_perhaps_sent=sure)
    except KairanError as error:
        with parts().sessions() as db:
            return make_response(_page(notice_or_404(db, notice_id), problem=error.sentence), 422)
    return back_to("console.repeats", f"くり返しを始めました。{rules.sentence(pattern)}に送ります。")


def _refuse_over(found: Notice, coming: Sequence[datetime]) -> None:
    """As with a single time, nothing is sent after the last day it speaks of."""
    last = freezing.last_day(found, today=parts().clock.today())
    if last is not None and coming and in_japan(coming[-1]).date() > last:
        day = in_japan(coming[-1])
        raise Refused(
            f"最後に送る日（{day.month}月{day.day}日）が、お知らせの最後の日（{last.month}月{last.day}日）より後です。"
            "期間を確認してください。"
        )


@console.get("/repeats")
def repeats() -> ResponseReturnValue:
    with parts().sessions() as db:
        rows = [(each, rules.sentence(rules.read(each.pattern))) for each in queries.listing(db)]
        return render_template("console/repeats.html", rows=rows, words=STATE_WORDS)


@console.post("/repeats/<int:repeat_id>")
def repeat_act(repeat_id: int) -> ResponseReturnValue:
    """Pause, go on, or end for good."""
    act = ACTS.get(request.form.get("act", ""))
    try:
        with parts().sessions.begin() as db:
            found = db.get(Repeat, repeat_id, with_for_update=True)
            if found is None or act is None:
                abort(404)
            act(db, found, by=me(), now=now())
            sentence = f"{found.notice.title}：{STATE_WORDS[found.state]}。"
    except KairanError as error:
        return back_to("console.repeats", error.sentence, "error")
    return back_to("console.repeats", sentence)


def _typed() -> rules.Pattern:
    form = request.form
    return rules.from_json(
        {
            "kind": form.get("kind", ""),
            "at": form.get("at", ""),
            "first": form.get("first", ""),
            "until": form.get("until", ""),
            "weekdays": form.getlist("weekday"),
            "day": form.get("day") or 1,
            "nth": form.get("nth") or 1,
            "dates": _dates("dates"),
            "excluded": _dates("excluded"),
            "holidays": form.get("holidays", "send"),
        }
    )


def _dates(name: str) -> list[str]:
    """Dates typed one per line: 「2026-12-05」; anything else is named."""
    typed = request.form.get(name, "").replace("/", "-").split()
    for each in typed:
        if not _DATE.fullmatch(each):
            raise Refused(f"「{each[:20]}」が日付として読めません。例：2026-12-05")
    return [date(*map(int, each.split("-"))).isoformat() for each in typed if _exists(each)]


def _exists(typed: str) -> bool:
    try:
        date(*map(int, typed.split("-")))
    except ValueError:
        raise Refused(f"「{typed}」という日はありません。日付を確認してください。") from None
    return True


def _page(
    found: Notice,
    pattern: rules.Pattern | None = None,
    coming: list[datetime] | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "console/repeat.html",
        notice=found,
        typed=request.form,
        chosen=set(request.form.getlist("weekday")),
        problem=problem,
        sentence=rules.sentence(pattern) if pattern else "",
        coming=coming,
        shown=SHOWN,
        kinds=KIND_WORDS,
        nths=NTH_WORDS,
        holidays=HOLIDAY_WORDS,
        weekdays=tuple(enumerate(rules.WEEKDAYS)),
        today=parts().clock.today(),
        who=writing.who(found, town()),
        possible=found.state == "approved",
    )
