"""The rows of the audience form, and the rule they stand for. Pure.

Within a row: any of its choices. Between rows: all of them. A row may exclude instead. A row with nothing chosen
means that nobody is reached, never everybody: whoever added it meant to narrow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Refused
from app.segments import rules
from app.segments.words import (
    All,
    AnyOf,
    ChildMonths,
    Everyone,
    HasTopic,
    InDistrict,
    InWard,
    Nobody,
    Not,
    Rule,
    Speaks,
)
from content.languages import languages

KINDS = {
    "topic": "知りたいこと",
    "place": "住んでいるところ",
    "child": "お子さんの年齢",
    "language": "読むことば",
    "everyone": "登録したすべての人",
}
MOST_ROWS = 12
LANGUAGES = {each.code: each.name for each in languages().values()}
_NAME = re.compile(r"row-(\d{1,2})-kind")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form. ``values`` are topic ids, ``ward:…`` / ``district:…``, languages; ``months`` as typed."""

    kind: str
    values: tuple[str, ...] = ()
    months: tuple[str, str] = ("", "")
    excludes: bool = False

    @property
    def is_empty(self) -> bool:
        if self.kind == "everyone":
            return False
        return self.months == ("", "") if self.kind == "child" else not self.values


def rows_in(form: Any) -> tuple[Row, ...]:
    """Read the rows of a posted form (a werkzeug MultiDict), in order."""
    numbers = sorted(int(found[1]) for name in form if (found := _NAME.fullmatch(name)))
    rows = []
    for number in numbers[:MOST_ROWS]:
        kind = form.get(f"row-{number}-kind")
        if kind not in KINDS:
            continue
        months = (_digits(form.get(f"row-{number}-from", "")), _digits(form.get(f"row-{number}-to", "")))
        rows.append(
            Row(
                kind=kind,
                values=tuple(form.getlist(f"row-{number}-value")),
                months=months if kind == "child" else ("", ""),
                excludes=form.get(f"row-{number}-excludes") == "yes",
            )
        )
    return tuple(rows)


def _digits(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()[:4]


def rule_of(rows: Sequence[Row]) -> Rule:
    """What the rows mean. Raises Refused with a sentence when a row cannot be read or says nothing."""
    if not rows:
        return Nobody()
    for number, row in enumerate(rows, start=1):
        if row.is_empty:
            raise Refused(
                f"{number}行目（{KINDS[row.kind]}）で何も選ばれていません。選ぶか、行を消してください。いまは0人です。"
            )
    if all(row.excludes for row in rows):
        raise Refused("除く人だけが選ばれています。届けたい人の行を足してください。いまは0人です。")
    parts = tuple(_part(row) for row in rows)
    return parts[0] if len(parts) == 1 else All(parts)


def _part(row: Row) -> Rule:
    leaves = _leaves(row)
    part = leaves[0] if len(leaves) == 1 else AnyOf(leaves)
    return Not(part) if row.excludes else part


def _leaves(row: Row) -> tuple[Rule, ...]:
    match row.kind:
        case "everyone":
            return (Everyone(),)
        case "topic":
            return tuple(HasTopic(value) for value in row.values)
        case "language":
            return tuple(Speaks(value) for value in row.values)
        case "place":
            return tuple(_place(value) for value in row.values)
        case _:
            return (_months(row.months),)


def _place(value: str) -> Rule:
    kind, _, name = value.partition(":")
    return InWard(name) if kind == "ward" else InDistrict(name)


def _months(typed: tuple[str, str]) -> Rule:
    first, last = typed
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise Refused("お子さんの年齢は、月の数を数字で入力してください。例：6 から 12 か月")
    return rules.from_json({"child_months": {"from": int(first), "to": int(last)}})


def rows_of(rule: Rule) -> tuple[Row, ...] | None:
    """The rows that stand for a rule: the inverse of ``rule_of``; None when rows cannot say it."""
    if rules.is_empty(rule):
        return ()
    parts = rule.parts if isinstance(rule, All) else (rule,)
    rows = [_row(part) for part in parts]
    return None if None in rows else tuple(row for row in rows if row is not None)


def _row(part: Rule) -> Row | None:
    excludes = isinstance(part, Not)
    inner = part.part if isinstance(part, Not) else part
    leaves = inner.parts if isinstance(inner, AnyOf) else (inner,)
    named = [_named(leaf) for leaf in leaves]
    kinds = {name[0] for name in named if name is not None}
    if None in named or len(kinds) != 1:
        return None
    kind = kinds.pop()
    if kind == "child":
        leaf = leaves[0]
        if len(leaves) > 1 or not isinstance(leaf, ChildMonths):
            return None
        return Row("child", months=(str(leaf.first), str(leaf.last)), excludes=excludes)
    values = tuple(name[1] for name in named if name is not None and name[1])
    return Row(kind, values=values, excludes=excludes)


def _named(leaf: Rule) -> tuple[str, str] | None:
    match leaf:
        case HasTopic(topic):
            return "topic", topic
        case InWard(ward):
            return "place", f"ward:{ward}"
        case InDistrict(district):
            return "place", f"district:{district}"
        case Speaks(language):
            return "language", language
        case ChildMonths():
            return "child", ""
        case Everyone():
            return "everyone", ""
        case _:
            return None


def is_known(rows: Sequence[Row], choices: Mapping[str, set[str]]) -> bool:
    """Whether every chosen value is one the form offered; a forged value is not a condition."""
    return all(value in choices.get(row.kind, set()) for row in rows for value in row.values)
