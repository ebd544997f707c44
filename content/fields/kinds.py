"""The kinds of fields: one reader, one writer and one canonical written form each.

``read(kind, write(kind, value)).value == value`` for every value that ``read`` gives. A text that is not
understood keeps its wording and has no value: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from content.fields import addresses, dates, hours, links, numbers, phones, plain, positions, prices
from content.fields.days import write_day
from content.fields.reading import Reading, in_doubt

LONGEST = 10_000
"""Most characters of a field: twice what LINE takes as one text."""
_SHORT = 200
"""Readings of texts up to this length are remembered."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What a form needs to know of a kind."""

    id: str
    name: str
    hint: str
    """What staff should type, in one or two sentences."""
    example: str
    """Canonical."""
    read: Callable[[str, date], Reading]
    write: Callable[[Any], str]


def _kind(id_: str, name: str, hint: str, example: str, read: Callable[[str], Reading], write: Callable[[Any], str]) -> KindSpec:  # fmt: skip
    """A kind whose reading does not look at today's date."""
    return KindSpec(id_, name, hint, example, lambda text, today: read(text), write)


_SPECS = (
    _kind("text", "文", "1行で書きます。", "汐野みなと冬まつり", plain.read_line, plain.write),
    _kind(
        "longtext",
        "長い文",
        "行を分けて書けます。",
        "どなたでも参加できます。",
        plain.read_lines,
        plain.write,
    ),
    KindSpec(
        "date",
        "日付",
        "年から書きます。曜日は自動で付きます。",
        "2026年12月5日（土）",
        dates.read_date,
        write_day,
    ),
    KindSpec(
        "dates",
        "日付（いくつか）",
        "いくつかの日は「、」で、続く日は「から」でつなぎます。",
        "2026年12月5日（土）、2026年12月12日（土）",
        dates.read_days,
        dates.write_days,
    ),
    _kind("time", "時刻", "24時間で書きます。", "13:30", hours.read_time, hours.write_time),
    _kind(
        "times",
        "時間",
        "24時間で、始まりと終わりを「-」でつなぎます。",
        "10:00-12:00、13:00-17:00",
        hours.read_times,
        hours.write_times,
    ),
    _kind(
        "money",
        "金額",
        "金額か「無料」を書きます。決まっていないときは「未定」です。",
        "¥500（テキスト代）",
        prices.read,
        prices.write,
    ),
    _kind(
        "phone",
        "電話番号",
        "市外局番から、半角の数字とハイフンで書きます。タップで電話がかかります。",
        "0889-00-1111",
        phones.read,
        phones.write,
    ),
    _kind(
        "url",
        "リンク",
        "https:// から書きます。",
        "https://www.city.shiono.example.jp/",
        links.read_url,
        links.write,
    ),
    _kind("mail", "メール", "半角で書きます。", "koho@city.shiono.example.jp", links.read_mail, links.write),
    _kind("postcode", "郵便番号", "7けたの数字です。", "749-0001", numbers.read_postcode, numbers.write_text),
    _kind(
        "address",
        "住所",
        "丁目・番地・号は、半角の数字とハイフンになります。建物と階は空白のあとに続けます。",
        "汐野市中区本町3-3-1 市民会館2階",
        addresses.read,
        addresses.write,
    ),
    _kind(
        "capacity",
        "定員",
        "人数か組数を書きます。説明はかっこに入れます。",
        "30人（先着順）",
        numbers.read_capacity,
        numbers.write_capacity,
    ),
    _kind(
        "age",
        "年齢",
        "「以上」「以下」「未満」を付けます。",
        "3歳以上6歳未満",
        numbers.read_age,
        numbers.write_age,
    ),
    KindSpec(
        "period",
        "期間",
        "始まりに「から」、終わりに「まで」を付けます。",
        "2026年12月1日（火）9:00から2026年12月18日（金）17:00まで",
        dates.read_period,
        dates.write_period,
    ),
    _kind(
        "coordinates",
        "位置",
        "緯度、経度の順に書きます。",
        "33.145000,133.605000",
        positions.read,
        positions.write,
    ),
    _kind(
        "payment_number",
        "納付番号",
        "数字だけで、最初の0も書きます。",
        "00123456789012",
        numbers.read_payment_number,
        numbers.write_text,
    ),
    _kind(
        "el_number",
        "eL番号",
        "収納機関番号、納付番号、確認番号、納付区分の順に、ハイフンでつなぎます。",
        "12345-00123456789012-012345-334",
        numbers.read_el_number,
        numbers.write_text,
    ),
    _kind("section", "担当課", "看板や組織図と同じ名前を書きます。", "広報課", plain.read_line, plain.write),
    _kind(
        "code",
        "番号・記号",
        "半角の英数字とハイフンで書きます。",
        "A-0123",
        numbers.read_code,
        numbers.write_text,
    ),
)
KINDS: Mapping[str, KindSpec] = MappingProxyType({spec.id: spec for spec in _SPECS})


def read(kind: str, text: str, *, today: date) -> Reading:
    """Read what was typed. Raises KeyError for an unknown kind and nothing for any text.

    Empty text says nothing: no value and no problem. ``today`` (civil date in Japan) only words problems; it never
    completes a value.
    """
    return _read_short(kind, text, today) if len(text) <= _SHORT else _read(kind, text, today)


def _read(kind: str, text: str, today: date) -> Reading:
    spec = KINDS[kind]
    if not text.strip():
        return Reading(None, "")
    if len(text) > LONGEST:
        return in_doubt(
            text, "too-long", f"{LONGEST:,}字までです。いま{len(text):,}字なので、短くしてください。"
        )
    if odd := _FORBIDDEN.search(text):
        sentence = "目に見えない特別な文字が入っています。その部分を消して、打ち直してください。"
        return in_doubt(text, "forbidden-character", sentence, odd.start())
    return spec.read(text, today)


_read_short = lru_cache(maxsize=2048)(_read)
"""A card of an event reads its days, hours and numbers anew each time it is shown."""


def write(kind: str, value: Any) -> str:
    """The one written form of a value that ``read`` gave."""
    return KINDS[kind].write(value)
