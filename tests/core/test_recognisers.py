"""Recognisers nobody here wrote find what we write: every phone, link, mail and day of 1,200 generated notices.

Phones: libphonenumber's matcher. Links and mails: linkify-it. Days: dateparser. Calendar files: the package ``ics``.
Post codes and positions: parsers of this file alone, which know nothing of how they are written. Short numbers (119,
#7119) are no numbers to libphonenumber; they are counted and carried by call buttons. The same recognisers read the
hand-written events of real towns before and after checking, so that the gain is a number.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

import dateparser
import ics
import phonenumbers
import pytest
from linkify_it import LinkifyIt

from content import links
from content.cards import notice_messages
from content.catalogue import FieldSpec, notice_types
from content.fields.kinds import read, write
from content.fields.values import Days, Period, Phone, Position
from content.ics import calendar, moments
from content.normalise.checking import check
from content.notice import Notice, make
from content.standard import render
from tests.notices import LINKS, TOWN

TODAY = date(2026, 11, 23)
NOTICES = 1_200
CALENDARS = 300
"""Six of every type: the other calendar takes a tenth of a second for a file."""
_LINKIFY = LinkifyIt()
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日（.）")
_POSTCODE = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{4}(?![0-9-])")
_POINT = re.compile(r"(?<![0-9.])([0-9]{2}\.[0-9]+),([0-9]{3}\.[0-9]+)(?![0-9.])")
STAMP = datetime(2026, 11, 23, 6, tzinfo=UTC)


def phones_seen(text: str) -> set[str]:
    found = phonenumbers.PhoneNumberMatcher(text, "JP", leniency=phonenumbers.Leniency.POSSIBLE)
    return {phonenumbers.format_number(m.number, phonenumbers.PhoneNumberFormat.E164) for m in found}


def links_seen(text: str) -> set[str]:
    return {match.url.removeprefix("mailto:") for match in _LINKIFY.match(text) or ()}


@cache
def day_seen(words: str) -> date | None:
    found = dateparser.parse(words, languages=["ja", "en"], settings={"STRICT_PARSING": True})
    return found.date() if found else None


def points_seen(text: str) -> set[tuple[float, float]]:
    return {(float(north), float(east)) for north, east in _POINT.findall(text)}


def entries_seen(notice: Notice) -> list[tuple[date, str]]:
    """(first day, title) of each calendar entry, as another calendar reads the file."""
    file = calendar(
        notice, uid="x@kairan", sequence=1, url="https://kairan.shiono.example.jp/n/x", stamp=STAMP
    )
    return [(e.begin.date(), e.name) for e in ics.Calendar(file.decode()).events] if file else []


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
            short = rng.choice(("110", "118", "119", "188", "#7119", "#8000"))
            return (*numbers, *([Phone(short)] if rng.random() < 0.2 else []))
        case "url":
            return f"https://www.city.shiono.example.jp/{rng.choice(('event', 'kosodate/a-b', 'x.html?id=1&y=2'))}/{rng.randrange(999)}"
        case "postcode":
            return f"{rng.randrange(1000):03}-{rng.randrange(10_000):04}"
        case "coordinates":
            return Position(round(rng.uniform(24.5, 45.5), 6), round(rng.uniform(123.0, 145.9), 6))
        case "mail":
            return f"{rng.choice(('koho', 'gomi-genryo', 'b.c_d'))}@city.shiono.example.jp"
    return None


@dataclass(frozen=True)
class Seen:
    """What others find in one notice's standard text."""

    phones: set[str]
    links: set[str]
    days: set[date | None]
    postcodes: set[str]
    points: set[tuple[float, float]]
    dialled: str
    """The addresses of the card's buttons, joined."""

    def has(self, kind: str, part: object) -> Iterator[tuple[str, object, bool]]:
        """(what it is called in the table, the value, whether it is found) of one value of a field."""
        match part:
            case Phone() if part.is_short:
                yield "short number", part.number, links.tel_uri(part.number) in self.dialled
            case Phone():
                yield "phone", part.number, e164(part.number) in self.phones
            case Days() | Period():
                yield from (("day", day, day in self.days) for day in (part.first, part.last))
            case date():
                yield "day", part, part in self.days
            case Position():
                yield "position", part, (part.latitude, part.longitude) in self.points
            case str() if kind == "postcode":
                yield "post code", part, part in self.postcodes
            case str():
                yield kind, part, part in self.links


def _generated() -> Iterator[tuple[Notice, dict[FieldSpec, object | None]]]:
    """Notices of every type in turn, with the values their fields were written from."""
    rng = random.Random(20261123)
    types = sorted(notice_types().values(), key=lambda kind: kind.number)
    for number in range(NOTICES):
        kind = types[number % len(types)]
        values = {spec: _value(rng, spec) for spec in kind.fields}
        texts = {
            spec.label: write(spec.kind, v) if v is not None else spec.example for spec, v in values.items()
        }
        yield make(kind.id, texts), values


def _seen_in(notice: Notice) -> Seen:
    text = render(notice, TOWN)
    card = notice_messages(notice, LINKS, TOWN)[1]["contents"]
    return Seen(
        phones_seen(text),
        links_seen(text),
        {day_seen(words) for words in _DAY.findall(text)},
        set(_POSTCODE.findall(text)),
        points_seen(text),
        json.dumps(card),
    )


@pytest.mark.table
def test_every_field_we_write_is_found_by_others() -> None:
    meant, found, lost = Counter[str](), Counter[str](), list[str]()
    for notice, values in _generated():
        seen = _seen_in(notice)
        for spec, value in values.items():
            for part in value if isinstance(value, tuple) else (value,):
                for what, wanted, is_found in seen.has(spec.kind, part):
                    personal = notice.kind is not None and notice.kind.personal
                    if what == "short number" and personal:
                        continue  # A telling notice has one button only: the town's own number.
                    meant[what] += 1
                    found[what] += is_found
                    lost += [] if is_found else [f"{notice.type} {what} {wanted}"]
    print(f"\nfields of {NOTICES:,} generated notices, found by recognisers nobody here wrote")
    for what in sorted(meant):
        by = "by a button of its own" if what == "short number" else "found"
        print(f"{what:14}{meant[what]:8,} written {found[what]:8,} {by}")
    assert lost == []
    assert all(meant[what] > 20 for what in ("phone", "day", "url", "mail", "post code", "position"))
    assert meant["short number"] > 20


@pytest.mark.table
def test_every_calendar_file_is_read_by_another_calendar() -> None:
    files, entries = 0, 0
    for notice, _ in islice(_generated(), CALENDARS):
        wanted = [moment[0] for moment in moments(notice)]
        seen = entries_seen(notice)
        days = [start.date() if isinstance(start, datetime) else start for start in wanted]
        assert sorted(day for day, _ in seen) == sorted(days), notice
        assert all(name for _, name in seen)
        files += bool(seen)
        entries += len(seen)
    print(f"\n{files:,} calendar files with {entries:,} entries read by another calendar, all days the same")
    assert files > CALENDARS // 4


def test_short_numbers_are_what_calls_need_a_button_for() -> None:
    for number in ("110", "118", "119", "188", "#7119", "#8000"):
        (phone,) = read("phone", number, today=TODAY).value
        assert phone.is_short
        assert phones_seen(f"電話 {number} へ") == set()


@pytest.mark.table
@pytest.mark.real_data
def test_checking_makes_real_events_easier_to_read_for_machines() -> None:
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
