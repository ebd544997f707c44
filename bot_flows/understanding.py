"""What a free text means: sure, one of a few, or honestly not understood. Pure.

Distress first, then words of the menu, then the town's vocabulary (things, places, questions, areas).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from bot_flows.distress import cry_for_help
from bot_flows.matching import LONGEST_READ, MOST_BY_LIKENESS, Find, index_of
from bot_flows.pack_facts import Town
from bot_flows.vocabulary import Meaning, MeaningKind, Vocabulary
from bot_flows.words import door_word

Kind = Literal["care", "area", "item", "place", "faq", "unclear", "unknown"]
MOST = 3
_SURE, _APART, _NEAR = 90.0, 15.0, 45.0
_LETTER = 60.0
"""What explains less of a long text may be its preamble."""
SMALL_TALK = ("thanks", "hello")
_PART_OF = {
    "month": "garbage",
    "topics": "settings",
    "area": "settings",
    "reminder": "settings",
    "setup": "settings",
    "restart": "stop",
}
"""Doors inside an area of the menu."""


AREA_TITLES = (
    "garbage", "sorting", "bulky", "shelter", "alert", "hazard", "events", "children", "vaccination", "pay", "apply",
    "report", "settings", "stop", "delete", "data", "language", "contact", "map", "toilet", "aed", "nursing", "news", "safety",
)  # fmt: skip
"""Areas of the menu a text can mean; each has a sentence ``menu.title_<area>``."""


class Candidate(NamedTuple):
    """``id``: an item's or place's name, a question's id, an area of the menu, "emergency" or "care"."""

    kind: MeaningKind
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """``kind`` is the kind of the answer when ``confident``, "unclear" with candidates to choose from, else "unknown"."""

    kind: Kind
    candidates: tuple[Candidate, ...] = ()
    confident: bool = False
    door: str = ""
    """The exact door of an area, which may be a part of it (``area`` in ``settings``)."""


_OTHER_WISH = re.compile(
    "ほし|欲し|買い|買う|食べ|作り|作る|好き|遊|かわい|営業|番組|名前|習い|習う|借り|貸し|忘れ|落とし|なくし|無くし|失くし|修理|直し|つけて|つけたい|使い方|おすすめ|選び|干し|拾っ|迷子|屋どこ"
)
"""A thing is named, but nobody wants to throw it away: offered at most, never answered as certain."""
_THROWN = re.compile("捨|すて|処分|ごみ|ゴミ|回収|引き取|引取|出し|出す|出せ|分別|いらな")

_SENTENCE_ENDS = re.compile(r"[。！？!?\n、]")

NOTHING = Understanding("unknown")


def understand(text: str, town: Town) -> Understanding:
    """The meaning of a text in a town; the same text and town always give the same."""
    cry = cry_for_help(text)
    if cry:
        return Understanding("care", (Candidate("care", cry, 100.0),), confident=True)
    door = door_word(text)
    if door in SMALL_TALK:
        return NOTHING
    found = _found(text, town.vocabulary)
    if door:
        area = Candidate("area", _PART_OF.get(door, door), 100.0)
        others = tuple(each for each in found.candidates if each[:2] != area[:2])
        return Understanding("area", (area, *others)[:MOST], confident=True, door=door)
    return found


@lru_cache(maxsize=1024)
def _found(text: str, vocabulary: Vocabulary) -> Understanding:
    finds = _finds(text, vocabulary)
    if not finds:
        return NOTHING
    best = finds[0]
    near = [find for find in finds if find.rank > best.rank - _NEAR][:MOST]
    candidates = tuple(Candidate(find.meaning.kind, find.meaning.id, find.score) for find in near)
    is_other_wish = best.meaning.kind == "item" and _OTHER_WISH.search(text) and not _THROWN.search(text)
    if not is_other_wish and _is_sure(best, near[1:]):
        return Understanding(best.meaning.kind, candidates, confident=True)
    return Understanding("unclear", candidates)


def _finds(text: str, vocabulary: Vocabulary) -> list[Find]:
    """What the text means. A letter of several sentences says who writes and how sorry they are before it says what
    is the matter: where the whole explains little, each sentence is read by itself, and what it means is offered."""
    index = index_of(vocabulary)
    finds = index.find(text)
    sentences = [each for each in _SENTENCE_ENDS.split(text) if each.strip()]
    if len(text) <= LONGEST_READ or len(sentences) < 2 or (finds and finds[0].score >= _LETTER):
        return finds
    read = (find for sentence in sentences for find in index.find(sentence))
    best: dict[Meaning, Find] = {}
    for find in [*finds, *(replace(each, score=min(each.score, MOST_BY_LIKENESS)) for each in read)]:
        known = best.get(find.meaning)
        stands_there = find.rank >= find.score + 1
        if stands_there and (known is None or known.rank < find.rank):
            best[find.meaning] = find
    return sorted(best.values(), key=lambda find: -find.rank)


def _is_sure(best: Find, others: list[Find]) -> bool:
    """Sure when nearly all is explained and nothing else comes close; a thing to throw away precedes a question."""
    if best.score < _SURE:
        return False
    kinds = {
        "item": ("item", "place"),
        "faq": ("faq", "item", "place"),
        "area": ("area", "item", "faq", "place"),
        "place": ("place", "faq", "area", "item"),
    }
    rivals = kinds.get(best.meaning.kind, ())
    return all(each.rank < best.rank - _APART for each in others if each.meaning.kind in rivals)
