"""Cards: the answer in text first, buttons only for what is there, alt texts that say it, nothing telling in T2S and T3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import cards
from content import messages as message
from content.catalogue import notice_types
from content.limits import grapheme_len, problems_in
from content.notice import Notice, make
from content.standard import parse
from tests.notices import LINKS, PAGE, TOWN, TYPES, example, notices

OPEN = [kind.id for kind in notice_types().values() if not kind.personal]
PERSONAL = [kind.id for kind in notice_types().values() if kind.personal]
LABELS = dict(cards.BUTTONS)


def parts(node: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    """Every component of a kind inside a message."""
    if isinstance(node, Mapping):
        if node.get("type") == kind:
            yield node
        for value in node.values():
            yield from parts(value, kind)
    elif isinstance(node, list):
        for value in node:
            yield from parts(value, kind)


def buttons(notice: Notice, links: cards.Links = LINKS) -> dict[str, str]:
    """Label to address of the card's buttons."""
    card = cards.notice_messages(notice, links, TOWN)[1]
    actions = [button["action"] for button in parts(card["contents"], "button")]
    return {action["label"]: action.get("uri", action.get("text", action.get("data"))) for action in actions}


def test_the_event_s_buttons_lead_where_its_fields_say() -> None:
    assert buttons(example("event")) == {
        "申しこむ": "https://apply.shiono.example.jp/fuyu/",
        "支払う": "https://pay.shiono.example.jp/fuyu/",
        "カレンダーに入れる": f"{PAGE}.ics?openExternalBrowser=1",
        "地図": "https://www.google.com/maps/search/?api=1&query=33.145000%2C133.605000",
        "電話": "tel:0889005126",
        "くわしく": "https://www.city.shiono.example.jp/moyoshi/fuyu/",
        "この配信の設定": "受信設定",
    }


@pytest.mark.parametrize(
    ("missing", "button"),
    [("参加申込", "申しこむ"), ("支払い", "支払う"), ("開催日", "カレンダーに入れる"), ("連絡先", "電話")],
)
def test_no_field_no_button(missing: str, button: str) -> None:
    without = make("event", {k: v for k, v in example("event").fields.items() if k != missing})
    assert set(buttons(example("event"))) - set(buttons(without)) == {button}


@pytest.mark.parametrize(
    "applying", ["不要", "電話で申し込み", "http://insecure.example.jp/", "javascript:alert(1)"]
)
def test_applying_without_a_safe_page_has_no_button(applying: str) -> None:
    assert "申しこむ" not in buttons(example("event", 参加申込=applying))


def test_the_map_takes_the_point_then_the_address_then_the_name_with_the_town() -> None:
    assert "query=33.145" in buttons(example("event"))["地図"]
    assert "query=%E6%B1%90%E9%87%8E%E5%B8%82%E4%B8%AD%E5%8C%BA" in buttons(example("event", 位置=""))["地図"]
    named = buttons(example("event", 位置="", 住所="", 会場="市民会館"))["地図"]
    assert named.endswith("query=%E6%B1%90%E9%87%8E%E5%B8%82%20%E5%B8%82%E6%B0%91%E4%BC%9A%E9%A4%A8")
    assert "地図" not in buttons(example("event", 位置="", 住所="", 会場=""))


def test_more_is_the_notice_s_own_page_when_there_is_no_other() -> None:
    assert buttons(example("event", 詳細情報=""))["くわしく"] == PAGE


def test_pages_are_counted_and_the_telephone_is_not() -> None:
    asked: list[tuple[str, str]] = []

    def track(label: str, url: str) -> str:
        asked.append((label, url))
        return f"https://kairan.shiono.example.jp/l/{len(asked)}"

    found = buttons(example("event"), replace(LINKS, track=track))
    assert [label for label, _ in asked] == ["申しこむ", "支払う", "カレンダーに入れる", "地図", "くわしく"]
    assert dict(asked)["カレンダーに入れる"] == f"{PAGE}.ics"
    assert found["カレンダーに入れる"] == "https://kairan.shiono.example.jp/l/3?openExternalBrowser=1"
    assert found["電話"] == "tel:0889005126"


def test_mynaportal_opens_in_the_phone_s_own_browser() -> None:
    applying = example("event", 参加申込="https://myna.go.jp/apply?id=1#form")
    assert buttons(applying)["申しこむ"] == "https://myna.go.jp/apply?id=1&openExternalBrowser=1#form"


def test_the_telephone_never_stands_out() -> None:
    for type_id in OPEN:
        card = cards.notice_messages(example(type_id), LINKS, TOWN)[1]
        main = [b["action"]["label"] for b in parts(card, "button") if b.get("style") == "primary"]
        assert len(main) == 1 and main[0] != "電話", type_id


@pytest.mark.parametrize("type_id", OPEN)
def test_the_text_bubble_is_a_whole_answer_and_reads_back(type_id: str) -> None:
    text, card = cards.notice_messages(example(type_id), LINKS, TOWN)
    assert parse(text["text"]) == example(type_id)
    assert card["type"] == "flex" and card["contents"]["size"] == "mega"


@pytest.mark.parametrize("type_id", TYPES)
def test_alt_texts_say_who_and_what_within_sixty(type_id: str) -> None:
    for notice in (example(type_id), make(type_id, {}), example(type_id, イベント名="長" * 300)):
        alt = cards.notice_messages(notice, LINKS, TOWN)[1]["altText"]
        assert alt.startswith(TOWN) and grapheme_len(alt) <= cards.ALT_MOST
        assert alt != f"{TOWN}：お知らせ"


@pytest.mark.parametrize(
    ("changed", "alt"),
    [
        ({}, "汐野市：汐野みなと冬まつり 12月5日（土） 10:00-12:00ほか 申込は11月27日（金）まで"),
        (
            {"時間": ""},
            "汐野市：汐野みなと冬まつり 12月5日（土） 申込は11月27日（金）まで 汐野市民会館 大ホール",
        ),
        (
            {"イベント名": "長" * 80, "時間": "", "申込期限": "", "会場": ""},
            f"汐野市：{'長' * 46}… 12月5日（土）",
        ),
    ],
)
def test_the_event_s_alt_text(changed: dict[str, str], alt: str) -> None:
    assert cards.alt_text(example("event", **changed), TOWN) == alt


def test_a_deadline_is_said_when_there_is_one() -> None:
    assert cards.alt_text(example("survey"), TOWN).endswith("回答は12月20日（日）まで")


def test_every_push_says_which_setting_caused_it() -> None:
    card = cards.notice_messages(example("event"), replace(LINKS, settings="f=settings&a=one"), TOWN)[1]
    assert "「イベント」の設定で届きました。" in [part["text"] for part in parts(card, "text")]
    assert (
        buttons(example("event"), replace(LINKS, settings="f=settings&a=one"))["この配信の設定"]
        == "f=settings&a=one"
    )


@settings(max_examples=150, deadline=None)
@given(notices(), st.sampled_from([TOWN, "とても長い名前の町" * 3]))
def test_whatever_staff_write_fits_line_s_limits(notice: Notice, town: str) -> None:
    messages = cards.notice_messages(notice, LINKS, town)
    assert problems_in(messages) == ()
    assert grapheme_len(messages[1]["altText"]) <= cards.ALT_MOST


def test_a_notice_of_every_field_at_its_longest_fits() -> None:
    for kind in notice_types().values():
        notice = make(kind.id, {spec.label: "漢" * spec.limit for spec in kind.fields})
        messages = cards.notice_messages(notice, LINKS, TOWN)
        assert problems_in(messages) == ()


@pytest.mark.parametrize("type_id", TYPES)
def test_words_wrap_and_grow_in_two_sizes(type_id: str) -> None:
    card = cards.notice_messages(example(type_id), LINKS, TOWN)[1]
    texts = list(parts(card, "text"))
    assert all(part["wrap"] and part["scaling"] for part in texts)
    assert {part["size"] for part in texts} <= {"md", "lg"}
    assert all(button["scaling"] for button in parts(card, "button"))


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("type_id", TYPES)
def test_no_words_stand_under_a_contrast_of_four_and_a_half(type_id: str) -> None:
    card = cards.notice_messages(example(type_id), LINKS, TOWN)[1]
    for part in [*parts(card, "text"), *parts(card, "button")]:
        assert (1.05) / (luminance(part["color"]) + 0.05) >= 4.5


# ---- tiers T2S and T3 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_id", PERSONAL)
def test_a_telling_notice_says_nothing_in_line_but_that_it_is_there(type_id: str) -> None:
    kind = notice_types()[type_id]
    fields = {spec.label: f"秘密{number}番" for number, spec in enumerate(kind.fields)}
    raw = orjson.dumps(cards.notice_messages(make(type_id, fields), LINKS, TOWN)).decode()
    assert "秘密" not in raw
    assert (
        kind.name not in raw
        and kind.group not in raw
        and kind.title not in raw.replace("手続きのお知らせ", "")
    )
    assert "LINEで口座番号や暗証番号をお尋ねすることはありません。" in raw
    assert "総合案内 0889-00-1111" in raw


@pytest.mark.parametrize("type_id", PERSONAL)
def test_telling_notices_look_the_same_whatever_they_are(type_id: str) -> None:
    assert cards.notice_messages(example(type_id), LINKS, TOWN) == cards.notice_messages(
        example("water"), LINKS, TOWN
    )


def test_a_label_too_wide_for_its_column_stands_above_its_value() -> None:
    """Beside it, the largest letters break "Hazardous" into three pieces."""
    beside = [message.row(label, "12月9日（水）")["layout"] for label in ("開催日", "Area", "How to")]
    above = [
        message.row(label, "Wed 9 Dec")["layout"]
        for label in (
            "申し込み",
            "Category",
            "燃えるごみ",
            "有害・危険ごみ",
            "Hazardous garbage",
            "Plastic packaging",
        )
    ]
    assert (set(beside), set(above)) == ({"horizontal"}, {"vertical"})


def test_one_card_has_its_labels_all_beside_or_all_above_their_values() -> None:
    for labels, layout in ((("日時", "場所"), "horizontal"), (("日時", "問い合わせ先"), "vertical")):
        body = message.card("x", "x", [(label, "12月9日（水）") for label in labels])["contents"]["body"]
        rows = [part["layout"] for part in body["contents"] if part["type"] == "box"]
        assert rows == [layout, layout]


def test_of_a_card_another_button_than_the_first_may_stand_out() -> None:
    """Of things to tick the first looked chosen."""
    shown = [message.message(label, label) for label in ("ごみ", "災害", "つぎへ")]
    card = message.card("x", "x", (), shown, main=2)
    assert [each["style"] for each in card["contents"]["footer"]["contents"]] == ["link", "link", "primary"]
