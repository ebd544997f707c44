"""The second person: sees exactly what was frozen, and agrees to that or gives it back with a reason."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.console import bonds, counting, freezing, writing
from app.console.shell import back_to, console, me, notice_or_404, now, parts, people, town
from app.errors import KairanError
from app.notices import actions, queries, rules


@console.get("/approvals")
def approvals() -> ResponseReturnValue:
    """What waits for me, what I asked others for, and the last decisions."""
    with parts().sessions() as db:
        waiting = queries.listing(db, state="content_frozen", limit=100)
        decided = [n for n in queries.listing(db, limit=100) if n.approved_at is not None]
        return render_template(
            "console/approvals.html",
            mine=[n for n in waiting if n.author_id != me().id],
            own=[n for n in waiting if n.author_id == me().id],
            decided=sorted(decided, key=lambda n: str(n.approved_at), reverse=True)[:5],
            who=lambda notice: writing.who(notice, town()),
        )


@console.get("/notices/<int:notice_id>/approval")
def approval(notice_id: int) -> ResponseReturnValue:
    """One screen in the order a resident meets it: phone, standard text, whom, how many, what was checked."""
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        return render_template(
            "console/approval.html",
            notice=found,
            type_name=writing.type_name(found.type),
            text=writing.standard_text(found, town()),
            shown=freezing.shown(found, town(), parts().settings.public_base_url),
            who=writing.who(found, town()),
            bonds=bonds.said(db, found),
            checks=freezing.preflight(
                db,
                found,
                town(),
                parts().settings.public_base_url,
                counting.of_notice(db, found),
                now=now(),
            ),
            links=queries.links_of(db, found.id),
            refused=_refusal(found.author_id),
        )


def _refusal(author_id: int) -> str:
    """Why this person may not approve, or nothing."""
    try:
        rules.may_approve(author_id=author_id, approver_id=me().id, roles=me().roles)
    except KairanError as error:
        return error.sentence
    return ""


@console.post("/notices/<int:notice_id>/approve")
def approve(notice_id: int) -> ResponseReturnValue:
    """Agree to the content whose hash the page carried; anything newer is refused."""
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            seen = request.form.get("content_hash", "")
            actions.approve(db, found, content_hash=seen, by=me(), now=now())
            count = found.approved_count
    except KairanError as error:
        return back_to("console.approval", error.sentence, "error", notice_id=notice_id)
    sentence = f"{people(count)}へのこの内容を承認しました。次に日時を決めます。"
    return back_to("console.schedule", sentence, notice_id=notice_id)


@console.post("/notices/<int:notice_id>/give-back")
def give_back(notice_id: int) -> ResponseReturnValue:
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            author = found.author.name
            actions.give_back(db, found, reason=request.form.get("reason", ""), by=me(), now=now())
    except KairanError as error:
        return back_to("console.approval", error.sentence, "error", notice_id=notice_id)
    return back_to("console.approvals", f"{author}さんに差し戻しました。理由も伝わります。")
