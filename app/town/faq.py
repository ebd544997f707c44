"""faq.toml and synonyms.toml of the town pack. Pure: bytes in, questions and words out, with every problem."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from app.errors import Problem
from bot_flows.asked import Faq
from bot_flows.vocabulary import Synonyms

FAQ, SYNONYMS = "faq.toml", "synonyms.toml"
LONGEST_ANSWER = 400


def _table(files: Mapping[str, bytes], name: str, problems: list[Problem]) -> Mapping[str, Any]:
    try:
        return tomllib.loads(files.get(name, b"").decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(name, None, "", "", f"読めません（{error}）。"))
        return {}


def read_faq(
    files: Mapping[str, bytes], sections: frozenset[str], problems: list[Problem]
) -> tuple[tuple[Faq, ...], dict[str, tuple[str, ...]]]:
    """The questions with an answer, and each one's further words by its id. A bad entry is named and left out."""
    entries: list[Faq] = []
    words: dict[str, tuple[str, ...]] = {}
    for at, each in enumerate(_table(files, FAQ, problems).get("faq", ()), start=1):
        fault = _fault(each, sections, words)
        if fault:
            problems.append(Problem(FAQ, at, fault[0], str(each)[:60], fault[1]))
            continue
        entries.append(
            Faq(
                each["id"],
                tuple(each["questions"]),
                each["answer"],
                each["section"],
                each.get("links", ""),
                tuple(map(str, each.get("pages", ()))),
            )
        )
        words[each["id"]] = tuple(each.get("words", ()))
    return tuple(entries), words


def _fault(each: object, sections: frozenset[str], known: Mapping[str, object]) -> tuple[str, str] | None:
    """The field at fault and what to do about it, None for a good entry."""
    if not isinstance(each, dict) or not isinstance(each.get("id"), str) or not each["id"]:
        return "id", "idを書いてください。"
    if each["id"] in known:
        return "id", "同じidがもうあります。"
    lists = (each.get("questions"), each.get("words", []))
    if not lists[0] or not all(
        isinstance(one, list) and all(isinstance(text, str) and text.strip() for text in one) for one in lists
    ):
        return "questions", "questionsとwordsは、言葉の並びで書いてください。"
    answer = each.get("answer")
    if not isinstance(answer, str) or not 0 < len(answer.strip()) <= LONGEST_ANSWER:
        return "answer", f"answerは1〜{LONGEST_ANSWER}文字で書いてください。"
    if each.get("section") not in sections:
        return "section", "town.tomlにある課のidを書いてください。"
    return None


def read_synonyms(files: Mapping[str, bytes], problems: list[Problem]) -> Synonyms:
    """Groups of words that mean the same, and phrases of menu areas; a file without either gives nothing."""
    table = _table(files, SYNONYMS, problems)
    groups, areas = table.get("groups", []), table.get("areas", {})
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        problems.append(Problem(SYNONYMS, None, "groups", "", "groupsは、空白で区切った言葉の並びです。"))
        groups = []
    if not isinstance(areas, dict) or not all(
        isinstance(said, list) and all(isinstance(one, str) for one in said) for said in areas.values()
    ):
        problems.append(Problem(SYNONYMS, None, "areas", "", "areasは、メニューの名前と言葉の並びです。"))
        areas = {}
    return Synonyms(tuple(tuple(group.split()) for group in groups), {k: tuple(v) for k, v in areas.items()})
