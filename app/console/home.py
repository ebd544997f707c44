"""Home: what needs me today, and why people stop. And the page that explains the words."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.console.shell import console, me, parts
from app.delivery import queries as delivery_queries
from app.notices import queries
from app.notices.models import Notice
from app.notices.rules import STATE_WORDS
from app.residents import queries as resident_queries
from bot_flows.days import add_months
from bot_flows.stop import REASONS
from content.sentences import FIRST_LANGUAGE, say

STATE_MEANINGS = {
    "draft": "書いている途中です。だれにも届きません。差し戻されたものもここに入ります。",
    "content_frozen": "文面・対象・人数を固めて、ほかの人の承認を待っています。",
    "approved": "承認されました。日時を決めると予約になります。",
    "scheduled": "決めた日時になると自動で送ります。それまでは取り消せます。",
    "recipients_frozen": "日時になり、届ける人を確定しています。",
    "running": "送っています。いつでも一時停止できます。",
    "paused": "止まっています。理由を確かめて、再開か中止を選びます。",
    "finishing": "送り終わり、人数の合計を確かめています。",
    "done": "送り終わりました。",
    "cancelled": "職員が中止しました。送信済みの分は取り消せません。",
    "expired": "有効期限を過ぎたため、残りは送りませんでした。",
}
"""One line for each state, in the order of a notice's life."""
RESULT_MEANINGS = (
    ("受理", "LINEが受け取りました。読んだかどうかは分かりません。"),
    ("待機", "これから送ります。"),
    ("確認中", "LINEの応答を待っています。二重に届かない方法で自動的に確かめます。"),
    ("届かず", "ブロック、配信停止、お休み、データの削除などのため、送っていません。"),
    ("不明", "届いたかどうか確かめられませんでした（送信が3回中断した分も入ります）。自動では再送しません。"),
    ("送信エラー", "LINEが受け付けませんでした。届いていません。"),
    ("中止・期限切れ", "送る前に止めました。届いていません。"),
)
LIVE = ("recipients_frozen", "running", "paused", "finishing")


@console.get("/")
def home() -> ResponseReturnValue:
    """Under way, waiting for me, to be scheduled, coming up, my drafts: in this order."""
    with parts().sessions() as db:
        live = [notice for state in LIVE for notice in queries.listing(db, state=state)]
        waiting = queries.listing(db, state="content_frozen")
        mine = me().id
        page = {
            "live": [(notice, delivery_queries.tally(db, notice)) for notice in live],
            "to_approve": [n for n in waiting if n.author_id != mine] if "approver" in me().roles else [],
            "asked": [n for n in waiting if n.author_id == mine],
            "to_schedule": _mine_first(queries.listing(db, state="approved")),
            "coming": sorted(queries.listing(db, state="scheduled"), key=lambda n: str(n.scheduled_at)),
            "drafts": [n for n in queries.listing(db, state="draft") if n.author_id == mine],
            "any": bool(queries.listing(db, limit=1)),
            "stops": _stops(db),
        }
        return render_template("console/home.html", **page)


def _stops(db: Session) -> list[tuple[str, int, int]]:
    """Why people stopped: in the residents' own words, how often this month and within a year; empty when nobody said."""
    month = parts().clock.today().replace(day=1)
    now = resident_queries.stop_reasons(db, month)
    year = resident_queries.stop_reasons(db, add_months(month, -11))
    words = {reason: say(f"stop.why_{reason}", FIRST_LANGUAGE) for reason in REASONS}
    return [(words[each], now.get(each, 0), year.get(each, 0)) for each in REASONS] if year else []


def _mine_first(notices: Sequence[Notice]) -> list[Notice]:
    return sorted(notices, key=lambda n: n.author_id != me().id)


@console.get("/words")
def words() -> ResponseReturnValue:
    return render_template(
        "console/words.html",
        states=[(STATE_WORDS[state], meaning) for state, meaning in STATE_MEANINGS.items()],
        results=RESULT_MEANINGS,
    )
