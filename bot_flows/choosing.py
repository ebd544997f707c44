"""Which of a question's choices typed words name: a number, a label, other words for it, a beginning or a part. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from bot_flows.outcomes import Choice, Question
from bot_flows.words import answer_word, answered, fold, numbers, plain
from content.words import unmarked

SHORTEST_START = 3
_PARTS = re.compile(r"[・/、（()） ]+")
_ABOUT = re.compile(r"(?:のこと|のほう|の方|の件)(?:で|が)?$")


def choice_in(question: Question, text: str) -> Choice | None:
    """The choice a text names: its number alone, its label, or one of its other words."""
    given = numbers(text)
    if len(given) == 1 and 1 <= given[0] <= len(question.choices):
        return question.choices[given[0] - 1]
    said, words = _said(text)
    for choice in question.choices:
        if fold(choice.label) in said:
            return choice
        for word in choice.words + choice.own:
            if word and fold(word) in words:
                return choice
    return None


@lru_cache(maxsize=4096)
def _said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The text as a label may be typed, and as other words of a choice may."""
    said = frozenset((fold(text).rstrip("。.!！"), answered(text)))
    return said, said | {fold(answer_word(text))}


def choice_by_start(question: Question, text: str) -> Choice | None:
    """The only choice whose label or other word begins with the text: 「軽自動車」 for 「軽自動車税」."""
    said = plain(text)
    if len(said) < SHORTEST_START:
        return None
    fits = [
        choice
        for choice in question.choices
        if choice.kind == "answer"
        and any(fold(word).startswith(said) for word in (choice.label, *choice.words))
    ]
    return fits[0] if len(fits) == 1 else None


def choice_by_part(question: Question, text: str) -> Choice | None:
    """The only choice one of whose words the text is: 「木」 or 「木製」 for 「木・プラスチック製」, 「税のこと」 for 「税・支払い」.

    A label without its marks is one, too: "Tiep theo" for „Tiếp theo“.
    """
    said = _ABOUT.sub("", plain(text))
    fits = [
        choice
        for choice in question.choices
        if choice.kind == "answer"
        and (
            said == unmarked(fold(choice.label))
            or any(_is_part(said, part) for part in _PARTS.split(fold(choice.label)))
        )
    ]
    return fits[0] if len(fits) == 1 else None


def _is_part(said: str, part: str) -> bool:
    return bool(said) and (said == part or f"{said}製" == part or said == f"{part}製")
