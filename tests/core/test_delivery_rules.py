"""The answer table, row by row, and the arithmetic of batches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery import packing, rules
from app.delivery.rules import Verdict
from app.line.answers import Answer, from_http
from tests.builders import NOON, line_id

TABLE = [
    ("accepted", Answer(200, request_id="a"), False, Verdict.ACCEPTED),
    ("accepted before", Answer(409, accepted_request_id="a"), True, Verdict.ACCEPTED),
    ("conflict without an id", Answer(409), False, Verdict.UNKNOWN),
    ("somebody in the list", Answer(400), False, Verdict.SPLIT),
    ("a recipient named", Answer(400, properties=("to[3]",)), False, Verdict.SPLIT),
    ("the message is wrong", Answer(400, properties=("messages[0].text",)), False, Verdict.PAUSE),
    ("refused after silence", Answer(400), True, Verdict.UNKNOWN),
    ("token", Answer(401), False, Verdict.PAUSE),
    ("not entitled", Answer(403), False, Verdict.PAUSE),
    ("too large", Answer(413), False, Verdict.SPLIT),
    ("too large after silence", Answer(413), True, Verdict.UNKNOWN),
    ("month is spent", Answer(429, message="You have reached your monthly limit."), False, Verdict.PAUSE),
    ("too fast", Answer(429, message="The API rate limit has been exceeded."), False, Verdict.RETRY),
    ("LINE is ill", Answer(500), False, Verdict.AMBIGUOUS),
    ("gateway", Answer(502), False, Verdict.AMBIGUOUS),
    ("busy", Answer(503), True, Verdict.AMBIGUOUS),
    ("slow gateway", Answer(504), False, Verdict.AMBIGUOUS),
    ("redirect", Answer(302), False, Verdict.AMBIGUOUS),
    ("silence", Answer(0), False, Verdict.AMBIGUOUS),
    ("never left", Answer(0, sent=False), False, Verdict.RETRY),
    ("something new", Answer(418), False, Verdict.AMBIGUOUS),
]


@pytest.mark.parametrize(("name", "answer", "before", "verdict"), TABLE, ids=[row[0] for row in TABLE])
def test_what_an_answer_means(name: str, answer: Answer, before: bool, verdict: Verdict) -> None:
    assert rules.read(answer, size=5, ambiguous_before=before).verdict is verdict


def test_the_accepted_request_is_remembered_from_the_conflict() -> None:
    answer = from_http(409, {"x-line-request-id": "new", "x-line-accepted-request-id": "old"}, b"{}")
    assert rules.read(answer, size=1, ambiguous_before=True).request_id == "old"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"details":3}', b'{"details":{"a":3}}', b'{"details":[3]}', b"\xff"],
)
def test_a_strange_error_body_still_leaves_the_status(body: bytes) -> None:
    answer = from_http(400, {"retry-after": "soon"}, body)
    assert (answer.status, answer.properties, answer.retry_after) == (400, (), None)


def test_odd_characters_and_numbers_of_an_answer_stay_outside() -> None:
    """The database refuses them, and with them what is recorded in the same transaction."""
    body = b'{"message":"x\\u0000y\\n","details":[{"property":"to[\\u0000]"},{"property":3}]}'
    ids = {"x-line-request-id": "a\0b", "x-line-accepted-request-id": "c\udc80"}
    found = from_http(400, {**ids, "retry-after": "nan"}, body)
    assert (found.message, found.properties) == ("x y", ("to[ ]", ""))
    assert (found.request_id, found.accepted_request_id, found.retry_after) == ("a b", "c", None)
    assert from_http(429, {"retry-after": "inf"}, b"").retry_after is None
    assert from_http(429, {"retry-after": "2.5"}, b"").retry_after == 2.5


@given(st.lists(st.integers(1, 2**31 - 1), unique=True, max_size=1300))
@settings(max_examples=50, deadline=None)
def test_cutting_and_packing_lose_nobody(ids: list[int]) -> None:
    ids.sort()
    parts = list(rules.cut(ids))
    assert all(0 < len(part) <= 500 for part in parts)
    assert [i for part in parts for i in packing.unpack(packing.pack(part))] == ids
    for part in parts:
        for refused in (1, rules.SINGLE_FROM):
            split = rules.parts_of_refused(part, refused)
            assert [id_ for piece in split for id_ in piece] == list(part)


def test_a_body_is_rebuilt_from_packed_ids_to_the_byte() -> None:
    users = [line_id(n) for n in (1, 2, 2**100)]
    packed = packing.pack_line_ids(users)
    to = ",".join(f'"{user}"' for user in users)
    assert packing.multicast_body(packed, b"[{}]") == f'{{"to":[{to}],"messages":[{{}}]}}'.encode()


def test_people_are_found_again_in_any_order() -> None:
    people = packing.People(
        ids=packing.pack([3, 5, 9]), line_ids=b"".join(bytes([n]) * 16 for n in (3, 5, 9))
    )
    assert (
        people.in_order_of([packing.pack([9]), packing.pack([3, 5])]) == b"\t" * 16 + b"\3" * 16 + b"\5" * 16
    )
    assert packing.swapped((7).to_bytes(4, "big")) == packing.pack([7])


@pytest.mark.parametrize("attempt", range(1, 30))
def test_waits_grow_to_a_minute_and_no_further(attempt: int) -> None:
    longest = rules.backoff(attempt, chance=0.999999)
    assert timedelta(seconds=0.2) <= rules.backoff(attempt, chance=0.0) <= longest <= timedelta(seconds=60)


def test_retrying_ends_with_the_key_or_the_notice_whichever_is_first() -> None:
    first, soon, late = NOON, NOON + timedelta(hours=2), NOON + timedelta(days=2)
    assert rules.give_up_at(first_attempt_at=None, expires_at=soon) == soon
    assert rules.give_up_at(first_attempt_at=first, expires_at=soon) == soon
    assert rules.give_up_at(first_attempt_at=first, expires_at=late) == first + timedelta(hours=20)


def test_a_sum_closes_only_when_everybody_is_in_one_place() -> None:
    assert rules.Tally(10, {"accepted": 7, "rejected": 1}, excluded=2).closed
    assert not rules.Tally(10, {"accepted": 7}, excluded=2).closed
    assert not rules.Tally(10, {"accepted": 7, "sending": 1}, excluded=2).closed
    assert not rules.Tally(10, {"accepted": 9}, excluded=2).closed
