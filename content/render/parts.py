"""A field's value in pieces, each with the address it leads to: what pages and mails make tappable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from content.catalogue import FieldSpec
from content.links import first_url, map_url, tel_uri

_TAPPABLE = re.compile(r"https://[A-Za-z0-9][!-~]*|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"[#0-9][0-9-]{2,}[0-9]")


@dataclass(frozen=True, slots=True)
class Part:
    """``href`` is "" for plain text; otherwise https, tel or mailto."""

    text: str
    href: str = ""


def parts_of(spec: FieldSpec | None, text: str) -> tuple[Part, ...]:
    """A value cut into plain and tappable pieces; joined, the texts are the value again."""
    kind = spec.kind if spec else "longtext"
    if kind == "phone":
        return tuple(_cut(text, _NUMBER, tel_uri))
    if kind in ("address", "coordinates"):
        return (Part(text, map_url(text)),)
    return tuple(_cut(text, _TAPPABLE, _href))


def _href(found: str) -> str:
    return first_url(found) if found.startswith("https://") else f"mailto:{found}"


def _cut(text: str, tappable: re.Pattern[str], href: Callable[[str], str]) -> Iterator[Part]:
    position = 0
    for match in tappable.finditer(text):
        address = href(match[0])
        shown = address if address.startswith("https://") else match[0]
        if match.start() > position:
            yield Part(text[position : match.start()])
        yield Part(shown, address)
        position = match.start() + len(shown)
    if position < len(text):
        yield Part(text[position:])
