"""What comes without being asked keeps the chat's checks, too (C01–C12): every builder, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from bot_flows import bulky_news, damage_news, person_news
from bot_flows.bulky_facts import PAYMENTS, Booked, Order
from bot_flows.damage_facts import KINDS, STATES
from bot_flows.types import Message
from content.languages import languages
from content.limits import problems_in
from tests.flows.script import NEVER_SAID, actions_in, said_in

DAY = date(2026, 12, 3)
ORDER = Order(4821, (Booked("sofa/two", "ソファ（2人用以上）", 1, 1000),), "east", DAY, "accepted", "sticker")


def _orders(language: str) -> Iterator[tuple[Message, ...]]:
    yield bulky_news.tomorrow(ORDER, "朝8時30分まで", language)
    yield from (bulky_news.payment(_paid(each), "12月3日（木） 10:12", "", language) for each in PAYMENTS)
    yield bulky_news.accepted(ORDER, language)
    yield bulky_news.cancelled(ORDER, "", language)
    yield bulky_news.moved(ORDER, "朝8時30分まで", "", language)
    yield bulky_news.told(ORDER, "メモ", language)
    yield bulky_news.stopped(ORDER, DAY, "大雪", language)
    yield bulky_news.contact_saved(language)


def _paid(payment: str) -> Order:
    return Order(ORDER.number, ORDER.lines, ORDER.area, ORDER.day, "accepted", payment)  # type: ignore[arg-type]


def pushes(language: str) -> Iterator[tuple[Message, ...]]:
    yield from _orders(language)
    for state in STATES:
        yield from (damage_news.news(1182, kind, state, "", language) for kind in KINDS)
    yield from (damage_news.photo_refused(1182, why, language) for why in ("heic", "kind", "large", "broken"))
    yield person_news.closed(language)


@pytest.mark.parametrize("language", languages())
def test_every_push_is_text_first_short_and_within_line_s_limits(language: str) -> None:
    for messages in pushes(language):
        said = said_in(messages)
        assert problems_in(messages) == () and messages[0]["type"] == "text"
        assert not [word for word in (*NEVER_SAID, "{", "}") if word in said], said
        assert len(said) <= 300, said
        assert all(1 <= len(action["label"]) <= 20 for action in actions_in(messages))


def test_days_are_said_with_their_date() -> None:
    """C10, for what is read on the evening before as well as for what is answered."""
    bare = re.compile(r"(?:あした|あさって|きょう)(?! ?[0-9]+月[0-9]+日)")
    assert not [said for each in pushes("ja") if bare.search(said := said_in(each))]
    assert said_in(bulky_news.tomorrow(ORDER, "朝8時30分まで", "ja")).startswith("あした 12月3日（木）は、")


def test_every_push_about_something_leads_back_to_it() -> None:
    """C14: whoever does not want it, or cannot, taps once; what is over, and what only says no, leads nowhere."""
    over = {said_in(bulky_news.cancelled(ORDER, "", "ja")), said_in(bulky_news.contact_saved("ja"))}
    silent = {said_in(each) for each in pushes("ja") if not actions_in(each)} - over
    refused = {
        said_in(damage_news.photo_refused(1182, why, "ja")) for why in ("heic", "kind", "large", "broken")
    }
    assert silent == refused
