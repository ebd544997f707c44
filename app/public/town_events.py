"""An event of the town's list as a calendar file. No cookie, no sign-in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue

from app.parts import Parts
from app.public.pages import ICS_TYPE, KEPT_SECONDS
from app.town.queries import TownCache
from content import ics

town_events = Blueprint("town_events", __name__)


@town_events.get("/e/<event_id>.ics")
def calendar(event_id: str) -> ResponseReturnValue:
    """The event's days for a phone's calendar (RFC 5545); 404 when it is not on the list or has no day."""
    made_of: Parts = current_app.extensions["parts"]
    towns: TownCache = current_app.extensions["towns"]
    town = towns.town()
    event = next((each for each in town.events if each.id == event_id), None) or abort(404)
    base = made_of.settings.public_base_url
    body = ics.calendar(
        event.notice,
        uid=f"{event.id}@{urlsplit(base).hostname}",
        sequence=0,
        url=event.notice.get("詳細情報") or base,
        stamp=made_of.clock.now(),
    )
    response = Response(body or abort(404), content_type=ICS_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="event-{event.id}.ics"'
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
