"""What residents ask a town in words of their own, put together from the pack's lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import Problem
from app.sorting.rules import Entry
from app.town.faq import read_faq
from app.town.payment import read_payment
from app.town.public_places import read_places
from bot_flows.asked import Faq, Fee, PayWay, PublicPlace
from bot_flows.spelling import key
from bot_flows.vocabulary import Meaning, Synonyms, Vocabulary, item_meaning, widened
from bot_flows.words import DOOR_WORDS

_PARTS = {
    "restart": "stop",
    "month": "garbage",
    "topics": "settings",
    "area": "settings",
    "reminder": "settings",
}
_NOT_MEANT = ("thanks", "hello", "home", "setup", "code")


@dataclass(frozen=True)
class Asked:
    faq: tuple[Faq, ...] = ()
    places: Mapping[str, PublicPlace] = field(default_factory=dict)
    fees: tuple[Fee, ...] = ()
    pay_ways: tuple[PayWay, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


@dataclass(frozen=True)
class Answers:
    """The part of a loaded town that answers questions; ``bot_flows.asked.AnswersQuestions``."""

    asked: Asked

    @property
    def vocabulary(self) -> Vocabulary:
        return self.asked.vocabulary

    @property
    def faq(self) -> Sequence[Faq]:
        return self.asked.faq

    def named_place(self, name: str) -> PublicPlace | None:
        return self.asked.places.get(name)

    @property
    def fees(self) -> Sequence[Fee]:
        return self.asked.fees

    @property
    def pay_ways(self) -> Sequence[PayWay]:
        return self.asked.pay_ways


def read_asked(
    files: Mapping[str, bytes],
    town: str,
    sections: frozenset[str],
    entries: Sequence[Entry],
    synonyms: Synonyms,
    problems: list[Problem],
) -> Asked:
    """Questions, places and fees of the pack, and one vocabulary over them, the dictionary and the menu."""
    faq, words = read_faq(files, sections, problems)
    places, others = read_places(files)
    fees, ways = read_payment(files, sections, problems)
    meanings = [item_meaning(entry.item, entry.readings) for entry in entries]
    meanings += [_place(each, others[each.name], town, synonyms) for each in places]
    meanings += [Meaning("faq", each.id, (*each.questions, *words[each.id])) for each in faq]
    meanings += _areas(synonyms)
    return Asked(faq, {each.name: each for each in places}, fees, ways, Vocabulary(tuple(meanings)))


_ENDINGS = {
    "ようちえん": "幼稚園", "ほいくえん": "保育園", "こうみんかん": "公民館", "としょかん": "図書館", "こうえん": "公園",
    "しょうがっこう": "小学校", "ちゅうがっこう": "中学校", "くやくしょ": "区役所", "しゅっちょうじょ": "出張所", "せんた": "センター",
    "たいいくかん": "体育館", "しみんかいかん": "市民会館", "はくぶつかん": "博物館", "しりょうかん": "資料館", "せいそうこうじょう": "清掃工場",
    "しゅうかいじょ": "集会所", "さいじょう": "斎場", "しやくしょ": "市役所", "こどもえん": "こども園", "えき": "駅", "ほいくしつ": "保育室",
}  # fmt: skip


_KINDS = ("図書館", "公民館", "区役所", "出張所", "清掃工場", "小学校", "中学校", "体育館", "集会所")
"""Kinds of places of which a town has several: 「図書館はどこ」 is a choice between them."""


def _half_kana(name: str, readings: Iterable[str]) -> Iterable[str]:
    """「みどりがおか幼稚園」 and 「緑ヶ丘ようちえん」: the name or what it is in kana, with 「の」 as well."""
    for kana, kanji in _ENDINGS.items():
        if name.endswith(kanji):
            head = name.removesuffix(kanji).removesuffix("の")
            yield from (head + kana, f"{head}の{kanji}", f"{head}の{kana}")
        for reading in map(key, readings):
            if reading.endswith(key(kana)):
                yield reading.removesuffix(key(kana)) + kanji


def _place(place: PublicPlace, others: Iterable[str], town: str, synonyms: Synonyms) -> Meaning:
    short = place.name.removeprefix(town).removeprefix(town[:-1])
    names = widened((place.name, short, *others, *_half_kana(short, others)), synonyms.groups)
    kind = tuple(each for each in _KINDS if place.name.endswith(each) and each not in names)
    return Meaning("place", place.name, (*names, *kind), kind)


def _areas(synonyms: Synonyms) -> Iterable[Meaning]:
    said: dict[str, list[str]] = {name: list(words) for name, words in synonyms.areas.items()}
    for word, door in DOOR_WORDS.items():
        if door not in _NOT_MEANT:
            said.setdefault(_PARTS.get(door, door), []).append(word)
    return [Meaning("area", name, tuple(words)) for name, words in said.items()]
