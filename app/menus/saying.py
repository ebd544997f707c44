"""Rich menus drawn and in LINE's words (Messaging API reference, "Rich menu object"): at most 20 areas. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.menus.rules import DISASTER, LABEL, BadMenu, Menu
from content.drawing import font
from content.drawing import menu as drawing

PREFIX = "kairan:"
"""Names of our menus begin with it; menus made elsewhere are never touched."""
DRAWN_INSTEAD = "en"
"""Whose words stand in the picture where the font cannot draw a language's own; the labels stay in that language."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A menu as it is published: LINE's object, its picture, and a name that changes with either."""

    alias: str
    name: str
    body: Mapping[str, Any]
    picture: bytes
    language: str
    kind: str


def make_ready(menus: Sequence[Menu]) -> tuple[Ready, ...]:
    """Every menu drawn and said in LINE's words, language by language; BadMenu when one cannot be."""
    by_language: dict[str, list[Menu]] = {}
    for menu in menus:
        by_language.setdefault(menu.language, []).append(menu)
    drawn = {language: drawable(own, by_language) for language, own in by_language.items()}
    return tuple(
        _ready(by_language[language], drawn[language], number)
        for language in by_language
        for number in range(len(by_language[language]))
    )


def drawable(own: Sequence[Menu], by_language: Mapping[str, Sequence[Menu]]) -> Sequence[Menu]:
    """The menus whose words stand in the pictures: their own, or the English ones when the font lacks a character."""
    words = [word for menu in own for word in _words(menu)]
    instead = by_language.get(DRAWN_INSTEAD, own)
    return own if all(map(font.can_draw, words)) else instead


def _words(menu: Menu) -> Iterable[str]:
    yield menu.tab
    for area in menu.areas:
        yield from (area.label, area.subtitle)


def _ready(menus: Sequence[Menu], drawn: Sequence[Menu], number: int) -> Ready:
    menu = menus[number]
    try:
        picture = drawn_as(drawn, number)
    except ValueError as error:
        raise BadMenu(f"menus/{menu.alias}.toml：{error}") from error
    body = in_line_s_words(menus, menu)
    digest = hashlib.sha256(repr(body).encode() + picture).hexdigest()[:16]
    name = f"{PREFIX}{menu.alias}:{digest}"
    return Ready(menu.alias, name, body | {"name": name}, picture, menu.language, menu.kind)


def drawn_as(menus: Sequence[Menu], number: int) -> bytes:
    menu = menus[number]
    tiles = tuple(drawing.Tile(area.label, area.subtitle, area.icon) for area in menu.areas)
    if menu.kind == DISASTER:
        return drawing.draw_disaster(tiles)
    tabs = [each for each in menus if each.kind != DISASTER]
    return drawing.draw(tuple(each.tab for each in tabs), tabs.index(menu), tiles)


def in_line_s_words(menus: Sequence[Menu], menu: Menu) -> dict[str, Any]:
    """LINE's rich menu object without its name; the active tab is no button."""
    bounds = drawing.calm_bounds if menu.kind == DISASTER else drawing.tile_bounds
    tabs = [] if menu.kind == DISASTER else [each for each in menus if each.kind != DISASTER]
    areas = [
        _area(drawing.tab_bounds(n, len(tabs)), _switch(each.alias, each.tab))
        for n, each in enumerate(tabs)
        if each.alias != menu.alias
    ]
    for number, area in enumerate(menu.areas):
        if area.switches:
            action = _switch(area.switches, area.label)
        elif area.uri:
            action = {"type": "uri", "label": area.label[:LABEL], "uri": area.uri}
        else:
            action = _press(area.opens, area.label)
        areas.append(_area(bounds(number), action))
    return {
        "size": {"width": drawing.WIDTH, "height": drawing.HEIGHT},
        "selected": True,
        "chatBarText": menu.chat_bar,
        "areas": areas,
    }


def _area(bounds: drawing.Bounds, action: dict[str, str]) -> dict[str, Any]:
    box = {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}
    return {"bounds": box, "action": action}


def _switch(alias: str, label: str) -> dict[str, str]:
    return {
        "type": "richmenuswitch",
        "label": label[:LABEL],
        "richMenuAliasId": alias,
        "data": f"f=tab&a={alias}",
    }


def _press(opens: str, label: str) -> dict[str, str]:
    """The label is what a screen reader says and what the resident's own bubble shows."""
    return {"type": "postback", "label": label[:LABEL], "data": f"f=menu&a={opens}", "displayText": label}
