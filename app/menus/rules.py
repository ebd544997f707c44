"""Rich menus as data: read a pack's ``menus/``, check them, and tell who sees which first. Pure.

``menus/*.toml`` is one menu a file with its Japanese words; ``menus/words/<language>.toml`` says the same areas in
another language. LINE's limits: Messaging API reference, "Rich menu object": chat bar text 14 graphemes, labels 20,
alias ids ``[a-z0-9_-]{1,32}``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.errors import KairanError, Problem
from app.segments import rules as segments
from app.segments.words import Nobody, Rule
from bot_flows.table import MENU_AREAS
from content import limits
from content.drawing.icons import ICONS
from content.drawing.menu import AREAS
from content.sentences import FIRST_LANGUAGE

CHAT_BAR, LABEL = 14, 20
DISASTER = "disaster"
_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
_WORDS = re.compile(r"menus/words/([A-Za-z-]+)\.toml")


@dataclass(frozen=True, slots=True)
class Area:
    """What is tapped. Exactly one of ``opens`` (an area of ``MENU_AREAS``), ``uri`` and ``switches`` (an alias)."""

    label: str
    subtitle: str
    icon: str
    opens: str = ""
    uri: str = ""
    switches: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """By which ``words/<language>.toml`` names it."""
        return self.name or self.opens or self.switches


@dataclass(frozen=True, slots=True)
class Menu:
    """One picture with its areas. ``kind`` is "tab", or "disaster" for the one that replaces all tabs."""

    alias: str
    tab: str
    order: int
    chat_bar: str
    areas: tuple[Area, ...]
    kind: str = "tab"
    first_for: Rule = field(default_factory=Nobody)
    """Who sees this tab first; nobody's rule for the tab that everybody sees."""
    language: str = FIRST_LANGUAGE


class BadMenu(KairanError):
    """A menu that cannot be drawn or sent; the sentence names the file and the way out."""


def read_menus(files: Mapping[str, bytes]) -> tuple[tuple[Menu, ...], list[Problem]]:
    """Menus of a pack in every language (Japanese first), in the order of their tabs, and every problem in them."""
    menus: list[Menu] = []
    problems: list[Problem] = []
    tables = {name: data for name, data in sorted(files.items()) if name.startswith("menus/")}
    for name, table in _tables(tables, problems):
        if _WORDS.fullmatch(name):
            continue
        try:
            menus.append(_read(table))
        except (KeyError, TypeError, ValueError, KairanError) as error:
            problems.append(Problem(name, None, "", "", f"メニューとして読めません（{error}）。"))
            continue
        problems += [Problem(name, None, *fault) for fault in _faults(menus[-1])]
    menus.sort(key=lambda menu: menu.order)
    translated: list[Menu] = []
    for name, table in _tables(tables, []):
        if found := _WORDS.fullmatch(name):
            said, faults = in_language(menus, found[1], table)
            translated += said
            problems += [Problem(name, None, *fault) for fault in faults]
    return (*menus, *translated), problems


def _tables(files: Mapping[str, bytes], problems: list[Problem]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for name, data in files.items():
        if not name.endswith(".toml"):
            continue
        try:
            yield name, tomllib.loads(data.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(Problem(name, None, "", "", f"メニューとして読めません（{error}）。"))


def _read(value: Mapping[str, Any]) -> Menu:
    areas = tuple(
        Area(
            a["label"],
            a.get("subtitle", ""),
            a["icon"],
            a.get("area", ""),
            a.get("uri", ""),
            a.get("menu", ""),
            a.get("name", ""),
        )
        for a in value["areas"]
    )
    first_for = segments.from_json(dict(value.get("first_for", {})))
    kind = str(value.get("kind", "tab"))
    return Menu(value["alias"], value["tab"], int(value["order"]), value["chat_bar"], areas, kind, first_for)


def _faults(menu: Menu) -> Iterable[tuple[str, str, str]]:
    if not _ALIAS.fullmatch(menu.alias):
        yield "alias", menu.alias, "英小文字、数字、「_」「-」で32字までにしてください。"
    if menu.kind not in ("tab", DISASTER):
        yield "kind", menu.kind, f"tabか{DISASTER}にしてください。"
    if len(menu.areas) != AREAS:
        yield "areas", str(len(menu.areas)), f"{AREAS}個にしてください。"
    yield from _word_faults(menu)
    for area in menu.areas:
        if sum(bool(each) for each in (area.opens, area.uri, area.switches)) != 1:
            yield "area", area.label, "area、uri、menuのどれか1つを書いてください。"
        if not area.key:
            yield "name", area.label, "uriのときは、ことばの名前（name）を書いてください。"
        if area.opens and area.opens not in MENU_AREAS:
            yield "area", area.opens, "はたらきの名前がちがいます。"
        if area.uri and not area.uri.startswith("https://"):
            yield "uri", area.uri, "https://で始まるアドレスにしてください。"
        if area.icon not in ICONS:
            yield "icon", area.icon, "この絵はありません。"


def _word_faults(menu: Menu) -> Iterable[tuple[str, str, str]]:
    if not 1 <= limits.grapheme_len(menu.chat_bar) <= CHAT_BAR:
        yield "chat_bar", menu.chat_bar, f"{CHAT_BAR}文字までにしてください。"
    labels = [area.label for area in menu.areas]
    for area in menu.areas:
        if labels.count(area.label) > 1:
            yield "label", area.label, "同じ名前が2つあります。"
        if not 1 <= limits.grapheme_len(area.label) <= LABEL:
            yield "label", area.label, f"{LABEL}文字までにしてください。"


def in_language(
    menus: Sequence[Menu], language: str, words: Mapping[str, Any]
) -> tuple[list[Menu], list[tuple[str, str, str]]]:
    """The same menus in another language, or none of them and every word that is missing: never mixed."""
    faults: list[tuple[str, str, str]] = []
    said = [replace(menu, alias=alias_in(menu.alias, language), language=language) for menu in menus]
    for number, menu in enumerate(said):
        tab = str(words.get("tabs", {}).get(menus[number].alias, ""))
        if not tab:
            faults.append(("tabs", menus[number].alias, f"{language}のことばがありません。"))
        areas = tuple(_said(area, words, language, faults) for area in menu.areas)
        said[number] = replace(menu, tab=tab, chat_bar=str(words.get("chat_bar", "")), areas=areas)
        faults += _word_faults(said[number])
    return ([] if faults else said), faults


def _said(area: Area, words: Mapping[str, Any], language: str, faults: list[tuple[str, str, str]]) -> Area:
    pair = words.get("areas", {}).get(area.key)
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) for word in pair)):
        faults.append(("areas", area.key, f"{language}のことばが2つ（名前と小さい行）ありません。"))
        return area
    switches = alias_in(area.switches, language) if area.switches else ""
    return replace(area, label=pair[0], subtitle=pair[1], switches=switches)


def alias_in(alias: str, language: str) -> str:
    """``home`` is ``home-zh-hans`` for readers of simplified Chinese."""
    return alias if language == FIRST_LANGUAGE else f"{alias}-{language.lower()}"


def first_menu(menus: Sequence[Menu], person: segments.Person, today: date) -> str:
    """The alias of what a resident sees first: the tab a rule gives them, in their language when it is there."""
    tabs = [menu for menu in menus if menu.kind == "tab"]
    own = [menu for menu in tabs if menu.language == person.language] or [
        menu for menu in tabs if menu.language == FIRST_LANGUAGE
    ]
    meant = [menu for menu in own if segments.matches(menu.first_for, person, today)]
    return (meant or own)[0].alias
