"""Finding a word in the town's sorting dictionary: the very thing, its kinds, or what comes close."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot_flows.outcomes import Talk
from bot_flows.pack_facts import SortingHit
from bot_flows.words import fold, item_word, joined, plain

EXACT, CLOSE, NEAR = 90.0, 75.0, 60.0
"""The word itself in any spelling; close enough to ask about a text nobody announced; close enough once a word was asked for."""
LONGEST_WORD = 30
MOST = 5
"""Never more than five to read; another town's dictionary answers one word with forty."""

_ASKED = re.compile(
    r"(?:の|は|を|って|も)?(?:(?:捨て|すて|出し|だし|分け|わけ)(?:方|かた)|分別|(?:何|なに|なんの?|どの)ごみ"
    r"|(?:どう|どこに|どこへ|どうやって)(?:捨て|すて|出|だ).*|(?:捨て|すて|出し|だし)たい)$"
)
_BRACKETS = re.compile(r"\([^)]*\)")
_TWO_SPELLINGS = re.compile("[ぁ-んー]+\\([一-鿿]+\\)")


def exact(talk: Talk, text: str) -> list[SortingHit]:
    """The entries that are this word; empty when there are none, several when one question must split them.

    「ペットボトル」 is the bottle itself and not also the bottle that held oil; 「ハンガー」 is two things alike;
    「牛乳パック」 is more than the one entry 「牛乳パック（内側が銀色のもの）」, so its neighbours are asked about too.
    """
    if not text or len(text) > LONGEST_WORD:
        return []
    hits = find(talk, text)
    said = bare(text)
    best = [hit for hit in hits if hit.score >= EXACT and hit.score == hits[0].score]
    best += [hit for hit in hits if hit not in best and said in _parts(hit.item)]
    if best and not all(_is_narrower(hit.item) for hit in best):
        return best
    whole = _category_part(talk, said)
    if whole:
        return [whole]
    others = [hit for hit in hits if hit not in best and hit.score >= NEAR] if len(best) == 1 else []
    return best + others


def _parts(item: str) -> list[str]:
    """「冷蔵庫・冷凍庫」 is a refrigerator and a freezer."""
    parts = _BRACKETS.sub("", fold(item)).split("・")
    return parts if len(parts) > 1 else []


def _is_narrower(item: str) -> bool:
    """Only some of what the word means: 「びん（耐熱ガラス）」. 「かさ（傘）」 is one word in two spellings."""
    return bool(_BRACKETS.search(fold(item))) and not _TWO_SPELLINGS.fullmatch(fold(item))


def _category_part(talk: Talk, said: str) -> SortingHit | None:
    """The category that names the word as one of its parts: 「缶」 in 「びん・缶・ペットボトル」."""
    for guide in talk.facts.town.categories:
        part = next((part for part in guide.name.split("・") if fold(part) == said), None)
        if part:
            return SortingHit(part, guide.name, "", EXACT)
    return None


def find(talk: Talk, text: str) -> Sequence[SortingHit]:
    """What the dictionary has for a word, with and without what was asked about it."""
    hits = talk.facts.town.find_item(text)
    word = bare(text)
    if (not hits or hits[0].score < EXACT) and word != fold(text):
        better = talk.facts.town.find_item(word)
        if better and (not hits or better[0].score > hits[0].score):
            return better[:MOST]
    return hits[:MOST]


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The thing alone: 「アイロンの捨て方は？」, 「アイロンって何ごみ」 ask about 「あいろん」."""
    word = plain(joined(text))
    return fold(item_word(text)) or _ASKED.sub("", word) or word
