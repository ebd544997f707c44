"""What anybody may open: a released notice as a page and a calendar file, and links that lead only where approved."""

from __future__ import annotations

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from app.db import Sessions
from app.notices.models import Notice, TrackedLink
from app.release import actions as release_actions
from tests import builders as given
from tests.web.browser import Browser
from tests.web.inspect import Page
from tests.web.writing import FIELDS

OTHERS = (
    "https://evil.example/", "//evil.example", "..%2F..%2Fetc", "abc/../def", "%00", "javascript:alert(1)",
    "?url=https://evil.example", "abc%0d%0aLocation:%20https://evil.example", "ABC", "ab", "abcd", "あ",
)  # fmt: skip


@pytest.fixture
def token(db: Sessions, app: Flask) -> str:
    """A released event notice with one tracked link ``abc``."""
    with db.begin() as session:
        given.residents(session, 30)
        notice = given.scheduled(session, people=30)
        release_actions.release(session, notice.id, given.NOON)
    with db.begin() as session:
        notice = session.scalars(select(Notice)).one()
        notice.fields = FIELDS
        session.add(
            TrackedLink(
                id="abc", notice_id=notice.id, label="申し込む", url="https://apply.shiono.example.jp/"
            )
        )
        return notice.token


def test_the_page_says_every_field(browser: Browser, token: str) -> None:
    said = Page(browser.get(f"/n/{token}")).text("main")
    for label, text in FIELDS.items():
        assert label in said
        assert text in said


def test_the_answer_comes_first(browser: Browser, token: str) -> None:
    said = Page(browser.get(f"/n/{token}")).text("main")
    assert said.index("「汐野みなと冬まつり」を2026年12月5日（土）に開きます。") < said.index("主催者")


def test_the_page_has_the_notices_buttons(browser: Browser, token: str) -> None:
    page = browser.get(f"/n/{token}")
    assert f'href="/n/{token}.ics?' in page
    assert 'href="tel:0889005126"' in page
    assert "https://www.google.com/maps/" in page
    assert "https://apply.shiono.example.jp/fuyu/" in page
    assert "https://pay.shiono.example.jp/fuyu/" in page


def test_it_can_be_kept_for_a_minute(app: Flask, token: str) -> None:
    headers = app.test_client().get(f"/n/{token}").headers
    assert headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in headers


def test_the_calendar_file_is_read_by_a_calendar(app: Flask, token: str, db: Sessions) -> None:
    answer = app.test_client().get(f"/n/{token}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert event["SUMMARY"] == FIELDS["イベント名"]
    assert event["DTSTART"].dt.isoformat() == "2026-12-05T10:00:00+09:00"
    again = Calendar.from_ical(app.test_client().get(f"/n/{token}.ics").data).walk("VEVENT")[0]
    assert event["UID"] == again["UID"]
    with db.begin() as session:
        session.scalars(select(Notice)).one().sequence += 1
    newer = Calendar.from_ical(app.test_client().get(f"/n/{token}.ics").data).walk("VEVENT")[0]
    assert newer["UID"] == event["UID"]
    assert newer["SEQUENCE"] == event["SEQUENCE"] + 1


@pytest.mark.parametrize("address", ["/n/{}", "/n/{}.ics"])
def test_what_is_not_released_does_not_exist(app: Flask, db: Sessions, address: str) -> None:
    with db.begin() as session:
        given.residents(session, 30)
        token = given.scheduled(session, people=30).token
    client = app.test_client()
    answer, nothing = client.get(address.format(token)), client.get(address.format("x" * 22))
    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert len(answer.data) == len(nothing.data)


def test_a_tracked_link_leads_to_its_stored_address_and_counts(app: Flask, token: str, db: Sessions) -> None:
    answer = app.test_client().get("/l/abc")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://apply.shiono.example.jp/")
    assert "Set-Cookie" not in answer.headers
    with db() as session:
        assert session.scalars(select(TrackedLink.taps)).one() == 1


@pytest.mark.parametrize("other", OTHERS)
def test_no_other_address_can_be_asked_for(app: Flask, token: str, other: str) -> None:
    answer = app.test_client().get(f"/l/{other}")
    assert answer.status_code in (404, 308)
    assert answer.headers.get("Location", "http://localhost/l/").startswith("http://localhost/l/")


def test_a_query_changes_no_destination(app: Flask, token: str) -> None:
    answer = app.test_client().get("/l/abc?url=https://evil.example/&next=//evil.example")
    assert answer.headers["Location"] == "https://apply.shiono.example.jp/"


def test_an_event_of_the_towns_list_goes_into_a_calendar(app: Flask) -> None:
    event = next(each for each in app.extensions["towns"].town().events if each.name == "汐野みなと冬まつり")
    answer = app.test_client().get(f"/e/{event.id}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    (entry,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert entry["SUMMARY"] == "汐野みなと冬まつり"
    assert entry["DTSTART"].dt.isoformat() == "2026-12-05T10:00:00+09:00"
    assert entry["UID"].startswith(event.id)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("other", ["nobody", "..%2Fx", "あ", "%00", ""])
def test_an_event_nobody_listed_does_not_exist(app: Flask, other: str) -> None:
    assert app.test_client().get(f"/e/{other}.ics").status_code == 404


def test_a_reader_of_another_language_is_told_so_and_led_to_easy_japanese(
    browser: Browser, token: str
) -> None:
    """Nothing is translated by machine: a line in the language asked for, and the same in easy Japanese."""
    plain = browser.get(f"/n/{token}")
    assert "अनुवाद" not in plain and f'href="/n/{token}/easy"' in plain
    for code, word in (("vi", "tiếng Nhật"), ("ne", "जापानी"), ("ko", "일본어"), ("zh-Hant", "日語")):
        page = browser.get(f"/n/{token}?lang={code}")
        assert f'lang="{code}"' in page and word in page.replace("日文", "日語")
    assert browser.get(f"/n/{token}?lang=%3Cscript%3E") == plain
    easy = Page(browser.get(f"/n/{token}/easy")).text("main")
    assert "（" in easy and "汐野みなと冬まつり" in easy and "【" in easy
