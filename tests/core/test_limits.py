"""LINE's limits, counted as LINE counts: UTF-16 for text, what people see for labels; and builders that hold to them."""

from __future__ import annotations

from typing import Any

import pytest
from linebot.v3.messaging import FlexMessage, TextMessage

from content import limits
from content import messages as line


@pytest.mark.parametrize(
    ("text", "units", "seen"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("漢字", 2, 2),
        ("🍎", 2, 1),
        ("𠮷", 2, 1),
        ("葛\U000e0100", 3, 1),
        ("👨‍👩‍👧‍👦", 11, 1),
        ("👍🏽", 4, 1),
        ("🇯🇵🇫🇷", 8, 2),
        ("1️⃣", 3, 1),
        ("か\u3099", 2, 1),
        ("e\u0301", 2, 1),
        ("☎\ufe0e", 2, 1),
    ],
)
def test_lengths(text: str, units: int, seen: int) -> None:
    assert limits.utf16_len(text) == units == len(text.encode("utf-16-le")) // 2
    assert limits.grapheme_len(text) == seen


def problems(*messages: dict[str, Any]) -> list[str]:
    return [problem.path for problem in limits.problems_in(messages)]


def test_what_fits_has_no_problems() -> None:
    card = line.card(
        "alt", "title", [("会場", "市民会館"), "一文"], [line.uri("開く", "https://example.jp/")]
    )
    quick = [line.message("はい", "はい")] * 13
    assert problems(line.text("あ" * 5_000, quick=quick), card) == []


@pytest.mark.parametrize(
    ("message", "path"),
    [
        ({"type": "text", "text": "🍎" * 2_501}, "messages[0].text"),
        ({"type": "text", "text": ""}, "messages[0].text"),
        ({"type": "flex", "altText": "あ" * 1_501, "contents": {"type": "bubble"}}, "messages[0].altText"),
        ({"type": "flex", "altText": "a", "contents": {"type": "carousel", "contents": [{"type": "bubble"}] * 13}}, "messages[0].contents"),
        ({"type": "location", "title": "あ" * 101, "address": "a", "latitude": 33, "longitude": 130}, "messages[0].title"),
        (
            {"type": "text", "text": "a", "quickReply": {"items": [{"type": "action", "action": {"type": "message", "label": "は", "text": "は"}}] * 14}},
            "messages[0].quickReply.items",
        ),
        (
            {"type": "text", "text": "a", "quickReply": {"items": [{"type": "action", "action": {"type": "postback", "label": "あ" * 21, "data": "d"}}]}},
            "messages[0].quickReply.items[0].action.label",
        ),
        (
            {"type": "text", "text": "a", "quickReply": {"items": [{"type": "action", "action": {"type": "postback", "label": "あ", "data": "d" * 301}}]}},
            "messages[0].quickReply.items[0].action.data",
        ),
    ],
)  # fmt: skip
def test_what_line_would_refuse_is_named_by_its_path(message: dict[str, Any], path: str) -> None:
    assert path in problems(message)


def test_sizes_of_bubbles_and_carousels_are_bytes_of_json() -> None:
    wide = line.bubble(line.box("vertical", [line.words("あ" * 2_000) for _ in range(6)]))
    assert problems({"type": "flex", "altText": "a", "contents": wide}) == ["messages[0].contents[0]"]
    half = line.bubble(line.box("vertical", [line.words("あ" * 2_000) for _ in range(3)]))
    assert problems({"type": "flex", "altText": "a", "contents": line.carousel([half] * 3)}) == [
        "messages[0].contents"
    ]


def test_five_messages_go_together() -> None:
    assert problems(*[line.text("a")] * 5) == []
    assert problems(*[line.text("a")] * 6) == ["messages"]
    assert problems() == ["messages"]


def test_links_have_a_scheme_line_opens() -> None:
    for scheme in ("geo:33,130", "javascript:alert(1)", "example.jp"):
        card = line.card("a", "t", ["x"], [line.uri("開く", scheme)])
        assert [path.rsplit(".", 1)[-1] for path in problems(card)] == ["uri"]


@pytest.mark.parametrize(
    "build",
    [
        lambda: line.text(""),
        lambda: line.text("あ" * 5_001),
        lambda: line.text("a", quick=[line.message("あ" * 21, "a")]),
        lambda: line.text("a", quick=[line.message("a", "a")] * 14),
        lambda: line.flex("", {}),
        lambda: line.button(line.uri("あ" * 41, "https://example.jp/")),
        lambda: line.postback("a", "d" * 301),
        lambda: line.postback("a", "d", shown="あ" * 301),
        lambda: line.clipboard("a", ""),
        lambda: line.carousel([]),
        lambda: line.carousel([{"type": "bubble"}] * 13),
    ],
)
def test_builders_refuse_what_does_not_fit_and_say_the_place(build: Any) -> None:
    with pytest.raises(ValueError, match=r"longer than|:"):
        build()


def test_labels_count_what_people_see() -> None:
    assert line.text("a", quick=[line.message("👨‍👩‍👧‍👦" * 20, "a")])["quickReply"]["items"]


def test_the_official_models_take_what_is_built() -> None:
    actions = [
        line.message("送る", "送る"),
        line.postback("選ぶ", "a=1", shown="選ぶ"),
        line.uri("電話", "tel:0889001111"),
        line.picker("日を選ぶ", "a=2", "date", initial="2026-12-05", least="2026-01-01", most="2027-12-31"),
        line.location("場所"),
        line.camera("写真"),
        line.camera_roll("アルバム"),
        line.clipboard("写す", "0012345"),
    ]
    built = line.text("本文", quick=actions)
    model = TextMessage.from_dict(built)
    assert model is not None
    assert len(model.quick_reply.items) == len(actions)
    card = line.card(
        "alt",
        "題",
        [("会場", "市民会館")],
        [line.uri("地図", "https://example.jp/"), line.uri("電話", "tel:119")],
    )
    flex = FlexMessage.from_dict(card)
    assert flex is not None
    assert flex.contents.to_dict()["body"]["contents"][0]["scaling"] is True


def test_every_word_on_a_card_wraps_and_follows_the_font_size() -> None:
    card = line.card("alt", "題", [("会場", "市民会館"), "一文"])
    words = [part for part in _parts(card["contents"]) if part.get("type") == "text"]
    assert len(words) == 4
    assert all(part["wrap"] and part["scaling"] for part in words)


def _parts(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in _parts(each)]
    if not isinstance(part, dict):
        return []
    return [part, *(found for each in part.values() for found in _parts(each))]
