"""When a notice goes out: date, time to the minute, a reason at night, and the number of people typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.clock import JST, in_japan
from app.console import freezing, writing
from app.console.shell import back_to, console, counted, jst, me, notice_or_404, now, parts, people, town
from app.delivery.rules import WATCHED
from app.errors import KairanError, Refused
from app.notices import actions, rules
from app.notices.models import Notice

PROPOSED = timedelta(minutes=2)
"""The form proposes the second full minute from now, so that there is time to read it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was filled."""

    date: str = ""
    time: str = ""
    reason: str = ""
    people: str = ""
    watch: bool = False
    pace: str = ""
    though_perhaps_sent: bool = False


PACES = (
    ("", "できるだけ早く"),
    ("30000", "1分に3万人まで"),
    ("6000", "1分に6,000人まで"),
    ("1200", "1分に1,200人まで"),
)
"""People a minute, so that the linked site survives the wave of taps."""
WATCH_SECONDS = 60
WATCHED_FROM = 1000
"""From this many people on the form proposes to watch the first 50."""


@console.get("/notices/<int:notice_id>/schedule")
def schedule(notice_id: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        return _page(found, _proposal(found))


@console.post("/notices/<int:notice_id>/schedule")
def schedule_post(notice_id: int) -> ResponseReturnValue:
    """Schedule, or show the form again with what is wrong. A scheduled notice is first taken back."""
    form = request.form
    typed = Typed(
        form.get("date", ""),
        form.get("time", ""),
        form.get("reason", ""),
        form.get("people", ""),
        watch=form.get("watch") == "yes",
        pace=form.get("pace", ""),
        though_perhaps_sent=form.get("sure") == "yes",
    )
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            release = _release(typed, found)
            if found.state == "scheduled":
                actions.unschedule(db, found, by=me(), now=now())
            actions.schedule(db, found, release, by=me(), now=now())
            sentence = f"{jst(found.scheduled_at)}に{people(found.approved_count)}へ予約しました。それまでは取り消せます。"
    except KairanError as error:
        with parts().sessions() as db:
            return make_response(_page(notice_or_404(db, notice_id), typed, error.sentence), 422)
    return back_to("console.notice", sentence, notice_id=notice_id)


@console.post("/notices/<int:notice_id>/unschedule")
def unschedule(notice_id: int) -> ResponseReturnValue:
    with parts().sessions.begin() as db:
        actions.unschedule(db, notice_or_404(db, notice_id), by=me(), now=now())
    return back_to("console.notice", "予約を取り消しました。承認はそのままです。", notice_id=notice_id)


def _release(typed: Typed, found: Notice) -> actions.Release:
    """What the form means; Refused names the part that cannot be read."""
    try:
        at = datetime.fromisoformat(f"{typed.date}T{typed.time}").replace(tzinfo=JST)
    except ValueError:
        raise Refused("送る日と時刻を入力してください。例：2026年12月5日 10時00分") from None
    last = freezing.last_day(found, today=parts().clock.today())
    if last is not None and at.date() > last:
        raise Refused(
            f"送る日が、お知らせの最後の日（{last.month}月{last.day}日）より後です。日付を確認してください。"
        )
    count = counted(typed.people)
    if count is None:
        raise Refused(
            f"確認のため、人数を数字で入力してください。いまの人数は {people(found.approved_count)} です。"
        )
    return actions.Release(
        at=at,
        typed_count=count,
        night_reason=typed.reason,
        watch_seconds=WATCH_SECONDS if typed.watch else 0,
        people_per_minute=pace_of(typed.pace),
        though_perhaps_sent=typed.though_perhaps_sent,
    )


def pace_of(chosen: str) -> int | None:
    """People a minute as chosen in a form; None: as fast as LINE allows."""
    if chosen not in dict(PACES):
        raise Refused("送る速さを選び直してください。")
    return int(chosen) if chosen else None


def _proposal(found: Notice) -> Typed:
    """The stored instant, or one that is more than a minute away."""
    at = found.scheduled_at or (now() + PROPOSED).replace(second=0, microsecond=0)
    local = in_japan(at)
    if found.scheduled_at is not None:
        watch = found.watch_seconds > 0
    else:
        watch = found.lane == "ordinary" and (found.approved_count or 0) >= WATCHED_FROM
    pace = str(found.people_per_minute or "")
    return Typed(f"{local:%Y-%m-%d}", f"{local:%H:%M}", found.night_reason, watch=watch, pace=pace)


def _page(found: Notice, typed: Typed, problem: str = "") -> str:
    return render_template(
        "console/schedule.html",
        notice=found,
        typed=typed,
        problem=problem,
        paces=PACES,
        watched=WATCHED,
        watch_seconds=WATCH_SECONDS,
        who=writing.who(found, town()),
        shown=freezing.shown(found, town(), parts().settings.public_base_url),
        possible=found.state in ("approved", "scheduled"),
        now=now(),
        night=(rules.NIGHT_FROM, rules.NIGHT_TO),
    )
