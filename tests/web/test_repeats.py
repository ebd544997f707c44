"""Repeats as staff make them: the dates are seen before anything is saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.audit import AuditRow
from app.db import Sessions
from app.notices.models import Notice
from app.repeats.models import Repeat
from tests import builders as given
from tests.web.browser import Browser

WEEKLY = {
    "kind": "weekly",
    "weekday": ["1", "4"],
    "at": "18:00",
    "first": "2026-12-01",
    "until": "2026-12-31",
}


@pytest.fixture
def sender(person: Callable[..., Browser]) -> Browser:
    return person("sakusei", "author")


@pytest.fixture
def address(db: Sessions) -> str:
    with db.begin() as session:
        given.residents(session, 5)
        return f"/console/notices/{given.approved(session, people=5).id}/repeat"


def test_the_dates_are_shown_first_and_then_saved(sender: Browser, address: str, db: Sessions) -> None:
    assert "くり返し送る" in sender.get(address.removesuffix("/repeat"))
    sender.get(address)
    answer = sender.post(address, 200, **WEEKLY, act="preview")
    page = answer.get_data(as_text=True)
    assert "これから9回送ります" in page
    assert "12月1日（火）18:00" in page and "12月4日（金）18:00" in page
    with db() as session:
        assert session.scalars(select(Repeat)).all() == []
    page = sender.follow(sender.post(address, **WEEKLY, act="save"))
    assert "毎週火・金曜日の18:00" in page and "次は 12月1日（火）18:00" in page
    with db() as session:
        assert session.scalars(select(Repeat)).one().state == "active"


def test_nothing_is_repeated_after_the_last_day_it_speaks_of(
    sender: Browser, address: str, db: Sessions
) -> None:
    with db.begin() as session:
        session.scalars(select(Notice)).one().fields = {
            "イベント名": "秋の音楽会",
            "開催日": "2026年12月10日",
        }
    sender.get(address)
    for act in ("preview", "save"):
        page = sender.post(address, 422, **WEEKLY, act=act).text
        assert "最後に送る日（12月29日）が、お知らせの最後の日（12月10日）より後です" in page
    within = WEEKLY | {"until": "2026-12-10"}
    assert "これから3回送ります" in sender.post(address, 200, **within, act="preview").text


def test_a_notice_of_a_restored_copy_needs_one_tick_more(sender: Browser, address: str, db: Sessions) -> None:
    sender.get(address)
    assert 'name="sure"' not in sender.post(address, 200, **WEEKLY, act="preview").text
    with db.begin() as session:
        session.scalars(select(Notice)).one().restored_at = given.NOON
    assert 'name="sure"' in sender.post(address, 200, **WEEKLY, act="preview").text
    assert "確認の欄に印を付けてください" in sender.post(address, 422, **WEEKLY, act="save").text
    sender.get(address)
    sender.post(address, **WEEKLY, act="save", sure="yes")
    with db() as session:
        assert session.scalars(select(Repeat)).one().notice.restored_at is None
        told = select(AuditRow.detail).where(AuditRow.action == "repeat.start")
        assert session.scalars(told).one() == {"though_perhaps_sent": "yes"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weekday": []}, "曜日を1つ以上"),
        ({"until": ""}, "読めません"),
        ({"excluded": "あした"}, "日付として読めません"),
        ({"kind": "dates", "dates": "2026-02-30"}, "という日はありません"),
        ({"at": "23:00"}, "7時から21時まで"),
    ],
)
def test_a_form_that_cannot_be_meant_says_why(
    sender: Browser, address: str, changes: dict[str, object], sentence: str
) -> None:
    sender.get(address)
    answer = sender.post(address, 422, **{**WEEKLY, **changes}, act="save")
    assert sentence in answer.get_data(as_text=True)


def test_a_repeat_is_stopped_and_ended_from_its_list(sender: Browser, address: str, db: Sessions) -> None:
    sender.get(address)
    sender.follow(sender.post(address, **WEEKLY, act="save"))
    with db() as session:
        one = f"/console/repeats/{session.scalars(select(Repeat.id)).one()}"
    assert "止めています" in sender.follow(sender.post(one, act="pause"))
    assert "動いています" in sender.follow(sender.post(one, act="resume"))
    assert "終わりました" in sender.follow(sender.post(one, act="end"))
    sender.post(one, 404, act="explode")
