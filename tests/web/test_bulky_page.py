"""From the first word to the receipt with the real tables, and the page for name and address: once, half an hour, sealed."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from html import unescape
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.bulky.models import BulkyContact, BulkyOrder
from app.conversations import facts
from app.conversations.actions import keep, step_on
from app.conversations.effects import World, apply
from app.conversations.models import Conversation
from app.db import Sessions
from app.links.models import OneTimeLink
from app.parts import Parts
from app.pushes.models import Push
from app.residents.models import Resident
from app.settings import Settings
from app.town.queries import TownCache
from bot_flows.types import Incoming
from tests import builders as given
from tests.flows.bubbles import said_in
from tests.web.browser import MORNING, TOKEN, Browser, SetClock
from tests.web.inspect import problems_of

GOOD = {"name": "汐野 花子", "address": "1丁目2-3", "phone": "0889-00-2530"}
LINK = re.compile(r"http://127\.0\.0\.1:8000(/my/bulky/[A-Za-z0-9_-]{32})")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"field_keys": type(settings.field_keys)(base64.urlsafe_b64encode(b"k" * 32).decode())}
    )


@pytest.fixture
def resident(db: Sessions) -> Resident:
    with db.begin() as session:
        return given.resident(session, ward="中区", district="naka-01")


class Talking:
    """One resident at the phone, on the real tables."""

    def __init__(self, made_of: Parts, resident: Resident) -> None:
        self.made_of, self.id = made_of, resident.id
        self.town = TownCache(made_of.sessions).town()

    def says(self, *texts: str) -> str:
        said: Any = ()
        for text in texts:
            with self.made_of.sessions.begin() as session:
                resident = session.get_one(Resident, self.id)
                there = session.get(Conversation, self.id)
                state = facts.from_json(there.state if there else None)
                world = World(self.town, self.made_of.clock.now(), self.made_of.settings.public_base_url)
                turn = step_on(session, resident, state, Incoming("text", text), world)
                for effect in turn.effects:
                    apply(session, resident, effect, world)
                keep(session, self.id, there, turn.state, world.now)
                said = turn.messages
        return said_in(said) + str(orjson.dumps(said))


@pytest.fixture
def talk(made_of: Parts, resident: Resident) -> Talking:
    return Talking(made_of, resident)


TO_THE_PAGE = ("粗大ごみ", "1", "ソファ", "2", "1", "1", "1", "1", "1")


def send(browser: Browser, where: str, status: int, fields: dict[str, str]) -> TestResponse:
    """The form of the page that is open; one of its fields has the name of ``Browser.post``'s argument."""
    token = TOKEN.search(browser.page)
    answer = browser.client.post(where, data={"csrf_token": token[1] if token else "", **fields})
    assert answer.status_code == status, answer.text[:1000]
    assert problems_of(answer.text) == []
    browser.page = unescape(answer.text)
    return answer


def page_of(talk: Talking) -> str:
    found = LINK.search(talk.says(*TO_THE_PAGE))
    assert found
    return found[1]


def counted(db: Sessions, table: Any) -> int:
    with db() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_whole_way(talk: Talking, browser: Browser, db: Sessions) -> None:
    address = page_of(talk)
    assert "まだ届いていません" in talk.says("入力しました")
    address = LINK.search(talk.says("1"))[1]
    page = browser.get(address)
    assert (
        "収集する地区：中区駅前町" in page
        and "no-store" in browser.client.get(address).headers["Cache-Control"]
    )
    assert "保存しました" in send(browser, address, 200, GOOD).text
    with db() as session:
        push = session.scalars(select(Push)).one()
        body = push.body.decode()
        (contact,) = session.scalars(select(BulkyContact)).all()
    assert "5/6 合計 1,000円です。" in body, "the talk goes on by itself"
    assert "花子" not in body and "0889-00-2530" not in body
    assert "花子".encode() not in contact.sealed
    assert "受付番号は" in talk.says("2", "申し込む")
    with db() as session:
        order = session.scalars(select(BulkyOrder)).one()
        state = session.get_one(Conversation, talk.id).state
    assert (order.area, order.payment, order.total, order.contact_id) == ("naka", "sticker", 1000, contact.id)
    assert "花子" not in str(state)
    assert "取り消しますか" in talk.says("粗大ごみ", "3", "取り消す")
    assert "品物は出さないでください" in talk.says("はい")
    with db() as session:
        assert session.scalars(select(BulkyOrder.state)).one() == "cancelled"


def test_looking_changes_nothing_and_saving_works_once(talk: Talking, browser: Browser, db: Sessions) -> None:
    address = page_of(talk)
    for _ in range(3):
        browser.get(address)
    assert counted(db, BulkyContact) == 0
    page = browser.page
    send(browser, address, 200, GOOD)
    browser.page = page
    assert "このページは使えません" in send(browser, address, 410, GOOD).text
    browser.get(address, 410)
    assert (counted(db, BulkyContact), counted(db, Push)) == (1, 1)


def test_only_a_hash_is_kept_and_only_of_links_that_were_said(talk: Talking, db: Sessions) -> None:
    address = page_of(talk)
    with db() as session:
        (link,) = session.scalars(select(OneTimeLink)).all()
        states = str(session.scalars(select(Conversation.state)).all())
    token = address.rpartition("/")[2]
    assert token not in str(link.__dict__) and token not in states
    assert (link.purpose, link.expires_at - MORNING) == ("bulky", timedelta(minutes=30))


def test_half_an_hour_and_made_up_addresses(talk: Talking, browser: Browser, clock: SetClock) -> None:
    address = page_of(talk)
    clock.at = MORNING + timedelta(minutes=29)
    browser.get(address)
    clock.at = MORNING + timedelta(minutes=30)
    assert "このページは使えません" in browser.get(address, 410)
    for odd in ("x" * 32, "x", "%00", "あ"):
        browser.get(f"/my/bulky/{odd}", 410)


def test_bad_fields_are_named_beside_the_field(talk: Talking, browser: Browser, db: Sessions) -> None:
    address = page_of(talk)
    browser.get(address)
    page = send(browser, address, 422, {"name": "<b>汐野</b>", "address": "", "phone": "110"}).text
    assert "住所のつづきを書いてください" in page and "電話番号として読めません" in page
    assert "&lt;b&gt;汐野" in page and 'aria-invalid="true"' in page and 'href="#phone"' in page
    assert counted(db, BulkyContact) == 0
    send(browser, address, 200, GOOD)


def test_without_a_token_of_the_form_nothing_is_saved(talk: Talking, browser: Browser, db: Sessions) -> None:
    address = page_of(talk)
    browser.get(address)
    send(browser, address, 400, {**GOOD, "csrf_token": ""})
    assert counted(db, BulkyContact) == 0


def test_saved_while_the_talk_is_elsewhere(talk: Talking, browser: Browser, db: Sessions) -> None:
    address = page_of(talk)
    talk.says("設定")
    browser.get(address)
    send(browser, address, 200, GOOD)
    with db() as session:
        assert (
            "「つづき」と送ると、粗大ごみの申し込みにもどります。"
            in session.scalars(select(Push.body)).one().decode()
        )
    assert "5/6" in talk.says("つづき", "入力しました")


def test_without_keys_nothing_is_kept_in_the_clear(
    talk: Talking, browser: Browser, db: Sessions, made_of: Parts
) -> None:
    address = page_of(talk)
    bare = made_of.settings.model_copy(update={"field_keys": type(made_of.settings.field_keys)("")})
    object.__setattr__(browser.client.application.extensions["parts"], "settings", bare)
    browser.get(address)
    assert "0889-00-2530" in send(browser, address, 503, GOOD).text
    assert counted(db, BulkyContact) == 0


def test_the_calendar_file_names_a_day_and_nobody(browser: Browser) -> None:
    answer = browser.client.get("/b/2026-12-10.ics")
    assert (
        answer.status_code == 200 and b"20261210" in answer.data and "粗大ごみの収集".encode() in answer.data
    )
    for odd in ("2026-11-30", "2029-01-01", "x", "2026-13-01"):
        assert browser.client.get(f"/b/{odd}.ics").status_code == 404
