"""Monday's digest: each notice once per person, one text for who reads the same, nothing when there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.attention.rules import USUAL, Ceilings
from app.claiming import actions as claiming
from app.db import Sessions
from app.delivery.models import Exclusion
from app.digests import actions, rules
from app.digests.models import Digest
from app.notices.models import Notice
from app.pushes import actions as pushes
from app.release import actions as release
from app.residents.models import Resident
from tests import builders as given
from tests.db.ledger import OK, tell
from tests.db.test_attention import send, set_for, sums, under_way
from tests.db.test_reminders import town

NOON = given.NOON
MONDAY = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
"""10:00 in Japan, after the Tuesday of ``NOON``."""
MINUTE = timedelta(minutes=1)
BASE = "https://kairan.example.jp"


@pytest.fixture
def crowd(db: Sessions) -> list[int]:
    """Ten people; the first four gather, the fourth chose another topic."""
    with db.begin() as session:
        ids = given.residents(session, 10)
    set_for(db, ids[:4], digest=True)
    set_for(db, ids[3:4], topics=["news"])
    return ids


def gather(db: Sessions, now: datetime = MONDAY) -> list[int]:
    with db.begin() as session:
        return actions.gather_due(session, town(), BASE, now)


def goes_out(
    db: Sessions, notice_id: int, now: datetime = MONDAY, ceilings: Ceilings = claiming.UNLIMITED
) -> tuple[str, int]:
    """Send a digest; answers its text and to how many people it went."""
    with db.begin() as session:
        assert release.release(session, notice_id, now)
    with db.begin() as session:
        release.plan(session, notice_id, now)
    with db.begin() as session:
        claims = claiming.claim(session, notice_id, claiming.Sender("t", 50, 15, ceilings=ceilings), now)
    tell(db, notice_id, [(claim, OK) for claim in claims])
    return orjson.loads(claims[0].body)["messages"][0]["text"], sum(claim.size for claim in claims)


def sent(db: Sessions, *titles: str, people: int = 9, **changes: object) -> list[int]:
    """Ordinary notices of this week, sent to those who do not gather."""
    made = []
    for title in titles:
        notice_id = under_way(db, people)
        send(db, notice_id)
        with db.begin() as session:
            session.execute(
                update(Notice).where(Notice.id == notice_id).values(title=title, fields={}, **changes)
            )
        made.append(notice_id)
    return made


def test_who_gathers_reads_title_and_page_of_everything_on_monday(db: Sessions, crowd: list[int]) -> None:
    concert, market = sent(db, "秋の音楽会", "朝市")
    [digest] = gather(db)
    text, people = goes_out(db, digest)
    with db() as session:
        tokens = [session.get_one(Notice, each).token for each in (concert, market)]
        notice = session.get_one(Notice, digest)
    assert people == 3
    assert text.splitlines()[:5] == [
        "お知らせのまとめ 12月7日（月） 2件",
        "1 秋の音楽会", f"{BASE}/n/{tokens[0]}", "2 朝市", f"{BASE}/n/{tokens[1]}",
    ]  # fmt: skip
    assert "「設定」" in text
    with db() as session:
        [message] = orjson.loads(session.get_one(Notice, digest).messages or b"")
    assert message["quickReply"]["items"][0]["action"]["data"] == "f=menu&a=stop"
    assert (notice.lane, notice.scheduled_at) == ("individual", MONDAY)
    assert sums(db, digest) == ({"accepted": 3}, {}, True)


def test_each_monday_once_and_each_notice_once(db: Sessions, crowd: list[int]) -> None:
    sent(db, "朝市")
    assert len(gather(db)) == 1
    assert gather(db, MONDAY + timedelta(seconds=5)) == [], "two clocks"
    assert gather(db, MONDAY + timedelta(days=7)) == [], "told already"
    with db() as session:
        days = session.scalars(select(Digest).order_by(Digest.day)).all()
    assert [(each.notices, each.people) for each in days] == [(1, 3), (0, 0)]


def test_people_who_read_the_same_are_one_notice(db: Sessions, crowd: list[int]) -> None:
    first = sent(db, "朝市")
    with db.begin() as session:
        session.add_all(
            Exclusion(notice_id=first[0], resident_id=id_, reason="ceiling", at=NOON) for id_ in crowd[4:6]
        )
    assert [goes_out(db, each)[1] for each in gather(db)] == [5]


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": MONDAY - timedelta(hours=1), "expires_at": NOON + timedelta(hours=1)},
        {"fields": {"イベント名": "x", "開催日": "2026年12月6日（日）"}},
    ],
    ids=["not true any more", "over"],
)
def test_what_is_over_is_left_out_and_nothing_makes_no_message(
    db: Sessions, crowd: list[int], changes: dict[str, object]
) -> None:
    [gone] = sent(db, "朝市")
    with db.begin() as session:
        session.execute(update(Notice).where(Notice.id == gone).values(**changes))
    assert gather(db) == []


def test_a_replaced_notice_is_left_out(db: Sessions, crowd: list[int]) -> None:
    old, new = sent(db, "朝市", "朝市（訂正）")
    with db.begin() as session:
        session.execute(update(Notice).where(Notice.id == new).values(supersedes_id=old))
    [digest] = gather(db)
    assert goes_out(db, digest)[0].splitlines()[:2] == [
        "お知らせのまとめ 12月7日（月） 1件",
        "1 朝市（訂正）",
    ]


def test_who_stopped_since_is_not_told(db: Sessions, crowd: list[int]) -> None:
    sent(db, "朝市")
    set_for(db, crowd[:1], stopped="ordinary")
    [digest] = gather(db)
    assert goes_out(db, digest)[1] == 2


def capped(db: Sessions, notice_id: int, people: list[int]) -> None:
    with db.begin() as session:
        session.add_all(
            Exclusion(notice_id=notice_id, resident_id=id_, reason="cap", at=NOON) for id_ in people
        )


def test_what_the_cap_held_back_is_told_once_and_of_copies_the_last(db: Sessions, crowd: list[int]) -> None:
    """Repeats only: a reminder was for its evening."""
    first, second, third, reminder = sent(db, "朝市", "朝市", "献血", "明日は燃えるごみ")
    with db.begin() as session:
        session.execute(update(Notice).where(Notice.id != reminder).values(repeat_of_id=first))
        session.execute(update(Notice).where(Notice.id == third).values(repeat_of_id=third))
        session.execute(update(Notice).where(Notice.id == reminder).values(origin="reminder"))
        session.execute(delete(Exclusion))
    for each in (first, second, third, reminder):
        capped(db, each, crowd[5:7])
    [digest] = gather(db)
    text, people = goes_out(db, digest)
    with db() as session:
        token = session.get_one(Notice, second).token
    assert (text.splitlines()[0], people) == ("お知らせのまとめ 12月7日（月） 2件", 2)
    assert text.splitlines()[1:3] == ["1 朝市", f"{BASE}/n/{token}"]
    assert gather(db, MONDAY + timedelta(days=7)) == [], "nor the older copy a week later"


def test_whom_the_cap_keeps_from_a_digest_hears_of_it_in_the_next(db: Sessions, crowd: list[int]) -> None:
    sent(db, "朝市")
    [digest] = gather(db)
    for _ in range(3):
        with db.begin() as session:
            reader = session.get_one(Resident, crowd[0])
            pushes.add(session, reader, [], subject="bulky:1", now=MONDAY - MINUTE, why="automatic")
        with db.begin() as session:
            [claim] = pushes.claim(session, MONDAY - MINUTE, 1).claims
        with db.begin() as session:
            pushes.record(session, claim, OK, MONDAY - MINUTE)
    assert goes_out(db, digest, ceilings=USUAL)[1] == 2
    assert sums(db, digest) == ({"accepted": 2}, {"cap": 1}, True)
    [following] = gather(db, MONDAY + timedelta(days=7))
    text, people = goes_out(db, following, MONDAY + timedelta(days=7))
    assert (text.splitlines()[1], people) == ("1 朝市", 1)


def test_it_is_due_on_monday_from_ten_to_the_evening() -> None:
    assert rules.due(MONDAY) and rules.due(MONDAY + timedelta(hours=9))
    assert not rules.due(MONDAY - timedelta(seconds=1)) and not rules.due(MONDAY + timedelta(hours=10))
    assert not rules.due(MONDAY + timedelta(days=1))
    late = MONDAY + timedelta(hours=3, seconds=12)
    assert rules.instant(MONDAY.date(), late) == late - timedelta(seconds=12)


def test_only_what_is_gathered_can_be_told_in_a_digest(db: Sessions, crowd: list[int]) -> None:
    [notice_id] = sent(db, "朝市")
    with pytest.raises(IntegrityError, match="told_in_a_digest"), db.begin() as session:
        session.add(
            Exclusion(notice_id=notice_id, resident_id=crowd[9], reason="blocked", at=NOON, told_by=notice_id)
        )


def test_twenty_long_titles_fit_one_bubble() -> None:
    item = rules.Item(1, "長" * 200, f"{BASE}/n/" + "x" * 22, "done", NOON, None, None, False)
    assert len(rules.text([item] * rules.MOST, MONDAY.date())) < 5000


def test_each_reads_it_in_the_language_chosen(db: Sessions, crowd: list[int]) -> None:
    """English for one, Japanese for a language nobody speaks (any more)."""
    sent(db, "秋の音楽会")
    with db.begin() as session:
        for id_, code in zip(crowd, ("en", "tlh"), strict=False):
            session.execute(update(Resident).where(Resident.id == id_).values(language=code))
    told = [goes_out(db, digest) for digest in gather(db)]
    assert sorted((text.splitlines()[0], people) for text, people in told) == [
        ("Notices, Mon 7 Dec: 1", 1),
        ("お知らせのまとめ 12月7日（月） 1件", 2),
    ]
    assert "\n1 「秋の音楽会」\n" in next(text for text, _ in told if text.startswith("Notices"))
    with db() as session:
        found = session.scalars(select(Notice).where(Notice.title.contains("まとめ"))).all()
    labels = {each.title: orjson.loads(each.messages or b"")[0]["quickReply"] for each in found}
    assert "Settings for this" in str(labels["お知らせのまとめ 12月7日（月）（English）"])
