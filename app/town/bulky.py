"""bulky.toml of the town pack: items and fees, what is not taken, rules and days of collection. Pure.

Money and days are promises: the file is taken whole or not at all, and each fault is named with its place.
``row`` counts the entries of one kind from 1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from app.errors import Problem
from bot_flows.bulky_facts import Book, CollectionArea, Item, Kind, NotTaken, Rules
from bot_flows.days import WEEKDAYS
from bot_flows.vocabulary import Meaning, Vocabulary, widened

BULKY = "bulky.toml"
REFUSED = "not:"
"""Before the id of what is not taken, among the meanings of the vocabulary."""
DEAREST = 100_000
_NUMBERS = {"most": 50, "most_alike": 50, "change_days": 30, "ahead_days": 365}
_TEXTS = {"until": 20, "put_house": 60, "put_flat": 60, "stickers": 60}
LONGEST_NAME, LONGEST_KIND, LONGEST_SIZE, LONGEST_ROUTE = 20, 14, 40, 100


def read(
    files: Mapping[str, bytes], groups: Sequence[Sequence[str]], settings: Mapping[str, Any]
) -> tuple[Book | None, list[Problem]]:
    """The book, None when the pack has no such file or anything in it is wrong."""
    if BULKY not in files:
        return None, []
    table, problems = parsed(files[BULKY])
    problems += _page_faults(table.get("rules"), settings)
    if problems:
        return None, problems
    items = {each["id"]: _item(each) for each in table["item"]}
    refused = {each["id"]: NotTaken(each["id"], each["name"], each["route"]) for each in table["not_taken"]}
    meanings = [_meaning(each["id"], each, groups) for each in table["item"]]
    meanings += [_meaning(REFUSED + each["id"], each, groups) for each in table["not_taken"]]
    areas = tuple(map(_area, table["area"]))
    return Book(_rules(table["rules"]), items, refused, areas, Vocabulary(tuple(meanings))), []


def parsed(data: bytes) -> tuple[Mapping[str, Any], list[Problem]]:
    """The file's tables and every fault that can be seen without the rest of the pack."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [Problem(BULKY, None, "", "", f"読めません（{error}）。")]
    table = {"not_taken": [], **table}
    return table, list(_faults(table))


def _faults(table: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _rule_faults(table.get("rules"))
    for name, check in (("area", _area_faults), ("item", _item_faults), ("not_taken", _route_faults)):
        entries = table.get(name)
        if not isinstance(entries, list) or (not entries and name != "not_taken"):
            yield Problem(BULKY, None, name, "", f"[[{name}]]がありません。見本と見くらべてください。")
            continue
        for row, entry in enumerate(entries, start=1):
            if isinstance(entry, dict):
                yield from check(row, entry)
            else:
                yield Problem(BULKY, row, name, str(entry)[:40], f"[[{name}]]の書き方ではありません。")
        yield from _twice(name, [each.get("id") for each in entries if isinstance(each, dict)])


def _twice(column: str, ids: Sequence[object]) -> Iterator[Problem]:
    for each in sorted({str(one) for one in ids if ids.count(one) > 1}):
        yield Problem(BULKY, None, column, each, "同じidがもうあります。")


def _text_faults(row: int | None, entry: Mapping[str, Any], column: str, most: int) -> Iterator[Problem]:
    value = entry.get(column)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= most:
        shown = "" if value is None else str(value)[:40]
        yield Problem(BULKY, row, column, shown, f"1文字から{most}文字までの文字で書いてください。")


def _number_faults(row: int | None, entry: Mapping[str, Any], column: str, most: int) -> Iterator[Problem]:
    value = entry.get(column)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        shown = "" if value is None else str(value)[:40]
        yield Problem(BULKY, row, column, shown, f"0から{most:,}までの整数で書いてください。")


def _id_faults(row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    value = entry.get("id")
    if not (isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= 20):
        message = "英字と数字だけで、20文字までで書いてください。"
        yield Problem(BULKY, row, "id", str(value or "")[:40], message)


def _rule_faults(rules: object) -> Iterator[Problem]:
    if not isinstance(rules, dict):
        yield Problem(BULKY, None, "rules", "", "[rules]がありません。見本と見くらべてください。")
        return
    for column, most in _TEXTS.items():
        yield from _text_faults(None, rules, column, most)
    for column, most in _NUMBERS.items():
        yield from _number_faults(None, rules, column, most)
    if any(not isinstance(day, date) for day in rules.get("closed", [])):
        yield Problem(
            BULKY, None, "closed", "", "日付は 2026-12-29 のように、かぎかっこなしで書いてください。"
        )


def _page_faults(rules: object, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Money goes to pages the town allows: https, on a server that ``town.toml`` names for paying."""
    page = rules.get("pay_page", "") if isinstance(rules, dict) else ""
    if not page:
        return
    hosts = {urlsplit(link["url"]).hostname for link in settings.get("links", ()) if link["kind"] == "pay"}
    there = urlsplit(page) if isinstance(page, str) else urlsplit("")
    if there.scheme != "https" or there.hostname not in hosts or there.username or len(page) > 500:
        message = 'https:// で始まる、town.tomlの kind = "pay" と同じサーバーのアドレスを書いてください。'
        yield Problem(BULKY, None, "pay_page", str(page)[:60], message)


def _area_faults(row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _id_faults(row, entry)
    yield from _text_faults(row, entry, "name", LONGEST_NAME)
    yield from _number_faults(row, entry, "capacity", 10_000)
    weekdays = entry.get("weekdays")
    if not isinstance(weekdays, str) or not weekdays or set(weekdays) - set(WEEKDAYS):
        yield Problem(
            BULKY, row, "weekdays", str(weekdays or "")[:40], "曜日を「水木」のように書いてください。"
        )
    places = [*entry.get("wards", []), *entry.get("districts", [])]
    if not places or not all(isinstance(each, str) for each in places):
        yield Problem(
            BULKY, row, "wards", "", "区の名前（wards）か、地区のコード（districts）を書いてください。"
        )


def _item_faults(row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _named_faults(row, entry)
    if "kinds" not in entry:
        yield from _fee_faults(row, entry)
        return
    kinds = entry["kinds"]
    if not isinstance(kinds, list) or len(kinds) < 2 or not all(isinstance(each, dict) for each in kinds):
        yield Problem(
            BULKY, row, "kinds", "", "種類は2つ以上を書いてください。1つなら fee と size だけにします。"
        )
        return
    for kind in kinds:
        yield from _id_faults(row, kind)
        yield from _text_faults(row, kind, "name", LONGEST_KIND)
        yield from _fee_faults(row, kind)
    yield from _twice("kinds", [each.get("id") for each in kinds])


def _fee_faults(row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _number_faults(row, entry, "fee", DEAREST)
    yield from _text_faults(row, entry, "size", LONGEST_SIZE)


def _route_faults(row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _named_faults(row, entry)
    yield from _text_faults(row, entry, "route", LONGEST_ROUTE)


def _named_faults(row: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _id_faults(row, entry)
    yield from _text_faults(row, entry, "name", LONGEST_NAME)
    words = entry.get("words", [])
    if not isinstance(words, list) or not all(isinstance(each, str) and each.strip() for each in words):
        yield Problem(BULKY, row, "words", "", '言いかえは ["いす", "イス"] のように書いてください。')


def _item(entry: Mapping[str, Any]) -> Item:
    own, name = entry["id"], entry["name"]
    lines = entry.get("kinds") or [{"id": "one", "name": "", "fee": entry["fee"], "size": entry["size"]}]
    kinds = (Kind(f"{own}/{each['id']}", name, each["name"], each["fee"], each["size"]) for each in lines)
    return Item(own, name, tuple(kinds))


def _meaning(own: str, entry: Mapping[str, Any], groups: Sequence[Sequence[str]]) -> Meaning:
    names = (entry["name"], *entry["name"].split("・"), *entry.get("words", ()))
    kinds = [f"{kind['name']} {entry['name']}" for kind in entry.get("kinds", ())]
    return Meaning("item", own, (*widened(names, groups), *kinds))


def _rules(entry: Mapping[str, Any]) -> Rules:
    return Rules(
        **{name: entry[name] for name in (*_TEXTS, *_NUMBERS)},
        on_holidays=bool(entry.get("on_holidays", False)),
        closed=frozenset(entry.get("closed", ())),
        pay_page=str(entry.get("pay_page", "")),
    )


def _area(entry: Mapping[str, Any]) -> CollectionArea:
    return CollectionArea(
        entry["id"],
        entry["name"],
        frozenset(entry.get("wards", ())),
        frozenset(entry.get("districts", ())),
        frozenset(map(WEEKDAYS.index, entry["weekdays"])),
        entry["capacity"],
    )
