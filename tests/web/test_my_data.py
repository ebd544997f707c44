"""The page of a resident's own data: files for ten minutes, nothing personal on the page, nothing changed by looking."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, text

from app.bulky import actions as bulky
from app.conversations.mine import EVERYTHING
from app.db import Sessions
from app.links import rules as links
from app.mydata import actions
from app.photos import actions as photo_actions
from app.photos.rules import Clean
from app.reports import actions as reports
from app.residents.models import Resident
from bot_flows.bulky_facts import Booked, PlaceOrder
from bot_flows.damage_facts import FileReport
from tests import builders as given
from tests.photos import HERE, jpeg
from tests.web.browser import MORNING, Browser, SetClock
from tests.web.inspect import Page

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "＋1", "－1", "＠x")
DOCS = Path(__file__).parents[2] / "docs" / "my-data.md"


@pytest.fixture
def person(db: Sessions) -> Resident:
    with db.begin() as session:
        person = given.resident(
            session, born=[date(2026, 5, 1)], ward="中区", district="naka-01", topics=("garbage", "events")
        )
        person.children[0].done, person.children[0].stopped = ["vaccination:BCG"], True
        for number, words in enumerate(FORMULAS, 1001):
            asked = FileReport(number, "hole", (33.145, 133.605), "", "naka-01", (), words)
            reports.file(session, person, asked, MORNING)
        return person


@pytest.fixture
def token(db: Sessions, person: Resident) -> str:
    return issued(db, person)


def issued(db: Sessions, person: Resident) -> str:
    token = links.new_token()
    with db.begin() as session:
        actions.open_page(session, session.get_one(Resident, person.id), token, MORNING)
    return token


def test_the_page_offers_every_file_and_shows_nothing_personal(browser: Browser, token: str) -> None:
    page = browser.get(f"/my/{token}?openExternalBrowser=1")
    said = Page(page).text("main")
    for label in (
        "読みやすい形（HTML）",
        "ほかのサービスで使う形（JSON）",
        "ほかのサービスで使う形（CSV）",
        "予定（.ics）",
    ):
        assert label in said
    assert "このページは10:39まで使えます。" in said
    assert "ダウンロードしたデータは、ご自身で管理してください。" in said
    assert "家計簿や健康管理のアプリ" in said
    for personal in ("naka-01", "中区", "2026", "garbage", "R-1001"):
        assert personal not in page.partition("<main")[2]


def test_files_can_be_loaded_again_and_looking_changes_nothing(app: Flask, db: Sessions, token: str) -> None:
    def rows() -> list[int]:
        with db() as session:
            tables = session.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            ).all()
            return [session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables]

    before = rows()
    for _ in range(2):
        for kind in ("html", "json", "csv", "ics"):
            answer = app.test_client().get(f"/my/{token}/data.{kind}")
            assert answer.status_code == 200, kind
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
            assert "Set-Cookie" not in answer.headers
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert rows() == before


def test_the_pictures_can_be_had_and_are_in_the_list(
    app: Flask, db: Sessions, person: Resident, token: str
) -> None:
    """Also where the camera had been, which was kept when it was taken out of the picture."""
    client = app.test_client()
    assert client.get(f"/my/{token}/photos.zip").status_code == 404
    assert "photos.zip" not in client.get(f"/my/{token}").text
    folder = app.extensions["parts"].settings.photo_dir
    drawn = Clean(jpeg(), 640, 480, HERE)
    with db.begin() as session:
        photo_actions.expect(session, "M-1", person.id, MORNING)
        photo_actions.receive(session, "M-1", drawn, folder, MORNING)
    assert f'href="/my/{token}/photos.zip"' in client.get(f"/my/{token}").text
    [listed] = json.loads(client.get(f"/my/{token}/data.json").data)["photos"]
    answer = client.get(f"/my/{token}/photos.zip")
    assert answer.headers["Cache-Control"] == "no-store"
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == [listed["file"]]
        assert archive.read(listed["file"]) == drawn.data
    assert (listed["latitude"], listed["longitude"]) == HERE
    assert listed["file"] in client.get(f"/my/{token}/data.csv").data.decode()
    assert client.get(f"/my/{links.new_token()}/photos.zip").status_code == 404


def test_wrong_expired_and_replaced_links_look_the_same(
    app: Flask, db: Sessions, person: Resident, token: str, clock: SetClock
) -> None:
    second = issued(db, person)
    client = app.test_client()
    assert client.get(f"/my/{second}").status_code == 200
    wrong = (token, links.new_token(), "a", "%00" * 32, "あ" * 32, second + "/data.json/..")
    answers = [client.get(f"/my/{each}") for each in wrong[:5]]
    answers += [client.get(f"/my/{each}/data.json") for each in wrong[:5]]
    clock.at = MORNING + links.LIFE
    answers += [client.get(f"/my/{second}"), client.get(f"/my/{second}/data.csv")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"nonce[^ >]*", "", answer.text) for answer in answers}) == 1
    assert "「データ」と送る" in answers[0].text
    assert client.get(f"/my/{second}/data.exe").status_code == 404


@pytest.mark.parametrize("page", ["/my/{}", "/my/bulky/{}"])
def test_a_page_that_is_over_is_read_in_the_language_of_its_link(app: Flask, page: str) -> None:
    client, path = app.test_client(), page.format(links.new_token())
    vietnamese = client.get(f"{path}?lang=vi", headers={"Accept-Language": "ja"}).text
    assert '<html lang="vi">' in vietnamese and "Trang này không dùng được nữa" in vietnamese
    assert "Trang này" in client.get(path, headers={"Accept-Language": "vi-VN,vi;q=0.9"}).text
    for odd in ("xx", "<b>", "ja"):
        assert "このページは使えません" in client.get(f"{path}?lang={odd}").text


def test_a_collection_day_has_its_name_in_the_language_of_its_link(app: Flask) -> None:
    file = app.test_client().get("/b/2026-12-17.ics?lang=en").data
    [event] = Calendar.from_ical(file).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith("Bulky garbage (")


def test_after_a_deletion_the_link_opens_nothing(
    app: Flask, db: Sessions, person: Resident, token: str
) -> None:
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        actions.erase(session, EVERYTHING, mine, actions.Erase("all", 999), now=MORNING)
    assert app.test_client().get(f"/my/{token}").status_code == 404


def test_the_json_has_every_key_of_the_manual(app: Flask, token: str) -> None:
    document = json.loads(app.test_client().get(f"/my/{token}/data.json").data)
    table = DOCS.read_text("utf-8").split("<!-- schema -->")[1].split("<!-- /schema -->")[0]
    described = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.M))
    assert set(document) == set(described)
    assert document["schema"] == "kairan-my-data/1"
    assert document["settings"]["district_name"] == "中区" + document["settings"]["district_name"][2:]
    assert document["children"] == [
        {"number": 1, "month": "2026-05", "expected": False, "done": ["vaccination:BCG"], "stopped": True}
    ]
    assert [each["words"] for each in document["reports"]] == list(FORMULAS)
    for key in ("settings", "attention", "reports", "children"):
        entry = document[key] if isinstance(document[key], dict) else document[key][0]
        assert set(entry) <= set(re.findall(r"`(\w+)`", described[key])), key


def test_the_json_holds_every_column_a_resident_chose(db: Sessions, app: Flask, token: str) -> None:
    """A new column of ``residents`` is exported, or named here with the reason why not."""
    not_theirs = {
        "id": "our number", "line_user_id": "LINE's name for the account", "state": "follows or not",
        "state_event_at": "order of events", "state_event_id": "order of events", "blocked_at": "follows or not",
        "gone_at": "follows or not",
        "created_at": "the same as followed_at",
    }  # fmt: skip
    names = {
        "reminder": "garbage_reminder",
        "reminder_at": "garbage_reminder_at",
        "setup_done_at": "set_up_at",
    }
    document = json.loads(app.test_client().get(f"/my/{token}/data.json").data)
    settings = document["settings"] | document["attention"]
    for column in Resident.__table__.columns:
        assert column.name in not_theirs or names.get(column.name, column.name) in settings, column.name


def test_no_cell_of_the_csv_is_a_formula(app: Flask, token: str) -> None:
    body = app.test_client().get(f"/my/{token}/data.csv").data
    assert body.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert header == ["分類", "番号", "日時", "項目", "内容"]
    words = [row[4] for row in rows if row[3] == "内容"]
    assert words == ["'" + formula for formula in FORMULAS]
    children = "お子さんの生年月と、受けたものの記録"
    assert [children, "1", "", "生年月", "2026-05"] in rows
    assert [children, "1", "", "受けたもの（ご自身の記録）", "BCG"] in rows


def test_the_calendar_has_the_collection_days_of_a_year(app: Flask, token: str) -> None:
    events = Calendar.from_ical(app.test_client().get(f"/my/{token}/data.ics").data).walk("VEVENT")
    assert len(events) > 50
    assert events[0]["DTSTART"].dt >= MORNING.date()
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_the_calendar_has_the_bulky_days_and_the_childrens_windows(
    app: Flask, db: Sessions, person: Resident, token: str
) -> None:
    day = date(2026, 12, 17)
    line = Booked("sofa/two", "ソファ（2人用以上）", 1, 1000)
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        mine.children[0].stopped = False
        book = app.extensions["towns"].town().bulky
        order = PlaceOrder(4821, (line,), "naka", "naka-01", day, "house", "sticker", held=False)
        bulky.place(session, mine, order, book, MORNING)
    events = Calendar.from_ical(app.test_client().get(f"/my/{token}/data.ics").data).walk("VEVENT")
    titles = {str(event["SUMMARY"]): event for event in events}
    assert titles["粗大ごみの収集（朝8時30分まで）"]["DTSTART"].dt == day
    assert "4821-" in titles["粗大ごみの収集（朝8時30分まで）"]["DESCRIPTION"]
    windows = [event for event in events if str(event["UID"]).startswith("child-1-202605-")]
    assert {str(event["DESCRIPTION"]) for event in windows} == {"1人目 2026年5月生まれ"}
    assert windows and not any("BCG" in str(event["SUMMARY"]) for event in windows)
    assert all(MORNING.date() <= event["DTSTART"].dt for event in windows)
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_without_a_district_there_is_no_calendar(browser: Browser, db: Sessions) -> None:
    with db.begin() as session:
        person = given.resident(session)
    token = issued(db, person)
    said = Page(browser.get(f"/my/{token}")).text("main")
    assert "予定（.ics）" not in said
    assert "予定は、地区を選ぶと保存できます。" in said
    assert browser.client.get(f"/my/{token}/data.ics").status_code == 404


def test_the_readable_file_says_it_all(browser: Browser, token: str) -> None:
    page = browser.get(f"/my/{token}/data.html")
    said = Page(page).text("main")
    for words in (
        "汐野市が持っているあなたのデータ",
        "ごみ、イベント",
        "2026-05",
        "R-1001",
        "道路の穴・段差",
        "＠x",
    ):
        assert words in said
    assert said.count("ありません。") >= 3


@pytest.mark.parametrize(
    ("language", "spoken"), [("ja", "ja"), ("ja-easy", "ja"), ("vi", "vi"), ("zh-Hans", "zh-Hans")]
)
def test_the_readable_file_is_read_aloud_in_its_own_language(
    app: Flask, db: Sessions, language: str, spoken: str
) -> None:
    with db.begin() as session:
        person = given.resident(session)
        person.language = language
    page = app.test_client().get(f"/my/{issued(db, person)}/data.html").text
    assert f'<html lang="{spoken}">' in page


def test_only_a_hash_of_the_token_is_kept(db: Sessions, token: str) -> None:
    with db() as session:
        for table in ("one_time_links", "audit", "conversations"):
            assert token not in str(session.execute(text(f"SELECT * FROM {table}")).all())
        assert session.scalar(select(Resident.id)) is not None
    assert links.LIFE.total_seconds() <= 600
