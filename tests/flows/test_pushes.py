"""What comes without being asked keeps the chat's checks, too (C01–C12): every builder, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot_flows import bulky_news, child_news, damage_news, person_news
from bot_flows.bulky_facts import PAYMENTS, Booked, Order
from bot_flows.child_news import Told
from bot_flows.damage_facts import KINDS, STATES
from bot_flows.outcomes import Talk
from bot_flows.town_spoken import as_read
from bot_flows.types import Child, Facts, Message, Resident
from content.languages import languages
from content.limits import problems_in
from tests.flows.bubbles import NEVER_SAID, actions_in, said_in
from tests.flows.town import SmallTown

DAY = date(2026, 12, 3)
ORDER = Order(4821, (Booked("sofa/two", "ソファ（2人用以上）", 1, 1000),), "east", DAY, "accepted", "sticker")

TOLD = (
    Told(1, "checkup:1歳6か月児健診", "opens", date(2026, 12, 1)),
    Told(1, "vaccination:MR1期", "week", date(2026, 12, 1)),
    Told(2, "vaccination:五種混合", "month", date(2026, 12, 1)),
    Told(3, "stage:3", "stage", date(2026, 12, 1)),
)


def _orders(language: str) -> Iterator[tuple[Message, ...]]:
    yield bulky_news.tomorrow(ORDER, "朝8時30分まで", language)
    yield from (bulky_news.payment(_paid(each), "12月3日（木） 10:12", "", language) for each in PAYMENTS)
    yield bulky_news.accepted(ORDER, language)
    yield bulky_news.cancelled(ORDER, "", language)
    yield bulky_news.moved(ORDER, "朝8時30分まで", "", language)
    yield bulky_news.told(ORDER, "メモ", language)
    yield bulky_news.stopped(ORDER, DAY, "大雪", language)
    yield bulky_news.on_again(ORDER, "朝8時30分まで", language)
    yield bulky_news.contact_saved(language)


def _paid(payment: str) -> Order:
    return Order(ORDER.number, ORDER.lines, ORDER.area, ORDER.day, "accepted", payment)


def _of_children(language: str, told: tuple[Told, ...]) -> tuple[Message, ...]:
    """One child, two children and three: whoever is not spoken of has no button."""
    born = tuple(Child(number, date(2026 - 2 * number, 12, 1)) for number in (1, 2, 3))
    children = (*born, Child(4, date(2026, 12, 1), expected=True))
    now = datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
    facts = Facts(SmallTown(), Resident(children=children, language=language), now)
    return child_news.news(Talk(as_read(facts)), told)


def pushes(language: str) -> Iterator[tuple[Message, ...]]:
    yield from _orders(language)
    for state in STATES:
        yield from (damage_news.news(1182, kind, state, "", language) for kind in KINDS)
    yield from (damage_news.photo_refused(1182, why, language) for why in ("heic", "kind", "large", "broken"))
    yield person_news.closed(language)
    yield from (_of_children(language, told) for told in (TOLD[:1], TOLD[:3], TOLD))


@pytest.mark.parametrize("language", languages())
def test_every_push_is_text_first_short_and_within_line_s_limits(language: str) -> None:
    for messages in pushes(language):
        said = said_in(messages)
        assert problems_in(messages) == () and messages[0]["type"] == "text"
        assert not [word for word in (*NEVER_SAID, "{", "}") if word in said], said
        # Readings in brackets and letters of other scripts need more room for as much.
        assert len(said) <= (300 if language == "ja" else 400), said
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


def test_every_push_about_children_can_stop_each_of_them() -> None:
    """Whatever else is on it: one child, named as this one, or each by its number."""

    def labels(*told: Told) -> list[str]:
        return [action["label"] for action in actions_in(_of_children("ja", told))]

    assert labels(TOLD[0]) == [
        "受けた",
        "予約先を見る",
        "あとで",
        "このお子さんのお知らせを止める",
    ]
    assert labels(*TOLD[1:3]) == [
        "1人目：受けた",
        "2人目：受けた",
        "1人目のお知らせを止める",
        "2人目のお知らせを止める",
    ]
    assert labels(*TOLD)[-3:] == [f"{number}人目のお知らせを止める" for number in (1, 2, 3)]
    assert (
        labels(TOLD[3])
        == labels(Told(4, "checkup:4か月児健診", "opens", DAY))
        == ["このお子さんのお知らせを止める"]
    )
