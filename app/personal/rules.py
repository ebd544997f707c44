"""Which personal words are sound, and whether a notice's messages may hold them. Pure; every refusal names the place."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.errors import Refused
from bot_flows.private_numbers import hide
from content import holes, limits
from content.catalogue import NoticeType

LONGEST = 500
"""Characters of one value."""
MOST_PEOPLE = 1_000_000
_DIGITS = re.compile("[0-9０-９]{4}")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_LINK = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?/n/[A-Za-z0-9_-]{22,}")
"""At least 128 random bits, nothing personal in it (reliability §8)."""

Row = tuple[int, Sequence[str]]
"""Resident id, and their words in the order of the list's names."""


@dataclass
class Reading:
    """A list as it is read, one row after the other."""

    names: Sequence[str]
    people: int = 0
    longest: list[str] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        if not self.names:
            raise Refused("人ごとの値の列がありません。1行目に項目の名前を書いてください。")
        if unknown := [name for name in self.names if name not in holes.HOLES]:
            known = "、".join(name for name, tiers in holes.HOLES.items() if tiers)
            raise Refused(f"「{unknown[0][:20]}」は差し込めない項目です。使えるのは、{known}です。")
        if len(set(self.names)) < len(self.names):
            raise Refused("同じ名前の列が2つあります。列を1つにしてください。")
        self.longest = [""] * len(self.names)
        self.digest.update(orjson.dumps(list(self.names)))

    def checked(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, each looked at; Refused at the first that is not sound."""
        for self.people, (id_, words) in enumerate(rows, 1):
            if self.people > MOST_PEOPLE:
                raise Refused(f"一度に読めるのは{MOST_PEOPLE:,}人までです。分けてください。")
            if len(words) != len(self.names):
                raise Refused(
                    f"{self.people}人目：値が{len(words)}個あります。{len(self.names)}個にしてください。"
                )
            for place, text in enumerate(words):
                if reason := _wrong(self.names[place], text):
                    raise Refused(f"{self.people}人目の「{self.names[place]}」：{reason}")
                if len(text) > len(self.longest[place]) or not text.isascii():
                    self.longest[place] = max(self.longest[place], text, key=limits.utf16_len)
            self.digest.update(orjson.dumps((id_, words)))
            yield id_, words


def _wrong(name: str, text: str) -> str:
    if not text.strip():
        return "値がありません。"
    if len(text) > LONGEST:
        return f"{LONGEST}字までです。短くしてください。"
    if name == holes.LINK and not _LINK.fullmatch(text):
        return "案内ページのアドレスが正しくありません。"
    if not text.isalnum() and any(unicodedata.category(each) in _UNSEEN for each in text):
        return "見えない文字が入っています。消してください。"
    if _DIGITS.search(text) and name != holes.LINK and hide(text)[1]:
        return "個人番号やカード番号のような数字があります。消してください。"
    return ""


def refuse_misuse(messages: bytes, kind: NoticeType, names: Sequence[str]) -> None:
    """Holes the tier keeps out of LINE, in a wrong place, or without words: Refused, before anybody approves."""
    used = holes.names_in(messages)
    if kept_out := holes.forbidden(used, kind.tier):
        raise Refused(
            f"「{{{{{kept_out[0]}}}}}」は、「{kind.name}」ではLINEの本文に入れられません。ログインした後のページに書いてください。"
        )
    if wrong := holes.misplaced(orjson.loads(messages)):
        raise Refused(
            f"「{{{{{wrong[0].name}}}}}」は、文の中だけに書けます。ボタンやアドレスから消してください。"
        )
    if missing := [name for name in used if name not in names]:
        raise Refused(
            f"「{{{{{missing[0]}}}}}」の値がありません。一覧に「{missing[0]}」の列を足してください。"
        )
    if not used:
        raise Refused(
            "人ごとの値がありますが、文の中に差し込む所がありません。「{{会場}}」のように書いてください。"
        )


def longest_fits(messages: bytes, names: Sequence[str], longest: Sequence[str]) -> bool:
    """Whether even somebody with the longest words of every hole gets what LINE takes."""
    return not _problems(holes.template(messages, names).filled(longest))


def refuse_too_long(messages: bytes, names: Sequence[str], rows: Iterable[Row]) -> None:
    """Each person's own messages, one by one: asked only when the longest words together do not fit."""
    template = holes.template(messages, names)
    for id_, words in rows:
        if problems := _problems(template.filled(words)):
            raise Refused(
                f"住民番号{id_}の人の文が、LINEで送れる長さを超えます（{problems[0].path}）。文か値を短くしてください。"
            )


def _problems(messages: bytes) -> tuple[limits.LimitProblem, ...]:
    found: list[Mapping[str, Any]] = orjson.loads(messages)
    return limits.problems_in(found)
