"""names/<language>.toml of the town pack: the town's own names in the languages of its residents. Pure.

A file has a table per kind, and in each the Japanese text as the pack has it with what is read instead. What
residents meet in every answer must be there, and each gap is named; the rest may be added line by line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.errors import Problem
from app.garbage import overrides
from bot_flows.asked import Fee, PayWay
from bot_flows.pack_facts import CategoryGuide
from content.languages import languages
from content.sentences import FIRST_LANGUAGE, spoken

FOLDER = "names/"
FURTHER = ("links", "windows", "lines")
"""Tables that may have gaps: pages, vaccinations, longer lines such as how to put garbage out."""

Names = Mapping[str, Mapping[str, str]]
"""Language to the Japanese text to what is read."""
Needed = Mapping[str, Sequence[str]]
"""Table to the Japanese texts that must be in it."""


class Named:
    """The part of a loaded town that says its names in another language."""

    names: Names

    def named(self, text: str, language: str) -> str:
        return self.names.get(language, {}).get(text, "")

    def told_in(self, language: str) -> overrides.Sentence:
        """How a change of collection days is told in a language."""
        read = spoken(language)

        def sentence(change: overrides.Override, categories: Sequence[str]) -> str:
            said = [self.named(each, read) or each for each in categories]
            return overrides.told(change, languages()[read].comma.join(said), read)

        return sentence


def needed_names(
    settings: Mapping[str, Any],
    wards: Iterable[str],
    guides: Sequence[CategoryGuide],
    fees: Sequence[Fee],
    ways: Sequence[PayWay],
) -> Needed:
    """What every answer may name: categories and their hours, topics, wards, sections, fees, what stays."""
    sections = settings["sections"]
    texts = {
        "town": [settings["town"]["name"]],
        "categories": [guide.name for guide in guides],
        "until": [guide.until for guide in guides],
        "topics": [each["name"] for each in settings.get("topics", ())],
        "wards": list(wards),
        "sections": [each["name"] for each in sections],
        "hours": [each.get("hours", "") for each in sections],
        "fees": [fee.name for fee in fees],
        "periods": [period for fee in fees for period, _ in fee.due],
        "stays": [
            each[part] for each in settings.get("privacy", {}).get("stays", ()) for part in ("what", "time")
        ],
        "ways": [text for way in ways for text in (way.name, way.limits)],
    }
    return {table: tuple(dict.fromkeys(filter(None, found))) for table, found in texts.items()}


def read_names(files: Mapping[str, bytes], needed: Needed, problems: list[Problem]) -> Names:
    """The names by language; a file nobody can read, a line that is no text and every gap are named."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(files):
        if not name.startswith(FOLDER) or not name.endswith(".toml"):
            continue
        code = name.removeprefix(FOLDER).removesuffix(".toml")
        if code not in languages() or code == FIRST_LANGUAGE:
            known = "、".join(each for each in languages() if each != FIRST_LANGUAGE)
            problems.append(
                Problem(name, None, "", code, f"ファイル名は言葉の記号にしてください（{known}）。")
            )
            continue
        tables = _tables(name, files[name], needed, problems)
        problems += [
            Problem(name, None, table, text, f"「{text}」の訳がありません。")
            for table, texts in needed.items()
            for text in texts
            if text not in tables.get(table, {})
        ]
        found[code] = {text: said for table in tables.values() for text, said in table.items()}
    return found


def _tables(name: str, data: bytes, needed: Needed, problems: list[Problem]) -> dict[str, dict[str, str]]:
    try:
        tables = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(name, None, "", "", f"読めません（{error}）。"))
        return {}
    found: dict[str, dict[str, str]] = {}
    for table, lines in tables.items():
        if table not in needed and table not in FURTHER:
            problems.append(Problem(name, None, table, "", "この表は知りません。見本と見くらべてください。"))
        elif isinstance(lines, dict):
            good = {text: said for text, said in lines.items() if isinstance(said, str) and said.strip()}
            odd = [text for text in lines if text not in good]
            problems += [Problem(name, None, table, text, "訳を文字で書いてください。") for text in odd]
            found[table] = good
    return found
