"""payment.toml of the town pack: which taxes and fees are due when, and how they can be paid. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.errors import Problem
from bot_flows.asked import Fee, PayWay

PAYMENT = "payment.toml"


def read_payment(
    files: Mapping[str, bytes], sections: frozenset[str], problems: list[Problem]
) -> tuple[tuple[Fee, ...], tuple[PayWay, ...]]:
    """The fees and the ways to pay; an entry at fault is named and left out."""
    try:
        table = tomllib.loads(files.get(PAYMENT, b"").decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(PAYMENT, None, "", "", f"読めません（{error}）。"))
        return (), ()
    fees = [_fee(at, each, sections, problems) for at, each in enumerate(table.get("fee", ()), start=1)]
    ways = [_way(at, each, problems) for at, each in enumerate(table.get("way", ()), start=1)]
    return tuple(filter(None, fees)), tuple(filter(None, ways))


def _fee(at: int, each: Mapping[str, Any], sections: frozenset[str], problems: list[Problem]) -> Fee | None:
    missing = next((name for name in ("id", "name", "section") if not isinstance(each.get(name), str)), "")
    if missing:
        problems.append(Problem(PAYMENT, at, missing, "", f"「{missing}」を書いてください。"))
        return None
    if each["section"] not in sections:
        problems.append(
            Problem(PAYMENT, at, "section", each["section"], "town.tomlにある課のidを書いてください。")
        )
        return None
    due = each.get("due", [])
    if any(not isinstance(one.get("day"), date) or not isinstance(one.get("name"), str) for one in due):
        problems.append(
            Problem(PAYMENT, at, "due", str(due)[:60], "納期は name と day（2026-06-30）で書いてください。")
        )
        return None
    days = tuple(sorted(((one["name"], one["day"]) for one in due), key=lambda pair: pair[1]))
    words, pages = (tuple(map(str, each.get(name, ()))) for name in ("words", "pages"))
    note, account = str(each.get("note", "")), str(each.get("account", ""))
    return Fee(each["id"], each["name"], each["section"], days, words, note, pages, account)


def _way(at: int, each: Mapping[str, Any], problems: list[Problem]) -> PayWay | None:
    if not each.get("name") or not each.get("limits"):
        problems.append(Problem(PAYMENT, at, "name", "", "払い方のnameとlimitsを書いてください。"))
        return None
    return PayWay(str(each["name"]), str(each["limits"]), tuple(map(str, each.get("fees", ()))))
