"""A notice as schema.org Event (JSON-LD), for search engines and calendars.

https://schema.org/Event: start and end are instants with +09:00, or civil dates for whole days. What is not stated
is left out: an event without 料金 has no offer, since unknown is not free.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from content import links
from content.fields.kinds import read
from content.fields.values import Capacity, Money
from content.ics import moments
from content.notice import Notice
from content.places import position_of

_ANY_DAY = date(2000, 1, 1)


def event(notice: Notice, *, town: str, url: str) -> dict[str, Any] | None:
    """The Event object; None when the type is no event or no day can be read."""
    kind = notice.kind
    spans = list(moments(notice))
    if kind is None or "jsonld" not in kind.channels or not spans:
        return None
    times = [{"startDate": _iso(start), "endDate": _iso(_last(start, end))} for start, end in spans]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": notice.get(kind.card.headline),
        "startDate": times[0]["startDate"],
        "endDate": times[-1]["endDate"],
        "eventStatus": "https://schema.org/EventScheduled",
        "description": notice.get("内容"),
        "inLanguage": "ja",
        "url": url,
        "location": _place(notice),
        "organizer": {"@type": "Organization", "name": notice.get("主催者") or notice.get("問合先") or town},
        "offers": _offer(notice, url),
        "maximumAttendeeCapacity": _people(notice),
        "isAccessibleForFree": _free(notice),
    }
    if len(times) > 1:
        found["subEvent"] = [{"@type": "Event", "name": found["name"], **each} for each in times]
    return {name: value for name, value in found.items() if value not in ("", None)}


def _iso(at: date) -> str:
    return at.isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()


def _last(start: date, end: date) -> date:
    """The last day itself for whole days; calendars exclude it, schema.org does not."""
    return end if isinstance(start, datetime) else end - timedelta(days=1)


def _value(notice: Notice, label: str, kind: str) -> object:
    return read(kind, notice.get(label), today=_ANY_DAY).value


def _place(notice: Notice) -> dict[str, Any] | None:
    address, name = notice.get("住所"), notice.get("会場")
    if not (address or name):
        return None
    place: dict[str, Any] = {"@type": "Place", "name": name or address}
    if address:
        place["address"] = {"@type": "PostalAddress", "addressCountry": "JP", "streetAddress": address}
    if position := position_of(notice):
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": position.latitude,
            "longitude": position.longitude,
        }
    return place


def _yen(notice: Notice) -> int | None:
    value = _value(notice, "料金", "money")
    return value.yen if isinstance(value, Money) else None


def _offer(notice: Notice, url: str) -> dict[str, Any] | None:
    yen = _yen(notice)
    page = links.first_url(notice.get("参加申込")) or url
    return None if yen is None else {"@type": "Offer", "price": yen, "priceCurrency": "JPY", "url": page}


def _people(notice: Notice) -> int | None:
    value = _value(notice, "定員", "capacity")
    return value.people if isinstance(value, Capacity) and value.unit in ("人", "名") else None


def _free(notice: Notice) -> bool | None:
    yen = _yen(notice)
    return None if yen is None else yen == 0
