"""The list of notices and the page of one: what it says, whom it reaches, where it stands, what comes next."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.console import bonds, freezing, writing
from app.console.shell import back_to, console, me, notice_or_404, now, parts, town
from app.errors import Refused
from app.notices import actions, queries, rules
from app.notices.models import Notice

NEXT = {
    "draft": ("console.fields", "続きを書く"),
    "content_frozen": ("console.approval", "承認のページを開く"),
    "approved": ("console.schedule", "日時を決める"),
    "scheduled": ("console.schedule", "日時を変える"),
    "recipients_frozen": ("console.progress", "進み具合を見る"),
    "running": ("console.progress", "進み具合を見る"),
    "paused": ("console.progress", "進み具合を見る"),
    "finishing": ("console.progress", "進み具合を見る"),
    "done": ("console.progress", "結果を見る"),
    "cancelled": ("console.progress", "結果を見る"),
    "expired": ("console.progress", "結果を見る"),
}
"""State to the page that comes next and the words on its button."""
SHOWN = 50


@console.get("/notices")
def notices() -> ResponseReturnValue:
    """The newest 50, all or of one state; the filters say how many there are."""
    state = request.args.get("state")
    if state is not None and state not in rules.STATES:
        abort(404)
    with parts().sessions() as db:
        counts = queries.counts_by_state(db)
        return render_template(
            "console/notices.html",
            notices=queries.listing(db, state=state, limit=SHOWN),
            counts=[(each, counts[each]) for each in rules.STATES if counts.get(each)],
            total=sum(counts.values()),
            state=state,
            shown=SHOWN,
            who=lambda notice: writing.who(notice, town()),
            type_name=writing.type_name,
        )


@console.get("/notices/<int:notice_id>")
def notice(notice_id: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        endpoint, act = NEXT[found.state]
        return render_template(
            "console/notice.html",
            notice=found,
            type_name=writing.type_name(found.type),
            text=writing.standard_text(found, town()),
            shown=freezing.shown(found, town(), parts().settings.public_base_url),
            who=writing.who(found, town()),
            next_endpoint=endpoint,
            next_act=act,
            editable=(found.state, "edit") in rules.MOVES,
            stoppable=(found.state, "cancel") in rules.MOVES and found.released_at is None,
            own=found.author_id == me().id,
            public_url=_public_url(found),
            bonds=bonds.said(db, found),
            links=queries.links_of(db, found.id),
        )


def _public_url(found: Notice) -> str:
    """The notice's public address, once it has been released."""
    return f"{parts().settings.public_base_url}/n/{found.token}" if found.released_at else ""


@console.post("/notices/<int:notice_id>/withdraw")
def withdraw(notice_id: int) -> ResponseReturnValue:
    """Give up a notice before anything was sent."""
    with parts().sessions.begin() as db:
        found = notice_or_404(db, notice_id)
        if found.released_at is not None:
            raise Refused("もう送り始めています。進み具合のページで止めてください。")
        actions.cancel(db, found, reason=request.form.get("reason", ""), by=me(), now=now())
    return back_to("console.notice", "このお知らせをやめました。だれにも届きません。", notice_id=notice_id)
