"""Recognisers nobody here wrote find what we write: every phone, link, mail and day of 1,200 generated notices.

Phones: libphonenumber's matcher. Links and mails: linkify-it. Days: dateparser. Short numbers (119, #7119) are no
numbers to libphonenumber; they are counted and carried by call buttons. The same recognisers read the hand-written
events of real towns before and after checking, so that the gain is a number.
"""

from __future__ import annotations

import csv
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import dateparser
import phonenumbers
import pytest
from linkify_it import LinkifyIt

from content.catalogue import FieldSpec, notice_types
from content.fields.kinds import read, write
from content.fields.values import Days, Period, Phone
from content.normalise.checking import check
from content.notice import make
from content.standard import render

TODAY = date(2026, 11, 23)
NOTICES = 1_200
_LINKIFY = LinkifyIt()
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日（.）")


def phones_seen(text: str) -> set[str]:
    found = phonenumbers.PhoneNumberMatcher(text, "JP", leniency=phonenumbers.Leniency.POSSIBLE)
    return {phonenumbers.format_number(m.number, phonenumbers.PhoneNumberFormat.E164) for m in found}


def links_seen(text: str) -> set[str]:
    return {match.url.removeprefix("mailto:") for match in _LINKIFY.match(text) or ()}


@cache
def day_seen(words: str) -> date | None:
    found = dateparser.parse(words, languages=["ja", "en"], settings={"STRICT_PARSING": True})
    return found.date() if found else None


def e164(number: str) -> str:
    return "+81" + number.replace("-", "").removeprefix("0")


def _value(rng: random.Random, spec: FieldSpec) -> object | None:
    day = TODAY + timedelta(days=rng.randrange(900))
    match spec.kind:
        case "date":
            return day
        case "dates":
            return (Days(day, day + timedelta(days=rng.choice((0, 0, 3, 40)))),)
        case "period":
            return Period(day, day + timedelta(days=rng.randrange(1, 60)))
        case "phone":
            area = rng.choice(("0889-00-", "03-5253-", "092-711-", "011-211-", "0772-62-", "050-3000-"))
            numbers = [Phone(f"{area}{rng.randrange(10_000):04}") for _ in range(rng.randrange(1, 3))]
            return (*numbers, *([Phone("#7119")] if rng.random() < 0.1 else []))
        case "url":
            return f"https://www.city.shiono.example.jp/{rng.choice(('event', 'kosodate/a-b', 'x.html?id=1&y=2'))}/{rng.randrange(999)}"
        case "mail":
            return f"{rng.choice(('koho', 'gomi-genryo', 'b.c_d'))}@city.shiono.example.jp"
    return None


def _generated() -> Iterator[tuple[str, Counter[str], Counter[str], list[str]]]:
    """(text, meant, seen, what was not seen) of each notice."""
    rng = random.Random(20261123)
    types = sorted(notice_types().values(), key=lambda kind: kind.number)
    for number in range(NOTICES):
        kind = types[number % len(types)]
        values = {spec: _value(rng, spec) for spec in kind.fields}
        texts = {
            spec.label: write(spec.kind, v) if v is not None else spec.example for spec, v in values.items()
        }
        text = render(make(kind.id, texts), "汐野市")
        meant, seen, missed = Counter[str](), Counter[str](), list[str]()
        phones, links, days = (
            phones_seen(text),
            links_seen(text),
            {day_seen(words) for words in _DAY.findall(text)},
        )
        for what, wanted, found in _wanted(values, phones, links, days):
            meant[what] += 1
            seen[what] += found
            if not found:
                missed.append(f"{what} {wanted}")
        yield text, meant, seen, missed


def _wanted(
    values: dict[FieldSpec, object | None], phones: set[str], links: set[str], days: set[date | None]
) -> Iterator[tuple[str, object, bool]]:
    for spec, value in values.items():
        for part in value if isinstance(value, tuple) else (value,):
            match part:
                case Phone():
                    yield (
                        ("short number", part.number, False)
                        if part.is_short
                        else ("phone", part.number, e164(part.number) in phones)
                    )
                case Days() | Period():
                    yield from (("day", day, day in days) for day in (part.first, part.last))
                case date():
                    yield "day", part, part in days
                case str():
                    yield spec.kind, part, part in links


def test_every_field_we_write_is_found_by_others(capsys: pytest.CaptureFixture[str]) -> None:
    meant, seen, missed = Counter[str](), Counter[str](), list[str]()
    for _, wanted, found, lost in _generated():
        meant += wanted
        seen += found
        missed += lost
    with capsys.disabled():
        print(f"\nfields of {NOTICES:,} generated notices, found by recognisers nobody here wrote")
        for what in sorted(meant):
            print(f"{what:14}{meant[what]:8,} written {seen[what]:8,} found")
    lost = [each for each in missed if not each.startswith("short number")]
    assert lost == []
    assert meant["phone"] > 500
    assert meant["day"] > 500
    assert meant["url"] > 500


def test_short_numbers_are_what_calls_need_a_button_for() -> None:
    for number in ("110", "118", "119", "188", "#7119", "#8000"):
        (phone,) = read("phone", number, today=TODAY).value
        assert phone.is_short
        assert phones_seen(f"電話 {number} へ") == set()


@pytest.mark.real_data
def test_checking_makes_real_events_easier_to_read_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    before, after, meant = Counter[str](), Counter[str](), Counter[str]()
    for text in _real_texts():
        checked = check(text)
        for rule, was, now in ((c.rule, c.from_, c.to) for c in checked.changes if c.rule == "date"):
            day = read("date", now.replace("・祝", ""), today=TODAY).value
            meant[rule] += 1
            before[rule] += day_seen(was) == day
            after[rule] += day_seen(now.replace("・祝", "")) == day
        for name, seen, wanted in (
            ("phone", phones_seen, {e164(number) for number in checked.found.phones}),
            ("link", links_seen, {*checked.found.urls, *checked.found.mails}),
        ):
            meant[name] += len(wanted)
            before[name] += len(wanted & seen(text))
            after[name] += len(wanted & seen(checked.text))
    with capsys.disabled():
        print("\nreal events of 18 towns, found by recognisers nobody here wrote")
        for what in sorted(meant):
            print(
                f"{what:8}{meant[what]:7,} there {before[what]:7,} found before checking {after[what]:7,} after"
            )
    assert after == meant
    assert sum(before.values()) < sum(after.values())


def _real_texts() -> Iterator[str]:
    folder = Path(os.environ["KAIRAN_REAL_DATA"]) / "events"
    for path in sorted(folder.glob("o1-*.csv")):
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True)):
            yield from (cell for cell in row.values() if isinstance(cell, str) and len(cell) > 5)
