"""Names are found by their letters exactly as if each had been looked at."""

from __future__ import annotations

import random

import pytest
from rapidfuzz import fuzz, process

from bot_flows.names import Names
from bot_flows.spelling import is_one_off

LETTERS = "あいうえか傘"
"""Few, so that many names are alike."""


def some_words(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=chance.randint(1, 9))) for _ in range(count)]


@pytest.mark.parametrize("least", [55, 64, 84])
def test_what_is_alike_is_what_a_look_at_every_name_finds(least: int) -> None:
    names = list(dict.fromkeys(some_words(1, 300)))
    found, searched = 0, Names(names)
    for word in some_words(2, 100):
        every = process.extract(word, names, scorer=fuzz.ratio, limit=5, score_cutoff=least)
        assert searched.alike(word, limit=5, least=least) == [(at, score) for _, score, at in every]
        found += len(every)
    assert found > 20


def test_one_letter_off_is_what_a_look_at_every_name_finds() -> None:
    names = list(dict.fromkeys(some_words(3, 300)))
    found, searched = 0, Names(names)
    for word in [*some_words(4, 100), *(name[1:] + "い" for name in names), *(name[:-1] for name in names)]:
        every = [at for at, name in enumerate(names) if is_one_off(word, name)]
        assert list(searched.one_off(word)) == every
        found += len(every)
    assert found > 20
