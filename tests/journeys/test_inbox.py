"""A storm of webhooks, doubled and shuffled: every event has its effect once, and nobody waits for ever."""

from __future__ import annotations

import json
import random
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

from sqlalchemy import func, select

from app.conversations.models import Event, Quarantined
from app.line.signature import sign
from app.residents.models import Resident
from tests.journeys.product import Product, wait_for
from tests.sandbox import user

PEOPLE = range(1, 6)


def test_doubled_and_shuffled_events_have_one_effect_each(product: Product) -> None:
    product.line.options(duplicate_share=0.3, shuffle=True)
    chance = random.Random(5374)
    for number in PEOPLE:
        product.line.follow(user(number))
    for number in PEOPLE:
        product.line.says(user(number), "登録 GOMI-2")
    wait_for("the counters", lambda: answered(product) >= 2 * len(PEOPLE))
    for number in PEOPLE:
        product.line.says(user(number), "この内容でOK")
    wait_for("the answers", lambda: answered(product) >= 3 * len(PEOPLE))
    order = [number for number in PEOPLE for _ in range(4)]
    chance.shuffle(order)
    for number in order:
        product.line.says(user(number), "明日のごみ")
    wait_for("the inbox to be empty", lambda: waiting(product) == 0 and answered(product) >= 7 * len(PEOPLE))
    with product.db() as session:
        people = session.scalars(select(Resident)).all()
        odd = session.scalar(select(func.count()).select_from(Event).where(Event.state == "parked"))
    assert {(p.state, tuple(p.topics), p.source) for p in people} == {("friend", ("garbage",), "GOMI-2")}
    assert odd == 0
    replies = [len(product.line.inbox(user(number))) for number in PEOPLE]
    assert len(set(replies)) == 1


def test_a_block_is_honoured_and_an_older_follow_does_not_undo_it(product: Product) -> None:
    product.line.follow(user(1))
    product.line.block(user(1))
    wait_for("the block", lambda: state(product) == "blocked")
    before = len(product.line.inbox(user(1)))
    older = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp() * 1000)
    event = {
        "type": "follow",
        "mode": "active",
        "timestamp": older,
        "source": {"type": "user", "userId": user(1)},
        "webhookEventId": "01OLDFOLLOW00000000000000A",
        "deliveryContext": {"isRedelivery": True},
        "replyToken": "0" * 32,
        "follow": {"isUnblocked": False},
    }
    assert post(product, {"destination": product.line.bot_id, "events": [event]}) == 200
    wait_for("the old follow to be read", lambda: waiting(product) == 0)
    assert state(product) == "blocked"
    assert len(product.line.inbox(user(1))) == before


def test_forged_and_oversized_posts_are_turned_away(product: Product) -> None:
    good = {"destination": product.line.bot_id, "events": []}
    assert post(product, good) == 200
    assert post(product, good, secret="another") == 401
    assert announce(product, length=1024 * 1024 + 1) == 413
    assert post(product, {"destination": product.line.bot_id, "events": [None]}) == 200
    with product.db() as session:
        assert session.scalar(select(func.count()).select_from(Quarantined)) == 1
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def post(product: Product, body: dict[str, object], secret: str = "") -> int:
    """A webhook as LINE would post it, signed with the channel's secret unless another is given."""
    raw = json.dumps(body).encode()
    signature = sign(raw, secret or product.line.secret)
    headers = {"X-Line-Signature": signature, "Content-Type": "application/json"}
    with closing(HTTPConnection("127.0.0.1", product.port, timeout=10)) as connection:
        connection.request("POST", "/line/webhook", raw, headers)
        return connection.getresponse().status


def announce(product: Product, length: int) -> int:
    """The answer to the head of a post alone: a body too large is refused before a byte of it is read."""
    with closing(HTTPConnection("127.0.0.1", product.port, timeout=10)) as connection:
        connection.putrequest("POST", "/line/webhook")
        connection.putheader("Content-Length", str(length))
        connection.endheaders()
        return connection.getresponse().status


def state(product: Product) -> str:
    with product.db() as session:
        return session.scalar(select(Resident.state)) or ""


def waiting(product: Product) -> int:
    with product.db() as session:
        return session.scalar(select(func.count()).select_from(Event).where(Event.state == "new")) or 0


def answered(product: Product) -> int:
    with product.db() as session:
        return (
            session.scalar(select(func.count()).select_from(Event).where(Event.replied_at.is_not(None))) or 0
        )


def test_a_family_from_the_checkup_sees_its_own_tab_first_until_it_deletes_everything(
    product: Product,
) -> None:
    product.run("-m", "app.cli.main", "menu", "publish")
    product.line.follow(user(1))
    product.line.says(user(1), "登録 KENSHIN-1")
    product.line.says(user(1), "この内容でOK")
    path = f"/v2/bot/user/{user(1)}/richmenu"
    token = {"Authorization": f"Bearer {product.line.token}"}
    wait_for("the link", lambda: product.line.call("GET", path, **token)[0] == 200)
    linked = product.line.call("GET", path, **token)[1]["richMenuId"]
    alias = product.line.call("GET", "/v2/bot/richmenu/alias/family", **token)[1]
    assert linked == alias["richMenuId"]
    for text in ("データを消す", "1", "消す"):
        product.line.says(user(1), text)
    wait_for("LINE to forget it", lambda: product.line.call("GET", path, **token)[0] == 404)
