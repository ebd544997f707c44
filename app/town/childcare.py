"""When vaccinations and checkups are due: ``childcare/*.toml`` as windows of a child's age. Pure.

A file about children's health is taken whole or not at all: one fault and none of its windows is shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import Problem
from bot_flows.town_facts import Window, WindowKind

FOLDER = "childcare/"
OLDEST = 228
"""19 years in months: nobody older is a child here."""
LAST_GRADE = 12
LONGEST_ADDRESS = 500
KINDS: Mapping[str, WindowKind] = {"vaccination.toml": "vaccination", "checkups.toml": "checkup"}
"""File to what its windows are; another file of the folder is named as unknown."""


def read(files: Mapping[str, bytes]) -> tuple[tuple[Window, ...], list[Problem]]:
    """Every window by its first month, and every problem with file, entry (as row) and key (as column)."""
    windows: list[Window] = []
    problems: list[Problem] = []
    for name in sorted(files):
        if name.startswith(FOLDER) and name.endswith(".toml"):
            found, faults = read_one(name, files[name])
            windows += found
            problems += faults
    return tuple(sorted(windows, key=lambda each: (each.first_month, each.last_month))), problems


def read_one(name: str, data: bytes) -> tuple[tuple[Window, ...], list[Problem]]:
    """The windows of one file, none of them when anything in it is wrong. ``row`` counts the entries from 1."""
    kind = KINDS.get(name.removeprefix(FOLDER))
    if kind is None:
        known = "と".join(KINDS)
        return (), [Problem(name, None, "", "", f"知らないファイルです。{known}だけを使います。")]
    try:
        entries = tomllib.loads(data.decode("utf-8")).get("window")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return (), [Problem(name, None, "", "", f"読めません（{error}）。")]
    if not isinstance(entries, list) or not entries:
        return (), [
            Problem(name, None, "window", "", "[[window]]が1つもありません。見本と見くらべてください。")
        ]
    problems = [
        problem for row, entry in enumerate(entries, start=1) for problem in _faults(name, row, entry)
    ]
    names = [entry["name"] for entry in entries if isinstance(entry, dict) and "name" in entry]
    twice = sorted({str(each) for each in names if names.count(each) > 1})
    problems += [Problem(name, None, "name", each, "同じ名前がもうあります。") for each in twice]
    if problems:
        return (), problems
    return tuple(_window(kind, entry) for entry in entries), []


def _window(kind: WindowKind, entry: Mapping[str, Any]) -> Window:
    first, last = entry["from_months"], entry["to_months"]
    grades = (entry["from_grade"], entry["to_grade"]) if "from_grade" in entry else None
    return Window(
        kind,
        entry["name"],
        first,
        last,
        entry["note"],
        entry.get("source", ""),
        grades,
        entry.get("book", ""),
        has_last_call=entry.get("last_call", True),
    )


def _faults(name: str, row: int, entry: object) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield Problem(name, row, "window", str(entry), "[[window]]の書き方ではありません。")
        return
    for key in ("name", "note"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield Problem(name, row, key, str(entry.get(key, "")), "文字で書いてください。")
    months = [entry.get(key) for key in ("from_months", "to_months")]
    for key, value in zip(("from_months", "to_months"), months, strict=True):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= OLDEST:
            message = f"月齢を0から{OLDEST}までの整数で書いてください。"
            yield Problem(name, row, key, "" if value is None else str(value), message)
            return
    first, last = (int(str(each)) for each in months)
    if first > last:
        yield Problem(name, row, "to_months", str(last), "from_monthsより前の月齢です。")
    yield from _grade_faults(name, row, entry)
    if not isinstance(entry.get("last_call", True), bool):
        yield Problem(name, row, "last_call", str(entry["last_call"]), "trueかfalseで書いてください。")
    book = entry.get("book", "https://")
    if not isinstance(book, str) or not book.startswith("https://") or len(book) > LONGEST_ADDRESS:
        yield Problem(name, row, "book", str(book), "予約先は https:// から始まるアドレスを書いてください。")


def _grade_faults(name: str, row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    """``from_grade`` and ``to_grade`` stand together or not at all."""
    keys = [key for key in ("from_grade", "to_grade") if key in entry]
    if not keys:
        return
    grades = [entry.get(key) for key in ("from_grade", "to_grade")]
    whole = [each for each in grades if isinstance(each, int) and 0 <= each <= LAST_GRADE]
    if len(whole) < 2 or whole[0] > whole[1]:
        message = f"学年は、from_gradeとto_gradeを0（入学前の年度）から{LAST_GRADE}までの順で書いてください。"
        yield Problem(name, row, keys[0], str(entry[keys[0]]), message)
