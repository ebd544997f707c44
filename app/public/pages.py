"""What anybody may open: a notice as a page, its calendar file, and tracked links. No cookie, no sign-in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.notices import actions, queries
from app.notices.models import Notice
from app.parts import Parts
from app.town.queries import TownCache
from content import cards, catalogue, ics
from content.links import first_url
from content.messages import Action
from content.notice import Notice as Content
from content.notice import make

public = Blueprint("public", __name__, template_folder="templates")

ICS_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
KEPT_SECONDS = 60
"""A correction reaches everybody within a minute."""


def _parts() -> Parts:
    found: Parts = current_app.extensions["parts"]
    return found


_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


def _only_our_letters(name: str) -> None:
    """Names we give out have these letters; anything else is not even looked up."""
    if not _NAME.fullmatch(name):
        abort(404)


_ADDRESS = re.compile(r"https://[!-~]+")


@public.app_template_filter("linked")
def linked(text: str) -> Markup:
    """Plain text with its https addresses as links; everything else is escaped."""
    shown, position = Markup(""), 0
    for found in _ADDRESS.finditer(text):
        url = first_url(found[0])
        shown += escape(text[position : found.start()])
        shown += Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, url)
        position = found.start() + len(url)
    return shown + escape(text[position:])


@public.get("/n/<token>")
def notice(token: str) -> ResponseReturnValue:
    """The standard text as a page; what has not been released does not exist. Personal types show no content."""
    _only_our_letters(token)
    with _parts().sessions() as session:
        found = queries.by_token(session, token) or abort(404)
    kind = catalogue.notice_types()[found.type]
    content = make(found.type, {} if kind.personal else found.fields)
    page = render_template(
        "public/notice.html",
        notice=found,
        kind=kind,
        lead="" if kind.personal else _lead(kind.lead, content),
        fields=list(content.fields.items()),
        buttons=[] if kind.personal else _buttons(found, content),
    )
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


def _lead(sentence: str, content: Content) -> str:
    """The type's one sentence with its holes filled: the answer comes first."""
    return re.sub(r"\{([^{}]+)\}", lambda hole: content.get(hole[1]), sentence)


def _buttons(found: Notice, content: Content) -> list[Action]:
    """The card's buttons, leading straight to their pages."""
    towns: TownCache = current_app.extensions["towns"]
    has_days = next(ics.moments(content), None) is not None
    calendar_file = f"/n/{found.token}.ics" if has_days else ""
    links = cards.Links(page="", calendar=calendar_file)
    return cards.buttons(content, catalogue.notice_types()[found.type], links, towns.town().name)


@public.get("/n/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The notice's days for a phone's calendar (RFC 5545); a newer version replaces the older by UID and SEQUENCE."""
    _only_our_letters(token)
    with _parts().sessions() as session:
        found = queries.by_token(session, token) or abort(404)
    body = _calendar(found) or abort(404)
    response = Response(body, content_type=ICS_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="notice-{found.id}.ics"'
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


def _calendar(found: Notice) -> bytes:
    """The calendar file, b"" when the notice names no day."""
    if catalogue.notice_types()[found.type].personal:
        return b""
    base = _parts().settings.public_base_url
    return ics.calendar(
        make(found.type, found.fields),
        uid=f"{found.token}@{urlsplit(base).hostname}",
        sequence=found.sequence,
        url=f"{base}/n/{found.token}",
        stamp=found.submitted_at or found.updated_at,
    )


@public.get("/l/<link_id>")
def link(link_id: str) -> ResponseReturnValue:
    """Count a tap and lead to the stored address; there is no other address this could lead to."""
    _only_our_letters(link_id)
    with _parts().sessions.begin() as session:
        url = actions.count_tap(session, link_id) or abort(404)
    return redirect(url, code=302)
