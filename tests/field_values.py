"""Hypothesis strategies of canonical values, by kind, for whoever writes fields and reads them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from content.fields.values import Age, Capacity, Days, Hours, Money, Period, Phone, Position, Price

_DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
_MINUTES = st.times().map(lambda at: time(at.hour, at.minute))
_NOTE = st.text("あいカ漢字ABab09・ー", min_size=1, max_size=20)
_NOTES = st.just("") | _NOTE
_NAMES = st.text("一般大人子どもシニア会員", min_size=1, max_size=8)
_WORDS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    min_size=1,
    max_size=80,
)


def _line(words: str) -> bool:
    return words == words.strip() and bool(words)


def _lines(parts: list[str]) -> str:
    return "\n".join(part.rstrip() for part in parts).strip()


def _span(days: list[date], note: str) -> Days:
    return Days(min(days), max(days), note)


def _hours(start: time, end: time | None, note: str) -> Hours:
    if end is None or end == start:
        return Hours(start, None, note=note)
    return Hours(start, end, next_day=end < start, note=note)


def _period(days: list[date], first: time | None, last: time | None, form: int) -> Period:
    if form == 0:
        return Period(min(days), None, first)
    if form == 1:
        return Period(None, max(days), None, last)
    if days[0] == days[1] and first and last and last < first:
        first, last = last, first
    return Period(min(days), max(days), first, last)


def _age(least: int | None, more: int | None, below: bool) -> Age:
    if more is None:
        return Age(least if least is not None else 0)
    return Age(least, (least or 0) + more, below)


_PHONE_NUMBERS = st.one_of(
    st.integers(0, 9999).map(lambda n: f"0889-00-{n:04}"),
    st.integers(0, 9999).map(lambda n: f"03-5253-{n:04}"),
    st.integers(0, 9999).map(lambda n: f"092-711-{n:04}"),
    st.integers(0, 9999).map(lambda n: f"011-211-{n:04}"),
    st.integers(0, 9999).map(lambda n: f"0772-62-{n:04}"),
    st.integers(0, 999).map(lambda n: f"0120-279-{n:03}"),
    st.integers(0, 9999).map(lambda n: f"050-3000-{n:04}"),
    st.sampled_from(("110", "118", "119", "188", "#7119", "#8000")),
)
_PHONES = st.builds(
    Phone, _PHONE_NUMBERS, st.sampled_from(("", "ファクス", "内線 12", "内線 342・308", "代表", "平日のみ"))
)
_PRICES = st.builds(Price, _NAMES, st.integers(0, 10**7), _NOTES)
_AREAS = st.sampled_from(
    ("汐野市中区本町", "汐野市東区浜", "さいたま市大宮区大門町", "東京都千代田区霞が関", "六本木")
)
_BUILDINGS = st.sampled_from(("", " 市民会館2階", " JR汐野駅1階", " 第2会議室"))
_BLOCKS = st.lists(st.integers(1, 9999), min_size=2, max_size=4).map(lambda parts: "-".join(map(str, parts)))
_DIGITS = st.text("0123456789", min_size=1, max_size=20)

VALUES: Mapping[str, SearchStrategy[Any]] = {
    "text": _WORDS.filter(_line),
    "longtext": st.lists(_WORDS, min_size=1, max_size=5).map(_lines).filter(bool),
    "section": _WORDS.filter(_line),
    "date": _DAYS,
    "dates": st.lists(
        st.builds(_span, st.lists(_DAYS, min_size=1, max_size=2), _NOTES), min_size=1, max_size=4
    ).map(tuple),
    "time": _MINUTES,
    "times": st.lists(st.builds(_hours, _MINUTES, st.none() | _MINUTES, _NOTES), min_size=1, max_size=4).map(
        tuple
    ),
    "period": st.builds(
        _period,
        st.lists(_DAYS, min_size=2, max_size=2),
        st.none() | _MINUTES,
        st.none() | _MINUTES,
        st.integers(0, 2),
    ),
    "money": st.one_of(
        st.builds(Money, st.integers(0, 10**9), _NOTES),
        st.sampled_from((Money(None, "実費"), Money(None, "未定"), Money(None, "有料（材料による）"))),
        st.lists(_PRICES, min_size=1, max_size=4).map(lambda prices: Money(None, "", tuple(prices))),
    ),
    "phone": st.lists(_PHONES, min_size=1, max_size=3).map(tuple),
    "url": st.builds(
        "https://{}/{}".format,
        st.sampled_from(("www.city.shiono.example.jp", "example.com:8443", "form.example.org")),
        st.text("abcXYZ019-._~/?=&%25#", max_size=40).filter(lambda path: "%" not in path.replace("%25", "")),
    ).filter(lambda url: url[-1] not in ".,;:!?'*["),
    "mail": st.from_regex(
        r"[a-z0-9](?:[a-z0-9+_-]{0,10}[a-z0-9])?@(?:city\.shiono\.example\.jp|example\.com)", fullmatch=True
    ),
    "postcode": st.integers(0, 9_999_999).map(lambda n: f"{n // 10_000:03}-{n % 10_000:04}"),
    "address": st.builds("{}{}{}".format, _AREAS, _BLOCKS, _BUILDINGS),
    "capacity": st.builds(
        Capacity, st.integers(0, 9_999_999), _NOTES, st.sampled_from(("人", "組", "台", "世帯"))
    )
    | st.builds(Capacity, st.none(), _NOTES),
    "age": st.builds(_age, st.none() | st.integers(0, 1300), st.none() | st.integers(0, 600), st.booleans()),
    "coordinates": st.builds(
        Position,
        st.floats(20, 46).map(lambda degrees: round(degrees, 6)),
        st.floats(122, 154).map(lambda degrees: round(degrees, 6)),
    ),
    "payment_number": _DIGITS,
    "el_number": st.builds(
        "{}-{}-{}-{}".format,
        st.text("0123456789", min_size=5, max_size=5),
        _DIGITS,
        st.text("0123456789", min_size=1, max_size=6),
        st.text("0123456789", min_size=1, max_size=10),
    ),
    "code": st.from_regex(r"[0-9A-Za-z](?:[0-9A-Za-z._/-]{0,20}[0-9A-Za-z])?", fullmatch=True),
}
