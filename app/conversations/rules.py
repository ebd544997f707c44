"""Read what LINE posts: a signed body into events, an event into what a flow may see. Pure.

Shapes: LINE Developers, Messaging API reference, "Webhook event objects". Unknown types and fields are expected
and tolerated; only what LINE never sends is set aside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from bot_flows.types import Incoming

LARGEST_BODY = 1024 * 1024
MOST_EVENTS = 1000
ATTEMPTS = 5
LOADING_AFTER, LOADING_UNTIL = timedelta(seconds=1), timedelta(seconds=60)
"""From when on somebody sees that an answer is coming, and how long it can come: a reply's word is good for a minute."""
LATE_AFTER = timedelta(seconds=10)
"""From when on it is said in words, too: the animation is only seen while the chat is open."""
LOADING_SECONDS = 5
"""LINE's shortest: one that begins when the answer has just gone lasts no longer. Shown again while it is still true."""
_USER_ID = re.compile(r"U[0-9a-f]{32}")
ANSWERED = ("message", "postback", "follow")
ACTED_ON = (*ANSWERED, "unfollow", "unsend")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event ready to be stored. ``body`` is its own JSON."""

    webhook_event_id: str
    line_user_id: str
    type: str
    occurred_at: int
    body: bytes
    state: str
    """``new`` when somebody must act on it, ``ignored`` otherwise."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What one signed body holds: events to store, and what nobody can explain."""

    events: Sequence[NewEvent] = ()
    odd: Sequence[tuple[str, bytes]] = field(default_factory=list)
    """(reason, raw bytes): quarantined for a person, the rest goes on."""


def read_body(raw: bytes, bot_id: str) -> Inbox:
    """A signed webhook body; one odd event never blocks the good ones beside it."""
    try:
        body = _loads(raw)
    except (ValueError, RecursionError):
        return Inbox(odd=[("JSONとして読めません", raw)])
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        return Inbox(odd=[("eventsがありません", raw)])
    if bot_id and body.get("destination") != bot_id:
        return Inbox(odd=[("別のアカウントあてです", raw)])
    if len(body["events"]) > MOST_EVENTS:
        return Inbox(odd=[("イベントが多すぎます", raw)])
    events, odd = [], []
    for value in body["events"]:
        event = _read_event(value)
        if isinstance(event, NewEvent):
            events.append(event)
        else:
            odd.append((event, _dumps(value)))
    return Inbox(events, odd)


def _loads(raw: bytes) -> Any:
    """Strict first; the standard library reads lone surrogates, which LINE has been seen to send."""
    text = raw.decode("utf-8")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return _dumps_oddly(value)


def _dumps_oddly(value: Any) -> bytes:
    """What is no text, or numbers and nesting beyond the strict reader's bounds."""
    try:
        return json.dumps(value, ensure_ascii=True).encode("ascii")
    except (ValueError, RecursionError):
        return b"null"


def _read_event(value: Any) -> NewEvent | str:
    """The event, or a sentence why it is none."""
    if not isinstance(value, dict):
        return "イベントの形ではありません"
    id_, type_, at = value.get("webhookEventId"), value.get("type"), value.get("timestamp")
    if not isinstance(id_, str) or not 0 < len(id_) <= 64 or not (id_.isascii() and id_.isprintable()):
        return "webhookEventIdがありません"
    if not isinstance(type_, str) or not 0 < len(type_) <= 40 or not type_.isprintable():
        return "typeがありません"
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < 2**53:
        return "timestampがありません"
    user = _user_id(value)
    acted_on = type_ in ACTED_ON and user and value.get("mode", "active") == "active"
    return NewEvent(id_, user, type_, at, _dumps(value), "new" if acted_on else "ignored")


def _user_id(event: Mapping[str, Any]) -> str:
    source = event.get("source")
    if not isinstance(source, dict) or source.get("type") != "user":
        return ""
    user = source.get("userId")
    return user if isinstance(user, str) and _USER_ID.fullmatch(user) else ""


def load_event(body: bytes) -> dict[str, Any]:
    """A stored event's JSON; characters that are no text become U+FFFD."""
    value = _loads(body)
    return value if isinstance(value, dict) else {}


def said(body: bytes) -> str:
    """The words of a stored message, empty for everything else and for what is past its keeping time."""
    message = _mapping(load_event(body).get("message"))
    return clean(str(message.get("text", ""))) if message.get("type") == "text" else ""


SHORTEST_WORDS = 2
"""One letter is a choice's number, not words somebody could want back."""


def holds(state: Mapping[str, Any], words: str) -> bool:
    """Whether the open form or a draft of a stored state has these words among its answers."""
    forms = [_mapping(_mapping(state.get("data")).get("form"))]
    forms += [_mapping(_mapping(draft).get("form")) for draft in _mapping(state.get("drafts")).values()]
    return len(words) >= SHORTEST_WORDS and any(words in json.dumps(f, ensure_ascii=False) for f in forms)


def clean(text: str) -> str:
    """Residents' text as flows may see it: no NUL, no lone surrogate, nothing that turns the writing direction."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(c for c in text if c not in _UNWANTED)


_UNWANTED = frozenset("\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")


def incoming(event: Mapping[str, Any]) -> Incoming:
    """What a flow may see of a follow, message or postback event."""
    match event.get("type"):
        case "follow":
            follow = event.get("follow")
            again = isinstance(follow, dict) and follow.get("isUnblocked") is True
            return Incoming("follow", is_unblocked=again)
        case "postback":
            postback = _mapping(event.get("postback"))
            params = {str(k): str(v) for k, v in _mapping(postback.get("params")).items()}
            at = event.get("timestamp")
            data = clean(str(postback.get("data", "")))[:300]
            return Incoming("postback", data, params, at=at if isinstance(at, int) else 0)
        case _:
            return _message(_mapping(event.get("message")))


def _message(message: Mapping[str, Any]) -> Incoming:
    id_ = str(message.get("id", ""))[:40]
    match message.get("type"):
        case "text":
            return Incoming("text", clean(str(message.get("text", "")))[:5000], message_id=id_)
        case "location":
            return _location(message, id_)
        case "image":
            return Incoming("photo", message_id=id_)
        case "sticker":
            return Incoming("sticker", message_id=id_)
        case _:
            return Incoming("other", message_id=id_)


def _location(message: Mapping[str, Any], id_: str) -> Incoming:
    latitude, longitude = message.get("latitude"), message.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return Incoming("location", position=(float(latitude), float(longitude)), message_id=id_)
    return Incoming("other", message_id=id_)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def unsent_message_id(event: Mapping[str, Any]) -> str:
    return str(_mapping(event.get("unsend")).get("messageId", ""))[:40]


def is_newer(*, at: int, event_id: str, than_at: int, than_id: str) -> bool:
    """Whether a follow or unfollow is later than the newest one known; ULIDs break a tie."""
    return (at, event_id) > (than_at, than_id)


def try_again_after(attempts: int) -> timedelta:
    """How long an event that failed waits: 2, 8, 32, 128 seconds."""
    return timedelta(seconds=2 * 4 ** (attempts - 1))
