"""Damage reports as staff see them: the list with its promise, one with photos, a change that everybody hears of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit import AuditRow
from app.db import Sessions
from app.line.content import Content
from app.parts import Parts
from app.photos import actions as photo_actions
from app.photos.models import Photo
from app.pushes.models import Push
from app.reports import actions
from app.reports.models import Report
from app.settings import Settings
from bot_flows.damage_facts import FileReport
from tests import builders as given
from tests import photos
from tests.web.browser import MORNING, Browser, SetClock


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"photo_dir": tmp_path / "photos"})


@pytest.fixture
def clerk(person: Callable[..., Browser]) -> Browser:
    return person("madoguchi", "counter")


def filed(db: Sessions, number: int, *ids: str, at: datetime = MORNING, words: str = "") -> None:
    asked = FileReport(number, "hole", (33.145, 133.605), "", "naka-01", ids, words)
    with db.begin() as session:
        actions.file(session, given.resident(session), asked, at)


def test_no_report(clerk: Browser) -> None:
    assert "通報はありません。" in clerk.get("/console/reports")


def test_the_list_says_by_when_somebody_must_have_looked(
    clerk: Browser, db: Sessions, clock: SetClock
) -> None:
    filed(db, 1001, at=MORNING - timedelta(days=5))
    filed(db, 1002)
    page = clerk.get("/console/reports")
    assert page.index("R-1001") < page.index("R-1002")
    assert "<strong>超過</strong>" in page and "12月3日（木）まで" in page
    assert "中区駅前町" in page and "道路の穴・段差" in page
    assert "R-1002" not in clerk.get("/console/reports?state=done")
    clerk.get("/console/reports?state=other", 404)


def test_a_change_is_told_to_everybody_who_follows(clerk: Browser, db: Sessions) -> None:
    filed(db, 1001, words="深い <b>穴</b>")
    page = clerk.get("/console/reports/1001")
    assert "変えて、1人に知らせる" in page
    assert "&lt;b&gt;" in clerk.client.get("/console/reports/1001").text
    page = clerk.follow(clerk.post("/console/reports/1001", state="working", note="あした直します。"))
    assert "「対応中です」にしました。1人に知らせます。" in page
    with db() as session:
        assert session.get_one(Report, 1001).state == "working"
        assert session.scalars(select(Push.state)).all() == ["waiting"]
        row = session.scalars(select(AuditRow).where(AuditRow.action == "report.move")).one()
    assert (row.by, row.detail) == ("madoguchi", {"state": "working", "told": 1})


@pytest.mark.parametrize(
    ("state", "note", "sentence"),
    [
        ("received", "", "状態が変わっていません"),
        ("", "", "状態をえらんで"),
        ("done", "1234-5678-9018", "個人番号"),
    ],
)
def test_a_refused_change_changes_nothing(
    clerk: Browser, db: Sessions, state: str, note: str, sentence: str
) -> None:
    filed(db, 1001)
    clerk.get("/console/reports/1001")
    assert sentence in clerk.post("/console/reports/1001", 422, state=state, note=note).text
    with db() as session:
        assert session.scalars(select(Push)).all() == []


def keep(made_of: Parts, message_id: str, data: bytes) -> str:
    with made_of.sessions.begin() as session:
        drawn = photo_actions.draw(Content(200, data))
        return photo_actions.receive(session, message_id, drawn, made_of.settings.photo_dir, MORNING)


def test_a_photo_is_shown_to_staff_alone_and_never_as_a_page(
    clerk: Browser, person: Callable[..., Browser], browser: Browser, db: Sessions, made_of: Parts
) -> None:
    filed(db, 1001, "M1", "M2", "M3")
    assert keep(made_of, "M1", photos.jpeg()) == "kept"
    assert keep(made_of, "M2", photos.HEIC) == "refused"
    page = clerk.get("/console/reports/1001")
    assert 'src="/console/photos/M1"' in page and 'alt="通報の写真 1枚目"' in page
    assert "写真に書かれていた位置：33.14500,133.60500（写真からは消しました）" in page
    assert "HEIC形式のため" in page and "取り込み中です。" in page
    answer = clerk.client.get("/console/photos/M1")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert photos.OWNER.encode() not in answer.data and b"Exif" not in answer.data
    for missing in ("M2", "M3", "M9", "..%2f..%2fetc%2fpasswd"):
        assert clerk.client.get(f"/console/photos/{missing}").status_code == 404
    assert browser.client.get("/console/photos/M1").status_code == 303
    assert person("yomu", "viewer").client.get("/console/photos/M1").status_code == 403


def test_a_photo_taken_back_or_lost_is_not_shown(clerk: Browser, db: Sessions, made_of: Parts) -> None:
    filed(db, 1001, "M1", "M2")
    for message_id in ("M1", "M2"):
        keep(made_of, message_id, photos.jpeg())
    with db.begin() as session:
        report = session.get_one(Report, 1001)
        photo_actions.take_back(session, "M1", report.resident_id or 0)
        name = session.get_one(Photo, "M2").name
    (made_of.settings.photo_dir / name).unlink()
    for message_id in ("M1", "M2"):
        assert clerk.client.get(f"/console/photos/{message_id}").status_code == 404
    assert "住民が取り消したか" in clerk.get("/console/reports/1001")
