"""Addresses in a sentence: only where a municipality stands before the numbers, or the numbers name themselves."""

from __future__ import annotations

import re

from content.fields.addresses import BLOCKS, blocks_written, is_vague
from content.fields.reading import Doubt, Finding
from content.normalise.spots import Search, Spot

_START = re.compile(
    r"[0-9一二三四五六七八九十](?<![0-9-][0-9])(?=[0-9]{0,4}(?: ?丁目| ?番|-[0-9]|の[0-9])|[一二三四五六七八九十]{0,2} ?丁目)"
)
_LEFT = re.compile(
    r"[^\s\d\x00「」『』【】（）()\[\]、。，,．：:;!?！？〒…=＝・~／/*※●■◆○◎→<>＜＞\"']{1,40}$"
)
_PARTICLES = re.compile(r"[はがをにへとでも]|から|まで|より|ある|場所")
_PREFECTURE = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|新潟県|富山県|石川県|"
    "福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|"
    "山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
_WARDS = (
    "千代田区|中央区|港区|新宿区|文京区|台東区|墨田区|江東区|品川区|目黒区|大田区|世田谷区|渋谷区|中野区|杉並区|豊島区|北区|荒川区|"
    "板橋区|練馬区|足立区|葛飾区|江戸川区"
)
_N = r"[一-龠々〆ヵヶケァ-ヺー]"
_NAME = rf"{_N}+(?:[がのつノ之]{_N}+)?"
_CITY = rf"(?:{_NAME}|[ぁ-ん]{{2,7}}|[東西南北][ぁ-ん]{{2,4}})"
"""Municipalities are written in kanji, in hiragana (さいたま), or as 南あわじ; anything else may be a sentence."""
_TOWN = re.compile(
    rf"(?:(?:{_PREFECTURE})?(?:{_CITY}郡)?{_CITY}[市町村](?:{_NAME}区)?(?:{_NAME})?|(?:{_PREFECTURE})(?:{_NAME})|(?:{_WARDS})(?:{_NAME})?)"
)
_PLACE = re.compile(rf"(?:{_NAME}区)?{_NAME}")
_TOUCHES = re.compile(r"[一-龠々ァ-ヺA-Za-z]")


def addresses_in(text: str, folded: str) -> Search:
    """Addresses; ``folded`` has holes where links, dates, times, phones and amounts stand."""
    search = Search()
    position = 0
    while start := _START.search(folded, position):
        match = BLOCKS.match(folded, start.start())
        if match is None or _is_chome_alone(match):
            position = match.end() if match else start.end()
            continue
        position = match.end()
        _address(text, folded, match, search)
    return search


def _is_chome_alone(match: re.Match[str]) -> bool:
    """「江古田二丁目」 is a stop or a quarter, not an address."""
    return match["chome"] is not None and match["first"] is None


def _address(text: str, folded: str, match: re.Match[str], search: Search) -> None:
    left = _LEFT.search(folded, max(0, match.start() - 40), match.start())
    area, sure = _area(left[0] if left else "")
    names_itself = _names_itself(match)
    if area is None or not (sure or names_itself):
        return
    if is_vague(folded[match.end() : match.end() + 6]):
        sentence = "場所が1つに決まらない住所です。地図で示すときは、番地を1つ書いてください。"
        search.doubts.append(Finding("address", match.start() - len(area), sentence))
        search.left.append((match.start() - len(area), match.end()))
        return
    try:
        blocks = blocks_written(match)
    except Doubt as doubt:
        search.doubts.append(Finding(doubt.rule, match.start(), doubt.sentence))
        return
    found = area + blocks
    recognisable = (
        area and "-" in blocks
    )  # a bare 3-24, or a town with 550, would say less than what was typed
    written = found if recognisable else area + match[0]
    touching = " " if _TOUCHES.match(text, match.end()) and not blocks.endswith("丁目") else ""
    search.spots.append(Spot(match.start() - len(area), match.end(), written + touching, "address", (found,)))


def _names_itself(match: re.Match[str]) -> bool:
    """「3丁目24番地」, 「2番25号」, 「895番地14」: nothing but an address is written so."""
    if match["chome"]:
        return "番" in (match["rest"] or "") or "-" in (match["rest"] or "")
    more = match["more"] or ""
    return "番" in more and any(sign.isdigit() for sign in more)


def _area(left: str) -> tuple[str | None, bool]:
    """(the name before the numbers, whether it holds a municipality); (None, False): no name can be made out."""
    if not left:
        return "", False
    starts = [0, *(cut.end() for cut in _PARTICLES.finditer(left))]
    for start in starts:
        if start < len(left) and _TOWN.fullmatch(left, start):
            return left[start:], True
    if _PLACE.fullmatch(left, starts[-1]):
        return left[starts[-1] :], False
    return None, False
