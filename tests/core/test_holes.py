"""Templates with holes, envelopes and packed outcomes: pure, exact and fast."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.envelopes import rules as envelopes
from app.outcomes import rules as outcomes
from content import holes

NAMES = ("会場", "時間")
TEXT = "{{会場}}で{{時間}}から。{{会場}}です。"
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def messages(text: str) -> bytes:
    return orjson.dumps([{"type": "text", "text": text}])


@given(anything, anything, anything)
@settings(max_examples=200, deadline=None)
def test_only_the_holes_are_filled_whatever_stands_around_and_in_them(
    around: str, one: str, two: str
) -> None:
    words = around.replace("{{", "") + TEXT + "{{7*7}}{0.__class__}{% x %}{{ 会場 }}"
    filled = holes.template(messages(words), NAMES).filled((one, two))
    wanted = one.join(two.join(part.split("{{時間}}")) for part in words.split("{{会場}}"))
    assert orjson.loads(filled)[0]["text"] == wanted


def test_a_value_that_looks_like_a_hole_is_not_filled_again() -> None:
    filled = holes.template(messages("{{会場}}"), NAMES).filled(("{{時間}}", "3時"))
    assert orjson.loads(filled)[0]["text"] == "{{時間}}"


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ({"type": "text", "text": "{{会場}}"}, []),
        ({"type": "flex", "altText": "{{会場}}", "contents": {"type": "text", "text": "{{会場}}"}}, []),
        ({"action": {"type": "uri", "uri": "{{案内ページ}}"}}, []),
        ({"action": {"type": "uri", "uri": "https://x.example/{{会場}}"}}, ["会場"]),
        ({"action": {"type": "message", "text": "{{会場}}"}}, ["会場"]),
        ({"type": "text", "text": "x", "quickReply": {"items": [{"text": "{{時間}}"}]}}, ["時間"]),
        ({"action": {"type": "postback", "data": "{{時間}}"}}, ["時間"]),
        ({"{{会場}}": "x"}, ["会場"]),
        ({"sender": {"name": "{{会場}}"}}, ["会場"]),
    ],
)
def test_a_hole_stands_only_in_what_people_read(message: dict[str, object], wrong: list[str]) -> None:
    assert [each.name for each in holes.misplaced([message])] == wrong


def test_no_tier_lets_a_name_into_line_and_the_high_ones_only_a_link() -> None:
    assert holes.forbidden(("名前", "会場"), "T1") == ("名前",)
    assert holes.forbidden(("名前", "会場", "案内ページ"), "T3") == ("名前", "会場")


def test_a_body_costs_a_few_microseconds() -> None:
    template = holes.template(messages("お知らせです。" * 20 + TEXT), NAMES)
    values = [(f"第{n}会場", f"{n % 24}時") for n in range(5000)]
    best = min(_seconds(template, values) for _ in range(5))
    assert best / len(values) < 1e-5


def _seconds(template: holes.Template, values: list[tuple[str, str]]) -> float:
    start = time.process_time()
    for words in values:
        template.filled(words)
    return time.process_time() - start


def test_a_person_has_one_key_and_nobody_else_has_it() -> None:
    batch = uuid4()
    keys = {envelopes.key_of(batch, id_) for id_ in range(1, 2001)}
    assert len(keys) == 2000 and envelopes.key_of(batch, 7) in keys
    assert not keys & {envelopes.key_of(uuid4(), id_) for id_ in range(1, 2001)}
    assert all(isinstance(key, UUID) and key.version == 4 for key in keys)


@given(
    st.lists(st.binary(min_size=1, max_size=60).map(lambda b: orjson.dumps(b.hex())), min_size=1, max_size=20)
)
@settings(max_examples=50, deadline=None)
def test_an_envelope_gives_back_what_was_put_in(bodies: list[bytes]) -> None:
    assert envelopes.open_(envelopes.close(bodies)) == bodies


def test_a_changed_hash_or_a_missing_body_breaks_the_envelope() -> None:
    sealed = envelopes.close([b"1", b"2"])
    fewer = envelopes.Envelope(envelopes.close([b"1"]).bodies, sealed.hashes, sealed.seal)
    other = envelopes.Envelope(sealed.bodies, sealed.hashes[::-1], sealed.seal)
    for broken in (fewer, other):
        with pytest.raises(envelopes.Broken):
            envelopes.open_(broken)


def test_outcomes_are_counted_closed_and_named() -> None:
    codes = b"A.w?RUQCX"
    assert outcomes.open_places(codes) == [1, 2, 3]
    assert outcomes.closed(codes, "expired") == b"AXXURUQCX"
    assert outcomes.closed(codes, "quarantined") == b"AQQQRUQCX"
    assert outcomes.doubted(codes) == b"A???RUQCX"
    assert sum(outcomes.counts("sending", 9, codes).values()) == 9
    assert outcomes.counts("sending", 9, codes)["sending"] == 3
    assert outcomes.counts("accepted", 4, None) == {"accepted": 4}
    assert dict(outcomes.each(range(9), "retry_wait", codes))[2] == "retry_wait"
    assert outcomes.having(range(9), "sending", codes, ("sending", "rejected")) == [1, 2, 3, 4]
    assert (outcomes.summary(b"RRA"), outcomes.summary(b"RRU")) == ("accepted", "rejected")
    assert outcomes.is_untouched(b"..") and not outcomes.is_untouched(b".w")
