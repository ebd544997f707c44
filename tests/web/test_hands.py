"""Hands on a send, as staff use them: watch, pull, correct, postal list, certificate."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, update

from app.circuits import actions as circuits
from app.circuits.models import Silence
from app.circuits.rules import Heard
from app.console import progress
from app.db import Sessions
from app.delivery import queries
from app.delivery.actions import settle
from app.delivery.models import Batch, Exclusion, Pull
from app.notices.models import Notice
from app.residents.models import Resident
from tests import builders as given
from tests.db.ledger import OK, start, take, tell
from tests.web.browser import Browser, SetClock

NOON = given.NOON


@pytest.fixture
def sender(person: Callable[..., Browser]) -> Browser:
    return person("sakusei", "author")


def page_of(notice_id: int) -> str:
    return f"/console/notices/{notice_id}"


def test_the_schedule_form_keeps_watch_and_pace(sender: Browser, db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 30)
        notice_id = given.approved(session, people=30).id
    address = f"{page_of(notice_id)}/schedule"
    assert "最初の50人に送り、60秒ようすを見てから続ける" in sender.get(address)
    when = {"date": "2026-12-01", "time": "12:00", "people": "30"}
    sender.post(address, 422, **when, pace="1")
    sender.post(address, **when, watch="yes", pace="6000")
    with db() as session:
        notice = session.get_one(Notice, notice_id)
    assert (notice.watch_seconds, notice.people_per_minute) == (60, 6000)
    assert 'value="6000" selected' in sender.get(address)


def test_the_watch_is_told_and_ended(sender: Browser, db: Sessions, clock: SetClock) -> None:
    notice_id = start(db, 10)
    with db.begin() as session:
        until = clock.now() + timedelta(seconds=40)
        session.execute(update(Notice).values(watch_seconds=60, watch_until=until))
    [claim] = take(db, notice_id)
    told = sender.get(f"{page_of(notice_id)}/progress")
    assert "最初の0人に送りました。エラー0。40秒後に続けます" in told
    with db.begin() as session:
        settle(session.get_one(Batch, claim.batch_id), "unknown", "409", NOON)
    assert "最初の10人に送りました。エラー10。40秒後に続けます" in sender.get(
        f"{page_of(notice_id)}/progress"
    )
    page = sender.follow(sender.post(f"{page_of(notice_id)}/end-watch"))
    assert "続きを送り始めました" in page and "秒後に続けます" not in page
    assert "画面を開き直してください" in sender.follow(sender.post(f"{page_of(notice_id)}/end-watch"))


def test_the_pace_of_a_running_notice_is_changed_and_shown(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 10)
    assert "いまは「できるだけ早く」" in sender.get(f"{page_of(notice_id)}/progress")
    page = sender.follow(sender.post(f"{page_of(notice_id)}/pace", pace="1200"))
    assert "いまは「1分に1,200人まで」" in page
    assert "選び直して" in sender.follow(sender.post(f"{page_of(notice_id)}/pace", pace="7"))
    with db() as session:
        assert session.get_one(Notice, notice_id).people_per_minute == 1200


def test_people_are_pulled_by_number_and_the_page_says_how_many(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 10)
    sender.get(f"{page_of(notice_id)}/progress")
    with db() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
    page = sender.follow(
        sender.post(f"{page_of(notice_id)}/pull", names=f"{ids[0]}\r\n{ids[1]}\r\nだれか", reason="転出")
    )
    assert "2人を抜き取りました" in page and "見つからない番号：だれか" in page
    with db() as session:
        assert session.scalars(select(Pull.resident_id).order_by(Pull.resident_id)).all() == ids[:2]


def test_a_correction_is_a_draft_for_those_who_received_it(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 10)
    tell(db, notice_id, [(claim, OK) for claim in take(db, notice_id)])
    sender.get(f"{page_of(notice_id)}/progress")
    assert "【訂正】" in sender.follow(sender.post(f"{page_of(notice_id)}/correct"))
    with db() as session:
        draft = session.scalars(select(Notice).where(Notice.id != notice_id)).one()
        original = session.get_one(Notice, notice_id)
    assert (original.state, original.pause_reason) == ("paused", "correction"), (
        "nobody else gets it meanwhile"
    )
    assert (draft.state, draft.rule, draft.supersedes_id) == ("draft", {"received": notice_id}, notice_id)
    page = sender.follow(sender.client.get(f"{page_of(draft.id)}/audience"))
    assert "受け取った人だけに届きます" in page and f"お知らせ{notice_id}番を受け取った人" in page


def test_the_postal_list_names_who_was_not_reached_and_why(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 3)
    with db.begin() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        session.execute(update(Resident).where(Resident.id == ids[0]).values(state="blocked", ward="東区"))
    tell(db, notice_id, [(claim, OK) for claim in take(db, notice_id)])
    answer = sender.client.get(f"{page_of(notice_id)}/not-reached")
    assert answer.data.decode("utf-8-sig").splitlines() == [
        "住民番号,区,地区,届かなかった理由",
        f"{ids[0]},東区,,ブロック",
    ]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_who_was_set_aside_is_shown_as_unknown_and_never_as_not_reached(
    sender: Browser, db: Sessions
) -> None:
    """Their senders died three times in the middle: LINE may have all of them."""
    notice_id = start(db, 3)
    take(db, notice_id)
    with db.begin() as session:
        batch = session.scalars(select(Batch)).one()
        settle(batch, "quarantined", "3回続けて送信中に中断しました", NOON)
    page = sender.get(f"{page_of(notice_id)}/progress")
    assert "<div><dt>不明</dt><dd>3</dd></div>" in page and "<div><dt>送信エラー</dt><dd>0</dd></div>" in page
    assert "不明（送信が中断）" in sender.get(f"{page_of(notice_id)}/ledger")
    listed = sender.client.get(f"{page_of(notice_id)}/not-reached").data.decode("utf-8-sig")
    assert listed.count("届いたか分かりません") == 3


def test_a_sum_that_does_not_close_is_told_on_every_page_and_to_prometheus(
    sender: Browser, db: Sessions
) -> None:
    notice_id = start(db, 3)
    assert "合計が合いません" not in sender.get("/console/")
    with db.begin() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(sum_closes=False))
    assert f'人数の合計が合いません</h2><p>「<a href="/console/notices/{notice_id}/progress">' in sender.get(
        "/console/"
    )
    assert "kairan_open_sums 1.0" in sender.client.get("/metrics").text


def test_that_line_does_not_answer_is_told_on_every_page_and_to_prometheus(
    sender: Browser, db: Sessions
) -> None:
    assert "LINEが応答していません" not in sender.get("/console/")
    with db.begin() as session:
        circuits.tell(session, "multicast", Heard(False, 5), 30, NOON)
        session.execute(update(Silence).values(since=func.now() - timedelta(seconds=200)))
    assert "LINEが応答していません</h2><p>3分前から" in sender.get("/console/")
    told = sender.client.get("/metrics").text
    assert 'kairan_line_silent_seconds{endpoint="multicast"} 20' in told
    assert 'kairan_line_silent_seconds{endpoint="push"} 0.0' in told
    with db.begin() as session:
        circuits.tell(session, "multicast", Heard(True, 0), 30, NOON)
    assert "LINEが応答していません" not in sender.get("/console/")


def test_clocks_that_disagree_are_told_on_every_page(sender: Browser, clock: SetClock) -> None:
    assert "時計がずれています" not in sender.get("/console/")
    clock.wrong_by = timedelta(minutes=-10)
    assert "時計がずれています</h2><p>サーバーとデータベースの時計が約10分ずれています" in sender.get(
        "/console/"
    )


def test_how_full_the_queue_s_memory_is_is_told_to_prometheus(sender: Browser, redis: Redis) -> None:
    before = redis.config_get("maxmemory")["maxmemory"]
    redis.config_set("maxmemory", 2**26)
    try:
        told = sender.client.get("/metrics").text
        used = redis.info("memory")["used_memory"]
    finally:
        redis.config_set("maxmemory", before)
    share = float(re.findall(r"^kairan_queue_memory_share (.+)$", told, re.M)[0])
    assert share == pytest.approx(used / 2**26, rel=0.1)


def test_the_certificate_adds_up_and_carries_the_fingerprint(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 3)
    tell(db, notice_id, [(claim, OK) for claim in take(db, notice_id)])
    with db() as session:
        fingerprint = queries.fingerprint(session, notice_id)
    for _ in range(2):
        page = sender.get(f"{page_of(notice_id)}/certificate")
        assert "配信証明" in page and "合計は合っています" in page and fingerprint in page


def test_the_certificate_names_every_outcome_and_why(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 3)
    with db.begin() as session:
        session.execute(update(Resident).values(state="blocked"))
    take(db, notice_id)
    page = sender.get(f"{page_of(notice_id)}/certificate")
    assert "届かず（ブロック）" in page and "期限切れ" in page and "合計は合っています" in page


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"recipients": 4}, "合計が合っていません"),
        ({"plan_done": False}, "届ける人をまだ数えています"),
        ({"plan_done": True}, "まだ送信中の人がいます"),
    ],
)
def test_the_certificate_says_what_is_not_closed(
    sender: Browser, db: Sessions, changes: dict[str, object], verdict: str
) -> None:
    notice_id = start(db, 3)
    with db.begin() as session:
        session.execute(update(Notice).values(**changes))
    page = sender.get(f"{page_of(notice_id)}/certificate")
    assert verdict in page and "合計は合っています" not in page


def test_numbers_that_belong_together_are_of_one_moment(app: Flask, db: Sessions) -> None:
    """Between two questions a sender leaves people out; they would be counted twice."""
    notice_id = start(db, 40)
    with app.app_context(), progress.at_one_moment() as session:
        notice = session.get_one(Notice, notice_id)
        with db.begin() as other:
            other.execute(update(Resident).values(state="blocked"))
        take(db, notice_id)
        tally = queries.tally(session, notice)
    assert tally.adds_up and tally.open == 40
    with db() as session:
        assert queries.tally(session, session.get_one(Notice, notice_id)).excluded == 40


def test_who_read_of_it_in_a_digest_is_not_told_to_wait_for_one(sender: Browser, db: Sessions) -> None:
    notice_id = start(db, 1)
    with db.begin() as session:
        session.execute(update(Resident).values(digest=True))
    take(db, notice_id)
    address = f"{page_of(notice_id)}/not-reached"
    assert "月曜日に届く予定" in sender.client.get(address).data.decode("utf-8-sig")
    with db.begin() as session:
        session.execute(update(Exclusion).values(told_by=notice_id))
    assert "週1回のまとめで知らせました" in sender.client.get(address).data.decode("utf-8-sig")
