"""Addresses that open a map, a route, a train search or the telephone.

Google's "Maps URLs" (api=1; every value percent-encoded, at most 2,048 characters), RFC 5870 for ``geo:``,
RFC 3966 for ``tel:``, LINE's "openExternalBrowser" query parameter. A place is a position or words to search for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from content.fields.values import Position

LONGEST = 2_048
Travel = str
"""transit, driving, walking or bicycling."""
_PHONE = re.compile(r"[#0-9][0-9()\-]{2,}[0-9]")
_URL = re.compile(r"https://[A-Za-z0-9][!-~]*")
_CLOSING = ".,;:!?'\")>]}"


def map_url(place: Position | str) -> str:
    """Shows the place on a map."""
    return _google("search", {"query": _query(place)})


def route_url(place: Position | str, travel: Travel = "transit") -> str:
    """The way there from where the resident is."""
    return _google("dir", {"destination": _query(place), "travelmode": travel})


def transfer_url(start: str, goal: str) -> str:
    """Trains and buses between two stations or places."""
    return (
        f"https://transit.yahoo.co.jp/search/result?{urlencode({'from': start, 'to': goal}, quote_via=quote)}"
    )


def geo_uri(position: Position) -> str:
    """For calendars and maps on the phone; LINE does not make it tappable."""
    point = f"{position.latitude:.6f},{position.longitude:.6f}"
    return f"geo:{point}?q={point}"


def tel_uri(phone: str) -> str:
    """``tel:`` of the first number in a phone field; "" when there is none. The remark after it is left out."""
    found = _PHONE.search(unicodedata.normalize("NFKC", phone))
    digits = re.sub(r"[^#0-9]", "", found[0]) if found else ""
    return f"tel:{quote(digits, safe='')}" if digits else ""


def external(url: str) -> str:
    """The same page in the phone's own browser: LINE's inside browser does not save files, such as .ics."""
    parts = urlsplit(url)
    if "openExternalBrowser=" in parts.query:
        return url
    query = f"{parts.query}&openExternalBrowser=1" if parts.query else "openExternalBrowser=1"
    return urlunsplit(parts._replace(query=query))


def needs_own_browser(url: str) -> bool:
    """Mynaportal reads cards and signs people in, which LINE's inside browser does not let it do."""
    host = urlsplit(url).hostname or ""
    return host == "myna.go.jp" or host.endswith(".myna.go.jp")


def first_url(text: str) -> str:
    """The first https address inside a text, without the sentence's closing marks; "" when there is none."""
    found = _URL.search(text)
    return found[0].rstrip(_CLOSING) if found else ""


def _query(place: Position | str) -> str:
    return f"{place.latitude:.6f},{place.longitude:.6f}" if isinstance(place, Position) else place


def _google(act: str, values: Mapping[str, str]) -> str:
    """A Maps address within Google's limit: words that are too long lose their end, never half a character."""
    base = f"https://www.google.com/maps/{act}/?api=1&"
    cut = dict(values)
    name = next(iter(cut))
    while len(base + urlencode(cut, quote_via=quote)) > LONGEST:
        cut[name] = cut[name][: len(cut[name]) * 9 // 10]
    return base + urlencode(cut, quote_via=quote)
