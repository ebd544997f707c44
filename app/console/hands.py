"""Hands on a send: end the watch, take people out, correct; and what is handed to others: postal list, certificate."""

from __future__ import annotations

import csv
import io

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.console.progress import REASON_WORDS, View, at_one_moment, counted, view_of
from app.console.release import PACES, pace_of
from app.console.shell import back_to, console, jst, me, notice_or_404, now, parts, people
from app.delivery import queries as delivery_queries
from app.errors import KairanError
from app.notices import actions, rules
from app.notices.models import Notice
from app.pulling import actions as pulling_actions
from app.residents.models import Resident

NOT_REACHED_WORDS = REASON_WORDS | {
    "rejected": "LINEが受け付けませんでした",
    "quarantined": "送信が3回中断しました。届いたか分かりません",
    "cancelled": "中止",
    "expired": "期限切れ",
    "unknown": "届いたか不明",
}
TOLD_LATER = "週1回のまとめで知らせました"
CERTIFIED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("受理", ("accepted",), "LINEが受け取りました。読んだかどうかは分かりません。"),
    ("送信エラー", ("rejected",), "LINEが受け付けませんでした。届いていません。"),
    ("中止", ("cancelled",), "送る前に止めました。届いていません。"),
    ("期限切れ", ("expired",), "有効期限を過ぎたため、送りませんでした。"),
    ("不明", ("unknown",), "届いたかどうか確かめられませんでした。"),
    ("不明（送信が中断）", ("quarantined",), "送信が3回中断しました。届いたか分かりません。"),
    ("待機", ("planned", "sealed"), "これから送ります。"),
    ("確認中", ("sending", "retry_wait"), "LINEの応答を待っています。"),
)
"""Word, states of the ledger, meaning. With the excluded people these are everybody."""
CORRECTION = "【訂正】"
UNDER_WAY = ("recipients_frozen", "running")
POSTAL_COLUMNS = ("住民番号", "区", "地区", "届かなかった理由")


@console.post("/notices/<int:notice_id>/end-watch")
def end_watch(notice_id: int) -> ResponseReturnValue:
    try:
        with parts().sessions.begin() as db:
            actions.end_watch(db, notice_or_404(db, notice_id), by=me(), now=now())
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    return back_to("console.progress", "続きを送り始めました。", notice_id=notice_id)


@console.post("/notices/<int:notice_id>/pace")
def pace(notice_id: int) -> ResponseReturnValue:
    """Slower when the linked site suffers, faster when it does not; also while it is being sent."""
    try:
        chosen = pace_of(request.form.get("pace", ""))
        with parts().sessions.begin() as db:
            actions.slow_down(db, notice_or_404(db, notice_id), chosen, by=me(), now=now())
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    return back_to(
        "console.progress", f"送る速さを「{dict(PACES)[str(chosen or '')]}」にしました。", notice_id=notice_id
    )


@console.post("/notices/<int:notice_id>/pull")
def pull(notice_id: int) -> ResponseReturnValue:
    """Take people out; the answer says for each list how many were in time."""
    names, reason = request.form.get("names", "").split(), request.form.get("reason", "")
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            told = pulling_actions.pull(db, found, names, reason=reason, by=me(), now=now())
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    return back_to("console.progress", _told(told), "error" if told.too_late else "done", notice_id=notice_id)


def _told(told: pulling_actions.Pulled) -> str:
    sentence = f"{people(told.taken)}を抜き取りました。"
    if told.too_late:
        sentence += f"{people(told.too_late)}は、もう送信に入っているため抜き取れません。"
    if told.unknown:
        sentence += f"見つからない番号：{'、'.join(told.unknown[:5])}" + (
            f"ほか{len(told.unknown) - 5}件。" if len(told.unknown) > 5 else "。"
        )
    return sentence


@console.post("/notices/<int:notice_id>/correct")
def correct(notice_id: int) -> ResponseReturnValue:
    """A draft for exactly the people LINE accepted this notice for; it needs a second person like any other.

    What is wrong must not reach more people while it is being put right, so a notice under way is paused.
    """
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            is_paused = found.state in UNDER_WAY
            if is_paused:
                actions.pause(db, found, reason="correction", by=me().login, now=now())
            draft = actions.draft(db, _correction_of(found), by=me(), now=now())
    except KairanError as error:
        return back_to("console.progress", error.sentence, "error", notice_id=notice_id)
    stopped = "まだ送っていない人への配信は、一時停止しました。" if is_paused else ""
    sentence = f"訂正の下書きを作りました。正しい内容に直してください。{stopped}"
    return back_to("console.fields", sentence, notice_id=draft.id)


def _correction_of(found: Notice) -> actions.Draft:
    """Its words, still to be put right, for whom LINE accepted it for."""
    return actions.Draft(
        type=found.type,
        title=_corrected(found.title),
        fields={
            label: _corrected(text) if text == found.title else text for label, text in found.fields.items()
        },
        rule={"received": found.id},
        lane=found.lane,
        bonds=rules.Bonds(supersedes=found.id),
    )


def _corrected(title: str) -> str:
    return CORRECTION + title.removeprefix(CORRECTION)


@console.get("/notices/<int:notice_id>/not-reached")
def not_reached(notice_id: int) -> ResponseReturnValue:
    """郵送用リスト: who was not reached and why, in the order of the residents' numbers; reading it is recorded."""
    with parts().sessions.begin() as db:
        found = notice_or_404(db, notice_id)
        sheet = _sheet(db, found.id)
        audit.record(db, "notice.postal_list", f"notice:{found.id}", by=me().login, at=now())
    response = make_response("\ufeff" + sheet)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="not-reached-{notice_id}.csv"'
    return response


def _sheet(db: Session, notice_id: int) -> str:
    missed = list(delivery_queries.not_reached(db, notice_id))
    found = db.execute(
        select(Resident.id, Resident.ward, Resident.district).where(
            delivery_queries.is_any([id_ for id_, _ in missed])
        )
    )
    told = delivery_queries.told_later(db, notice_id)
    lives = {row.id: (row.ward, row.district) for row in found}
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(POSTAL_COLUMNS)
    for id_, reason in missed:
        word = TOLD_LATER if id_ in told else NOT_REACHED_WORDS[reason]
        rows.writerow((id_, *lives.get(id_, ("", "")), word))
    return written.getvalue()


@console.get("/notices/<int:notice_id>/certificate")
def certificate(notice_id: int) -> ResponseReturnValue:
    """配信証明: a page to print, with a fingerprint of the ledger that anybody can ask for again."""
    with at_one_moment() as db:
        view = view_of(db, notice_id)
        fingerprint = delivery_queries.fingerprint(db, notice_id)
        page = render_template(
            "console/certificate.html",
            results=_certified(view),
            frozen=view.tally.frozen,
            verdict=_verdict(view),
            notice=view.notice,
            fingerprint=fingerprint,
            made_at=jst(now()),
            made_by=me().name,
        )
    with parts().sessions.begin() as db:
        audit.record(db, "notice.certificate", f"notice:{notice_id}", by=me().login, at=now())
    return page


def _certified(view: View) -> list[tuple[str, int, str]]:
    """Every outcome by itself, and of the excluded why."""
    excluded = [
        (f"届かず（{REASON_WORDS.get(reason, reason)}）", number, "このお知らせは送っていません。")
        for reason, number in view.excluded.items()
    ]
    return [*counted(view.tally, CERTIFIED), *excluded]


def _verdict(view: View) -> str:
    """Whether everybody is in one of the rows above."""
    if not view.tally.adds_up:
        return "合計が合っていません。システムの担当者に知らせてください。"
    if view.notice.released_at is None:
        return "まだ送り始めていません。"
    if not view.notice.plan_done:
        return "届ける人をまだ数えています。合計はこれから増えます。"
    return "まだ送信中の人がいます。" if view.tally.open else "合計は合っています。"
