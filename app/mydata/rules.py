"""What a town promises about residents' data, and the files of a download. Pure.

The JSON's shape is described in docs/my-data.md; ``SCHEMA`` changes when a reader would have to change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from app.clock import in_japan
from app.mine import Exported, Reader, Row, instant
from bot_flows.mydata_facts import Stays
from content.safe_csv import table

SCHEMA = "kairan-my-data/1"
PURPOSE = "data"
"""What the one-time link of the download page is for."""
Format = Literal["html", "json", "csv", "ics"]
FORMATS: tuple[Format, ...] = ("html", "json", "csv", "ics")
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Privacy:
    """``[privacy]`` of town.toml."""

    blocked_days: int = 30
    """Who blocks the account is erased so many days later."""
    stays: tuple[tuple[Stays, str], ...] = ()
    """What a law keeps after a deletion, each with the kind it concerns (empty: everybody)."""

    def for_kinds(self, kinds: set[str]) -> tuple[Stays, ...]:
        """What stays of somebody about whom these kinds are held."""
        return tuple(stays for stays, kind in self.stays if not kind or kind in kinds)


def read_privacy(settings: Mapping[str, Any]) -> Privacy:
    """What the pack says; without it, or with what cannot be meant, the defaults, which keep less."""
    found = settings.get("privacy")
    if not isinstance(found, Mapping):
        return Privacy()
    days, stays = found.get("blocked_days", 30), found.get("stays", ())
    known = [
        (Stays(str(each["what"]), str(each["time"])), str(each.get("kind", "")))
        for each in (stays if isinstance(stays, list) else ())
        if isinstance(each, Mapping) and each.get("what") and each.get("time")
    ]
    sound = isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= MOST_DAYS
    return Privacy(days if sound else 30, tuple(known))


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of things held: its heading and what is in it."""

    kind: str
    title: str
    found: Exported


def as_json(sections: Sequence[Section], reader: Reader) -> bytes:
    """Everything, for programs."""
    document = {
        "schema": SCHEMA,
        "town": reader.town.name,
        "made_at": instant(reader.now),
        **{section.kind: section.found.data for section in sections},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def as_csv(sections: Sequence[Section], reader: Reader) -> bytes:
    """Everything as one table: what it belongs to, which, when, what, how much."""
    columns = ("section", "item", "at", "label", "value")
    header = [reader.say(f"mydata.column_{name}") for name in columns]
    rows = [
        (section.title, row.item, written(row.at), row.label, row.value)
        for section in sections
        for row in section.found.rows
    ]
    return table(header, rows)


def written(at: datetime | None) -> str:
    """「2026-12-01 12:00」 in Japan, as spreadsheets read it; empty when there is no instant."""
    return f"{in_japan(at):%Y-%m-%d %H:%M}" if at else ""


def grouped(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by the thing they belong to, in order: one heading per thing on the page."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.item, ""), []).append(row)
    return [(item, found) for (item, _), found in groups.items()]
