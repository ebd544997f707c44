"""Rich menus as data: read a pack's ``menus/*.toml``, check them, say them in LINE's words. Pure.

LINE's limits: Messaging API reference, "Rich menu object": at most 20 areas, chat bar text 14 graphemes, alias ids
``[a-z0-9_-]{1,32}``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import KairanError, Problem
from bot_flows.table import MENU_AREAS
from content import limits
from content.drawing import menu as drawing
from content.drawing.icons import ICONS

PREFIX = "kairan:"
"""Names of our menus begin with it; menus made elsewhere are never touched."""
AREAS = drawing.COLUMNS * drawing.ROWS
_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Area:
    label: str
    subtitle: str
    icon: str
    opens: str
    """An area of ``bot_flows.table.MENU_AREAS``."""


@dataclass(frozen=True, slots=True)
class Menu:
    alias: str
    tab: str
    order: int
    chat_bar: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A menu as it is published: LINE's object, its picture, and a name that changes with either."""

    alias: str
    name: str
    body: Mapping[str, Any]
    picture: bytes


class BadMenu(KairanError):
    """A menu that cannot be drawn or sent; the sentence names the file and the way out."""


def read_menus(files: Mapping[str, bytes]) -> tuple[tuple[Menu, ...], list[Problem]]:
    """Menus of a pack in the order of their tabs, and every problem in them."""
    menus: list[Menu] = []
    problems: list[Problem] = []
    for name, data in sorted(files.items()):
        if not (name.startswith("menus/") and name.endswith(".toml")):
            continue
        try:
            menus.append(_read(tomllib.loads(data.decode("utf-8"))))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            problems.append(Problem(name, None, "", "", f"メニューとして読めません（{error}）。"))
            continue
        problems.extend(
            Problem(name, None, place, value, message) for place, value, message in _faults(menus[-1])
        )
    return tuple(sorted(menus, key=lambda menu: menu.order)), problems


def _read(value: Mapping[str, Any]) -> Menu:
    areas = tuple(Area(a["label"], a.get("subtitle", ""), a["icon"], a["area"]) for a in value["areas"])
    return Menu(value["alias"], value["tab"], int(value["order"]), value["chat_bar"], areas)


def _faults(menu: Menu) -> Iterable[tuple[str, str, str]]:
    if not _ALIAS.fullmatch(menu.alias):
        yield "alias", menu.alias, "英小文字、数字、「_」「-」で32字までにしてください。"
    if not 1 <= limits.grapheme_len(menu.chat_bar) <= 14:
        yield "chat_bar", menu.chat_bar, "14文字までにしてください。"
    if len(menu.areas) != AREAS:
        yield "areas", str(len(menu.areas)), f"{AREAS}個にしてください。"
    labels = [area.label for area in menu.areas]
    for area in menu.areas:
        if labels.count(area.label) > 1:
            yield "label", area.label, "同じ名前が2つあります。"
        if area.opens not in MENU_AREAS:
            yield "area", area.opens, "はたらきの名前がちがいます。"
        if area.icon not in ICONS:
            yield "icon", area.icon, "この絵はありません。"


def make_ready(menus: Sequence[Menu]) -> tuple[Ready, ...]:
    """Every menu drawn and said in LINE's words; BadMenu when one cannot be."""
    return tuple(_ready(menus, number) for number in range(len(menus)))


def _ready(menus: Sequence[Menu], number: int) -> Ready:
    menu = menus[number]
    tiles = [drawing.Tile(area.label, area.subtitle, area.icon) for area in menu.areas]
    try:
        picture = drawing.draw([each.tab for each in menus], number, tiles)
    except ValueError as error:
        raise BadMenu(f"menus/{menu.alias}.toml：{error}") from error
    body = _body(menus, menu)
    digest = hashlib.sha256(repr(body).encode() + picture).hexdigest()[:16]
    name = f"{PREFIX}{menu.alias}:{digest}"
    return Ready(menu.alias, name, body | {"name": name}, picture)


def _body(menus: Sequence[Menu], menu: Menu) -> dict[str, Any]:
    """LINE's rich menu object without its name; the active tab is no button."""
    tabs = [
        _area(drawing.tab_bounds(n, len(menus)), _switch(each))
        for n, each in enumerate(menus)
        if each.alias != menu.alias
    ]
    tiles = [_area(drawing.tile_bounds(n), _press(area)) for n, area in enumerate(menu.areas)]
    return {
        "size": {"width": drawing.WIDTH, "height": drawing.HEIGHT},
        "selected": True,
        "chatBarText": menu.chat_bar,
        "areas": [*tabs, *tiles],
    }


def _area(bounds: drawing.Bounds, action: dict[str, str]) -> dict[str, Any]:
    box = {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}
    return {"bounds": box, "action": action}


def _switch(menu: Menu) -> dict[str, str]:
    data = f"f=tab&a={menu.alias}"
    return {"type": "richmenuswitch", "label": menu.tab[:20], "richMenuAliasId": menu.alias, "data": data}


def _press(area: Area) -> dict[str, str]:
    """The label is what a screen reader says and what the resident's own bubble shows."""
    data = f"f=menu&a={area.opens}"
    return {"type": "postback", "label": area.label[:20], "data": data, "displayText": area.label}


def first_tab(topics: Iterable[str], aliases: Sequence[str]) -> str:
    """The tab a resident sees first: families who asked for childcare and not for garbage see theirs."""
    chosen = set(topics)
    family = "childcare" in chosen and "garbage" not in chosen and "family" in aliases
    return "family" if family else aliases[0]
