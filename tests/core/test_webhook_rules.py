"""What LINE posts, and what it never would: good events are read beside odd ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conversations import rules
from app.line.signature import is_genuine, sign

BOT = "U" + "b" * 32
USER = "U" + "a" * 32


def event(**changes: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1_780_000_000_000,
        "source": {"type": "user", "userId": USER},
        "webhookEventId": "01H000000000000000000000AA",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "t",
        "message": {"id": "1", "type": "text", "text": "ごみ", "quoteToken": "q"},
    } | changes


def body(*events: Any, destination: str = BOT) -> bytes:
    return json.dumps({"destination": destination, "events": list(events)}).encode()


def test_the_published_signature_fits() -> None:
    """LINE Developers, "Verify webhook signature": secret, body and signature as printed there."""
    raw = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    published = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert sign(raw, "8c570fa6dd201bb328f1c1eac23a96d8") == published
    assert is_genuine(raw, published, "8c570fa6dd201bb328f1c1eac23a96d8")


@pytest.mark.parametrize(
    "given_", [None, "", "x", "あ", "====", "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLt="]
)
def test_any_other_signature_does_not(given_: str | None) -> None:
    assert not is_genuine(b"{}", given_, "secret")
    assert not is_genuine(b"{}", sign(b"{}", ""), "")


def test_good_events_are_read_beside_odd_ones() -> None:
    odd = [
        None,
        3,
        [],
        {},
        event(webhookEventId=""),
        event(webhookEventId=5),
        event(timestamp="now"),
        event(type=""),
    ]
    inbox = rules.read_body(body(odd[0], event(), *odd[1:]), BOT)
    assert [e.line_user_id for e in inbox.events] == [USER]
    assert len(inbox.odd) == len(odd)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"events":{}}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"destination":"x","events":[]}',
    ],
)
def test_a_body_that_is_no_webhook_is_set_aside_whole(raw: bytes) -> None:
    inbox = rules.read_body(raw, BOT)
    assert not inbox.events
    assert [kept for _, kept in inbox.odd] == [raw]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "new"),
        ({"type": "follow", "follow": {"isUnblocked": False}}, "new"),
        ({"type": "unfollow"}, "new"),
        ({"type": "somethingOfNextYear"}, "ignored"),
        ({"mode": "standby"}, "ignored"),
        ({"source": {"type": "group", "groupId": "C1", "userId": USER}}, "ignored"),
        ({"source": {"type": "user", "userId": "U1"}}, "ignored"),
        ({"source": None}, "ignored"),
    ],
)
def test_what_nobody_acts_on_is_stored_and_ignored(changes: dict[str, Any], state: str) -> None:
    [read] = rules.read_body(body(event(**changes)), BOT).events
    assert read.state == state


def test_an_empty_list_is_the_console_asking_whether_we_are_there() -> None:
    inbox = rules.read_body(body(), BOT)
    assert not inbox.events and not inbox.odd


def test_text_reaches_flows_clean() -> None:
    raw = body(event(message={"id": "1", "type": "text", "text": "ごみ\u0000\u202e"})).replace(
        b"\\u3054", b"\\ud800\\u3054"
    )
    [read] = rules.read_body(raw, BOT).events
    assert rules.incoming(rules.load_event(read.body)).text == "\ufffdごみ"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"type": "text", "text": "x"}, "text"),
        ({"type": "location", "latitude": 33.5, "longitude": 130}, "location"),
        ({"type": "location", "latitude": "33", "longitude": 130}, "other"),
        ({"type": "image"}, "photo"),
        ({"type": "sticker"}, "sticker"),
        ({"type": "audio"}, "other"),
        ({}, "other"),
    ],
)
def test_each_kind_of_message_has_its_word(message: dict[str, Any], kind: str) -> None:
    assert rules.incoming(event(message=message)).kind == kind


def test_a_date_picker_answers_in_params() -> None:
    said = rules.incoming(event(type="postback", postback={"data": "f=x", "params": {"date": "2026-12-05"}}))
    assert (said.kind, said.text, said.params) == ("postback", "f=x", {"date": "2026-12-05"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*event(), "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=4))
@settings(max_examples=300, deadline=None)
def test_nothing_signed_makes_the_door_fall(values: list[Any]) -> None:
    inbox = rules.read_body(body(*values), BOT)
    assert len(inbox.events) + len(inbox.odd) == len(values)
    for read in inbox.events:
        rules.incoming(rules.load_event(read.body))
