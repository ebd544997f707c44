"""An event of a town's list (open data) as a notice: which column feeds which field, and what is in doubt.

A list has columns for machines (``2022-01-29``, ``13:30``, ``1000``) and free text beside them. Columns become
canonical fields; free text is kept as people wrote it. What contradicts itself keeps its wording and is named as
a doubt, so that a calendar, a price or a telephone button never says something the list does not say.
Empty is "not stated": only 0 or 無料 is free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from content.fields.kinds import read
from content.notice import Notice, make, tidy

_ANY_DAY = date(2000, 1, 1)
"""Lists write the year; reading them does not depend on today."""
_REPEATED = re.compile(r"^(開始日|終了日|申込期限日)[:：]\s*(\d{4})/(\d{1,2})/(\d{1,2})$")
_COSTS = re.compile(r"[0-9０-９,，]+\s*円|有料|実費|必要(?!ありません|なし|ない)|材料費|教材費|テキスト代")


@dataclass(frozen=True, slots=True)
class Doubt:
    """``part`` names the cell (a key of ``app.events.rules.COLUMNS``); the message is for staff."""

    part: str
    message: str


@dataclass(frozen=True, slots=True)
class Written:
    notice: Notice
    doubts: tuple[Doubt, ...]


def to_notice(cells: Mapping[str, str]) -> Written:
    """The event notice of one row; ``cells`` maps part to the raw text of the cell, empty ones may be missing."""
    row = {part: tidy(text) for part, text in cells.items() if tidy(text) not in ("", "-", "－")}
    doubts: list[Doubt] = []
    fields = {
        "イベント名": _one_line(row.get("name", "")),
        "主催者": _one_line(row.get("organiser", "")),
        "内容": _lines(row, "summary", "description"),
        "対象者": _one_line(row.get("target", "")),
        "定員": _capacity(row, doubts),
        "参加申込": _without_repeats(row, "apply"),
        "詳細情報": _read(row, "url", "url", doubts),
        "料金": _price(row, doubts),
        "開催日": _days(row, doubts),
        "時間": _hours(row, doubts),
        "会場": _one_line(" ".join(row[p] for p in ("place", "meeting", "building") if p in row)),
        "住所": _address(row, doubts),
        "アクセス": row.get("access", ""),
        "駐車場": row.get("parking", ""),
        "問合先": _one_line(row.get("contact", "")),
        "連絡先": _phone(row, doubts),
        "申込期限": _read(row, "apply_until", "date", doubts),
        "メール": _read(row, "mail", "mail", doubts),
        "郵便番号": _read(row, "postcode", "postcode", doubts),
        "位置": _position(row, doubts),
    }
    fields["備考"] = "\n".join(_remarks(row, fields))
    return Written(make("event", fields), tuple(doubts))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(row: Mapping[str, str], *parts: str) -> str:
    return "\n".join(row[part] for part in parts if part in row)


def _read(row: Mapping[str, str], part: str, kind: str, doubts: list[Doubt]) -> str:
    """The canonical form of one cell, or its wording with the doubt named."""
    text = row.get(part, "")
    reading = read(kind, text, today=_ANY_DAY)
    doubts += [Doubt(part, problem.message) for problem in reading.problems]
    return reading.text


def _number(row: Mapping[str, str], part: str) -> int | None:
    """A whole number of a machine column; None when it is something else."""
    text = row.get(part, "").replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _capacity(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    people = _number(row, "capacity")
    if people is None:
        return _read(row, "capacity", "capacity", doubts)
    if people == 0:
        doubts.append(Doubt("capacity", "定員が0人です。人数を確かめてください。"))
        return ""
    return f"{people}人"


def _price(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    """The basic price with its remark. 0 beside a remark that names costs is not free: the remark stands alone."""
    yen, remark = _number(row, "price"), row.get("price_note", "")
    if yen is None and "price" in row:
        return _read(row, "price", "money", doubts)
    if yen is None:
        return read("money", remark, today=_ANY_DAY).text
    if yen == 0 and _COSTS.search(remark):
        doubts.append(Doubt("price", "料金が0円なのに、説明に費用があります。説明だけを使いました。"))
        return remark
    amount = f"¥{yen:,}" if yen else "無料"
    whole = read("money", f"{amount}（{_one_line(remark)}）", today=_ANY_DAY)
    return whole.text if remark and not whole.problems else amount


def _days(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    """From the first to the last day, with the remark about days (「毎週火曜日・全8回」) in brackets."""
    first, last = row.get("first", ""), row.get("last", "")
    if not first:
        doubts.append(Doubt("first", "開始日がありません。日付が分からないため、カレンダーには入りません。"))
        return ""
    if last in ("", first):
        return _read(row, "first", "dates", doubts)
    span = read("dates", f"{first}から{last}まで", today=_ANY_DAY)
    if span.problems:
        doubts += [Doubt("last", problem.message) for problem in span.problems]
        return span.text
    noted = read("dates", f"{span.text}（{_one_line(_without_repeats(row, 'when_note'))}）", today=_ANY_DAY)
    return span.text if noted.problems or "when_note" not in row else noted.text


def _hours(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    start, end = row.get("start", ""), row.get("end", "")
    if start:
        written = read("times", f"{start}-{end}" if end else f"{start}から", today=_ANY_DAY)
        doubts += [Doubt("end" if end else "start", problem.message) for problem in written.problems]
        return written.text
    if end:
        doubts.append(Doubt("start", "開始時刻がありません。"))
    reading = read("times", _without_repeats(row, "when_note"), today=_ANY_DAY)
    return "" if reading.problems else reading.text


def _address(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    """Whole only with a town or a block: the name of a prefecture and a city is no place to go to."""
    if "address" in row:
        return _read(row, "address", "address", doubts)
    if not ({"town", "block"} & row.keys()):
        return ""
    joined = "".join(_one_line(row.get(part, "")) for part in ("prefecture", "city", "town", "block"))
    reading = read("address", joined, today=_ANY_DAY)
    doubts += [Doubt("block", problem.message) for problem in reading.problems]
    return reading.text


def _phone(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    phone = _read(row, "phone", "phone", doubts)
    extension = row.get("extension", "")
    if not phone or not extension:
        return phone
    if not (extension.isascii() and extension.isdigit() and len(extension) <= 5):
        doubts.append(
            Doubt("extension", "内線番号として読めません。いくつもあるときは「、」で分けてください。")
        )
        return phone
    whole = read("phone", f"{phone}（内線{extension}）", today=_ANY_DAY)
    return phone if whole.problems else whole.text


def _position(row: Mapping[str, str], doubts: list[Doubt]) -> str:
    if not ({"latitude", "longitude"} & row.keys()):
        return ""
    typed = f"{row.get('latitude', '')},{row.get('longitude', '')}"
    reading = read("coordinates", typed, today=_ANY_DAY)
    doubts += [Doubt("latitude", problem.message) for problem in reading.problems]
    if any("swap" in change.rule for change in reading.changes):
        doubts.append(Doubt("latitude", "緯度と経度が逆でした。入れ替えて使いました。"))
    return "" if reading.problems else reading.text


def _without_repeats(row: Mapping[str, str], part: str) -> str:
    """Free text without the lines that only repeat a machine column (「開始日: 2022/1/29」)."""
    columns = {"開始日": row.get("first"), "終了日": row.get("last"), "申込期限日": row.get("apply_until")}
    kept = []
    for line in row.get(part, "").split("\n"):
        found = _REPEATED.match(line.strip())
        day = f"{found[2]}-{int(found[3]):02}-{int(found[4]):02}" if found else ""
        if not found or columns[found[1]] != day:
            kept.append(line)
    return tidy("\n".join(kept))


def _remarks(row: Mapping[str, str], fields: Mapping[str, str]) -> Iterator[str]:
    """The list's remarks, and whatever has no field of its own, each with its name. Nothing is lost."""
    if "note" in row:
        yield row["note"]
    when = _without_repeats(row, "when_note")
    if (
        when
        and _one_line(when) not in fields["開催日"]
        and read("times", when, today=_ANY_DAY).text != fields["時間"]
    ):
        yield f"日時：{when}"
    remark = row.get("price_note", "")
    if remark and _one_line(remark) not in fields["料金"] and remark != fields["料金"]:
        yield f"料金：{remark}"
    if "apply_until_time" in row:
        yield f"申込期限の時刻：{row['apply_until_time']}"
    yield from (f"{name}：{row[part]}" for part, name in _OTHERS.items() if part in row)


_OTHERS = {
    "subtitle": "サブタイトル",
    "sub_events": "同時開催",
    "co_organiser": "共催",
    "partners": "関係団体",
    "state": "状態",
    "languages": "外国語対応",
    "bicycles": "駐輪場",
}
