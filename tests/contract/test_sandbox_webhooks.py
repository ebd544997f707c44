"""The sandbox's webhooks against the official parser; redelivery, duplicates, batches, content and account links."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import MessagingApi, MessagingApiBlob, ReplyMessageRequest, TextMessage
from linebot.v3.models.events import UnknownEvent

from tests.contract.conftest import Door, Refusal
from tests.sandbox import SandboxServer, user

PHOTO = {"type": "image", "contentProvider": {"type": "line"}, "contentType": "image/jpeg"}
PLACE = {"type": "location", "title": "市役所", "address": "1丁目", "latitude": 35.0, "longitude": 135.0}
STICKER = {"type": "sticker", "packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
VIDEO = {"type": "video", "duration": 1000, "contentProvider": {"type": "line"}, "contentType": "video/mp4"}
FILE = {"type": "file", "fileName": "a.pdf", "fileSize": 3}
PICK = {"type": "datetimepicker", "data": "d", "mode": "date", "value": "2026-12-05"}


def test_every_event_is_one_the_official_parser_knows(line: SandboxServer, door: Door) -> None:
    line.follow(user(1))
    said = line.says(user(1), "ごみ")["event"]["message"]["id"]
    line.taps(user(1), "a=1")
    line.taps(user(1), PICK)
    for message in (PHOTO, VIDEO, FILE):
        line.sends(user(1), message, base64.b64encode(b"abc").decode())
    for message in (PLACE, STICKER):
        line.sends(user(1), message)
    line.unsends(user(1), said)
    line.block(user(1))
    parser = WebhookParser(line.secret)
    events = [event for body, signature in door.posts for event in parser.parse(body, signature)]
    assert not [event for event in events if isinstance(event, UnknownEvent)]
    kinds = [
        "follow",
        "message",
        "postback",
        "postback",
        "message",
        "message",
        "message",
        "message",
        "message",
        "unsend",
        "unfollow",
    ]
    assert [event.type for event in events] == kinds
    assert all(json.loads(body)["destination"] == line.bot_id for body, _ in door.posts)


def test_another_secret_does_not_fit(line: SandboxServer, door: Door) -> None:
    line.follow(user(1))
    with pytest.raises(InvalidSignatureError):
        WebhookParser("other").parse(*door.posts[0])


def test_the_signature_is_the_published_one() -> None:
    from app.sandbox.webhooks import sign

    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign("8c570fa6dd201bb328f1c1eac23a96d8", body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_coming_back_after_a_block_is_told(line: SandboxServer, door: Door) -> None:
    line.follow(user(1))
    line.block(user(1))
    line.follow(user(1))
    assert [e["follow"]["isUnblocked"] for e in door.events() if e["type"] == "follow"] == [False, True]


def test_a_refused_event_comes_again_with_the_same_id_and_its_token_still_works(
    line: SandboxServer, door: Door, api: MessagingApi
) -> None:
    line.follow(user(1))
    door.posts.clear()
    door.statuses = [503, 503]
    token = line.says(user(1), "もう一度")["event"]["replyToken"]
    until(lambda: len(door.posts) == 3)
    first, *again = door.events()
    assert [event["deliveryContext"]["isRedelivery"] for event in (first, *again)] == [False, True, True]
    assert {event["webhookEventId"] for event in again} == {first["webhookEventId"]}
    api.reply_message(ReplyMessageRequest(reply_token=token, messages=[TextMessage(text="はい")]))
    statistics = line.control("GET", "/sandbox/webhooks")["statistics"]
    assert statistics["error_status_code"] == 2


def test_duplicates_and_batches_come_as_ordered(line: SandboxServer, door: Door) -> None:
    line.follow(user(1))
    line.follow(user(2))
    door.posts.clear()
    line.options(duplicate_share=1.0)
    line.says(user(1), "a")
    assert len({event["webhookEventId"] for event in door.events()}) == 1
    assert len(door.posts) == 2
    line.options(duplicate_share=0.0, batch_seconds=0.2, shuffle=True)
    door.posts.clear()
    together = [threading.Thread(target=line.says, args=(user(n), "b")) for n in (1, 2)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert len(door.posts) == 1
    assert {event["source"]["userId"] for event in door.events()} == {user(1), user(2)}


def test_an_answer_after_two_seconds_is_a_timeout(line: SandboxServer) -> None:
    slow = threading.Event()
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            slow.wait(5)

    server = HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    line.options(webhook_active=True, webhook_url=url, redelivery=False)
    began = time.monotonic()
    assert line.says(user(5), "a")["webhook"]["reason"] == "request_timeout"
    assert 1.9 < time.monotonic() - began < 3
    slow.set()
    server.shutdown()
    server.server_close()


def test_a_photo_can_be_fetched_until_it_is_unsent(
    line: SandboxServer, blob: MessagingApiBlob, refusal: Refusal
) -> None:
    line.follow(user(1))
    sent = line.sends(user(1), PHOTO, base64.b64encode(b"\xff\xd8photo").decode())["event"]["message"]["id"]
    assert blob.get_message_content(sent) == b"\xff\xd8photo"
    line.unsends(user(1), sent)
    assert refusal(lambda: blob.get_message_content(sent))[0] == 410
    assert refusal(lambda: blob.get_message_content("5123"))[0] == 404


def test_a_video_is_prepared_first(line: SandboxServer, blob: MessagingApiBlob) -> None:
    line.follow(user(1))
    line.options(content_preparing=1)
    sent = line.sends(user(1), VIDEO, base64.b64encode(b"movie").decode())["event"]["message"]["id"]
    assert blob.get_message_content_transcoding_by_message_id(sent).status == "processing"
    assert blob.get_message_content_with_http_info(sent).status_code == 202
    assert blob.get_message_content(sent) == b"movie"


def link(line: SandboxServer, token: str, who: str) -> None:
    query = f"linkToken={token}&nonce=0123456789abcdef&user={who}"
    connection_status = post_form(line, f"/dialog/bot/accountLink?{query}")
    assert connection_status == 200


def post_form(line: SandboxServer, path: str) -> int:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", line.port, timeout=10)
    connection.request("POST", path, b"", {"Content-Type": "application/x-www-form-urlencoded"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_an_account_link_is_ok_for_its_owner_failed_for_others_and_silent_when_dead(
    line: SandboxServer, door: Door, api: MessagingApi
) -> None:
    line.follow(user(1))
    line.follow(user(2))
    token = api.issue_link_token(user(1)).link_token
    link(line, token, user(1))
    link(line, token, user(1))
    link(line, api.issue_link_token(user(1)).link_token, user(2))
    late = api.issue_link_token(user(1)).link_token
    line.forward(601)
    link(line, late, user(1))
    links = [event for event in door.events() if event["type"] == "accountLink"]
    assert [event["link"]["result"] for event in links] == ["ok", "failed"]
    assert "source" not in links[1]
    parser = WebhookParser(line.secret)
    assert not any(
        isinstance(e, UnknownEvent) for body, signature in door.posts for e in parser.parse(body, signature)
    )


def test_the_webhook_can_be_set_and_tried_over_the_api(
    line: SandboxServer, door: Door, api: MessagingApi
) -> None:
    assert api.get_webhook_endpoint().endpoint == door.url
    tried = api.test_webhook_endpoint()
    assert (tried.success, tried.status_code, tried.reason) == (True, 200, "OK")
    assert json.loads(door.posts[-1][0])["events"] == []


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
