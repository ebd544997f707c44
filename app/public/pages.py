"""What anybody may open: a notice as a page, its calendar file, and tracked links. No cookie, no sign-in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, render_template
from flask.typing import ResponseReturnValue

from app.notices import actions, queries
from app.notices.models import Notice
from app.parts import Parts
from content import catalogue, ics, standard

public = Blueprint("public", __name__, template_folder="templates")

ICS_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
KEPT_SECONDS = 60
"""A correction reaches everybody within a minute."""


def _parts() -> Parts:
    found: Parts = current_app.extensions["parts"]
    return found


def _content(notice: Notice) -> standard.Notice:
    return standard.Notice(notice.type, dict(notice.fields))


@public.get("/n/<token>")
def notice(token: str) -> ResponseReturnValue:
    """The standard text as a page; what has not been released does not exist."""
    with _parts().sessions() as session:
        found = queries.by_token(session, token) or abort(404)
        kind = catalogue.notice_types()[found.type]
        page = render_template(
            "public/notice.html",
            notice=found,
            kind=kind,
            fields=[(spec, found.fields[spec.label]) for spec in kind.fields if found.fields.get(spec.label)],
            has_calendar=_calendar(found) is not None,
        )
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@public.get("/n/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The notice's days for a phone's calendar (RFC 5545); a newer version replaces the older by UID and SEQUENCE."""
    with _parts().sessions() as session:
        found = queries.by_token(session, token) or abort(404)
        body = _calendar(found) or abort(404)
    response = Response(body, content_type=ICS_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="notice-{found.id}.ics"'
    return response


def _calendar(found: Notice) -> bytes | None:
    return None


@public.get("/l/<link_id>")
def link(link_id: str) -> ResponseReturnValue:
    """Count a tap and lead to the stored address; there is no other address this could lead to."""
    with _parts().sessions.begin() as session:
        url = actions.count_tap(session, link_id) or abort(404)
    return redirect(url, code=302)
