"""A database that is full says so to staff: a calm page, nothing changed, and everything works again afterwards."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select, text

from app.db import Sessions
from app.garbage.models import Override
from tests.web.browser import Browser

ADDRESS = "/console/collection-changes"
STOP = {"kind": "stopped", "day": "2026-12-03", "reason": "snow", "area": ["中区第1"]}
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON overrides FOR EACH ROW EXECUTE FUNCTION no_room();
"""
ROOM = "DROP TRIGGER full_disk ON overrides; DROP FUNCTION no_room()"


def test_a_full_disk_is_said_and_nothing_is_half_done(person: Callable[..., Browser], db: Sessions) -> None:
    sender = person("sakusei", "author")
    sender.get(ADDRESS)
    with db.begin() as session:
        session.execute(text(FULL))
    try:
        page = sender.post(ADDRESS, status=503, **STOP)
    finally:
        with db.begin() as session:
            session.execute(text(ROOM))
    assert "データベースの空き容量がなくなりました" in page.text and "何も変わっていません" in page.text
    with db() as session:
        assert session.scalar(select(func.count()).select_from(Override)) == 0
    sender.get(ADDRESS)
    assert "中止にしました" in sender.follow(sender.post(ADDRESS, **STOP))
