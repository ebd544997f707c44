"""What anybody may open: a notice as a page, its calendar file, and tracked links. No cookie, no sign-in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.notices import actions, queries
from app.notices.models import Notice
from app.parts import Parts
from app.town.queries import TownCache
from content import cards, catalogue, ics
from content.languages import EASY, languages
from content.links import first_url
from content.messages import Action
from content.notice import Notice as Content
from content.notice import make
from content.render import easy
from content.sentences import FIRST_LANGUAGE
from content.sentences import catalogue as catalogue_of_sentences

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
        untranslated=_untranslated(request.args.get("lang", "") or _preferred()),
        easy="" if kind.personal or not kind.easy_title else f"/n/{token}/easy",
    )
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Vary"] = "Accept-Language"
    return response


@public.get("/n/<token>/easy")
def easy_notice(token: str) -> ResponseReturnValue:
    """The same notice in やさしい日本語: sentence and labels from the catalogue, the values as staff wrote them."""
    _only_our_letters(token)
    with _parts().sessions() as session:
        found = queries.by_token(session, token) or abort(404)
    kind = catalogue.notice_types()[found.type]
    if kind.personal or not kind.easy_title:
        abort(404)
    towns: TownCache = current_app.extensions["towns"]
    text = easy.easy_text(make(found.type, found.fields), towns.town().name)
    title, *lines = text.split("\n")
    page = render_template("public/easy.html", notice=found, easy_title=title, lines=lines)
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@dataclass(frozen=True, slots=True)
class Untranslated:
    """「この言葉の翻訳はまだありません」, in the language it is about."""

    html: str
    said: str


_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


def _preferred() -> str:
    """The language the browser asks for first, by our code; "" when it is Japanese or none of ours."""
    first = next(iter(request.accept_languages.values()), "").lower()
    if first.startswith("zh"):
        return "zh-Hant" if first.startswith(_TRADITIONAL) else "zh-Hans"
    return first.partition("-")[0]


def wanted_language() -> str:
    """What a page is read in that knows nobody: as its link says (``lang``), else as the browser asks, else Japanese."""
    code = request.args.get("lang", "") or _preferred()
    return code if code in languages() else FIRST_LANGUAGE


def _untranslated(code: str) -> Untranslated | None:
    """Nobody translates a notice by machine: who reads another language is told so, in that language."""
    if code not in languages() or code in (FIRST_LANGUAGE, EASY):
        return None
    said = catalogue_of_sentences()["menu.no_translation"].texts.get(code)
    return Untranslated(languages()[code].html, said) if said else None


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
