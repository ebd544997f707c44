"""The data of a notice's public page: everything as text, in order, with the addresses a tap leads to."""

from __future__ import annotations

from dataclasses import dataclass

from content import links
from content.catalogue import ActionKind
from content.notice import Notice
from content.places import place_of
from content.render.parts import Part, parts_of


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    easy: str
    """The label in やさしい日本語."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """``actions`` are (words, address) pairs for buttons; ``calendar`` is left to the caller, who knows the token."""

    title: str
    kind: str
    group: str
    lead: str
    easy_title: str
    easy_lead: str
    rows: tuple[Row, ...]
    actions: tuple[tuple[str, str], ...]


def page(notice: Notice, town: str) -> Page:
    """Raises KeyError for a type the catalogue does not have."""
    kind = notice.kind
    if kind is None:
        raise KeyError(notice.type)
    rows = []
    for label, text in notice.fields.items():
        spec = kind.field(label)
        rows.append(Row(label, spec.easy if spec else label, parts_of(spec, text)))
    return Page(
        title=notice.get(kind.card.headline) or kind.title,
        kind=kind.title,
        group=kind.group,
        lead=lead(notice, kind.lead),
        easy_title=kind.easy_title,
        easy_lead=lead(notice, kind.easy_lead),
        rows=tuple(rows),
        actions=tuple(_actions(notice, town)),
    )


def lead(notice: Notice, template: str) -> str:
    """The one sentence of the type with its holes filled; "" when a field it needs says nothing."""
    try:
        return template.format_map({label: text.replace("\n", "、") for label, text in notice.fields.items()})
    except KeyError:
        return ""


_PAGES: tuple[tuple[ActionKind, str], ...] = (
    ("apply", "申しこむ"),
    ("pay", "支払う"),
    ("web", "くわしいページ"),
)


def _actions(notice: Notice, town: str) -> list[tuple[str, str]]:
    kind = notice.kind
    found: list[tuple[str, str]] = []
    if kind is None:
        return found
    for act, words in _PAGES:
        address = links.first_url(notice.first(kind.actions.get(act, ())))
        found += [(words, address)] if address else []
    if place := place_of(notice, town):
        found += [("地図", links.map_url(place)), ("ここからの行き方", links.route_url(place))]
    if call := links.tel_uri(notice.first(kind.actions.get("call", ()))):
        found.append(("電話", call))
    return found
