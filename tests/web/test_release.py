"""When it goes out, and how it is watched, held and stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db import Sessions
from app.delivery.models import Batch
from app.notices.models import Notice, TrackedLink
from app.release import actions as release_actions
from tests import builders as given
from tests.web.browser import Browser, SetClock

NOON = {"date": "2026-12-01", "time": "12:00", "people": "30"}


@pytest.fixture
def sender(person: Callable[..., Browser]) -> Browser:
    return person("sakusei", "author")


@pytest.fixture
def address(db: Sessions) -> str:
    """An approved notice for 30 people, at 10:30 in Japan."""
    with db.begin() as session:
        given.residents(session, 30)
        return f"/console/notices/{given.approved(session, people=30).id}"


def stored(db: Sessions) -> Notice:
    with db() as session:
        return session.scalars(select(Notice)).one()


@pytest.mark.parametrize("typed", ["30", "３０", "30人", " 30 "])
def test_the_number_typed_by_hand_schedules_it(
    sender: Browser, address: str, db: Sessions, typed: str
) -> None:
    page = sender.get(f"{address}/schedule")
    assert "30人への配信を予約する" in page
    page = sender.follow(sender.post(f"{address}/schedule", **(NOON | {"people": typed})))
    assert "12月1日（火）12:00に30人へ予約しました" in page
    notice = stored(db)
    assert (notice.state, notice.scheduled_at) == ("scheduled", given.NOON)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"people": "31"}, "人数がちがいます。いまの人数は 30人 です。"),
        ({"people": ""}, "人数を数字で入力してください"),
        ({"people": "三十"}, "人数を数字で入力してください"),
        ({"time": "10:30"}, "過ぎた時刻です"),
        ({"time": ""}, "送る日と時刻を入力してください"),
        ({"date": "あした"}, "送る日と時刻を入力してください"),
        ({"time": "21:00"}, "理由を書いてください"),
        ({"date": "2026-12-02", "time": "06:59"}, "理由を書いてください"),
        ({"date": "2027-03-15"}, "90日先まで"),
        ({"time": "12:00:30"}, "分まで"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sender: Browser, address: str, db: Sessions, changes: dict[str, str], sentence: str
) -> None:
    sender.get(f"{address}/schedule")
    typed = NOON | changes
    sender.post(f"{address}/schedule", 422, **typed)
    assert sentence in sender.page
    assert "まだ予約していません" in sender.page
    assert f'value="{typed["people"]}"' in sender.page
    assert stored(db).state == "approved"


def test_the_next_minute_is_early_enough_and_the_night_needs_a_reason(
    sender: Browser, address: str, db: Sessions
) -> None:
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", **(NOON | {"time": "10:31"}))
    assert stored(db).scheduled_at == datetime(2026, 12, 1, 1, 31, tzinfo=UTC)
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", **(NOON | {"time": "22:00", "reason": "断水が今夜始まるため。"}))
    assert stored(db).night_reason == "断水が今夜始まるため。"


def test_a_time_can_be_taken_back(sender: Browser, address: str, db: Sessions) -> None:
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", **NOON)
    sender.get(address)
    page = sender.follow(sender.post(f"{address}/unschedule"))
    assert "予約を取り消しました" in page
    assert (stored(db).state, stored(db).scheduled_at) == ("approved", None)


def test_a_failed_change_leaves_the_time_as_it_was(sender: Browser, address: str, db: Sessions) -> None:
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", **NOON)
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", 422, **(NOON | {"people": "1", "time": "13:00"}))
    assert (stored(db).state, stored(db).scheduled_at) == ("scheduled", given.NOON)


def test_a_notice_of_a_restored_copy_needs_one_tick_more(sender: Browser, address: str, db: Sessions) -> None:
    assert "バックアップから戻した" not in sender.get(f"{address}/schedule")
    with db.begin() as session:
        session.scalars(select(Notice)).one().restored_at = given.NOON
    assert "に、バックアップから戻したお知らせです" in sender.get(f"{address}/schedule")
    assert "確認の欄に印を付けてください" in sender.post(f"{address}/schedule", 422, **NOON).text
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", **NOON, sure="yes")
    assert (stored(db).state, stored(db).restored_at) == ("scheduled", None)


def test_without_approval_there_is_nothing_to_schedule(sender: Browser, address: str, db: Sessions) -> None:
    sender.get(f"{address}/audience")
    sender.post(f"{address}/audience", **{"row-0-kind": "topic", "row-0-value": "events", "act": "next"})
    assert "承認がまだです" in sender.get(f"{address}/schedule")
    sender.get("/console/words")
    sender.post(f"{address}/schedule", 422, **NOON)
    assert stored(db).state == "draft"


@pytest.fixture
def running(sender: Browser, address: str, db: Sessions, clock: SetClock) -> str:
    """The same notice, released: 30 people in one batch."""
    sender.get(f"{address}/schedule")
    sender.post(f"{address}/schedule", **NOON)
    clock.at = given.NOON
    sender.sign_in("sakusei")
    with db.begin() as session:
        number = session.scalars(select(Notice.id)).one()
        assert release_actions.release(session, number, clock.at)
        release_actions.plan(session, number, clock.at)
    return address


def figures(page: str) -> list[int]:
    """The counters of the page in order; the last one is the total."""
    return [int(part.partition("<")[0].replace(",", "")) for part in page.split("<dd>")[1:]]


def settle(db: Sessions, state: str) -> None:
    with db.begin() as session:
        batch = session.scalars(select(Batch)).one()
        batch.state, batch.first_attempt_at, batch.settled_at = state, given.NOON, given.NOON
        batch.retry_key, batch.body_hash = uuid4(), "0" * 64
        batch.line_request_id, batch.answer, batch.attempts = "request-1", "200", 1


@pytest.mark.parametrize("state", ["planned", "accepted", "unknown", "rejected", "quarantined"])
def test_the_numbers_add_up_to_everybody(sender: Browser, running: str, db: Sessions, state: str) -> None:
    if state != "planned":
        settle(db, state)
    for page in ("/progress", "/progress/live"):
        counted = figures(sender.get(running + page).partition("</dl>")[0])
        assert sum(counted[:-1]) == counted[-1] == 30


def test_accepted_is_not_called_read(sender: Browser, running: str, db: Sessions) -> None:
    settle(db, "accepted")
    page = sender.get(f"{running}/progress")
    assert "30人のうち 30人分をLINEが受理しました" in page
    assert "読んだかどうかは分かりません" in page
    assert "既読" not in page
    assert "到達" not in page


def test_the_ledger_shows_lines_own_number(sender: Browser, running: str, db: Sessions) -> None:
    settle(db, "accepted")
    page = sender.get(f"{running}/ledger")
    assert "request-1" in page
    assert "受理" in page


def test_pausing_asks_nothing_resuming_asks_once_and_stopping_asks_why(
    sender: Browser, running: str, db: Sessions
) -> None:
    sender.get(f"{running}/progress")
    assert "一時停止しました" in sender.follow(sender.post(f"{running}/pause"))
    assert stored(db).state == "paused"
    assert "印を付けてください" in sender.follow(sender.post(f"{running}/resume"))
    assert "再開しました" in sender.follow(sender.post(f"{running}/resume", sure="yes"))
    assert stored(db).state == "running"
    assert "中止する理由を入力してください" in sender.follow(sender.post(f"{running}/cancel", reason=""))
    page = sender.follow(sender.post(f"{running}/cancel", reason="会場が使えなくなったため。"))
    assert "送っていない人 30人" in page
    assert "会場が使えなくなったため。" in page
    assert stored(db).state == "cancelled"


def test_taps_of_few_people_are_not_told(sender: Browser, running: str, db: Sessions) -> None:
    with db.begin() as session:
        notice = session.scalars(select(Notice)).one()
        session.add(TrackedLink(id="abc", notice_id=notice.id, label="申し込む", url="https://x.example.jp/"))
    assert "0回" in sender.get(f"{running}/progress")
    with db.begin() as session:
        session.scalars(select(Notice)).one().recipients = 19
    assert "20人未満のため表示しません" in sender.get(f"{running}/progress")
