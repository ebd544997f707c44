"""問い合わせ: who waits, one talk, the answer, passing it on, giving the resident back to the automatic answers."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.console.shell import back_to, console, me, now, parts, town
from app.errors import KairanError, Refused
from app.inbox import actions, queries, rules
from app.inbox.models import Thread
from app.pushes.rules import STATE_WORDS as PUSH_WORDS
from app.queue import SEND_PUSHES
from content.languages import language

CLOSED_BY_WORDS = {
    actions.RESIDENT: "住民が終わりました",
    actions.SILENCE: "24時間だれも書かなかったため終わりました",
}
SHOWN = 100


@console.get("/inbox")
def inbox() -> ResponseReturnValue:
    """Who waits longest stands first."""
    state = request.args.get("state", "open")
    if state not in ("open", "closed"):
        abort(404)
    with parts().sessions() as db:
        found = queries.listing(db, state, SHOWN)
        rows = [(thread, rules.waited(thread.waiting_since, now())) for thread in found]
        return render_template("console/inbox.html", rows=rows, state=state, waiting=queries.waiting(db))


@console.get("/inbox/<int:thread_id>")
def thread(thread_id: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        return _page(queries.get(db, thread_id) or abort(404))


@console.post("/inbox/<int:thread_id>/reply")
def thread_reply(thread_id: int) -> ResponseReturnValue:
    """Answer by push: stored with its key first, sent right after."""

    def act(db: Session, found: Thread) -> str:
        section = town().section(me().section).name
        actions.reply(db, found, request.form.get("text", ""), section=section, by=me(), now=now())
        return "返事を送ります。"

    return _acted(thread_id, act)


@console.post("/inbox/<int:thread_id>/pass-on")
def thread_pass_on(thread_id: int) -> ResponseReturnValue:
    def act(db: Session, found: Thread) -> str:
        section = next((each for each in town().sections if each.id == request.form.get("section")), None)
        if section is None:
            raise Refused("課をえらんでください。")
        actions.pass_on(db, found, section.id, by=me(), now=now())
        return f"「{section.name}」に回しました。"

    return _acted(thread_id, act)


@console.post("/inbox/<int:thread_id>/close")
def thread_close(thread_id: int) -> ResponseReturnValue:
    def act(db: Session, found: Thread) -> str:
        actions.close(db, found, by=me(), now=now())
        return "問い合わせを終わりました。住民は自動の案内にもどります。"

    return _acted(thread_id, act)


def _acted(thread_id: int, act: Callable[[Session, Thread], str]) -> ResponseReturnValue:
    """Do it in one transaction; a refusal shows the page again with what was typed."""
    try:
        with parts().sessions.begin() as db:
            sentence = act(db, queries.locked(db, thread_id) or abort(404))
    except KairanError as error:
        with parts().sessions() as db:
            found = queries.get(db, thread_id) or abort(404)
            return make_response(_page(found, error.sentence, request.form.get("text", "")), 422)
    parts().queue.wake("individual", SEND_PUSHES)
    return back_to("console.thread", sentence, thread_id=thread_id)


def _page(found: Thread, problem: str = "", typed: str = "") -> str:
    resident = found.resident
    district = town().district(resident.district) if resident.district else None
    names = {topic.id: topic.name for topic in town().topics}
    return render_template(
        "console/thread.html",
        language=language(resident.language).name,
        thread=found,
        problem=problem,
        typed=typed,
        most=rules.LONGEST_REPLY,
        waited=rules.waited(found.waiting_since, now()),
        district=f"{district.ward}{district.name}" if district else "",
        topics=[names.get(topic, topic) for topic in resident.topics],
        sections=town().sections,
        push_words=PUSH_WORDS,
        closed_by=CLOSED_BY_WORDS.get(found.closed_by, "職員が終わりました"),
    )
