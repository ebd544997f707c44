"""The staff inbox: handed over and given back, answered once, taken back, closed by silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from sqlalchemy import func, select

from app.audit import AuditRow
from app.conversations import actions as conversations
from app.conversations.effects import World
from app.conversations.models import Conversation, Event
from app.db import Sessions
from app.errors import Refused
from app.inbox import actions, queries, rules
from app.inbox.models import Line, Thread
from app.pushes.models import Push
from app.residents.models import Resident
from app.settings import Settings
from app.town.actions import folder_files
from app.town.rules import LoadedTown, read_pack
from tests import builders as given

TOWN: LoadedTown = read_pack(folder_files(Path(str(Settings.model_fields["town_dir"].default))))[0]
WORLD = World(town=TOWN, now=given.NOON, public_url="https://kairan.example.jp")
_ids = count(1)


@pytest.fixture
def person(db: Sessions) -> Resident:
    with db.begin() as session:
        return given.resident(session)


def happens(db: Sessions, person: Resident, now: datetime = given.NOON, **event: object) -> list[str]:
    """One webhook event through the whole turn; answers the first lines of what is replied."""
    number = next(_ids)
    body = {"replyToken": "0" * 32, "source": {"userId": person.line_user_id}, **event}
    with db.begin() as session:
        row = Event(
            webhook_event_id=f"E{number}", line_user_id=person.line_user_id, type=str(event["type"]),
            occurred_at=number * 10_000, body=orjson.dumps(body), received_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        mine = session.get_one(Resident, person.id)
        replies = conversations.take_turns(
            session, [row], {person.line_user_id: mine}, replace(WORLD, now=now)
        )
        assert row.state == "done", row.error
        said = [orjson.loads(reply.body)["messages"][0]["text"] for reply in replies]
    return [text.splitlines()[0] for text in said]


def says(db: Sessions, person: Resident, text: str, now: datetime = given.NOON) -> list[str]:
    message = {"type": "text", "text": text, "id": str(1000 + next(_ids))}
    return happens(db, person, now, type="message", message=message)


def connected(db: Sessions, person: Resident) -> None:
    for text in ("人", "ごみ", "つなぐ"):
        answer = says(db, person, text)
    assert answer == ["職員につなぎました。"]


def thread_of(db: Sessions) -> Thread:
    with db() as session:
        return session.scalars(select(Thread)).one()


def lines(db: Sessions) -> list[str]:
    with db() as session:
        return list(session.scalars(select(Line.text).order_by(Line.id)))


def test_what_is_written_goes_to_staff_until_they_close(db: Sessions, person: Resident) -> None:
    connected(db, person)
    assert says(db, person, "設定") == []
    assert says(db, person, "収集が来ません") == []
    assert lines(db) == ["設定", "収集が来ません"]
    with db.begin() as session:
        thread, by = session.scalars(select(Thread)).one(), given.staff(session)
        actions.reply(
            session, thread, "きょう行きます。", section="環境局 ごみ減量推進課", by=by, now=given.NOON
        )
        assert thread.waiting_since is None
        actions.close(session, thread, by=by, now=given.NOON)
    with db() as session:
        bodies = [
            orjson.loads(push.body)["messages"][0] for push in session.scalars(select(Push).order_by(Push.id))
        ]
        acts = session.scalars(
            select(AuditRow.action).where(AuditRow.action.startswith("inbox.")).order_by(AuditRow.id)
        ).all()
    assert bodies[0]["sender"] == {"name": "職員（環境局）"}
    assert bodies[0]["text"] == "きょう行きます。"
    assert bodies[1]["text"].startswith("職員とのトークは終わりました。")
    assert acts == ["inbox.hand_over", "inbox.reply", "inbox.close"]
    assert says(db, person, "設定") == ["いまの設定です。変えるものを えらんでください。"]


def test_whoever_leaves_is_answered_by_the_flows_and_the_open_question_stays(
    db: Sessions, person: Resident
) -> None:
    connected(db, person)
    says(db, person, "まだですか")
    assert says(db, person, "やめる")[0].startswith("職員とのトークを終わりました。")
    thread = thread_of(db)
    assert (thread.state, thread.live) == ("open", False)
    assert thread.waiting_since is not None
    connected(db, person)
    assert thread_of(db).live
    with db() as session:
        assert session.scalar(select(func.count()).select_from(Thread)) == 1


def test_whoever_leaves_without_a_word_leaves_nothing_open(db: Sessions, person: Resident) -> None:
    connected(db, person)
    says(db, person, "やめる")
    thread = thread_of(db)
    assert (thread.state, thread.closed_by) == ("closed", "resident")


def test_outside_the_hours_a_question_is_left(db: Sessions, person: Resident) -> None:
    night = given.NOON + timedelta(hours=8)
    says(db, person, "人", night)
    says(db, person, "5", night)
    says(db, person, "質問を残す", night)
    assert says(db, person, "窓口は土曜も開いていますか", night) == [
        "質問を受け取りました。職員が、このトークに返事します。"
    ]
    thread = thread_of(db)
    assert (thread.live, thread.section, lines(db)) == (False, "general", ["窓口は土曜も開いていますか"])
    assert says(db, person, "設定", night) == ["いまの設定です。変えるものを えらんでください。"]


def test_private_numbers_are_nowhere_in_the_database(db: Sessions, person: Resident) -> None:
    connected(db, person)
    says(db, person, "番号は1234-5678-9018です")
    assert lines(db) == ["番号は＊＊＊＊＊＊＊＊＊＊＊＊＊＊です"]
    with db() as session:
        kept = [event.body.decode() for event in session.scalars(select(Event))]
        states = [str(conversation.state) for conversation in session.scalars(select(Conversation))]
    assert not [text for text in kept + states if "1234-5678-9018" in text]


def test_a_message_taken_back_is_gone(db: Sessions, person: Resident) -> None:
    connected(db, person)
    happens(db, person, type="message", message={"type": "text", "text": "ひみつ", "id": "77"})
    happens(db, person, type="message", message={"type": "image", "id": "78"})
    for message_id in ("77", "78"):
        happens(db, person, type="unsend", unsend={"messageId": message_id})
    with db() as session:
        gone = session.scalars(select(Line).order_by(Line.id)).all()
        assert [(line.text, line.photo_id, line.taken_back) for line in gone] == [("", None, True)] * 2


HOURS = rules.Hours(frozenset(range(5)), time(8, 45), time(17, 15))


def _told(db: Sessions, now: datetime) -> list[tuple[int, str]]:
    """What the clock says to whom at this instant."""
    with db.begin() as session:
        last = session.scalar(select(func.max(Push.id))) or 0
        count = actions.tell_waiting(session, HOURS, now)
        new = session.scalars(select(Push).where(Push.id > last).order_by(Push.id)).all()
        assert len(new) == count and all(each.next_attempt_at == now for each in new)
        return [(each.resident_id, orjson.loads(each.body)["messages"][0]["text"]) for each in new]


def test_after_ten_minutes_whoever_waits_is_told_once_how_many_are_before(
    db: Sessions, person: Resident
) -> None:
    with db.begin() as session:
        other = given.resident(session)
    for minutes, each in enumerate((other, person)):
        connected(db, each)
        says(db, each, "もしもし", given.NOON + timedelta(minutes=minutes))
    assert _told(db, given.NOON + timedelta(minutes=9)) == []
    nine, later = given.NOON + timedelta(minutes=10), given.NOON + timedelta(minutes=11)
    assert _told(db, nine) == [(other.id, "順番に返事をしています。つぎがあなたの番です。")]
    assert _told(db, later) == [(person.id, "順番に返事をしています。あと1人です。")]
    assert _told(db, later + timedelta(minutes=30)) == []
    assert says(db, person, "まだですか", later + timedelta(minutes=30)) == []


def test_who_still_waits_when_staff_go_home_is_told_the_hours_once(db: Sessions, person: Resident) -> None:
    connected(db, person)
    evening = datetime(2026, 12, 1, 17, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
    says(db, person, "もしもし", evening)
    hours = "このトークの受付は時間外です。つぎは あした 12月2日（水） 8時45分 からです。"
    assert _told(db, evening + timedelta(minutes=5)) == [(person.id, hours)]
    assert _told(db, evening + timedelta(hours=1)) == []
    assert says(db, person, "もう帰りましたか", evening + timedelta(hours=1)) == [hours]
    morning = evening.replace(day=2, hour=8, minute=45)
    assert _told(db, morning) == []
    assert _told(db, morning + timedelta(minutes=10)) == [
        (person.id, "順番に返事をしています。つぎがあなたの番です。")
    ]


def test_who_writes_at_night_is_answered_and_not_woken(db: Sessions, person: Resident) -> None:
    connected(db, person)
    night = datetime(2026, 12, 1, 22, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    first, second = (says(db, person, "もしもし", night + timedelta(minutes=each)) for each in (0, 20))
    assert first == ["このトークの受付は時間外です。つぎは あした 12月2日（水） 8時45分 からです。"]
    assert second == []
    assert _told(db, night + timedelta(minutes=20)) == []


def test_silence_of_a_day_gives_the_resident_back(db: Sessions, person: Resident) -> None:
    connected(db, person)
    for hours, closed in ((23, 0), (25, 1), (26, 0)):
        with db.begin() as session:
            assert actions.close_silent(session, given.NOON + timedelta(hours=hours)) == closed
    assert thread_of(db).closed_by == "silence"


def test_what_staff_may_not_send(db: Sessions, person: Resident) -> None:
    connected(db, person)
    with db.begin() as session:
        thread, by = session.scalars(select(Thread)).one(), given.staff(session)
        for text, sentence in (
            ("", "書いて"),
            ("あ" * 1001, "1,000文字まで"),
            ("4111111111111111", "個人番号"),
        ):
            with pytest.raises(Refused, match=sentence):
                actions.reply(session, thread, text, section="", by=by, now=given.NOON)
        thread.resident.state = "blocked"
        with pytest.raises(Refused, match="ブロック"):
            actions.reply(session, thread, "はい", section="", by=by, now=given.NOON)
        actions.close(session, thread, by=by, now=given.NOON)
        with pytest.raises(Refused, match="もう終わって"):
            actions.close(session, thread, by=by, now=given.NOON)


def test_old_threads_are_forgotten_with_their_photos(db: Sessions, person: Resident) -> None:
    connected(db, person)
    happens(db, person, type="message", message={"type": "image", "id": "90"})
    with db.begin() as session:
        actions.close(session, session.scalars(select(Thread)).one(), by=given.staff(session), now=given.NOON)
    for days, left in ((29, 1), (31, 0)):
        with db.begin() as session:
            actions.forget_old(session, given.NOON + timedelta(days=days))
        with db() as session:
            assert len(queries.listing(session, "closed")) == left


HOURS = rules.Hours(frozenset(range(5)), time(8, 45), time(17, 15), frozenset({"12-29"}))
JAPAN = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-01 08:44", rules.Now(False, "", "きょう 12月1日（火） 8時45分")),
        ("2026-12-01 08:45", rules.Now(True, "17時15分")),
        ("2026-12-01 17:14", rules.Now(True, "17時15分")),
        ("2026-12-01 17:15", rules.Now(False, "", "あした 12月2日（水） 8時45分")),
        ("2026-12-04 18:00", rules.Now(False, "", "12月7日（月） 8時45分")),
        ("2026-12-28 18:00", rules.Now(False, "", "12月30日（水） 8時45分")),
    ],
)
def test_the_hours_of_the_chat(now: str, expected: rules.Now) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=JAPAN)
    assert rules.at_the_chat(HOURS, at, lambda _: False) == expected


def test_a_pack_without_sound_hours_promises_no_chat() -> None:
    good = {"days": "月火", "opens": "08:45", "closes": "17:15"}
    assert rules.read_hours({"chat": good}) is not None
    for change in ({"days": ""}, {"days": "X"}, {"opens": "8:45"}, {"closes": "08:00"}, {"opens": 9}):
        assert rules.read_hours({"chat": {**good, **change}}) is None
    assert rules.read_hours({}) is None
    assert rules.at_the_chat(None, datetime(2026, 12, 1, tzinfo=JAPAN), lambda _: False) == rules.Now()
