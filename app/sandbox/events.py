"""Webhook events in LINE's shapes, with every field the official parser demands."""

from __future__ import annotations

from typing import Any

from app.sandbox import ids
from app.sandbox.answers import Json

QUOTABLE = ("text", "image", "video", "sticker")
"""Messages of residents that carry a quote token."""


def event(kind: str, user: str, now_ms: int, *, reply: bool = True, **fields: Any) -> Json:
    """An event of one user; ``reply`` says whether it carries a reply token."""
    made: Json = {
        "type": kind,
        "mode": "active",
        "timestamp": now_ms,
        "source": {"type": "user", "userId": user},
        "webhookEventId": ids.event_id(now_ms),
        "deliveryContext": {"isRedelivery": False},
    }
    if reply:
        made["replyToken"] = ids.reply_token()
    made.update(fields)
    return made


def message(user: str, now_ms: int, content: Json) -> Json:
    """A message event; gives the message its id and the tokens of its type."""
    content = {"id": ids.message_id(), **content}
    if content["type"] in QUOTABLE:
        content.setdefault("quoteToken", ids.quote_token())
    if content["type"] == "text":
        content.setdefault("markAsReadToken", ids.quote_token())
    return event("message", user, now_ms, message=content)


def follow(user: str, now_ms: int, *, again: bool) -> Json:
    return event("follow", user, now_ms, follow={"isUnblocked": again})


def unfollow(user: str, now_ms: int) -> Json:
    return event("unfollow", user, now_ms, reply=False)


def unsend(user: str, now_ms: int, message_id: str) -> Json:
    return event("unsend", user, now_ms, reply=False, unsend={"messageId": message_id})


def postback(user: str, now_ms: int, data: str, params: Json | None = None) -> Json:
    content: Json = {"data": data}
    if params:
        content["params"] = params
    return event("postback", user, now_ms, postback=content)


def account_link(user: str, now_ms: int, nonce: str, *, ok: bool) -> Json:
    """A failed link names nobody and cannot be answered."""
    made = event(
        "accountLink", user, now_ms, reply=ok, link={"result": "ok" if ok else "failed", "nonce": nonce}
    )
    if not ok:
        del made["source"]
    return made
