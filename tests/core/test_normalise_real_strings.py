"""What staff of real towns type, against a judgement written by hand for every string: 0 wrong values.

``tests/data/expected_strings.csv``: ``line`` of ``text/real_strings.csv`` (the header is line 1), ``kind``, and what a
reader understands there (several joined by ``|``), or ``leave``. The strings are cut from longer cells, so that many
end in the middle of a number: those are ``leave`` too.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from content.fields.kinds import read
from content.normalise.checking import check

pytestmark = pytest.mark.real_data
EXPECTED = Path(__file__).parent.parent / "data" / "expected_strings.csv"
FOUND = {"date": "dates", "time": "times", "phone": "phones", "money": "money", "address": "addresses", "url": "urls", "mail": "mails"}  # fmt: skip
FIELD = {"date": "dates", "time": "times"}
LEAVE = "leave"
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Row:
    line: int
    kind: str
    raw: str
    expected: str
    found: str
    field: str
    """What a field of this kind reads, as ``found`` writes it; LEAVE when it reads nothing."""

    @property
    def recognised(self) -> bool:
        return self.expected in (self.found, self.field)

    @property
    def wrong(self) -> bool:
        """Something was understood that is not there. An address may carry the building that follows it."""
        allowed = (self.expected, LEAVE)
        with_building = self.kind == "address" and (
            self.expected.startswith(self.found + " ") or self.field.startswith(self.expected + " ")
        )
        return not with_building and (self.found not in allowed or self.field not in allowed)


def rows() -> Iterator[Row]:
    path = Path(os.environ["KAIRAN_REAL_DATA"]) / "text" / "real_strings.csv"
    raw = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for each in csv.DictReader(EXPECTED.read_text("utf-8").splitlines()):
        text, kind = raw[int(each["line"]) - 2]["text"], each["kind"]
        found = getattr(check(text).found, FOUND[kind])
        reading = read(FIELD.get(kind, kind), text, today=TODAY)
        field = LEAVE
        if reading.value is not None:
            field = (
                reading.text
                if kind == "address"
                else "|".join(getattr(check(reading.text).found, FOUND[kind]))
            )
        yield Row(int(each["line"]), kind, text, each["expected"], "|".join(found) or LEAVE, field)


def test_every_real_string_is_judged_by_hand() -> None:
    path = Path(os.environ["KAIRAN_REAL_DATA"]) / "text" / "real_strings.csv"
    lines = {int(each["line"]) for each in csv.DictReader(EXPECTED.read_text("utf-8").splitlines())}
    assert lines == set(range(2, len(list(csv.reader(path.read_text("utf-8-sig").splitlines()))) + 1))


@pytest.mark.table
def test_no_wrong_value_and_hardly_anything_missed() -> None:
    judged = list(rows())
    table = Counter[tuple[str, str]]()
    for row in judged:
        table[row.kind, "rows"] += 1
        table[row.kind, "leave"] += row.expected == LEAVE
        table[row.kind, "meant"] += row.expected != LEAVE
        table[row.kind, "recognised"] += row.expected != LEAVE and row.recognised
        table[row.kind, "wrong"] += row.wrong
    _print(table, judged)
    assert [row for row in judged if row.wrong] == []
    meant = sum(table[kind, "meant"] for kind in FOUND)
    assert sum(table[kind, "recognised"] for kind in FOUND) >= 0.95 * meant


def _print(table: Counter[tuple[str, str]], judged: list[Row]) -> None:
    columns = ("rows", "leave", "meant", "recognised", "wrong")
    print("\nreal strings of towns, against a judgement by hand")
    print(f"{'kind':9}" + "".join(f"{column:>12}" for column in columns))
    for kind in FOUND:
        print(f"{kind:9}" + "".join(f"{table[kind, column]:12}" for column in columns))
    print(f"{'all':9}" + "".join(f"{sum(table[kind, column] for kind in FOUND):12}" for column in columns))
    why = Counter(_why(row) for row in judged if row.expected == LEAVE)
    print("left alone: " + ", ".join(f"{reason} {count}" for reason, count in why.most_common()))


def _why(row: Row) -> str:
    """The rule that says why, or that there is nothing of the kind."""
    rules = {problem.rule for problem in check(row.raw).problems}
    named = {
        "date": ("date-year",),
        "time": ("time-half", "time"),
        "phone": ("phone", "phone-area"),
        "url": ("url-japanese", "url-broken"),
    }
    return next((rule for rule in named.get(row.kind, ()) if rule in rules), f"no {row.kind} there")


def test_a_text_normalised_once_stays_as_it_is() -> None:
    for row in rows():
        once = check(row.raw)
        again = check(once.text)
        assert (again.text, again.found) == (once.text, once.found), row.raw


def test_odd_characters_of_real_data_are_kept_or_changed_by_a_named_rule() -> None:
    path = Path(os.environ["KAIRAN_REAL_DATA"]) / "text" / "odd_characters_in_real_data.csv"
    rules = {"halfwidth_kana": {"kana-width"}, "ambiguous_sign": {"wave", "address", "hyphen", "time"}}
    seen = 0
    for each in csv.DictReader(path.read_text("utf-8-sig").splitlines()):
        checked = check(each["context"])
        touching = [change for change in checked.changes if each["char"] in change.from_]
        allowed = rules.get(each["class"], set()) | {"machine-dependent", "space", "wave", "long-vowel"}
        assert {change.rule for change in touching} <= allowed, each
        assert touching or each["char"] in checked.text
        seen += 1
    assert seen >= 40
