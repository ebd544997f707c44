"""Every kind of field: how it is read, written and explained. ``read(kind, write(kind, value)).value == value``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol

from content.fields import dates, numbers, places
from content.fields.reading import Reading, in_doubt, read_as

LONGEST = 65_536
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Reader(Protocol):
    def __call__(self, text: str, *, today: date) -> Reading: ...


@dataclass(frozen=True, slots=True)
class KindSpec:
    id: str
    name: str
    hint: str
    """What staff should type, one sentence."""
    example: str
    read: Reader
    write: Callable[[Any], str]


def _read_text(text: str, *, today: date) -> Reading:
    plain = text.strip()
    if "\n" in plain or "\r" in plain:
        return in_doubt(text, "text", "1行で書いてください。")
    return read_as(text, plain, plain, "text")


def _read_longtext(text: str, *, today: date) -> Reading:
    plain = "\n".join(line.rstrip() for line in re.split(r"\r\n|\r|\n", text)).strip()
    return read_as(text, plain, plain, "text")


_SPECS = (
    KindSpec("text", "文字", "1行で書きます。", "汐野みなと冬まつり", _read_text, str),
    KindSpec("longtext", "文章", "改行できます。", "どなたでも参加できます。", _read_longtext, str),
    KindSpec("date", "日付", "西暦の年から書きます。曜日は自動で付きます。", "2026年12月5日", dates.read_date, dates.write_day),
    KindSpec(
        "dates", "日付（いくつか）", "いくつかの日は「、」で、続く日は「から」でつなぎます。", "2026年12月5日、2026年12月6日",
        dates.read_dates, dates.write_dates,
    ),
    KindSpec("time", "時刻", "24時間で書きます。", "10:00", dates.read_time, dates.write_time),
    KindSpec("times", "時間", "24時間で、始まりと終わりを「-」でつなぎます。", "10:00-12:00、13:00-17:00", dates.read_times, dates.write_times),
    KindSpec("money", "金額", "「¥500」か「無料」と書きます。説明はかっこに入れます。", "¥500（テキスト代）", numbers.read_money, numbers.write_money),
    KindSpec("phone", "電話番号", "市外局番から、数字とハイフンで書きます。", "092-711-4111", numbers.read_phone, numbers.write_phones),
    KindSpec("url", "アドレス", "https:// から書きます。", "https://www.example.jp/", places.read_url, str),
    KindSpec("mail", "メール", "半角で書きます。", "kouhou@city.example.jp", places.read_mail, str),
    KindSpec("postcode", "郵便番号", "7けたの数字です。", "810-8620", places.read_postcode, str),
    KindSpec("address", "住所", "番地の数字は半角とハイフンになります。", "東京都千代田区霞が関3-3-1", places.read_address, str),
    KindSpec("capacity", "定員", "人数を書きます。説明はかっこに入れます。", "30人（先着順）", numbers.read_capacity, numbers.write_capacity),
    KindSpec("age", "年齢", "だれが対象かを書きます。", "小学生", _read_text, str),
    KindSpec("period", "期間", "始まりと終わりの日を書きます。", "2026年12月1日から2026年12月20日まで", dates.read_dates, dates.write_dates),
    KindSpec("coordinates", "位置", "緯度、経度の順に書きます。", "33.590188,130.420685", places.read_coordinates, places.write_position),
    KindSpec("payment_number", "納付番号", "数字だけで、最初の0も書きます。", "00123456", numbers.read_digits, str),
    KindSpec("el_number", "eL番号", "数字だけで、最初の0も書きます。", "00123456", numbers.read_digits, str),
    KindSpec("section", "担当課", "課の名前を書きます。", "広報課", _read_text, str),
    KindSpec("code", "番号", "1行で書きます。", "A-12", _read_text, str),
)  # fmt: skip
KINDS: Mapping[str, KindSpec] = MappingProxyType({spec.id: spec for spec in _SPECS})


def read(kind: str, text: str, *, today: date) -> Reading:
    """Read what was typed into a field of this kind. Empty means "says nothing": no value, no problem."""
    if not text.strip():
        return Reading(None, "")
    if len(text) > LONGEST:
        return in_doubt(text[:100], "long", f"長すぎます。{LONGEST:,}字までにしてください。")
    if odd := _CONTROLS.search(text):
        return in_doubt(
            _CONTROLS.sub("", text),
            "control",
            "使えない文字が入っています。消してから入れ直してください。",
            odd.start(),
        )
    return KINDS[kind].read(text, today=today)


def write(kind: str, value: Any) -> str:
    """The one written form of a value of this kind."""
    return KINDS[kind].write(value)
