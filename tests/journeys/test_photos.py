"""Photos through the pretend LINE over HTTP: fetched once, cleaned, refused with a sentence."""

from __future__ import annotations

import base64
import io
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import create_engine

from app.db import make_sessions
from app.inbox import actions as inbox_actions
from app.parts import Parts
from app.photos import actions as photo_actions
from app.photos import rules
from app.photos.models import Photo
from app.reports import actions as report_actions
from app.residents.models import Resident
from bot_flows.damage_facts import FileReport
from bot_flows.person_facts import ToStaff
from tests import photos
from tests.journeys.pretend_line import NOW, texts
from tests.sandbox import SandboxServer, user
from tests.web.browser import SetClock
from worker import letters, runtime


def sent(line: SandboxServer, data: bytes) -> str:
    """A photo from the resident's phone; answers LINE's id of its message."""
    message = {"type": "image", "contentProvider": {"type": "line"}, "contentType": "image/jpeg"}
    event = line.sends(user(1), message, base64.b64encode(data).decode())["event"]
    return str(event["message"]["id"])


def filed(parts: Parts, person: Resident, *ids: str) -> None:
    report = FileReport(1001, "hole", (33.145, 133.605), "", "naka-01", ids, "")
    with parts.sessions.begin() as session:
        report_actions.file(session, session.get_one(Resident, person.id), report, NOW)


def photo(parts: Parts, message_id: str) -> Photo:
    with parts.sessions() as session:
        return session.get_one(Photo, message_id)


def test_a_photo_is_fetched_and_kept_without_its_position(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    sent_bytes = photos.jpeg()
    message_id = sent(line, sent_bytes)
    filed(parts, person, message_id)
    letters.fetch_photos()
    kept = photo(parts, message_id)
    assert (kept.state, kept.width, kept.height) == ("kept", 640, 480)
    assert (kept.latitude, kept.longitude) == pytest.approx(photos.HERE, abs=1e-6)
    folder = parts.settings.photo_dir
    [path] = folder.iterdir()
    assert path.name == kept.name
    assert (oct(folder.stat().st_mode & 0o777), oct(path.stat().st_mode & 0o777)) == ("0o700", "0o600")
    stored = path.read_bytes()
    assert photos.OWNER.encode() in sent_bytes and photos.OWNER.encode() not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert not picture.getexif()
    letters.fetch_photos()
    assert [each.name for each in folder.iterdir()] == [kept.name], "fetched once"


def test_a_photo_as_telephones_write_it_is_kept_as_a_jpeg(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    message_id = sent(line, photos.TURNED_HEIC)
    filed(parts, person, message_id)
    letters.fetch_photos()
    kept = photo(parts, message_id)
    assert (kept.state, kept.width, kept.height) == ("kept", 120, 160)
    assert (parts.settings.photo_dir / kept.name).read_bytes().startswith(b"\xff\xd8\xff")


def test_a_photo_that_cannot_be_kept_is_refused_with_a_sentence_once(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    message_id = sent(line, photos.HEIC)
    filed(parts, person, message_id)
    letters.fetch_photos()
    letters.send()
    assert photo(parts, message_id).state == "refused"
    [text] = texts(line)
    assert text.splitlines()[0] == "写真（HEIC）を開けませんでした。LINEのカメラで撮ると送れます。"
    assert "R-1001" in text
    letters.fetch_photos()
    letters.send()
    assert len(texts(line)) == 1
    assert not parts.settings.photo_dir.exists()


def test_a_photo_for_staff_is_refused_in_the_talk(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    message_id = sent(line, b"GIF89a" + bytes(40))
    with parts.sessions.begin() as session:
        mine = session.get_one(Resident, person.id)
        inbox_actions.receive(session, mine, ToStaff("general", "", "photo", message_id), NOW)
    letters.fetch_photos()
    letters.send()
    assert texts(line) == ["写真を開けませんでした。JPEGかPNGの写真を送ってください。"]


def test_an_unsent_photo_is_gone_before_and_after_fetching(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    early, late = sent(line, photos.jpeg()), sent(line, photos.jpeg())
    filed(parts, person, early, late)
    line.unsends(user(1), early)
    letters.fetch_photos()
    assert (photo(parts, early).state, photo(parts, late).state) == ("gone", "kept")
    with parts.sessions.begin() as session:
        photo_actions.take_back(session, late, person.id)
    [path] = parts.settings.photo_dir.iterdir()
    os.utime(path, (0, 0))
    with parts.sessions() as session:
        assert photo_actions.sweep(session, parts.settings.photo_dir) == 1
    assert photo(parts, late).latitude is None


def test_line_being_away_only_delays_a_photo(
    line: SandboxServer, parts: Parts, person: Resident, clock: SetClock
) -> None:
    message_id = sent(line, photos.jpeg())
    filed(parts, person, message_id)
    line.order("error", endpoint="content", status=500)
    letters.fetch_photos()
    assert photo(parts, message_id).state == "waiting"
    clock.at += timedelta(seconds=10)
    letters.fetch_photos()
    assert photo(parts, message_id).state == "kept"


def test_a_photo_may_take_longer_to_draw_than_a_transaction_may_stand_still(
    parts: Parts, person: Resident, line: SandboxServer, database_url: str
) -> None:
    message_id = sent(line, photos.jpeg(size=(4000, 3000)))
    filed(parts, person, message_id)
    hasty = create_engine(
        database_url, connect_args={"options": "-c idle_in_transaction_session_timeout=250"}
    )
    runtime.use(replace(parts, engine=hasty, sessions=make_sessions(hasty)))
    letters.fetch_photos()
    hasty.dispose()
    assert photo(parts, message_id).state == "kept"


def test_only_the_last_of_several_drawings_that_come_to_no_end_refuses_a_photo(
    parts: Parts, person: Resident
) -> None:
    filed(parts, person, "M1")
    ended, told = rules.NotYet("broken", rules.DRAWINGS), []
    for number in range(rules.DRAWINGS):
        at = NOW + timedelta(hours=number)
        with parts.sessions.begin() as session:
            assert photo_actions.claim(session, at, 1) == ["M1"]
            told.append(photo_actions.receive(session, "M1", ended, parts.settings.photo_dir, at))
    assert told == ["waiting"] * (rules.DRAWINGS - 1) + ["refused"]
    assert photo(parts, "M1").reason == "broken"
