"""The audience step: rows of conditions, a sentence that says who they mean, and how many people that is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.census.rules import Count
from app.console import audience as form_rows
from app.console import counting, writing
from app.console.shell import back_to, console, me, notice_or_404, now, parts, town
from app.errors import KairanError, Refused
from app.notices import actions
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.segments import actions as segment_actions
from app.segments import queries, rules
from app.segments.words import Received, Rule

Rows = Sequence[form_rows.Row]
STARTING_ROWS = (form_rows.Row("topic"),)
"""Most notices go to those who chose a topic; the row reaches nobody until one is chosen."""
FEW = 20


@console.get("/notices/<int:notice_id>/audience")
def audience(notice_id: int) -> ResponseReturnValue:
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        rule = rules.from_json(found.rule)
        if isinstance(rule, Received):
            sentence = "訂正のお知らせは、もとのお知らせを受け取った人だけに届きます。"
            return back_to("console.check", sentence, "info", notice_id=notice_id)
        rows = form_rows.rows_of(rule)
        return _page(found, rows or STARTING_ROWS)


@console.post("/notices/<int:notice_id>/audience")
def audience_post(notice_id: int) -> ResponseReturnValue:
    """One form, several buttons: add a row, take one away, take over a saved segment, count, save, go on."""
    form = request.form
    rows = _rearranged(form, form_rows.rows_in(form))
    with parts().sessions() as db:
        found = notice_or_404(db, notice_id)
        if form.get("saved"):
            rows = _saved_rows(db, form.get("saved", ""))
        if form.get("act") not in ("next", "save"):
            return _page(found, rows)
    try:
        rule = _rule(rows)
        if form.get("act") == "save":
            _save_segment(form.get("name", ""), rule)
            with parts().sessions() as db:
                page = _page(
                    notice_or_404(db, notice_id), rows, done="この対象を保存しました。次からも使えます。"
                )
                return make_response(page)
        if rules.is_empty(rule):
            raise Refused("届ける人がまだ選ばれていません。条件を1つ以上選んでください。いまは0人です。")
        _store(notice_id, rule)
    except KairanError as error:
        with parts().sessions() as db:
            return make_response(_page(notice_or_404(db, notice_id), rows, problem=error.sentence), 422)
    return back_to("console.check", notice_id=notice_id)


@console.get("/audience/count")
def audience_count() -> ResponseReturnValue:
    """Sentence and number for the rows of the form as it stands, for the page's own refreshing."""
    rows = form_rows.rows_in(request.args)
    return render_template("console/count.html", **_counted(rows))


def _rearranged(form: Any, rows: Rows) -> Rows:
    """The rows after 「足す」 or 「消す」 was pressed."""
    added, removed = form.get("add"), form.get("remove", "")
    if added in form_rows.KINDS or added == "exclude":
        row = form_rows.Row("topic", excludes=True) if added == "exclude" else form_rows.Row(added)
        return (*rows, row)[: form_rows.MOST_ROWS]
    if removed.isdigit():
        return tuple(row for number, row in enumerate(rows) if number != int(removed))
    return rows


def _saved_rows(db: Any, segment_id: str) -> Rows:
    """The rows of a saved segment; one that rows cannot say starts empty."""
    for segment in queries.saved(db):
        if str(segment.id) == segment_id:
            return form_rows.rows_of(rules.from_json(segment.rule)) or STARTING_ROWS
    return STARTING_ROWS


def _rule(rows: Rows) -> Rule:
    if not form_rows.is_known(rows, _values()):
        raise Refused("選べない条件が入っています。画面を開き直して、選び直してください。")
    return form_rows.rule_of(rows)


def _save_segment(name: str, rule: Rule) -> None:
    with parts().sessions.begin() as db:
        segment_actions.save(db, name=name, rule=rule, by=me(), now=now())


def _store(notice_id: int, rule: Rule) -> None:
    with parts().sessions.begin() as db:
        found = notice_or_404(db, notice_id)
        bonds = actions.bonds_of(found)
        what = actions.Draft(
            found.type, found.title, found.fields, rules.to_json(rule), None, found.lane, bonds
        )
        actions.edit(db, found, what, by=me(), now=now())


def _values() -> dict[str, set[str]]:
    """Every value the form offers, by kind of row."""
    places = {f"ward:{ward}" for ward in town().wards}
    places |= {f"district:{each.code}" for ward in town().wards for each in town().districts(ward)}
    return {
        "topic": {topic.id for topic in town().topics},
        "place": places,
        "language": set(form_rows.LANGUAGES),
    }


def _counted(rows: Rows) -> dict[str, Any]:
    """What the count box shows: sentence first, then the number, or what is missing."""
    try:
        rule = _rule(rows)
    except KairanError as error:
        return {"sentence": "だれにも届きません。", "count": Count(0, 0), "hint": error.sentence}
    with parts().sessions() as db:
        found = counting.count(db, rule, lane="ordinary")
    hint = ""
    if rules.is_empty(rule):
        hint = "条件を選ぶと、人数が出ます。"
    elif found.people == 0:
        hint = "この条件に合う人は0人です。条件を1つ減らしてください。"
    elif found.people < FEW:
        hint = f"{FEW}人未満です。だれに届くかが分かってしまうため、承認する人も確かめます。"
    return {"sentence": writing.sentence(rule, town()), "count": found, "hint": hint}


def _page(found: Notice, rows: Rows, problem: str = "", done: str = "") -> str:
    with parts().sessions() as db:
        saved = [(s.id, s.name, writing.sentence(rules.from_json(s.rule), town())) for s in queries.saved(db)]
    places = [
        (ward, [(f"district:{each.code}", each.name) for each in town().districts(ward)])
        for ward in town().wards
    ]
    return render_template(
        "console/audience.html",
        notice=found,
        rows=rows,
        kinds=form_rows.KINDS,
        topics=[(topic.id, topic.name) for topic in town().topics],
        wards=places,
        languages=list(form_rows.LANGUAGES.items()),
        saved=saved,
        problem=problem,
        done=done,
        possible=(found.state, "edit") in notice_rules.MOVES,
        voids=found.state in ("content_frozen", "approved", "scheduled"),
        **_counted(rows),
    )
