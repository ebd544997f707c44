"""Numbers with a unit, and numbers that are names: post codes, payment numbers, codes."""

from __future__ import annotations

import re

from content.fields.folding import fold
from content.fields.reading import Reading, in_doubt, read_as
from content.fields.values import Age, Capacity

_POSTCODE = re.compile(r"(?a)〒? ?(\d{3})-?(\d{4})")
_NOTE = r"(?: ?[（(](?P<note>[^（）()]{1,60})[）)])?"
_CAPACITY = re.compile(
    r"(?a)(?:定員 ?:? ?)?(?P<before>先着(?:順)?|抽選(?:で)?|各回?)? ?(?P<count>\d{1,3}(?:,\d{3})+|\d{1,7}) ?(?P<unit>人|名|組|家族|世帯|台|団体|チーム|区画|席)"
    + _NOTE
)
_NO_LIMIT = re.compile(r"(?:定員 ?:? ?)?(?:なし|無し|制限なし|定めなし)" + _NOTE)
_AGE = r"(?:(?P<{0}y>\d{{1,3}}) ?[歳才])? ?(?:(?P<{0}m>\d{{1,3}}) ?[かヶケカ箇ヵ]月)?"
_AGES = re.compile(
    r"(?:満 ?)?" + _AGE.format("a") + r" ?(?:(?P<a>以上|から|~|-|以下|まで|未満)(?:の(?:方|人|子|子ども))?)?"
    r"(?: ?(?:満 ?)?" + _AGE.format("b") + r" ?(?P<b>以下|まで|未満)?)?"
)
_GROUPED_DIGITS = re.compile(r"(?a)\d+(?:[ -]\d+)*")
_EL = re.compile(
    r"(?a)(?:収納機関番号 ?:?)? ?(\d{5})[ 、,-]+(?:納付番号 ?:?)? ?(\d{1,20})[ 、,-]+(?:確認番号 ?:?)? ?(\d{1,6})[ 、,-]+(?:納付区分 ?:?)? ?(\d{1,10})"
)
_EXPONENT = re.compile(r"(?a)\d(?:\.\d+)?[eE]\+?\d+")
_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._/-]{0,62}[0-9A-Za-z])?")


def write_text(value: str) -> str:
    """A number that is a name is its own written form."""
    return value


def read_postcode(text: str) -> Reading:
    """「810-8620」, with or without 〒 and hyphen."""
    match = _POSTCODE.fullmatch(fold(text).strip())
    if match is None:
        return in_doubt(text, "postcode", "郵便番号は7けたの数字です。例：749-0001")
    written = f"{match[1]}-{match[2]}"
    return read_as(text, written, written, "postcode")


def read_capacity(text: str) -> Reading:
    """「30人（先着順）」, 「20組」, 「なし」."""
    plain = text.strip()
    folded = fold(plain)
    match = _CAPACITY.fullmatch(folded) or _NO_LIMIT.fullmatch(folded)
    if match is None:
        return in_doubt(
            text, "capacity", "人数か組数を「30人（先着順）」「20組（40人）」のように書いてください。"
        )
    note = plain[slice(*match.span("note"))].strip() if match["note"] else ""
    if match.re is _NO_LIMIT:
        value = Capacity(None, note)
        return read_as(text, value, write_capacity(value), "capacity")
    if match["before"]:
        if note:
            return in_doubt(
                text,
                "capacity",
                "「先着」などの説明は、人数のあとのかっこにまとめてください。例：30人（先着順）",
            )
        note = {"先着": "先着順", "抽選で": "抽選"}.get(match["before"], match["before"])
    unit = "人" if match["unit"] == "名" else match["unit"]
    value = Capacity(int(match["count"].replace(",", "")), note, unit)
    return read_as(text, value, write_capacity(value), "capacity")


def write_capacity(value: Capacity) -> str:
    """「30人（先着順）」, 「なし」."""
    count = "なし" if value.people is None else f"{value.people}{value.unit}"
    return f"{count}（{value.note}）" if value.note else count


def read_age(text: str) -> Reading:
    """「3歳以上6歳未満」, 「65歳以上」, 「4か月以上12か月以下」; school years and other words are in doubt."""
    match = _AGES.fullmatch(fold(text).strip())
    first, second = (_months(match, "a"), _months(match, "b")) if match else (None, None)
    ways = (match["a"], match["b"]) if match else (None, None)
    value: Age | None = None
    if first is not None and second is None and ways[1] is None:
        value = _one_sided(first, ways[0])
    elif first is not None and second is not None and ways[0] in ("以上", "から", "~", "-"):
        value = Age(first, second, ways[1] == "未満")
    if value is None or (value.least or 0) > (value.most if value.most is not None else 10**6):
        return in_doubt(text, "age", "年齢を「3歳以上6歳未満」「65歳以上」のように書いてください。")
    return read_as(text, value, write_age(value), "age")


def _one_sided(months: int, way: str | None) -> Age | None:
    if way in ("以上", "から", "~"):
        return Age(months)
    if way in ("以下", "まで", "未満"):
        return Age(None, months, way == "未満")
    return None


def _months(match: re.Match[str], side: str) -> int | None:
    years, months = match[f"{side}y"], match[f"{side}m"]
    if years is None and months is None:
        return None
    return int(years or 0) * 12 + int(months or 0)


def write_age(value: Age) -> str:
    """Whole years as 歳, the rest as か月: 「1歳6か月以上」."""
    least = f"{_age(value.least)}以上" if value.least is not None else ""
    most = f"{_age(value.most)}{'未満' if value.below else '以下'}" if value.most is not None else ""
    return least + most


def _age(months: int) -> str:
    years, rest = divmod(months, 12)
    return (f"{years}歳" if years or not rest else "") + (f"{rest}か月" if rest else "")


def read_payment_number(text: str) -> Reading:
    """Digits as text, up to 20 (Pay-easy 納付番号): leading zeros stay, spaces and hyphens go."""
    folded = fold(text).strip()
    if _EXPONENT.fullmatch(folded):
        return in_doubt(
            text,
            "digits-lost",
            "表計算ソフトで数字がこわれています。元の紙を見て、すべての数字を入れ直してください。",
        )
    if not _GROUPED_DIGITS.fullmatch(folded):
        return in_doubt(text, "digits", "数字だけで書いてください。最初の0も書きます。")
    digits = folded.replace(" ", "").replace("-", "")
    if len(digits) > 20:
        return in_doubt(
            text, "digits", f"20けたまでです。いま{len(digits)}けたあります。紙の番号と見くらべてください。"
        )
    return read_as(text, digits, digits, "digits")


def read_el_number(text: str) -> Reading:
    """収納機関番号-納付番号-確認番号-納付区分: the parts have no fixed lengths, so they must be kept apart."""
    match = _EL.fullmatch(fold(text).strip())
    if match is None:
        return in_doubt(
            text,
            "el-number",
            "収納機関番号（5けた）、納付番号、確認番号、納付区分の順に、ハイフンでつないでください。例：12345-00123456789012-012345-334",
        )
    written = "-".join(match.groups())
    return read_as(text, written, written, "el-number")


def read_code(text: str) -> Reading:
    """Letters, digits, hyphens; leading zeros stay."""
    folded = fold(text).strip()
    if _EXPONENT.fullmatch(folded) and "+" in folded:
        return in_doubt(
            text,
            "digits-lost",
            "表計算ソフトで数字がこわれています。元の紙を見て、すべての数字を入れ直してください。",
        )
    if not _CODE.fullmatch(folded):
        return in_doubt(text, "code", "半角の英数字とハイフンで書いてください。例：A-0123")
    return read_as(text, folded, folded, "code")
