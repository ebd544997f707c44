"""The words on the rich menu's pictures, so that they can be typed where there is no menu (PC). Pure.

``app.menus`` reads and checks the same files for drawing; here only each area's label counts, with what it opens.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot_flows.table import MENU_AREAS
from bot_flows.words import fold
from content.sentences import FIRST_LANGUAGE

_WORDS = re.compile(r"menus/words/([A-Za-z-]+)\.toml")

MenuWords = Mapping[str, Mapping[str, str]]
"""Language to the folded labels of its menus, each with the area it opens."""


def read_menu_words(files: Mapping[str, bytes]) -> MenuWords:
    """What can be read; the faults are told where the menus are checked."""
    tables = {
        name: table for name, data in files.items() if name.startswith("menus/") for table in _table(data)
    }
    menus = [table for name, table in tables.items() if not _WORDS.fullmatch(name)]
    areas = [area for menu in menus for area in menu.get("areas", ()) if area.get("area") in MENU_AREAS]
    found = {FIRST_LANGUAGE: {fold(str(area.get("label", ""))): str(area["area"]) for area in areas}}
    opens = {str(area.get("name") or area["area"]): str(area["area"]) for area in areas}
    for name, table in tables.items():
        if language := _WORDS.fullmatch(name):
            said = table.get("areas", {})
            found[language[1]] = {
                fold(str(said[key][0])): area for key, area in opens.items() if said.get(key)
            }
    return found


def _table(data: bytes) -> Iterator[dict[str, Any]]:
    try:
        yield tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
