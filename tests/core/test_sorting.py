"""The sorting dictionary: what a resident types finds the item, and a wrong one is never given as certain."""

from __future__ import annotations

import pytest

from app.sorting.rules import CERTAIN, Dictionary, Entry, fold

BOOK = Dictionary(
    [
        Entry("アイロン", "燃えないごみ", "コードは束ねる。", ("あいろん",)),
        Entry("アイロン台", "粗大ごみ"),
        Entry("ペットボトル", "資源"),
        Entry("ハンガー（木製）", "燃えるごみ"),
        Entry("ハンガー（金属製）", "燃えないごみ"),
        Entry("乾電池", "有害ごみ", readings=("かんでんち", "電池")),
        Entry("コーヒーメーカー", "燃えないごみ"),
        Entry("磁石", "燃えないごみ", readings=("じしゃく", "マグネット")),
    ]
)


@pytest.mark.parametrize(
    ("word", "item"),
    [
        ("アイロン", "アイロン"),
        ("あいろん", "アイロン"),
        ("ｱｲﾛﾝ", "アイロン"),
        ("ペット ボトル", "ペットボトル"),
        ("かんでんち", "乾電池"),
        ("電池", "乾電池"),
        ("コーヒメーカー", "コーヒーメーカー"),
        ("コーヒーメイカー", "コーヒーメーカー"),
        ("マグネット", "磁石"),
    ],
)
def test_the_first_hit_is_the_item(word: str, item: str) -> None:
    assert BOOK.find(word)[0].item == item


def test_the_very_word_scores_100_and_comes_before_longer_ones() -> None:
    first, second, *_ = BOOK.find("アイロン")
    assert (first.item, first.score, second.item) == ("アイロン", 100.0, "アイロン台")
    assert second.score < CERTAIN


def test_an_ambiguous_word_finds_all_its_kinds_equally_sure() -> None:
    hits = BOOK.find("ハンガー")
    assert {hit.item for hit in hits[:2]} == {"ハンガー（木製）", "ハンガー（金属製）"}
    assert hits[0].score == hits[1].score


@pytest.mark.parametrize("word", ["宇宙船", "", "　", "！！！", "a"])
def test_a_word_nobody_knows_is_never_certain(word: str) -> None:
    assert all(hit.score < CERTAIN for hit in BOOK.find(word))


def test_at_most_five_and_best_first() -> None:
    many = Dictionary(Entry(f"びん{n}", "資源") for n in range(20))
    scores = [hit.score for hit in many.find("びん")]
    assert len(scores) == 5 and scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [("コーヒー", "こーひ"), ("ティッシュ", "テイツシユ"), ("Ａ４", "a4"), ("ガス・ボンベ", "ガスボンベ")],
)
def test_folding(one: str, other: str) -> None:
    assert fold(one) == fold(other)
