"""Write a notice in steps: its type, its fields, whom it is for; then look at it and ask a second person."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.census.rules import Count
from app.console import bonds, counting, freezing, writing
from app.console.shell import back_to, console, me, notice_or_404, now, parts, town
from app.errors import KairanError, Refused
from app.notices import actions, rules
from app.notices.models import Notice
from content.catalogue import NoticeType


@console.get("/notices/new")
def notice_types() -> ResponseReturnValue:
    return render_template("console/notice_types.html", groups=writing.type_groups())


@console.get("/notices/new/<type_id>")
def new_notice(type_id: str) -> ResponseReturnValue:
    return _fields_page(writing.blank(_known(type_id), today=parts().clock.today()), None)


@console.post("/notices/new/<type_id>")
def new_notice_post(type_id: str) -> ResponseReturnValue:
    """Read the fields; when they are fine, the draft is stored and the next step is the audience."""
    filled = writing.filled(_known(type_id), request.form, today=parts().clock.today())
    if not filled.may_go_on:
        return make_response(_fields_page(filled, None), 422 if filled.problems else 200)
    try:
        with parts().sessions.begin() as db:
            bound = bonds.meant(bonds.posted(request.form))
            what = actions.Draft(type_id, filled.title, filled.texts, rule={}, bonds=bound)
            notice_id = actions.draft(db, what, by=me(), now=now()).id
    except KairanError as error:
        return make_response(_fields_page(filled, None, problem=error.sentence), 422)
    return back_to(
        "console.audience", "下書きを保存しました。次に、届ける人を選びます。", notice_id=notice_id
    )


@console.get("/notices/<int:notice_id>/fields")
def fields(notice_id: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        return _fields_page(writing.stored(found, today=parts().clock.today()), found)


@console.post("/notices/<int:notice_id>/fields")
def fields_post(notice_id: int) -> ResponseReturnValue:
    """Store the fields. What was frozen or approved before is void, and the form has said so."""
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        filled = writing.filled(_known(found.type), request.form, today=parts().clock.today())
        if request.form.get("version") != str(found.version):
            page = _fields_page(filled, found, _changed_meanwhile(found))
            return make_response(page, 409)
        if not filled.may_go_on:
            return make_response(_fields_page(filled, found), 422 if filled.problems else 200)
    try:
        _store_fields(notice_id, filled)
    except KairanError as error:
        with parts().sessions() as db:
            page = _fields_page(filled, notice_or_404(db, notice_id), problem=error.sentence)
            return make_response(page, 422)
    return back_to("console.audience", "下書きを保存しました。", notice_id=notice_id)


def _store_fields(notice_id: int, filled: writing.Filled) -> None:
    """The version that was posted is the one that is changed, or nothing is."""
    with parts().sessions.begin() as db:
        found = notice_or_404(db, notice_id)
        if request.form.get("version") != str(found.version):
            raise Refused(_changed_meanwhile(found))
        bound = bonds.meant(bonds.posted(request.form))
        what = actions.Draft(
            found.type, filled.title, filled.texts, found.rule, found.segment_id, found.lane, bound
        )
        actions.edit(db, found, what, by=me(), now=now())


def _base_url() -> str:
    return parts().settings.public_base_url


def _changed_meanwhile(found: Notice) -> str:
    return (
        "ほかの画面でこのお知らせが変更されました。あなたの入力は下に残してあります。"
        f"いまの状態は「{rules.STATE_WORDS[found.state]}」です。確かめて、もう一度「つぎへ」を押してください。"
    )


def _known(type_id: str) -> NoticeType:
    return writing.notice_type(type_id) or abort(404)


def _fields_page(
    filled: writing.Filled, found: Notice | None, warning: str = "", *, problem: str = ""
) -> str:
    """``problem``: what is wrong with the bonds."""
    typed = bonds.posted(request.form) if request.method == "POST" else bonds.stored(found)
    with parts().sessions() as db:
        offered = bonds.offered(db, found, typed)
        counting.prepare(db)
    return render_template(
        "console/fields.html",
        filled=filled,
        notice=found,
        warning=warning,
        bound=typed,
        offered=offered,
        problem=problem,
        problems_found=[*filled.problems, *([("bonds", problem)] if problem else [])],
        voids=found is not None and found.state in ("content_frozen", "approved", "scheduled"),
        possible=found is None or (found.state, "edit") in rules.MOVES,
    )


@console.get("/notice-types/<type_id>/read")
def read_field(type_id: str) -> ResponseReturnValue:
    """What one field would become, for the page's own use while somebody types; nothing is stored."""
    kind = _known(type_id)
    label, value = request.args.get("label", ""), request.args.get("value", "")
    if label not in {spec.label for spec in kind.fields}:
        abort(404)
    entry = writing.entry(kind, label, value, kept=False, today=parts().clock.today())
    sentence = entry.problem or entry.note
    return jsonify(text=entry.text, sentence=sentence, problem=bool(entry.problem))


@console.get("/notices/<int:notice_id>/check")
def check(notice_id: int) -> ResponseReturnValue:
    """The standard text, the card as the phone shows it, whom it reaches, and what to look at before asking."""
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        count = counting.of_notice(db, found)
        checks = freezing.preflight(db, found, town(), _base_url(), count, now=now())
        return render_template(
            "console/check.html",
            notice=found,
            type_name=writing.type_name(found.type),
            text=writing.standard_text(found, town()),
            shown=freezing.shown(found, town(), _base_url()),
            who=writing.who(found, town()),
            count=count,
            bonds=bonds.said(db, found),
            checks=checks,
            again=freezing.why_again(db, found, now()),
            stopped=any(each.level == "stop" for each in checks),
            approvers=freezing.second_people(db, me()),
            possible=(found.state, "submit") in rules.MOVES,
        )


@console.post("/notices/<int:notice_id>/submit")
def submit(notice_id: int) -> ResponseReturnValue:
    """Freeze text, audience and count as they are now, and ask the second person."""
    try:
        with parts().sessions.begin() as db:
            found = notice_or_404(db, notice_id)
            count = Count(freezing.count(db, found, now=now()), 0)
            checks = freezing.preflight(db, found, town(), _base_url(), count, now=now())
            freezing.refuse_unfinished(checks)
            frozen = freezing.freeze(db, found, town(), _base_url(), now=now())
            reason = request.form.get("again", "").strip()
            freezing.one_submits(db)
            if not reason and (again := freezing.why_again(db, found, now())):
                raise Refused(again)
            actions.submit(db, found, replace(frozen, again_reason=reason), by=me(), now=now())
    except KairanError as error:
        return back_to("console.check", error.sentence, "error", notice_id=notice_id)
    return back_to(
        "console.notice",
        "承認を依頼しました。ほかの人が承認すると、日時を決められます。",
        notice_id=notice_id,
    )
