"""Naughty strings through everything pure: refused with a sentence or kept exactly, never a crash, never over a limit."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import orjson
import pytest

from content.cards import notice_messages
from content.fields.kinds import KINDS, LONGEST, read, write
from content.ics import calendar
from content.limits import problems_in
from content.normalise.checking import check
from content.notice import make, tidy
from content.standard import parse, render
from tests.naughty import ALL
from tests.notices import LINKS, TOWN, example

TODAY = date(2026, 11, 23)
IDS = [f"{name} {number}" for number, (name, _) in enumerate(ALL)]
STRINGS = pytest.mark.parametrize("text", [text for _, text in ALL], ids=IDS)


@STRINGS
def test_a_field_keeps_it_exactly_or_refuses_it_with_a_sentence(text: str) -> None:
    for kind in KINDS:
        reading = read(kind, text, today=TODAY)
        if reading.value is None:
            assert reading.problems or not text.strip() or not tidy(text), kind
            assert all("。" in problem.message for problem in reading.problems)
            assert reading.text in (text, ""), kind
        else:
            assert read(kind, write(kind, reading.value), today=TODAY).value == reading.value, kind
            assert reading.changes or reading.text in (text, tidy(text)), kind


@STRINGS
def test_the_checker_changes_nothing_it_does_not_name(text: str) -> None:
    checked = check(text)
    assert checked.changes or checked.text == text
    whole = text
    for change in sorted(checked.changes, key=lambda each: each.at, reverse=True):
        assert whole[change.at : change.at + len(change.from_)] == change.from_
        whole = whole[: change.at] + change.to + whole[change.at + len(change.from_) :]
    assert whole == checked.text


@STRINGS
def test_a_notice_with_it_is_written_read_back_and_fits_line(text: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        assert read("longtext", text, today=TODAY).problems, "half characters never become a field"
        return
    kept = tidy(text[:LONGEST])
    notice = make("event", {**example("event").fields, "イベント名": kept, "備考": kept})
    assert parse(render(notice, TOWN)).get("備考") == notice.get("備考")
    messages = notice_messages(notice, LINKS, TOWN)
    assert problems_in(messages) == ()
    assert orjson.loads(orjson.dumps(messages)) == messages
    assert calendar(
        notice, uid="x@kairan", sequence=1, url=LINKS.page, stamp=datetime(2026, 11, 23, tzinfo=UTC)
    )


def test_every_class_is_there() -> None:
    assert len(Counter(name for name, _ in ALL)) >= 20
    assert len(ALL) >= 150
