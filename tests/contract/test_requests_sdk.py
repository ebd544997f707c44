"""The bytes we send mean to LINE's own SDK what they mean to us."""

from __future__ import annotations

import json

import orjson
from linebot.v3.messaging import FlexMessage, MulticastRequest, ReplyMessageRequest, TextMessage

from app.delivery import packing
from content import messages as line
from tests.builders import line_id

MESSAGES = [
    line.text("お知らせです。"),
    line.card("秋まつり 12月5日（土）", "秋まつり", [("日時", "12月5日（土）")]),
]


def test_a_multicast_body_is_read_whole_by_the_sdk() -> None:
    people = [line_id(number) for number in range(1, 501)]
    body = packing.multicast_body(packing.pack_line_ids(people), orjson.dumps(MESSAGES))
    request = MulticastRequest.from_dict(json.loads(body))
    assert request.to == people
    assert [type(message) for message in request.messages] == [TextMessage, FlexMessage]
    assert request.to_dict()["messages"] == MESSAGES


def test_a_reply_body_is_read_whole_by_the_sdk() -> None:
    quick = [line.postback("はい", "f=x&a=1", shown="はい"), line.location("位置で選ぶ")]
    body = {"replyToken": "t" * 32, "messages": [line.text("えらんでください。", quick=quick)]}
    request = ReplyMessageRequest.from_dict(json.loads(orjson.dumps(body)))
    assert request.to_dict()["messages"] == body["messages"]
