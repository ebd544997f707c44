"""Finds what words mean: the parts of a text that a meaning explains, against what it leaves unexplained. Pure.

A score is 0..100. 95 and more: everything that says something in the text is explained. Slips of the pen, parts
of longer names and likeness by pairs of letters reach at most ``MOST_BY_LIKENESS``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import sqrt

from bot_flows.furniture import GENERAL, asks_for_the_spot, edges_in, intents_in, is_asking, is_furniture
from bot_flows.names import Names
from bot_flows.spelling import Writing, has_kanji, is_one_off, key, sound, spellings
from bot_flows.vocabulary import Meaning, MeaningKind, Vocabulary

LONGEST_READ = 60
MOST_BY_LIKENESS = 84.0
_LIKE_NAME, _LIKE_SOUND, _LIKE_SENTENCE, _LIKE_PART = 64.0, 84.0, 0.36, 0.4
_INTENT_HELPS, _HEAD_HELPS, _EACH_LETTER_HELPS = 7.0, 3.0, 0.6
_MOST_BY_NARROWER, _LEAST_EXPLAINED, _LEAST_WANTED = 0.88, 0.31, 0.18
_DRAWN_OUT, _SHORT = re.compile("[ァ-ヶ]+ー[ァ-ヶー]*"), 3
_ENDS_A_WORD = 4
"""Letters of a word found that let the next one begin beside it: 「のうふしょ|なくした」."""
_SOMETHING = 0.5
"""How much less a word may explain when nothing explains more: better a choice to refuse than a blank."""
_SEVERAL_HELP = 3.0
"""What several words say together is nearer to what is meant than one word of it: 「健診 行けな」 than 「健診」."""
_TOO_GENERAL = 20.0
_STANDS_THERE, _NAME_HELPS, _LIKE_SHORT = 18.0, 2.0, 79.0


@dataclass(frozen=True, slots=True)
class Find:
    """A meaning that fits. ``score`` is how well it explains the text, ``rank`` also counts what was asked of it."""

    meaning: Meaning
    score: float
    rank: float


def _written(phrase: str) -> Iterable[tuple[str, ...]]:
    """A phrase's words by their keys, also with any of them in kana."""
    return product(*(_spellings(word) for word in phrase.split() if key(word)))


@lru_cache(maxsize=16384)
def _spellings(word: str) -> tuple[str, ...]:
    written, *kana = spellings(word)
    return (written, *(each for each in kana if not is_asking(each)))


def _drawn_out(phrase: str) -> frozenset[str]:
    """The keys of a phrase's short words that lose a 「ー」 by it and become what everybody says anyway."""
    words = filter(_DRAWN_OUT.fullmatch, phrase.split())
    return frozenset(spelled for word in words if len(spelled := key(word)) <= _SHORT)


class Index:
    """The meanings of a town by the keys of their words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._meanings = vocabulary.meanings
        self._phrases: list[tuple[int, tuple[str, ...]]] = []
        self._narrower: set[int] = set()
        self._drawn_out_in: dict[int, frozenset[str]] = {}
        self._with: dict[str, list[int]] = defaultdict(list)
        self._owners: dict[str, list[int]] = defaultdict(list)
        self._names: set[int] = set()
        for number, meaning in enumerate(self._meanings):
            for phrase in dict.fromkeys(meaning.phrases):
                for words in _written(phrase):
                    if phrase == meaning.id:
                        self._names.add(len(self._phrases))
                    if short := _drawn_out(phrase):
                        self._drawn_out_in[len(self._phrases)] = short
                    if phrase in meaning.narrower:
                        self._narrower.add(len(self._phrases))
                    self._add(number, words)
        self._singles = Names(list(self._owners))
        self._longest = max(map(len, self._with), default=0)
        self._pairs = _Pairs(self._phrases, self._meanings)

    def _add(self, number: int, words: tuple[str, ...]) -> None:
        if all(word.isdigit() for word in words):
            # A number alone is somebody's answer and means nothing by itself, in whatever phrase it is left over.
            return
        for word in words:
            self._with[word].append(len(self._phrases))
        if len(words) == 1:
            self._owners[words[0]].append(number)
        self._phrases.append((number, words))

    def find(self, text: str) -> list[Find]:
        """Every meaning with something to say for it, best first."""
        writing = Writing(text[:LONGEST_READ])
        if not writing.letters:
            return []
        idle = is_furniture(writing)
        best: dict[int, tuple[float, float]] = {}
        wanted = intents_in(writing.letters)
        explained = list(self._explained(writing, idle, wanted, 1.0)) or list(
            self._explained(writing, idle, wanted, _SOMETHING)
        )
        for number, score, extra in explained:
            helped = _INTENT_HELPS if self._meanings[number].kind in wanted else 0.0
            offer = (score + extra + helped, score)
            best[number] = max(offer, best.get(number, offer))
        if max((score for _, score in best.values()), default=0.0) < MOST_BY_LIKENESS:
            for number, score in self._alike(writing, idle):
                helped = _INTENT_HELPS if self._meanings[number].kind in wanted else 0.0
                offer = (score + helped, score)
                best[number] = max(offer, best.get(number, offer))
        finds = [Find(self._meanings[n], round(score, 1), rank) for n, (rank, score) in best.items()]
        return sorted(finds, key=lambda find: (-find.rank, len(find.meaning.id)))

    # ---- words that stand in the text ------------------------------------------------------------

    def _spans(self, writing: Writing, idle: Sequence[bool]) -> dict[str, tuple[int, int]]:
        letters = writing.letters
        turns = {at for at in range(1, len(idle)) if idle[at - 1] != idle[at]} | edges_in(letters)
        known = [
            (first, last)
            for first in range(len(letters))
            for last in range(first + 1, min(len(letters), first + self._longest) + 1)
            if letters[first:last] in self._with
        ]
        certain = [span for span in known if writing.holds(*span, turns)]
        turns.update(at for first, last in certain if last - first >= _ENDS_A_WORD for at in (first, last))
        return {
            letters[first:last]: (first, last) for first, last in known if writing.holds(first, last, turns)
        }

    def _explained(
        self, writing: Writing, idle: Sequence[bool], wanted: frozenset[MeaningKind], strict: float
    ) -> Iterable[tuple[int, float, float]]:
        """Meaning, share of the text it explains in hundredths, and what speaks for it besides."""
        spans, at_spot = self._spans(writing, idle), asks_for_the_spot(writing.letters)
        weights = writing.weights
        loose = [w if not rest else 0.0 for w, rest in zip(weights, idle, strict=True)]
        everything = sum(loose)
        last_said = max((at for at, rest in enumerate(idle) if not rest), default=-1)
        for at in {phrase for word in spans for phrase in self._with[word]}:
            number, words = self._phrases[at]
            if any(word not in spans for word in words) or not self._is_as_written(at, spans, writing):
                continue
            covered = {place for word in words for place in range(*spans[word])}
            weight = sum(weights[place] for place in covered)
            left = everything - sum(loose[place] for place in covered)
            share = weight / (weight + left)
            if len(covered) < len(weights) and not any(loose[place] for place in covered):
                # Only what anybody wraps a question in: 「これはなに」 holds no flower; 「出し方がわからない」 is an area.
                is_thing = self._meanings[number].kind in ("item", "place")
                most = MOST_BY_LIKENESS / 100 if is_thing else 1.0
                share = min(share, most) / (2 if left else 1)
            is_wanted = self._meanings[number].kind in wanted
            if share < strict * (_LEAST_WANTED if is_wanted else _LEAST_EXPLAINED):
                continue
            if at in self._narrower and not (at_spot and self._meanings[number].kind == "place"):
                share = min(share, _MOST_BY_NARROWER)
            extra = _STANDS_THERE + _EACH_LETTER_HELPS * weight
            extra += _NAME_HELPS if at in self._names else 0.0
            extra += _SEVERAL_HELP if len(words) > 1 else 0.0
            extra += _HEAD_HELPS if last_said in covered or last_said < 0 else 0.0
            extra -= _TOO_GENERAL if GENERAL.issuperset(words) else 0.0
            yield number, 100 * share, extra

    def _is_as_written(self, at: int, spans: Mapping[str, tuple[int, int]], writing: Writing) -> bool:
        """「キー」 is spelled as 「き」 and 「コート」 as 「こと」: such words count only where they stand in katakana."""
        return "ー" in writing.text or all(
            writing.katakana.issuperset(range(*spans[word]))
            for word in self._drawn_out_in.get(at, ())
            if word in spans
        )

    # ---- likeness ---------------------------------------------------------------------------------

    def _alike(self, writing: Writing, idle: Sequence[bool]) -> Iterable[tuple[int, float]]:
        cores = dict.fromkeys(
            _core(writing.letters, each) for each in (idle, is_furniture(writing, with_single=False))
        )
        for core in cores:
            if len(core) >= 2:
                yield from self._like_names(core)
        yield from self._sounds_like(writing)
        yield from self._pairs.alike(next(iter(cores)) or writing.letters)

    def _sounds_like(self, writing: Writing) -> Iterable[tuple[int, float]]:
        """The same sounds in other letters: 「祖大ごみ」, 「かしつ器」, 「消化器」."""
        heard = Writing(sound(writing.text))
        if heard.letters == writing.letters or has_kanji(heard.letters):
            return
        core = _core(heard.letters, is_furniture(heard, with_single=False))
        if len(core) >= 3:
            yield from self._like_names(core, _LIKE_SOUND, parts=False)

    def _like_names(
        self, core: str, least: float = _LIKE_NAME, *, parts: bool = True
    ) -> Iterable[tuple[int, float]]:
        for at, score in self._singles.alike(core, limit=12, least=least):
            name = self._singles.names[at]
            is_short = len(core) < 4 and not has_kanji(core)
            likeness = MOST_BY_LIKENESS if is_one_off(core, name) or core == name else min(78.0, score - 3)
            for owner in self._owners[name]:
                is_thing = self._meanings[owner].kind in ("item", "place")
                if score >= _LIKE_SHORT or (is_thing and not is_short):
                    yield owner, likeness
        for at in self._singles.holding(core) if parts else ():
            name = self._singles.names[at]
            if core != name:
                begins = name.startswith(core) or name.endswith(core)
                part = (70.0 if begins else 64.0) + 12 * len(core) / len(name)
                yield from ((owner, part) for owner in self._owners[name])


class _Pairs:
    """Whole sentences alike by pairs of letters; rare pairs count more (only questions and areas of the menu)."""

    def __init__(self, phrases: Sequence[tuple[int, tuple[str, ...]]], meanings: Sequence[Meaning]) -> None:
        self._said: list[tuple[int, frozenset[str]]] = []
        self._kinds = [meaning.kind for meaning in meanings]
        self._with: dict[str, list[int]] = defaultdict(list)
        for number, words in phrases:
            pairs = _pairs_in("".join(words))
            if len(pairs) >= (3 if meanings[number].kind == "faq" else 2):
                for pair in pairs:
                    self._with[pair].append(len(self._said))
                self._said.append((number, pairs))
        self._worths = {pair: 1.0 / (1.0 + sqrt(len(where))) for pair, where in self._with.items()}

    def _worth(self, pair: str) -> float:
        return self._worths.get(pair, 1.0)

    def alike(self, letters: str) -> Iterable[tuple[int, float]]:
        pairs = _pairs_in(letters)
        if len(pairs) < 3:
            return
        own = sum(map(self._worth, pairs))
        shared: dict[int, float] = defaultdict(float)
        for pair in pairs:
            for at in self._with.get(pair, ()):
                shared[at] += self._worth(pair)
        for at, common in shared.items():
            number, others = self._said[at]
            if self._kinds[number] != "faq":
                share = common / own
                if share >= _LIKE_PART:
                    yield number, 20 + 40 * share
                continue
            share = 2 * common / (own + sum(map(self._worth, others)))
            if share >= _LIKE_SENTENCE:
                yield number, min(76.0, 36 + 45 * share)


def _core(letters: str, idle: Sequence[bool]) -> str:
    """The text without the furniture before and behind it."""
    said = [at for at, rest in enumerate(idle) if not rest]
    return letters[said[0] : said[-1] + 1] if said else ""


def _pairs_in(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


@lru_cache(maxsize=1024)
def found_in(vocabulary: Vocabulary, text: str) -> tuple[Find, ...]:
    """``Index.find``, remembered: one turn asks it of the same words twice, and most people name the same things."""
    return tuple(index_of(vocabulary).find(text))


@lru_cache(maxsize=16)
def index_of(vocabulary: Vocabulary) -> Index:
    """The prepared index of a town's vocabulary, made once per object."""
    return Index(vocabulary)
