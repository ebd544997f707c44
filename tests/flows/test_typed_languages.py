"""What residents type in their own language is understood: words, digits, cries for help, names in Latin letters."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bot_flows.distress import cry_for_help
from bot_flows.place_names import romaji
from bot_flows.private_numbers import hide
from bot_flows.words import (
    DOOR_WORDS,
    WAYS_OUT,
    answer_word,
    day_word,
    door_word,
    fold,
    masked,
    numbers,
    way_out,
)
from content.words import typed
from tests.flows.tongues import GARBAGE


@pytest.mark.parametrize("kind", ["ways", "doors", "answers", "days"])
def test_a_typed_word_means_one_thing(kind: str) -> None:
    meanings = defaultdict(set)
    for meaning, word in typed(kind):
        meanings[fold(word)].add(meaning)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_vietnamese_is_read_without_its_marks() -> None:
    ways = {"huy": "stop", "quay lai": "back", "tiep tuc": "resume", "Ket thuc": "stop", "hoan tac": "undo"}
    assert {word: way_out(word) for word in ways} == ways
    assert (answer_word("khong"), answer_word("co"), door_word("cam on")) == ("いいえ", "はい", "thanks")
    assert (day_word("rac ngay mai"), day_word("mai"), answer_word("ok")) == (
        "あした",
        "あした",
        answer_word("OK"),
    )
    assert (way_out("dung"), answer_word("dung")) == ("", ""), (
        "to stop, or right: two words without their marks"
    )


def test_digits_of_nepali_are_digits() -> None:
    assert (numbers("१"), numbers("१ र ३"), numbers("1 và 3"), numbers("1和3")) == (
        (1,),
        (1, 3),
        (1, 3),
        (1, 3),
    )
    assert numbers("१ र") == ()
    assert masked("मेरो नम्बर १२३४") == "मेरो नम्बर ＊＊＊＊"
    assert hide("१२३४५६७८९०१८") == ("＊" * 12, True)


def test_typed_words_are_understood() -> None:
    assert all(way_out(word) == meaning for meaning, word in typed("ways"))
    assert all(door_word(word) == meaning for meaning, word in typed("doors"))
    assert set(dict(typed("ways"))) <= set(WAYS_OUT.values())
    assert set(dict(typed("doors"))) <= set(DOOR_WORDS.values())
    assert (answer_word("Yes!"), day_word("Tomorrow"), day_word("ごみ")) == ("はい", "あした", "ごみ")
    for word in GARBAGE.values():
        assert door_word(word) == "garbage"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Please call an ambulance", "emergency"), ("救命", "emergency"), ("불이 났어요", "emergency"),
        ("Cứu tôi với", "emergency"), ("आगो लाग्यो", "emergency"), ("I want to die", "care"), ("想死", "care"),
        ("죽고 싶어요", "care"), ("tôi muốn chết", "care"), ("आत्महत्या", "care"), ("着火剤", ""), ("救命胴衣", ""),
        ("fire extinguisher", ""), ("garbage", ""),
    ],
)  # fmt: skip
def test_need_is_understood_in_every_language(text: str, kind: str) -> None:
    assert cry_for_help(text) == kind


def test_readings_in_latin_letters() -> None:
    read = {
        "ホンマチ": "Honmachi",
        "トウザイ": "Tozai",
        "あおば1ちょうめ": "Aoba 1-chome",
        "ジョウナイ": "Jonai",
    }
    assert {kana: romaji(kana) for kana in read} == read
