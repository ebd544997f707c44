"""Cries for help in the town's other languages, found whatever language is set. Pure.

Latin words stand alone, so that none is cut out of a longer one; Vietnamese is compared with and without its marks.
"""

from __future__ import annotations

import re
import unicodedata

_EMERGENCY = (
    r"help(?: me)?(?: please)?!*$", r"^(?:please )?help", r"help me", "save me", "emergency", "sos", "call (?:an )?ambulance", "ambulance",
    "call (?:the )?police", r"(?:house|building|car|room) is on fire", r"there(?:'s| is) a fire", r"^fire!*$", "heart attack", "can'?t breathe", "cannot breathe",
    "unconscious", "not breathing", "bleeding", "i am dying", "i'm dying", "drowning",
    "救命", "救我", "救救", "叫救护车", "叫救護車", "救护车", "救護車", "着火了", "起火了", "失火", "报警", "報警", "喘不过气", "喘不過氣", "昏倒", "晕倒", "暈倒", "溺水", "没有呼吸", "沒有呼吸", "流了很多血",
    "살려", "도와주세요", "도와줘", "구급차", "불이 ?났", "불났", "응급", "쓰러졌", "숨을 ?(?:안|못) ?쉬", "피가 ?(?:많이|안 ?멈)", "경찰 ?(?:불러|좀)",
    "cuu toi", "cuu voi", "giup toi voi", "cap cuu", "xe cuu thuong", "chay nha", "bi ngat", "bat tinh", "kho tho", "khong tho duoc", "goi canh sat", "chay mau nhieu",
    "बचाउनुहोस", "बचाऊ", "बचाउ", "मलाई मद्दत", "मद्दत गर्नुहोस", "गुहार", "एम्बुलेन्स", "आगो लाग", "सास फेर्न", "बेहोस", "प्रहरी बोला",
)  # fmt: skip
_CARE = (
    "want to die", "wanna die", "kill myself", "suicide", "suicidal", "end my life", "don'?t want to live", "hurt myself", "self[- ]?harm", "domestic violence",
    "(?:husband|wife|boyfriend|father|mother|parents?) (?:hits|beats|is beating|is hitting)", "no money (?:for|to) (?:food|eat)", "nothing to eat", "being bullied", "abused?", "can'?t sleep", "hopeless", "depressed",
    "想死", "不想活", "自杀", "自殺", "活不下去", "家暴", "被打", "虐待", "霸凌", "没钱吃饭", "沒錢吃飯", "没有吃的", "沒有吃的", "睡不着", "睡不著", "抑郁", "抑鬱", "绝望", "絕望",
    "죽고 ?싶", "자살", "살고 ?싶지 ?않", "살기 ?싫", "때려요", "맞고 ?있", "폭력", "학대", "왕따", "괴롭힘", "돈이 ?없", "먹을 ?(?:것|게) ?(?:이 ?)?없", "잠을 ?못", "우울",
    "muon chet", "tu tu", "tu sat", "khong muon song", "bao luc", "bi danh", "nguoc dai", "bat nat", "khong co tien", "khong co gi an", "mat ngu", "tram cam", "tuyet vong",
    "मर्न मन", "मर्न चाहन", "आत्महत्या", "बाँच्न मन छैन", "बाँच्न चाहन्न", "कुट्", "हिंसा", "दुर्व्यवहार", "पैसा छैन", "खानेकुरा छैन", "निद्रा लाग्दैन", "निराश",
)  # fmt: skip
_HARMLESS = re.compile(
    r"help desk|helpful|first aid (?:kit|class)|fire (?:alarm|extinguisher|works)|suicide squad|bao luc gia re|自杀小队"
)


def _alone(words: tuple[str, ...]) -> re.Pattern[str]:
    latin = [each for each in words if re.search("[a-z]", each)]
    others = [each for each in words if each not in latin]
    return re.compile("|".join([*(rf"(?<![a-z])(?:{each})(?![a-z])" for each in latin), *others]))


_KANA, _ABROAD = re.compile("[ぁ-ヿ]"), re.compile("[A-Za-zＡ-ｚ\u00c0-\u1eff\u0900-\u097f가-힣]")
_NEED, _SORROW = _alone(_EMERGENCY), _alone(_CARE)


def _bare(text: str) -> str:
    """Small letters, straight apostrophes, single blanks, and Latin letters without their marks."""
    small = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("đ", "d")
    parts = unicodedata.normalize("NFD", small)
    bare = "".join(one for one in parts if not "\u0300" <= one <= "\u036f")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", bare)).strip()


def cry_abroad(text: str) -> str:
    """``emergency`` or ``care`` when the text says so in another language than Japanese, else an empty string."""
    if _KANA.search(text) and not _ABROAD.search(text):
        return ""
    said = _HARMLESS.sub("○", _bare(text))
    if _NEED.search(said):
        return "emergency"
    return "care" if _SORROW.search(said) else ""
