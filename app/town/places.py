"""The pack's place lists as facilities that answer 「いちばん近い」 from memory. Pure: bytes in, facilities out."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from heapq import heappush, heappushpop
from math import cos, hypot, radians

from app.errors import KairanError, Problem
from app.places import columns as names
from app.places.rules import Listing, open_list, read_places
from app.sorting.rules import fold
from app.tables import Row, trim
from bot_flows.town_facts import Facility, Near

FOLDER = "places/"
KIND_OF = {
    "指定緊急避難場所一覧": "shelter",
    "医療機関一覧": "medical",
    "公衆トイレ一覧": "toilet",
    "子育て施設一覧": "childcare",
    "公衆無線LANアクセスポイント一覧": "wifi",
    "AED設置箇所一覧": "aed",
    "公共施設一覧": "public",
    "施設一覧": "public",
}
HAZARDS = {
    "洪水": "災害種別_洪水",
    "土砂災害": "災害種別_崖崩れ、土石流及び地滑り",
    "高潮": "災害種別_高潮",
    "地震": "災害種別_地震",
    "津波": "災害種別_津波",
    "大きな火事": "災害種別_大規模な火事",
    "内水氾濫": "災害種別_内水氾濫",
    "火山の噴火": "災害種別_火山現象",
}
"""Short word for residents to the list's column."""
DETAILS = ("設置位置", "種別", "受入年齢", "診療科目", "SSID", "説明", "バリアフリー情報")
WHEELCHAIR_TOILET = ("車椅子使用者用トイレ有無", "乳幼児用設備設置トイレ有無", "オストメイト設置トイレ有無")
_YES = ("1", "有", "○", "〇", "あり")
NURSING_ROOM = "1401"
"""Of the national POI codes."""
_NURSING = re.compile("授乳(?!.{0,6}(?:なし|無し|無い|ない|ありません|いただけません))")
METRES_PER_DEGREE = 111_195.0
"""Of a great circle on a sphere of 6,371 km; good to half a percent inside a town."""


@dataclass(frozen=True, slots=True)
class Facilities:
    """Facilities by kind, each kind sorted from south to north, so that a search looks only around a position."""

    by_kind: Mapping[str, Sequence[Facility]]

    def nearest(self, kind: str, latitude: float, longitude: float, most: int) -> list[Near]:
        """The ``most`` nearest of a kind, nearest first; an unknown kind has none."""
        ordered = self.by_kind.get(kind, ())
        squeeze = cos(radians(latitude))
        heap: list[tuple[float, int]] = []
        south = bisect_left(ordered, latitude, key=lambda each: each.latitude) - 1
        north = south + 1
        while south >= 0 or north < len(ordered):
            below = latitude - ordered[south].latitude if south >= 0 else 1e9
            above = ordered[north].latitude - latitude if north < len(ordered) else 1e9
            if len(heap) == most and min(below, above) > -heap[0][0]:
                break
            n = south if below <= above else north
            south, north = (south - 1, north) if below <= above else (south, north + 1)
            away = hypot(ordered[n].latitude - latitude, (ordered[n].longitude - longitude) * squeeze)
            if len(heap) < most:
                heappush(heap, (-away, -n))
            else:
                heappushpop(heap, (-away, -n))
        found = sorted((-away, -n) for away, n in heap)
        return [Near(ordered[n], round(away * METRES_PER_DEGREE)) for away, n in found]

    def named(self, words: str, most: int) -> list[Facility]:
        """Facilities whose name or kana fits what was typed: the very name first, then its beginning, then a part."""
        wanted = fold(words)
        if not wanted:
            return []
        scored: dict[str, tuple[int, Facility]] = {}
        for each in self.all():
            fit = _fit(wanted, each)
            if fit is not None and (each.name not in scored or fit < scored[each.name][0]):
                scored[each.name] = (fit, each)
        return [each for _, each in sorted(scored.values(), key=lambda pair: (pair[0], pair[1].name))[:most]]

    def one(self, facility_id: str) -> Facility | None:
        return next((each for each in self.all() if each.id == facility_id), None)

    def all(self) -> Iterable[Facility]:
        return (each for ordered in self.by_kind.values() for each in ordered)


def _fit(wanted: str, facility: Facility) -> int | None:
    known = (fold(facility.name), fold(facility.kana))
    if wanted in known:
        return 0
    if any(name.startswith(wanted) for name in known):
        return 1
    return 2 if len(wanted) > 1 and any(wanted in name for name in known) else None


def sorted_in(facilities: Iterable[Facility]) -> Facilities:
    """By kind, from south to north."""
    by_kind: dict[str, list[Facility]] = {}
    for each in sorted(facilities, key=lambda each: (each.latitude, each.longitude, each.name)):
        by_kind.setdefault(each.kind, []).append(each)
    return Facilities(by_kind)


def read(files: Mapping[str, bytes]) -> tuple[Facilities, list[Problem]]:
    """Every facility of ``places/*.csv`` and every problem; a row without a usable position is named and left out."""
    problems: list[Problem] = []
    found: list[Facility] = []
    for name in sorted(files):
        if name.startswith(FOLDER) and name.endswith(".csv"):
            problems += fatal(name, files[name]) or _read_one(name, files[name], found)
    return sorted_in(found), problems


def fatal(name: str, data: bytes) -> list[Problem]:
    """Why nothing of a file can be used: no table, no list we know, no place in it."""
    try:
        found = read_places(data, name)
    except KairanError as error:
        return [Problem(name, None, "", "", error.sentence)]
    if found.kind in KIND_OF and found.places:
        return []
    return list(found.problems) or [Problem(name, None, "", "", "場所が1つも読めません。")]


def _read_one(name: str, data: bytes, found: list[Facility]) -> list[Problem]:
    listing = open_list(data, name)
    kind = KIND_OF[listing.kind]
    for row in listing.table.data:
        facility = _facility(listing, row, kind)
        if facility:
            found.append(facility)
            if kind == "public" and any("トイレ" in detail for detail in facility.details):
                found.append(_also(facility, "toilet", "トイレ"))
            if kind != "shelter" and _has_nursing_room(listing, row, facility):
                found.append(_also(facility, "nursing", "授乳"))
    return list(read_places(data, name).problems)


def _facility(listing: Listing, row: Row, kind: str) -> Facility | None:
    position = listing.position(row)
    name = " ".join(listing.cell(row, *names.NAME).split())
    if position is None or not name:
        return None
    where = f"{kind}|{name}|{position[0]}|{position[1]}"
    hazards = (
        {word: listing.cell(row, column) in _YES for word, column in HAZARDS.items()}
        if kind == "shelter"
        else {}
    )
    return Facility(
        id=hashlib.sha256(where.encode()).hexdigest()[:12],
        kind=kind,
        name=name,
        latitude=position[0],
        longitude=position[1],
        kana=listing.cell(row, *names.KANA),
        address=listing.cell(row, *names.ADDRESS),
        phone=listing.cell(row, "電話番号"),
        weekdays=listing.cell(row, "利用可能曜日", "診療曜日"),
        opens=_clock(listing.cell(row, "開始時間", "開始時刻", "利用開始時間", "診療開始時間", "startTime")),
        closes=_clock(listing.cell(row, "終了時間", "終了時刻", "利用終了時間", "診療終了時間", "endTime")),
        hours_note=listing.cell(row, "利用可能日時特記事項", "利用可能時間特記事項", "診療日時特記事項"),
        details=_details(listing, row, kind),
        hazards=hazards,
        is_asked_shelter=listing.cell(row, "指定避難所との重複") in _YES,
        url=listing.cell(row, "URL"),
        note=listing.cell(row, "備考"),
    )


def _details(listing: Listing, row: Row, kind: str) -> tuple[str, ...]:
    texts = [listing.cell(row, column).replace(";", "、") for column in DETAILS]
    if kind == "toilet":
        texts += [each.removesuffix("有無") for each in WHEELCHAIR_TOILET if listing.cell(row, each) in _YES]
    return tuple(filter(None, texts))


def _also(facility: Facility, kind: str, words: str) -> Facility:
    """The same place among those of another kind, with what the list says about that alone."""
    said = [part for detail in facility.details for part in detail.split("、") if words in part]
    return replace(
        facility,
        id=f"{kind[0]}{facility.id[:11]}",
        kind=kind,
        details=("、".join(said),) if said else (),
        hazards={},
        is_asked_shelter=False,
        note="",
    )


def _has_nursing_room(listing: Listing, row: Row, facility: Facility) -> bool:
    """Its code in the national list of places, or a word about it that does not say that there is none."""
    said = "、".join((facility.name, *facility.details, facility.note))
    return listing.cell(row, "POIコード") == NURSING_ROOM or _NURSING.search(said) is not None


def _clock(text: str) -> time | None:
    """「08:30」; None when it is no time of day (24:00 is the last minute of the day)."""
    parts = trim(text).split(":")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    hour, minute = int(parts[0]), int(parts[1])
    if (hour, minute) == (24, 0):
        return time(23, 59)
    return time(hour, minute) if hour < 24 and minute < 60 else None
