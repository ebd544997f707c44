"""Names are found by their letters exactly as if each had been looked at."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from bot_flows.names import Names
from bot_flows.spelling import is_one_off

few_letters = st.text(alphabet="あいうえか傘", min_size=1, max_size=9)


@settings(max_examples=150)
@given(
    st.lists(few_letters, min_size=1, max_size=60, unique=True), few_letters, st.sampled_from([55, 64, 84])
)
def test_what_is_alike_is_what_a_look_at_every_name_finds(names: list[str], word: str, least: int) -> None:
    every = process.extract(word, names, scorer=fuzz.ratio, limit=5, score_cutoff=least)
    assert Names(names).alike(word, limit=5, least=least) == [(at, score) for _, score, at in every]


@settings(max_examples=150)
@given(st.lists(few_letters, min_size=1, max_size=60, unique=True), few_letters)
def test_one_letter_off_is_what_a_look_at_every_name_finds(names: list[str], word: str) -> None:
    every = [at for at, name in enumerate(names) if is_one_off(word, name)]
    assert list(Names(names).one_off(word)) == every
    near = word + "い"
    assert (len(word) < 4) or 0 in list(Names([near, *names]).one_off(word))
