"""Abuse and nothing else: answered with one calm line and the way to a person, and kept nowhere (small replies, P)."""

from __future__ import annotations

import re
from functools import lru_cache

from bot_flows.words import fold
from content.words import typed

_WHOM = r"(?:この|おまえ|お前|あんた|てめえ|きさま|貴様|市役所|役所|市|職員|おまえら|お前ら)?(?:は|が|の|って|も|ら)*"
_HOW = r"(?:ほんとに|ほんとうに|本当に|まじで|まじ|ほんま)?"
_WHAT = (
    "(?:ばか|馬鹿|あほ|阿呆|ぼけ|まぬけ|間抜け|くそ|糞|うざい|うぜえ|うっざ|きもい|きもっ|死ね|しね|消えろ|きえろ|だまれ|黙れ"
    "|ふざけるな|ふざけんな|むかつく|役立たず|ぽんこつ|無能|税金泥棒|くずやろう|くず野郎|かす野郎|最低だな)+"
)
_END = r"(?:やろう|やろー|やろ|野郎|か|が|だ|だな|め|ども|すぎ|です|ですね|よ|ね|w|笑|ぼっと|ai|!|。|\.|…|ー|~|っ)*"
_ABUSE = re.compile(_WHOM + _HOW + _WHAT + _END)
_GAPS = re.compile(r"[\s、,・]+")
_FOREIGN = frozenset(fold(word) for _, word in typed("insults"))


@lru_cache(maxsize=4096)
def is_insult(text: str) -> bool:
    """Whether the whole text is abuse; a complaint with anything in it is read like every other text."""
    said = _GAPS.sub("", fold(text))
    return _ABUSE.fullmatch(said) is not None or fold(text).strip(" .!。…") in _FOREIGN
