"""How well free text is understood: share of questions whose first, or first three, meanings hold an expected one."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.settings import Settings
from app.town.actions import folder_files
from app.town.rules import LoadedTown, read_pack
from bot_flows.understanding import Understanding, understand

SEED = 20261123
SAME = (
    {"bulky", "bulky-how"}, {"pay", "tax-pay"}, {"map", "toilet", "aed"}, {"report", "road", "park"}, {"safety", "crime"},
    {"appliance", "テレビ", "冷蔵庫・冷凍庫", "洗濯機", "エアコン", "衣類乾燥機"}, {"computer", "パソコン", "ノートパソコン"},
)  # fmt: skip
"""Subjects that have an area or an entry as well as a question: both say the same first and lead to the same page or
section, so a resident is served by either (questions.toml says which subjects these are and leaves it to the counting).
Toilets and AEDs are kinds of the map, which a word of their own opens directly."""


@dataclass(frozen=True)
class Asked:
    text: str
    kind: str
    expects: frozenset[str]


@dataclass(frozen=True)
class Told:
    """One question with what was understood."""

    asked: Asked
    found: Understanding

    @property
    def names(self) -> list[str]:
        return [each.id for each in self.found.candidates]

    @property
    def is_first(self) -> bool:
        if not self.asked.expects:
            return not self.found.confident
        return self.names[:1] != [] and self.names[0] in self.asked.expects

    @property
    def is_among_three(self) -> bool:
        return self.is_first or not self.asked.expects.isdisjoint(self.names[:3])

    @property
    def is_wrong_and_sure(self) -> bool:
        return self.found.confident and not (set(self.names[:1]) & self.asked.expects)


@cache
def sample_town() -> LoadedTown:
    folder = Path(str(Settings.model_fields["town_dir"].default))
    return read_pack(folder_files(folder))[0]


def read(path: Path) -> list[Asked]:
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return [Asked(each["asks"], each["kind"], _with_the_same(each["expects"])) for each in listed]


def _with_the_same(expects: Sequence[str]) -> frozenset[str]:
    return frozenset(expects).union(*(group for group in SAME if not group.isdisjoint(expects)))


def unseen_half(asked: Sequence[Asked]) -> list[Asked]:
    """Half of the questions, the same half every time; the other half may be looked at."""
    mixed = sorted(asked, key=lambda each: each.text)
    random.Random(SEED).shuffle(mixed)
    return mixed[: len(mixed) // 2]


def told(asked: Sequence[Asked]) -> list[Told]:
    return [Told(each, understand(each.text, sample_town())) for each in asked]


def share(answers: Sequence[bool]) -> float:
    return sum(answers) / len(answers) if answers else 1.0


def table(answers: Sequence[Told]) -> str:
    """A line per kind: how many, top-1, top-3, wrong and sure."""
    lines = ["kind        n   top-1   top-3   wrong and sure"]
    for kind in [*sorted({each.asked.kind for each in answers}), "all"]:
        some = [each for each in answers if kind in (each.asked.kind, "all")]
        first, three = share([e.is_first for e in some]), share([e.is_among_three for e in some])
        sure = sum(e.is_wrong_and_sure for e in some)
        lines.append(f"{kind:<10}{len(some):>4}{first:>8.1%}{three:>8.1%}{sure:>5}")
    return "\n".join(lines)
