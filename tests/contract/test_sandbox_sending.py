"""The sandbox against the official SDK: sending, retry keys, quota, profiles. What LINE's reference says must hold."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from linebot.v3.messaging import (
    ApiClient,
    BroadcastRequest,
    Configuration,
    FlexContainer,
    FlexMessage,
    MessagingApi,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    TextMessage,
    ValidateMessageRequest,
)

from tests.sandbox import SandboxServer, user

Refusal = Callable[[Callable[[], Any]], tuple[int, dict[str, Any], Any]]


def text(words: str = "こんにちは") -> TextMessage:
    return TextMessage(text=words)


def push(to: str, words: str = "こんにちは") -> PushMessageRequest:
    return PushMessageRequest(to=to, messages=[text(words)])


def test_a_push_arrives_once_with_ids_the_sdk_accepts(line: SandboxServer, api: MessagingApi) -> None:
    line.follow(user(1))
    answer = api.push_message_with_http_info(push(user(1)))
    assert answer.data.sent_messages[0].id.isdecimal()
    assert answer.data.sent_messages[0].quote_token
    assert line.inbox(user(1)) == [{"type": "text", "text": "こんにちは"}]
    [entry] = line.record()
    assert entry["request_id"] == answer.headers["x-line-request-id"]
    assert (entry["user"], entry["endpoint"], entry["delivered"]) == (user(1), "push", True)


def test_a_key_is_taken_once_and_told_with_the_first_request(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.follow(user(1))
    key = str(uuid.uuid4())
    first = api.push_message_with_http_info(push(user(1)), x_line_retry_key=key)
    status, body, headers = refusal(lambda: api.push_message(push(user(1)), x_line_retry_key=key))
    assert status == 409
    assert headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert headers["x-line-request-id"] != first.headers["x-line-request-id"]
    assert body["sentMessages"][0]["id"] == first.data.sent_messages[0].id
    assert len(line.record()) == 1


def test_a_key_lives_a_day_from_its_first_sight_even_if_that_call_failed(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.follow(user(1))
    key = str(uuid.uuid4())
    line.order("error", endpoint="push", status=500, when="before")
    assert refusal(lambda: api.push_message(push(user(1)), x_line_retry_key=key))[0] == 500
    api.push_message(push(user(1)), x_line_retry_key=key)
    line.forward(86_390)
    assert refusal(lambda: api.push_message(push(user(1)), x_line_retry_key=key))[0] == 409
    line.forward(20)
    api.push_message(push(user(1)), x_line_retry_key=key)
    assert len(line.record()) == 2


def test_a_failed_call_does_not_spend_the_key_but_an_accepted_one_whose_answer_was_lost_does(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.follow(user(1))
    key = str(uuid.uuid4())
    line.order("error", endpoint="push", status=500, when="after")
    assert refusal(lambda: api.push_message(push(user(1)), x_line_retry_key=key))[0] == 500
    assert refusal(lambda: api.push_message(push(user(1)), x_line_retry_key=key))[0] == 409
    assert len(line.record()) == 1


@pytest.mark.parametrize(("path", "body"), [("reply", {}), ("validate/push", {"messages": []})])
def test_endpoints_without_keys_refuse_the_header(
    line: SandboxServer, path: str, body: dict[str, Any]
) -> None:
    key = {"X-Line-Retry-Key": str(uuid.uuid4()), "Authorization": f"Bearer {line.token}"}
    status, answer = line.call("POST", f"/v2/bot/message/{path}", body, **key)
    assert status == 400
    assert "Retry-Key" in answer["message"]


def test_who_blocked_is_accepted_but_not_reached_and_an_unknown_id_is_refused(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.follow(user(1))
    line.block(user(1))
    api.push_message(push(user(1)))
    assert [entry["delivered"] for entry in line.record()] == [False]
    assert line.inbox(user(1)) == []
    status, body, _ = refusal(lambda: api.push_message(push("U" + "f" * 32)))
    assert (status, body["message"]) == (400, "Failed to send messages")
    assert refusal(lambda: api.push_message(push("somebody")))[0] == 400


def test_a_stranger_is_reached_for_seven_days_after_writing(line: SandboxServer, api: MessagingApi) -> None:
    line.says(user(5), "はじめまして")
    api.push_message(push(user(5)))
    line.forward(7 * 86_400)
    api.push_message(push(user(5)))
    assert [entry["delivered"] for entry in line.record()] == [True, False]


def test_a_multicast_names_the_malformed_id_and_reaches_nobody(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    people = line.crowd(3)
    wrong = MulticastRequest(to=[people[0], "x"], messages=[text()])
    status, body, _ = refusal(lambda: api.multicast(wrong))
    assert status == 400
    assert "to[1]" in body["message"]
    assert line.record() == []
    assert api.multicast(MulticastRequest(to=people, messages=[text()])) in ({}, None)
    assert [entry["user"] for entry in line.record()] == people


def test_foreign_ids_are_ignored_or_refused_as_ordered(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    people = [*line.crowd(1), "U" + "e" * 32]
    api.multicast(MulticastRequest(to=people, messages=[text()]))
    assert [entry["delivered"] for entry in line.record()] == [True, False]
    line.options(foreign_ids="refuse")
    assert refusal(lambda: api.multicast(MulticastRequest(to=people, messages=[text()])))[0] == 400
    assert len(line.record()) == 2


def test_the_month_counts_people_reached_and_ends_with_429(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    assert api.get_message_quota().type == "none"
    line.crowd(1, first=5000, standing="blocked")
    people = [*line.crowd(2), user(5000)]
    line.options(quota=3)
    assert api.get_message_quota().value == 3
    api.multicast(MulticastRequest(to=people, messages=[text(), text()]))
    assert api.get_message_quota_consumption().total_usage == 2
    status, body, headers = refusal(lambda: api.multicast(MulticastRequest(to=people, messages=[text()])))
    assert (status, body["message"]) == (429, "You have reached your monthly limit.")
    assert "retry-after" not in {name.lower() for name in headers}


def test_a_broadcast_reaches_friends_alone(line: SandboxServer, api: MessagingApi) -> None:
    line.crowd(3)
    line.crowd(2, first=9000, standing="blocked")
    api.broadcast(BroadcastRequest(messages=[text()]))
    assert sorted(entry["user"] for entry in line.record()) == [user(n) for n in (1000, 1001, 1002)]


def test_a_reply_token_works_once_and_for_a_minute(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.follow(user(1))
    token = line.says(user(1), "ごみ")["event"]["replyToken"]
    api.reply_message(ReplyMessageRequest(reply_token=token, messages=[text()]))
    again = ReplyMessageRequest(reply_token=token, messages=[text()])
    status, body, _ = refusal(lambda: api.reply_message(again))
    assert (status, body["message"]) == (400, "Invalid reply token")
    late = line.says(user(1), "ごみ")["event"]["replyToken"]
    line.forward(61)
    assert (
        refusal(lambda: api.reply_message(ReplyMessageRequest(reply_token=late, messages=[text()])))[0] == 400
    )
    assert len(line.record()) == 1


def test_the_wrong_token_is_401_and_a_wrong_path_404(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    with ApiClient(Configuration(host=line.url, access_token="other")) as client:
        assert refusal(lambda: MessagingApi(client).push_message(push(user(1))))[0] == 401
    assert line.call("POST", "/v2/bot/message/push/", {}, Authorization=f"Bearer {line.token}") == (
        404,
        {"message": "Not found"},
    )


def test_a_text_is_counted_in_utf16_units(line: SandboxServer, api: MessagingApi, refusal: Refusal) -> None:
    line.follow(user(1))
    api.validate_push(ValidateMessageRequest(messages=[text("🍎" * 2500)]))
    status, body, _ = refusal(lambda: api.push_message(push(user(1), "🍎" * 2501)))
    assert status == 400
    assert body["message"] == "The request body has 1 error(s)"
    assert body["details"] == [
        {"message": "Length must be between 0 and 5000", "property": "messages[0].text"}
    ]


def test_flex_from_the_sdk_passes_and_a_missing_label_is_named(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    button = {"type": "button", "action": {"type": "uri", "label": "地図", "uri": "https://example.jp/"}}
    body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "案内"}, button]}
    flex = FlexMessage(altText="案内", contents=FlexContainer.from_dict({"type": "bubble", "body": body}))
    api.validate_push(ValidateMessageRequest(messages=[flex]))
    del button["action"]["label"]
    flex = FlexMessage(altText="案内", contents=FlexContainer.from_dict({"type": "bubble", "body": body}))
    _, answer, _ = refusal(lambda: api.validate_push(ValidateMessageRequest(messages=[flex])))
    assert answer["details"][0]["property"] == "messages[0].contents.body.contents[1].action.label"


def test_quick_replies_keep_their_labels_in_graphemes(line: SandboxServer, api: MessagingApi) -> None:
    family = "👨‍👩‍👧"
    message = {"type": "text", "text": "どれですか", "quickReply": {"items": []}}
    for label in (family * 20, family * 21):
        action = {"type": "message", "label": label, "text": "はい"}
        message["quickReply"] = {"items": [{"type": "action", "action": action}]}
        status, answer = line.call(
            "POST",
            "/v2/bot/message/validate/push",
            {"messages": [message]},
            Authorization=f"Bearer {line.token}",
        )
        assert status == (200 if label == family * 20 else 400), answer


def test_profiles_and_followers_are_friends_only(
    line: SandboxServer, api: MessagingApi, refusal: Refusal
) -> None:
    line.follow(user(1))
    profile = api.get_profile(user(1))
    assert (profile.user_id, profile.language) == (user(1), "ja")
    assert refusal(lambda: api.get_profile(user(2)))[0] == 404
    assert refusal(lambda: api.get_profile("me"))[0] == 400
    people = line.crowd(7)
    line.options(followers_page=3)
    found, start = [], None
    while True:
        page = api.get_followers(start=start, limit=5)
        found += page.user_ids
        start = page.next
        if start is None:
            break
    assert sorted(found) == sorted([user(1), *people])


def test_everything_survives_a_kill(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as line:
        line.options(webhook_active=False)
        line.follow(user(1))
        key = {"X-Line-Retry-Key": str(uuid.uuid4()), "Authorization": f"Bearer {line.token}"}
        body = {"to": user(1), "messages": [{"type": "text", "text": "あ"}]}
        assert line.call("POST", "/v2/bot/message/push", body, **key)[0] == 200
        line.kill()
        record = line.folder / "sandbox" / "record.jsonl"
        record.write_bytes(record.read_bytes()[:40])  # the kill came in the middle of the line
        line.start()
        assert line.call("POST", "/v2/bot/message/push", body, **key)[0] == 409
        assert [(entry["user"], entry["delivered"]) for entry in line.record()] == [(user(1), True)]
        assert line.inbox(user(1)) == [{"type": "text", "text": "あ"}]
