"""town.toml of the pack: the town's name, its sections, links and counters. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from app.errors import KairanError
from bot_flows.town_facts import Neighbour

TOWN = "town.toml"
CARE = "care"
_NUMBER = re.compile(r"tel:[0-9][0-9-]{1,14}")
COUNTER_WORDS = re.compile(r"(?:登録)?\s*([A-Z]{2,20}-\d{1,4})")
"""What is sent from a counter's poster: 「登録 GOMI-2」."""


class BadTown(KairanError):
    """town.toml cannot be used; the sentence says what is missing."""


def read_neighbours(settings: Mapping[str, Any]) -> tuple[Neighbour, ...]:
    """Other towns around, for whoever sends a position that is theirs. Raises BadTown when one cannot be used."""
    found = []
    for each in settings.get("neighbours", ()):
        match each:
            case {
                "name": str(name),
                "url": str(url),
                "latitude": int() | float() as north,
                "longitude": int() | float() as east,
            } if name and url.startswith("https://") and bool not in (type(north), type(east)):
                found.append(Neighbour(name, url, north, east))
            case _:
                raise BadTown(
                    f"{TOWN}：[[neighbours]] には name、https:// で始まる url、latitude、longitude を書いてください。"
                )
    return tuple(found)


def _rings(kind: str, url: str) -> bool:
    """Only who listens to people in distress may be a telephone number instead of a page."""
    return kind == CARE and _NUMBER.fullmatch(url) is not None


def read_settings(data: bytes) -> Mapping[str, Any]:
    """town.toml, checked: a name, at least one section, links with https."""
    try:
        settings = tomllib.loads(data.decode("utf-8"))
        town, sections = settings["town"], settings["sections"]
        complete = bool(town["name"]) and all(s["id"] and s["name"] and s["phone"] for s in sections)
        links = [
            link["url"]
            for link in settings.get("links", ())
            if link["id"] and link["label"] and not _rings(link["kind"], link["url"])
        ]
        codes = [c["code"] for c in settings.get("counters", ()) if c["place"]]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTown(f"{TOWN}：読めません（{error}）。") from error
    except (KeyError, TypeError) as error:
        raise BadTown(f"{TOWN}：「{error}」がありません。見本と見くらべてください。") from error
    if not complete or not sections:
        raise BadTown(f"{TOWN}：町の名前と、課の id・name・phone を書いてください。")
    if odd := next((url for url in links if not url.startswith("https://")), None):
        raise BadTown(f"{TOWN}：リンク「{odd}」を https:// から書いてください。")
    read_neighbours(settings)
    numbers = settings.get("attention", {})
    if odd := next((name for name, n in numbers.items() if not isinstance(n, int) or n < 1), None):
        raise BadTown(f"{TOWN}：[attention] の「{odd}」を1以上の数にしてください。")
    if odd := next((code for code in codes if not COUNTER_WORDS.fullmatch(code)), None):
        raise BadTown(f"{TOWN}：窓口のコード「{odd}」を「GOMI-2」のような英大文字と数字にしてください。")
    return settings
