"""A resident's own data: a page of downloads behind a one-time link. Nothing personal is on the page itself, since
previews fetch it too; looking changes nothing, and a wrong, an expired and a replaced link look the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.conversations.mine import EVERYTHING
from app.links import queries as links
from app.links.models import OneTimeLink
from app.mine import Reader
from app.mydata import queries, rules
from app.parts import Parts
from app.photos import mine as photos
from app.photos import queries as photo_queries
from app.photos.models import Photo
from app.public.pages import ICS_TYPE, wanted_language
from app.residents.models import Resident
from app.town.queries import TownCache
from content.languages import languages
from content.sentences import say

my_data = Blueprint("my_data", __name__, template_folder="templates")

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ics": ICS_TYPE,
}


def _parts() -> Parts:
    found: Parts = current_app.extensions["parts"]
    return found


@my_data.after_request
def _kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@my_data.get("/my/<token>")
def page(token: str) -> ResponseReturnValue:
    """Which files there are and what each is for."""
    with _parts().sessions() as session:
        link = _link(session, token)
        if link is None:
            return _ended()
        reader = _reader(session, link)
        has_days = bool(queries.calendar(session, reader))
        files = [_file(reader, kind) for kind in rules.FORMATS if kind != "ics" or has_days]
        pictured = [("photos.zip", *_said(reader, "photos"))] if _photos(session, reader) else []
        until = in_japan(link.expires_at - timedelta(seconds=1))
        lang = languages()[reader.resident.language].html
        return render_template(
            "public/my_data.html",
            say=reader.say,
            files=[*files, *pictured],
            has_days=has_days,
            token=token,
            until=until,
            lang=lang,
        )


def _file(reader: Reader, kind: rules.Format) -> tuple[str, str, str]:
    return (f"data.{kind}", *_said(reader, kind))


def _said(reader: Reader, kind: str) -> tuple[str, str]:
    return reader.say(f"mydata.page_{kind}"), reader.say(f"mydata.page_{kind}_note")


def _photos(session: Session, reader: Reader) -> Sequence[Photo]:
    return photo_queries.kept_of(session, reader.resident.id)


@my_data.get("/my/<token>/photos.zip")
def pictures(token: str) -> ResponseReturnValue:
    """Every picture that was sent, as it is kept."""
    with _parts().sessions() as session:
        link = _link(session, token)
        if link is None:
            return _ended()
        found = _photos(session, _reader(session, link))
        body = photos.pictures(found, _parts().settings.photo_dir) if found else b""
    response = Response(body or abort(404), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="kairan-my-photos.zip"'
    return response


@my_data.get("/my/<token>/data.<kind>")
def download(token: str, kind: str) -> ResponseReturnValue:
    """One file; as often as wanted while the link lives."""
    if kind not in rules.FORMATS:
        abort(404)
    with _parts().sessions() as session:
        link = _link(session, token)
        if link is None:
            return _ended()
        reader = _reader(session, link)
        body = _body(session, reader, kind)
    response = Response(body or abort(404), content_type=CONTENT_TYPES[kind])
    way = "inline" if kind == "html" else "attachment"
    response.headers["Content-Disposition"] = f'{way}; filename="kairan-my-data.{kind}"'
    return response


def _body(session: Session, reader: Reader, kind: str) -> bytes | str:
    if kind == "ics":
        return queries.calendar(session, reader)
    sections = queries.sections(session, EVERYTHING, reader)
    if kind == "json":
        return rules.as_json(sections, reader)
    if kind == "csv":
        return rules.as_csv(sections, reader)
    shown = [(each.title, rules.grouped(each.found.rows)) for each in sections]
    made = rules.written(reader.now)
    return render_template(
        "public/my_data_file.html",
        lang=languages()[reader.resident.language].html,
        say=reader.say,
        sections=shown,
        made=made,
        town=reader.town.name,
        written=rules.written,
        nonce=g.nonce,
    )


def _link(session: Session, token: str) -> OneTimeLink | None:
    return links.valid(session, token, rules.PURPOSE, _parts().clock.now())


def _reader(session: Session, link: OneTimeLink) -> Reader:
    towns: TownCache = current_app.extensions["towns"]
    parts = _parts()
    resident = session.get_one(Resident, link.resident_id)
    return Reader(resident, towns.town(), parts.clock.now(), parts.settings.public_base_url)


def _ended() -> ResponseReturnValue:
    """In the language the link or the browser asks for: whose link it was is nobody's business any more."""
    code = wanted_language()
    title, sentence = say("bulky.page_gone_title", code), say("mydata.page_ended", code)
    lang = languages()[code].html
    return render_template("public/trouble.html", title=title, sentence=sentence, lang=lang), 404
