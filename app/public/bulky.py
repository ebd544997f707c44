"""The town's page for name, rest of the address and phone of a bulky order. Never in the talk, never by GET."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.bulky import actions, rules
from app.conversations import going_on
from app.conversations import queries as conversation_queries
from app.conversations.effects import World
from app.errors import AskPerson
from app.links import queries as link_queries
from app.parts import Parts
from app.public.pages import ICS_TYPE, KEPT_SECONDS, wanted_language
from app.queue import SEND_PUSHES
from app.residents.models import Resident
from app.sealing import Sealer, sealer
from app.town.queries import TownCache
from app.town.rules import LoadedTown
from bot_flows import bulky_news, bulky_page
from content import ics
from content.languages import languages, quoted
from content.notice import make

bulky_pages = Blueprint("bulky_pages", __name__, template_folder="templates")

FAR = 400
"""Days: nobody has an order further away."""


def _parts() -> Parts:
    found: Parts = current_app.extensions["parts"]
    return found


def _town() -> LoadedTown:
    towns: TownCache = current_app.extensions["towns"]
    return towns.town()


def _sealer() -> Sealer:
    return sealer(_parts().settings.field_keys.get_secret_value())


@bulky_pages.after_request
def _never_stored(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@bulky_pages.get("/my/bulky/<token>")
def contact(token: str) -> ResponseReturnValue:
    """The form, while its link is good. Looking changes nothing."""
    with _parts().sessions() as session:
        resident = _resident(session, token)
        if resident is None:
            return _gone()
        return _form(session, resident)


@bulky_pages.post("/my/bulky/<token>")
def contact_post(token: str) -> ResponseReturnValue:
    """Keep it sealed, use the link up, and let the talk go on by itself, all in one transaction."""
    checked = rules.check({field: request.form.get(field, "") for field in bulky_page.FIELDS})
    with _parts().sessions() as session:
        resident = _resident(session, token)
        if resident is None:
            return _gone()
        if checked.contact is None:
            return make_response(_form(session, resident, checked.faults), 422)
    try:
        saved = _save(token, checked.contact)
    except AskPerson:
        words = bulky_page.words(resident.language)
        sentence = bulky_page.away(_town().section("bulky").phone, resident.language)
        return _said(words["title"], sentence, resident.language), 503
    if not saved:
        return _gone()
    _parts().queue.wake("individual", SEND_PUSHES)
    words = bulky_page.words(resident.language)
    return _said(words["saved_title"], words["saved"], resident.language)


def _save(token: str, contact_: rules.Contact) -> bool:
    now, box, settings = _parts().clock.now(), _sealer(), _parts().settings
    world = World(_town(), now, settings.public_base_url)
    with _parts().sessions.begin() as session:
        resident_id = actions.save(session, token, contact_, box, now)
        if resident_id is None:
            return False
        resident = session.get_one(Resident, resident_id, with_for_update=True, populate_existing=True)
        waiting = going_on.Waiting("bulky", "contact", "saved")
        otherwise = bulky_news.contact_saved(resident.language)
        going_on.go_on(session, resident, waiting, otherwise, world)
    return True


def _resident(session: Session, token: str) -> Resident | None:
    """Whose link it is; None when nobody's, used or over."""
    link = link_queries.valid(session, token, rules.PURPOSE, _parts().clock.now())
    return session.get(Resident, link.resident_id) if link else None


def _form(session: Session, resident: Resident, faults: object = None) -> str:
    language = resident.language
    found = faults if isinstance(faults, dict) else {}
    form = conversation_queries.form_of(session, resident.id, "bulky")
    code = str((form.get("area") or {}).get("district", ""))
    district = _town().district(code) if code else None
    return render_template(
        "public/bulky.html",
        lang=languages()[language].html,
        words=bulky_page.words(language),
        where=bulky_page.where(f"{district.ward}{district.name}", language) if district else "",
        fields=bulky_page.FIELDS,
        most={"name": rules.LONGEST_NAME, "address": rules.LONGEST_ADDRESS, "phone": 20},
        faults={field: bulky_page.why(fault, language) for field, fault in found.items()},
        typed=request.form,
        complete={"name": "name", "address": "street-address", "phone": "tel"},
    )


def _gone() -> ResponseReturnValue:
    """In the language the link or the browser asks for: a link that is over belongs to nobody."""
    code = wanted_language()
    words = bulky_page.words(code)
    return _said(words["gone_title"], words["gone"], code), 410


def _said(title: str, sentence: str, language: str) -> str:
    lang = languages()[language].html
    return render_template("public/trouble.html", title=title, sentence=sentence, lang=lang)


@bulky_pages.get("/b/<day>.ics")
def calendar(day: str) -> ResponseReturnValue:
    """A collection day for a phone's calendar; it names a day and nobody."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    book, today = _town().bulky, _parts().clock.today()
    if book is None or not 0 <= (on - today).days <= FAR:
        abort(404)
    code = wanted_language()
    until = _town().named(book.rules.until, code) or quoted(book.rules.until, code)
    title = bulky_page.calendar_title(until, code)
    written = f"{on.year}年{on.month}月{on.day}日"
    base = _parts().settings.public_base_url
    body = ics.calendar(
        make("event", {"イベント名": title, "開催日": written}),
        uid=f"bulky-{on.isoformat()}@{urlsplit(base).hostname}",
        sequence=0,
        url=base,
        stamp=_parts().clock.now(),
    )
    response = Response(body or abort(404), content_type=ICS_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="bulky-{on.isoformat()}.ics"'
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Vary"] = "Accept-Language"
    return response
