"""「イベントのお知らせを止めて」, "stop event notices", 「通知が多すぎる」: wishes to hear less, read in any language. Pure.

Whoever reads one language may write another, and topics are known by their names in each of them. A text counts only
when all of it is explained: what is left over may turn the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from bot_flows.outcomes import Talk
from bot_flows.words import DOOR_WORDS, fold, in_digits, joined
from content.languages import languages
from content.wishes import wishes
from content.words import unmarked

_AREAS = {"disaster": "alert", "childcare": "children"}
"""Topics whose everyday words open an area of another name; the others are called as theirs."""
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")
_MARKS = re.compile(r"[\s。、．，,.!！?？…~〜・「」『』“”\"]+")
_CALLS = ("stop", "loath", "fewer", "pause")
"""What makes a wish of a text; everything else only says of what, and for how long."""
Names = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """``topic`` is an id or empty; ``means`` holds the kinds of ``wishes.toml`` that were said."""

    topic: str
    means: frozenset[str]

    @property
    def is_for_topic(self) -> bool:
        """Whether it asks to hear less of one topic, and not for fewer of the things themselves."""
        about_messages = not self.means.isdisjoint(("stop", "notices", "only"))
        return bool(self.topic) and about_messages and "pause" not in self.means

    @property
    def is_for_all(self) -> bool:
        return not self.topic and "notices" in self.means


def _spelled(text: str) -> str:
    return unmarked(fold(text))


def _either(words: Iterable[str]) -> str:
    """Longest first; a Latin word begins and ends where its letters do."""
    ordered = sorted(set(words), key=len, reverse=True)
    return "|".join(
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word[-1:].isascii() and word[-1:].isalpha() else re.escape(word)
        for word in ordered
    )  # fmt: skip


@cache
def _meanings() -> Mapping[str, str]:
    """Word to what it means; a word of several meanings means the strongest of them."""
    kinds = ("around", "only", "notices", "month", "week", "pause", "fewer", "loath", "stop")
    return {
        _spelled(word): kind for kind in kinds for table in wishes().values() for word in table.get(kind, ())
    }


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"(?P<word>{_either(_meanings())})|[0-9]+|(?P<rest>.)")


@cache
def _calls() -> tuple[str, ...]:
    """The shortest words that a wish cannot be without, as written and without marks."""
    words = {word for table in wishes().values() for kind in _CALLS for word in table.get(kind, ())}
    spelled = {fold(word) for word in words} | {_spelled(word) for word in words}
    return tuple(word for word in spelled if not any(other in word for other in spelled - {word}))


@lru_cache(maxsize=4096)
def _may_be(text: str) -> bool:
    """Asked of every text that was typed, before anything is asked of the town."""
    said = fold(text)
    return any(word in said for word in _calls())


@lru_cache(maxsize=64)
def _topics(names: Names) -> tuple[Mapping[str, str], re.Pattern[str]]:
    known = {_spelled(name): topic for topic, said in names for name in said if name}
    return known, re.compile(_either(known) or "$^")


@cache
def _everyday(area: str) -> tuple[str, ...]:
    """The words that open what a topic is about; 「お知らせ」 alone names none."""
    return tuple(word for word, opens in DOOR_WORDS.items() if opens == area and not _is_notices(word))


def _is_notices(word: str) -> bool:
    return _meanings().get(_spelled(word)) == "notices"


@lru_cache(maxsize=1024)
def _without_brackets(name: str) -> str:
    return _BRACKETS.sub("", name)


def _names(talk: Talk) -> Names:
    """Every topic by its names in every language and by everyday words."""
    found = []
    for topic in talk.facts.town.topics:
        own = topic.own or topic.name
        names = (own, *(talk.facts.town.named(own, code) for code in languages()))
        plain = map(_without_brackets, names)
        found.append((topic.id, (*names, *plain, *_everyday(_AREAS.get(topic.id, topic.id)))))
    return tuple(found)


def topic_named(talk: Talk, text: str) -> str:
    """The id of the topic that a whole text names, in whatever language."""
    known, _ = _topics(_names(talk))
    return known.get(_spelled(_MARKS.sub(" ", text).strip()), "")


def wish_in(talk: Talk, text: str) -> Wish | None:
    """The wish to hear less that a whole text is, or None."""
    if not _may_be(text):
        return None
    said = in_digits(_spelled(joined(text)))
    known, pattern = _topics(_names(talk))
    # Without its marks „báo“ is „bão“, a typhoon: the topic is the one that leaves nothing unexplained.
    for about in pattern.finditer(said):
        if means := _explained(f"{said[: about.start()]} {said[about.end() :]}"):
            return Wish(known[about[0]], means)
    means = _explained(said)
    return Wish("", means) if means else None


def _explained(said: str) -> frozenset[str]:
    """What these words mean, when all of them are known and one of them is a wish; else nothing."""
    means = set()
    for found in _word().finditer(_MARKS.sub(" ", said)):
        if found["rest"] and found["rest"] != " ":
            return frozenset()
        if found["word"]:
            means.add(_meanings()[found["word"]])
    return frozenset(means) if means.intersection(_CALLS) else frozenset()
