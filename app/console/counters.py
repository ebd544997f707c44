"""Counters with a QR code, and the poster that hangs there (A4, printed by the browser)."""

from __future__ import annotations

from urllib.parse import quote

import segno
from flask import abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import func, select

from app.console.shell import console, parts, town
from app.residents.models import Resident
from app.settings import LINE_ITSELF, Settings

LINE_SCHEME_HOST = "https://line.me"
QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def prepared_word(code: str) -> str:
    """What the resident's chat is filled with; one press sends it."""
    return f"登録 {code}"


def chat_url(settings: Settings, code: str) -> str:
    """Opens a chat with the account and the word filled in.

    ``https://line.me/R/oaMessage/{LINE ID, percent-encoded}/?{text, percent-encoded}`` (LINE URL scheme, "Opening
    chats with LINE Official Account"); with the sandbox, its own origin in the same shape.
    """
    base = LINE_SCHEME_HOST if settings.line_api_base_url == LINE_ITSELF else settings.line_api_base_url
    return f"{base.rstrip('/')}/R/oaMessage/{quote(settings.line_basic_id, safe='')}/?{quote(prepared_word(code))}"


def picture(url: str) -> Markup:
    """The QR code as inline SVG: error level M for paper, black on white, quiet zone of four modules."""
    code = segno.make_qr(url, error="m", boost_error=False)
    return Markup(  # noqa: S704  (drawn by the library from black and white squares)
        code.svg_inline(
            border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None
        )
    )


@console.get("/counters")
def counters() -> ResponseReturnValue:
    """Every place with its code, what it registers for, and how many people it has brought."""
    with parts().sessions() as db:
        found = select(Resident.source, func.count()).where(Resident.source != "").group_by(Resident.source)
        brought = dict(db.execute(found).all())
    topics = {topic.id: topic.name for topic in town().topics}
    return render_template(
        "console/counters.html",
        counters=town().counters,
        topics=topics,
        brought=brought,
        url=lambda code: chat_url(parts().settings, code),
    )


@console.get("/counters/<code>/poster")
def poster(code: str) -> ResponseReturnValue:
    counter = next((each for each in town().counters if each.code == code), None) or abort(404)
    topics = {topic.id: topic.name for topic in town().topics}
    url = chat_url(parts().settings, counter.code)
    return render_template(
        "console/poster.html",
        counter=counter,
        topics=[topics.get(topic, topic) for topic in counter.topics],
        qr=picture(url),
        url=url,
        word=prepared_word(counter.code),
        basic_id=parts().settings.line_basic_id,
        contact=town().section("general"),
        today=parts().clock.today(),
    )
