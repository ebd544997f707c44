"""Money: ``¥500（テキスト代）``, ``無料``, several prices by who pays. Nothing written is not free."""

from __future__ import annotations

import re

from content.fields.folding import fold
from content.fields.reading import Doubt, Reading, in_doubt, read_as
from content.fields.values import Money, Price

AMOUNT = re.compile(
    r"(?a)(?<![\d,.億万千百])(?:[¥\\] ?(?P<sign_yen>\d{1,3}(?:,\d{3})+|\d+)(?![\d.,]*\d)(?: ?円|-)?"
    r"|(?P<yen>\d{1,3}(?:,\d{3})+|\d+) ?円(?!形|周|卓|筒|玉)"
    r"|(?P<man>\d{1,4})万(?:(?P<sen>\d)千|(?P<rest>\d,\d{3}|\d{1,4}))? ?円)"
)
FREE = re.compile(r"無料(?!では(?:あり|な)|でない|[一-龠])")
_NOTE = re.compile(r" ?[（(]([^（）()]{1,60})[）)]")
_WHO = re.compile(
    r"(?a)(?P<who>[^\d¥\\:、,，（）()]{1,20}(?:[（(][^（）()]{1,30}[）)])?[^\d¥\\:、,，（）()]{0,10}?) ?:? ?(?=[\d¥\\]|無料)"
)
_NEXT = re.compile(r"\s*[、,，・\n/ ]\s*")
_UNSTATED = ("実費", "未定", "有料")
_VAGUE = re.compile(r"約|およそ|程度|前後|以上|以下|以内|から|~|まで")
_EXAMPLE = "例：¥500（テキスト代）、無料"
MOST = 10**12


def amount(match: re.Match[str]) -> int:
    """Yen of a match of AMOUNT."""
    if match["man"]:
        return (
            int(match["man"]) * 10_000
            + int(match["sen"] or 0) * 1_000
            + int((match["rest"] or "0").replace(",", ""))
        )
    return int((match["sign_yen"] or match["yen"]).replace(",", ""))


def write_yen(yen: int) -> str:
    """「¥2,000」, 「無料」."""
    return f"¥{yen:,}" if yen else "無料"


def read(text: str) -> Reading:
    """One amount, 無料, 実費・未定・有料, or several prices; anything vague (約, 程度) is in doubt."""
    try:
        value = _money(text.strip())
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, value, write(value), "money")


def _money(plain: str) -> Money:
    folded = fold(plain)
    word = next((word for word in _UNSTATED if folded.startswith(word)), None)
    if word:
        note, position = _note_at(plain, folded, len(word))
        if position == len(folded):
            return Money(None, f"{word}（{note}）" if note else word)
    prices: list[Price] = []
    position = 0
    while True:
        price, position = _price_at(plain, folded, position)
        prices.append(price)
        if position == len(folded):
            break
        gap = _NEXT.match(folded, position)
        if gap is None:
            raise _not_money(folded[position:])
        position = gap.end()
    if len(prices) == 1 and not prices[0].who:
        return Money(prices[0].yen, prices[0].note)
    if any(not price.who for price in prices):
        raise Doubt(
            "money",
            "いくつかの金額があります。「大人：¥500、子ども：無料」のように、だれの金額かを付けてください。",
        )
    return Money(None, "", tuple(prices))


def _price_at(plain: str, folded: str, position: int) -> tuple[Price, int]:
    who = _WHO.match(folded, position)
    name = ""
    if who and not _VAGUE.search(who["who"]):
        name = plain[slice(*who.span("who"))].strip()
        position = who.end()
    match = AMOUNT.match(folded, position) or FREE.match(folded, position)
    if match is None:
        raise _not_money(folded[position:])
    yen = 0 if match.re is FREE else amount(match)
    if yen > MOST:
        raise Doubt("money", "金額が大きすぎます。けた数を確認してください。")
    note, position = _note_at(plain, folded, match.end())
    return Price(name, yen, note), position


def _note_at(plain: str, folded: str, position: int) -> tuple[str, int]:
    note = _NOTE.match(folded, position)
    return (plain[slice(*note.span(1))].strip(), note.end()) if note else ("", position)


def _not_money(rest: str) -> Doubt:
    if _VAGUE.search(rest):
        return Doubt(
            "money", f"はっきりした金額ではありません。幅があるときは備考に書いてください。{_EXAMPLE}"
        )
    return Doubt("money", f"金額として読めません。金額か「無料」を書いてください。{_EXAMPLE}")


def write(value: Money) -> str:
    """「¥500（テキスト代）」, 「無料」, 「大人：¥500、子ども：無料」, 「実費（材料代）」."""
    if value.prices:
        return "、".join(f"{price.who}：{_one(price.yen, price.note)}" for price in value.prices)
    return value.note if value.yen is None else _one(value.yen, value.note)


def _one(yen: int, note: str) -> str:
    return f"{write_yen(yen)}（{note}）" if note else write_yen(yen)
