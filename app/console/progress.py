"""How a notice is going out: numbers that add up, pause, resume, stop, and the ledger behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.closing import actions as closing_actions
from app.console.release import PACES
from app.console.shell import back_to, console, jst, me, notice_or_404, now, parts, people
from app.delivery import queries as delivery_queries
from app.delivery.models import Batch
from app.delivery.rules import FINAL, Tally
from app.errors import KairanError
from app.notices import actions, queries, rules
from app.notices.models import Notice
from app.outcomes import rules as outcomes
from app.queue import DELIVER, PLAN, QueueName

FEWEST_FOR_TAPS = 20
"""With fewer people a number of taps would tell who they were."""
LEDGER_PAGE = 100

RESULTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("受理", ("accepted",), "LINEが受け取りました。読んだかどうかは分かりません。"),
    ("待機", ("planned", "sealed"), "これから送ります。"),
    ("確認中", ("sending", "retry_wait"), "LINEの応答を待っています。"),
    ("不明", ("unknown", "quarantined"), "届いたかどうか確かめられませんでした。自動では再送しません。"),
    ("送信エラー", ("rejected",), "LINEが受け付けませんでした。届いていません。"),
    ("止めた分", ("cancelled", "expired"), "送る前に止めました。届いていません。"),
)
"""Word, states of the ledger, meaning. With the excluded people these are everybody."""

BATCH_WORDS = {
    "planned": "待機",
    "sealed": "待機",
    "sending": "送信中",
    "retry_wait": "再試行を待っています",
    "accepted": "受理",
    "rejected": "送信エラー",
    "split": "分けて送り直し",
    "unknown": "不明",
    "cancelled": "中止",
    "expired": "期限切れ",
    "quarantined": "不明（送信が中断）",
}
REASON_WORDS = {
    "blocked": "ブロック",
    "gone": "いまは使われていない宛先",
    "stopped": "配信停止中",
    "paused": "お休み中",
    "opted_out": "受信設定の変更",
    "quiet": "しずかな時間",
    "ceiling": "回数の上限（月曜日にまとめて届く予定）",
    "cap": "自動のお知らせの上限（くり返しなら、月曜日にまとめて届く予定）",
    "digest": "週1回のまとめ（月曜日に届く予定）",
    "pulled": "抜き取り",
    "erased": "データの削除",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the page and its refreshed part show."""

    notice: Notice
    tally: Tally
    results: tuple[tuple[str, int, str], ...]
    excluded: dict[str, int]
    percent: int
    sentence: str
    asleep: str = ""
    """Who waits for the end of their quiet hours; empty when nobody does."""
    watch: str = ""
    """What is said while the first 50 are watched; empty at any other time."""


def view_of(db: Session, notice_id: int) -> View:
    """All numbers of one moment, when the session is ``at_one_moment``."""
    found = notice_or_404(db, notice_id)
    tally = delivery_queries.tally(db, found)
    settled = tally.explained
    percent = settled * 100 // tally.frozen if tally.frozen else 0
    return View(
        notice=found,
        tally=tally,
        results=(
            *counted(tally, RESULTS),
            (
                "届かず",
                tally.excluded,
                "ブロック、配信停止、週1回のまとめなどのため、このお知らせは送っていません。",
            ),
        ),
        excluded=delivery_queries.excluded_by_reason(db, found.id),
        percent=100 if found.state == "done" else min(percent, 99) if tally.open else percent,
        sentence=_sentence(found, tally, percent),
        asleep=_asleep(*delivery_queries.asleep(db, found.id, now())),
        watch=_watch(found, tally),
    )


def _asleep(number: int, first: datetime | None) -> str:
    """「しずかな時間の人が120人います。…」"""
    if not number or first is None:
        return ""
    return (
        f"しずかな時間の人が{people(number)}います。その時間が終わってから送ります（はじめは{jst(first)}）。"
    )


def _watch(found: Notice, tally: Tally) -> str:
    """「最初の50人に送りました。…」 while the rest waits: how many they were, and how many of them LINE did not take."""
    if found.state != "running" or found.watch_until is None:
        return ""
    seconds = round((found.watch_until - now()).total_seconds())
    if seconds <= 0:
        return ""
    accepted = tally.by_state.get("accepted", 0)
    others = sum(tally.by_state.get(state, 0) for state in FINAL) - accepted
    return f"最初の{people(accepted + others)}に送りました。エラー{others}。{seconds}秒後に続けます。"


def counted(
    tally: Tally, words: Sequence[tuple[str, tuple[str, ...], str]]
) -> Sequence[tuple[str, int, str]]:
    """Word, people, meaning."""
    return [(word, _sum(tally, states), meaning) for word, states, meaning in words]


def _sum(tally: Tally, states: tuple[str, ...]) -> int:
    return sum(tally.by_state.get(state, 0) for state in states)


def _sentence(found: Notice, tally: Tally, percent: int) -> str:
    """The state of things in one sentence, numbers first."""
    accepted, rest = tally.by_state.get("accepted", 0), tally.open
    if found.released_at is None:
        return "まだ送り始めていません。"
    match found.state:
        case "done":
            return f"{people(tally.frozen)}のうち {people(accepted)}分をLINEが受理しました。"
        case "cancelled" | "expired":
            stopped = _sum(tally, ("cancelled", "expired"))
            return f"止めた時点で受理 {people(accepted)}、送っていない人 {people(stopped)}。受理された分は取り消せません。"
        case "paused":
            return f"止まっています。受理 {people(accepted)}、のこり {people(rest)}。"
        case _ if not found.plan_done and not accepted:
            return "届ける人を確定しています。"
        case _:
            return f"{people(tally.frozen)}のうち {people(accepted)}分をLINEが受理しました（{percent}%）。{_remaining(found, tally)}"


def _remaining(found: Notice, tally: Tally) -> str:
    """「のこり約2分。」 from the speed so far; nothing while there is no speed yet."""
    if found.released_at is None or not tally.explained or not tally.open:
        return ""
    seconds = (now() - found.released_at).total_seconds() * tally.open / tally.explained
    if seconds < 60:
        return "のこり1分以内。"
    return f"のこり約{round(seconds / 60)}分。"


@contextmanager
def at_one_moment() -> Iterator[Session]:
    """Numbers read in several questions that belong together: what is sent meanwhile is in none of them."""
    with parts().sessions() as db:
        db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield db


@console.get("/notices/<int:notice_id>/progress")
def progress(notice_id: int) -> ResponseReturnValue:
    with at_one_moment() as db:
        view = view_of(db, notice_id)
        return render_template(
            "console/progress.html",
            view=view,
            notice=view.notice,
            pause_words=rules.PAUSE_WORDS,
            reason_words=REASON_WORDS,
            links=queries.links_of(db, notice_id),
            taps_shown=(view.notice.recipients or 0) >= FEWEST_FOR_TAPS,
            fewest=FEWEST_FOR_TAPS,
            ended=view.notice.state in rules.ENDED,
            paces=PACES,
        )


@console.get("/notices/<int:notice_id>/progress/live")
def progress_live(notice_id: int) -> ResponseReturnValue:
    """The part of the page that changes, for the page's own refreshing."""
    with at_one_moment() as db:
        view = view_of(db, notice_id)
        page = render_template("console/progress_live.html", view=view, notice=view.notice)
    response = make_response(page)
    response.headers["X-Notice-State"] = view.notice.state
    return response


@console.post("/notices/<int:notice_id>/pause")
def pause(notice_id: int) -> ResponseReturnValue:
    """Asks nothing: stopping must be easy."""
    try:
        with parts().sessions.begin() as db:
            actions.pause(db, notice_or_404(db, notice_id), by=me().login, now=now())
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    return back_to(
        "console.progress",
        "一時停止しました。送信中の分は最後まで送られ、新しくは送りません。",
        notice_id=notice_id,
    )


@console.post("/notices/<int:notice_id>/resume")
def resume(notice_id: int) -> ResponseReturnValue:
    """Go on, after the page has asked once."""
    if request.form.get("sure") != "yes":
        sentence = "再開するときは、「再開してよいことを確かめました」に印を付けてください。"
        return back_to("console.progress", sentence, "error", notice_id=notice_id)
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            closing_actions.resume(db, found, by=me(), now=now())
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    for job in (PLAN, DELIVER):
        parts().queue.wake(cast(QueueName, found.lane), job, notice_id)
    return back_to("console.progress", "再開しました。", notice_id=notice_id)


@console.post("/notices/<int:notice_id>/cancel")
def cancel(notice_id: int) -> ResponseReturnValue:
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            closing_actions.cancel(
                db,
                found,
                reason=request.form.get("reason", ""),
                withdrawn=request.form.get("withdrawn") == "yes",
                by=me(),
                now=now(),
            )
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    return back_to("console.progress", "中止しました。受理された分は取り消せません。", notice_id=notice_id)


def result_of(batch: Batch) -> str:
    """「受理」, or of personal messages that ended differently 「受理 498人、送信エラー 2人」."""
    counts = Counter[str]()
    for state, number in outcomes.counts(batch.state, batch.size, batch.outcomes).items():
        counts[BATCH_WORDS.get(state, state)] += number
    if len(counts) < 2:
        return "".join(counts) or BATCH_WORDS.get(batch.state, batch.state)
    return "、".join(f"{word} {people(number)}" for word, number in counts.items())


@console.get("/notices/<int:notice_id>/ledger")
def ledger(notice_id: int) -> ResponseReturnValue:
    """The batches in order of sending, a hundred at a time."""
    after = request.args.get("after", -1, type=int)
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        batches = delivery_queries.ledger(db, notice_id, limit=LEDGER_PAGE, after_seq=after)
        return render_template(
            "console/ledger.html",
            notice=found,
            batches=batches,
            result_of=result_of,
            more=batches[-1].seq if len(batches) == LEDGER_PAGE else None,
        )
