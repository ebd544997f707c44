"""Addresses: chōme, block and house numbers half-width with hyphens (``霞が関3-3-1``), building and floor after a space.

A chōme with no block number after it stays 「5丁目」: a bare 5 would be a block. Ranges, 「付近」, 「ほか」 and 「地先」
name no single place and are in doubt.
"""

from __future__ import annotations

import re

from content.fields.folding import fold, number_of
from content.fields.phones import NUMBER
from content.fields.reading import Doubt, Reading, in_doubt, read_as

_KANJI = "一二三四五六七八九十"
_NUMBER = r"\d{1,5}"
BLOCKS = re.compile(
    rf"(?a)(?:(?P<chome>{_NUMBER}|[{_KANJI}]{{1,3}}) ?丁目 ?"
    rf"(?:(?P<first>{_NUMBER}) ?(?P<rest>(?:番地の|番地|番|号|の|[-ー]) ?{_NUMBER}(?: ?(?:の|[-ー]) ?{_NUMBER}){{0,3}}(?: ?号(?!室|棟|館|線))?|番地|番)?)?"
    rf"|(?P<block>{_NUMBER}) ?(?P<more>(?:番地の|番地|番|の|[-ー]) ?{_NUMBER}(?: ?(?:番|の|[-ー]) ?{_NUMBER}){{0,3}}(?: ?号(?!室|棟|館|線))?|番地))"
    rf"(?![\d%]|[-ー~] ?\d|・\d)"
)
"""A stretch of chōme, block and house numbers; at least two parts, or a chōme, or 番地."""
_VAGUE = re.compile(
    r"(?a)^(?: ?(?:地先|付近|ほか|他|番?台|[~〜～、・] ?\d|の一部|を除く|から|まで|周辺|番線|系統))"
)
_AREA = re.compile(r"(?a)[^\d#@/:：、。!?！？「」『』【】]{1,40}")
_BUILDING_START = re.compile(r"^ ?[一-龠々ぁ-んァ-ヶーA-Za-z(（]")
_SPACES = re.compile(r"[ \u3000\xa0]+")
_EXAMPLE = "例：汐野市中区本町3-3-1 市民会館2階"
_SENTENCE = re.compile(r"[。！？!?]|ください|です|ます|電話|TEL|ＴＥＬ|FAX|https?:", re.IGNORECASE)


def blocks_written(match: re.Match[str]) -> str:
    """「3丁目24番地」 is 「3-24」, 「895番地の14」 「895-14」, a chōme alone 「5丁目」. Raises Doubt."""
    if match["chome"]:
        chome = match["chome"] if match["chome"].isdigit() else number_of(match["chome"])
        if chome is None:
            raise Doubt(
                "address", f"「{match['chome']}丁目」が何丁目か分かりません。数字で書いてください。{_EXAMPLE}"
            )
        if match["first"] is None:
            return f"{int(chome)}丁目"
        parts = [str(int(chome)), match["first"], *re.findall(r"\d+", match["rest"] or "")]
    else:
        parts = [match["block"], *re.findall(r"\d+", match["more"])]
    return "-".join(str(int(part)) for part in parts)


def is_vague(folded_rest: str) -> bool:
    """Whether what follows a block number makes it a range or a neighbourhood."""
    return _VAGUE.match(folded_rest) is not None


def read(text: str) -> Reading:
    """One postal address in one line."""
    try:
        written = _address(text.strip())
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, written, written, "address")


def _address(plain: str) -> str:
    folded = fold(plain)
    if "\n" in folded or len(folded) > 200 or _SENTENCE.search(folded):
        raise Doubt("address", f"住所だけを1行で書いてください。{_EXAMPLE}")
    folded = re.sub(r"^〒? ?\d{3}-\d{4} ?", "", folded)
    plain = plain[-len(folded) :] if folded else ""
    match = BLOCKS.search(folded)
    if match is None:
        return _without_blocks(plain, folded)
    if is_vague(folded[match.end() :]):
        raise Doubt(
            "address", f"場所が1つに決まりません。番地を1つ書き、ほかのことは備考に書いてください。{_EXAMPLE}"
        )
    area = _area(plain[: match.start()])
    if not area:
        raise Doubt("address", f"町の名前から書いてください。{_EXAMPLE}")
    blocks = blocks_written(match)
    return area + blocks + _building(plain[match.end() :], folded[match.end() :])


def _area(area: str) -> str:
    folded = fold(area)
    if folded and (not _AREA.fullmatch(folded) or re.search(r"[（(）)]", folded)):
        raise Doubt("address", f"住所として読めません。町の名前と番地だけを書いてください。{_EXAMPLE}")
    return _SPACES.sub("", area)


def _building(plain: str, folded: str) -> str:
    if not folded.strip():
        return ""
    if not _BUILDING_START.match(folded) or "丁目" in folded:
        raise Doubt("address", f"番地のあとが読めません。建物の名前は空白を入れて続けてください。{_EXAMPLE}")
    if folded.count("(") + folded.count("（") != folded.count(")") + folded.count("）") or NUMBER.search(
        folded
    ):
        raise Doubt(
            "address", f"番地のあとに、建物ではない文字があります。住所だけを書いてください。{_EXAMPLE}"
        )
    rest = _SPACES.sub(" ", plain.strip())
    return rest if rest[0] in "(（" else f" {_half_width_numbers(rest)}"


def _half_width_numbers(text: str) -> str:
    """Room and floor numbers half-width, names as they are."""
    return re.sub("[０-９]+", lambda run: fold(run[0]), text)


def _without_blocks(plain: str, folded: str) -> str:
    """A block number alone (霞が関3), or a place without numbers (汐野市中区本町)."""
    match = re.fullmatch(
        r"(?P<area>[^\d（）()]{2,40}?)(?P<block>\d{1,5})(?P<sign> ?番地?)?(?P<rest> .{1,60})?", folded
    )
    if match is None:
        if not re.fullmatch(r"[^\d#@/:：、。]{2,60}", folded):
            raise Doubt("address", f"住所として読めません。町の名前と番地だけを書いてください。{_EXAMPLE}")
        return _SPACES.sub(" ", plain)
    area = _area(plain[slice(*match.span("area"))])
    rest = match["rest"]
    building = _building(plain[match.start("rest") :], rest) if rest else ""
    return f"{area}{int(match['block'])}{building}"


def write(value: str) -> str:
    """An address is its own written form."""
    return value
