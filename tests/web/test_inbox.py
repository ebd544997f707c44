"""The staff inbox as staff use it: the queue, a talk, the reply with its key, passing on, giving back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from app.audit import AuditRow
from app.db import Sessions
from app.inbox import actions
from app.inbox.models import Thread
from app.pushes.models import Push
from bot_flows.person_facts import ToStaff
from tests import builders as given
from tests.web.browser import MORNING, Browser


@pytest.fixture
def clerk(person: Callable[..., Browser]) -> Browser:
    return person("madoguchi", "counter")


@pytest.fixture
def talk(db: Sessions) -> int:
    """Somebody with staff who has waited a quarter of an hour."""
    return opened(db, "収集が来ません <script>alert(1)</script>", minutes=15)


def opened(db: Sessions, text: str, minutes: int) -> int:
    at = MORNING - timedelta(minutes=minutes)
    with db.begin() as session:
        resident = given.resident(session, district="naka-01", ward="中区")
        thread = actions.hand_over(session, resident, "garbage", at)
        actions.receive(session, resident, ToStaff("garbage", text), at)
        return thread.id


def test_nobody_waits(clerk: Browser) -> None:
    page = clerk.get("/console/inbox")
    assert "待っている人はいません。" in page
    assert "返事待ち" not in page


def test_who_waits_longest_stands_first(clerk: Browser, db: Sessions, talk: int) -> None:
    longer = opened(db, "まだですか", minutes=61)
    page = clerk.get("/console/inbox")
    assert "返事を待っている人が2人います。" in page
    assert page.index(f"問い合わせ {longer}") < page.index(f"問い合わせ {talk}")
    assert "<strong>1時間以上</strong>" in page and "<strong>15分</strong>" in page
    assert "環境局 ごみ減量推進課" in page


def test_a_reply_is_stored_with_its_key_and_shown(clerk: Browser, db: Sessions, talk: int) -> None:
    page = clerk.get(f"/console/inbox/{talk}")
    assert "中区駅前町" in page and "トーク中" in page and "<dt>言葉</dt><dd>日本語</dd>" in page
    raw = clerk.client.get(f"/console/inbox/{talk}").text
    assert "&lt;script&gt;" in raw and "<script>alert" not in raw
    page = clerk.follow(clerk.post(f"/console/inbox/{talk}/reply", text="きょう行きます。"))
    assert "返事を送ります。" in page and "きょう行きます。" in page and "送信待ち" in page
    assert "madoguchiさまさん（職員）" in page
    with db() as session:
        push = session.scalars(select(Push)).one()
        assert push.state == "waiting" and push.retry_key and push.first_attempt_at is None
        assert orjson.loads(push.body)["messages"][0]["text"] == "きょう行きます。"
        by = session.scalars(select(AuditRow.by).where(AuditRow.action == "inbox.reply")).all()
    assert by == ["madoguchi"]
    assert "待っている人はいません。" in clerk.get("/console/inbox")


def test_a_refused_reply_keeps_what_was_typed(clerk: Browser, db: Sessions, talk: int) -> None:
    clerk.get(f"/console/inbox/{talk}")
    answer = clerk.post(f"/console/inbox/{talk}/reply", 422, text="番号は1234 5678 9018です")
    assert "個人番号やカード番号に見える数字があります" in answer.text
    assert "番号は1234 5678 9018です</textarea>" in answer.text
    with db() as session:
        assert session.scalars(select(Push)).all() == []


def test_passing_on(clerk: Browser, talk: int) -> None:
    clerk.get(f"/console/inbox/{talk}")
    page = clerk.follow(clerk.post(f"/console/inbox/{talk}/pass-on", section="tax"))
    assert "「税務局 納税課」に回しました。" in page
    assert "いまと同じ課です" in clerk.post(f"/console/inbox/{talk}/pass-on", 422, section="tax").text
    assert "課をえらんで" in clerk.post(f"/console/inbox/{talk}/pass-on", 422, section="nowhere").text


def test_closing_gives_the_resident_back(clerk: Browser, db: Sessions, talk: int) -> None:
    clerk.get(f"/console/inbox/{talk}")
    page = clerk.follow(clerk.post(f"/console/inbox/{talk}/close"))
    assert "住民は自動の案内にもどります。" in page and "返事を送る" not in page
    with db() as session:
        assert session.get_one(Thread, talk).state == "closed"
        [body] = [orjson.loads(push.body) for push in session.scalars(select(Push))]
    assert body["messages"][0]["quickReply"]["items"][0]["action"]["label"] == "まだ聞きたい"
    clerk.get(f"/console/inbox/{talk}")
    clerk.get("/console/inbox")
    assert f"問い合わせ {talk}" not in clerk.page
    assert f"問い合わせ {talk}" in clerk.get("/console/inbox?state=closed")
    clerk.get("/console/inbox?state=other", 404)


def test_two_at_once_the_second_is_told(clerk: Browser, person: Callable[..., Browser], talk: int) -> None:
    other = person("tonari", "counter")
    clerk.get(f"/console/inbox/{talk}")
    other.get(f"/console/inbox/{talk}")
    other.post(f"/console/inbox/{talk}/close")
    page = clerk.post(f"/console/inbox/{talk}/reply", 422, text="はい").text
    assert "もう終わっています" in page
