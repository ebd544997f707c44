"""Every card of every notice type passes the official SDK's models, unchanged."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from linebot.v3.messaging import FlexContainer, FlexMessage, Message, PushMessageRequest, TextMessage

from content.cards import notice_messages
from content.limits import problems_in
from content.notice import Notice
from tests.notices import LINKS, TOWN, TYPES, example, notices


@pytest.mark.parametrize("type_id", TYPES)
def test_the_sdk_reads_every_message_and_writes_the_same(type_id: str) -> None:
    for built in notice_messages(example(type_id), LINKS, TOWN):
        read = Message.from_dict(built)
        assert isinstance(read, TextMessage | FlexMessage)
        assert _bare(read.to_dict()) == built


@pytest.mark.parametrize("type_id", TYPES)
def test_the_sdk_reads_every_bubble(type_id: str) -> None:
    bubble = notice_messages(example(type_id), LINKS, TOWN)[1]["contents"]
    assert _bare(FlexContainer.from_dict(bubble).to_dict()) == bubble


@pytest.mark.table
def test_the_sdk_takes_whatever_staff_write_and_line_has_room_for_it() -> None:
    passed = Counter[str]()

    @settings(max_examples=300, deadline=None)
    @given(notices())
    def holds(notice: Notice) -> None:
        messages = notice_messages(notice, LINKS, TOWN)
        request = PushMessageRequest.from_dict({"to": "U" + "0" * 32, "messages": messages})
        assert request is not None and [_bare(each.to_dict()) for each in request.messages] == messages
        assert problems_in(messages) == ()
        passed[notice.type] += len(messages)

    holds()
    print(f"\n{passed.total():,} messages of {len(passed)} types passed the SDK's models and LINE's sizes")
    assert len(passed) > 30, "every type alone is above"


def _bare(value: object) -> object:
    """Without the keys the SDK fills with None."""
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if inner is not None}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value
