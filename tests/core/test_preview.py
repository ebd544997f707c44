"""Messages as the console shows them: everything said is seen, nothing written becomes markup."""

from __future__ import annotations

from typing import Any

import pytest

from app.console.preview import show, spoken

EVIL = '"><script>alert(1)</script><b style="x" onclick=\'y\'>'


def _bubble(*contents: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return {"type": "flex", "altText": "alt", "contents": {"type": "bubble", "body": body, **more}}


def test_a_text_keeps_its_lines() -> None:
    assert (
        "【会場】公民館\n【住所】本町1"
        in show([{"type": "text", "text": "【会場】公民館\n【住所】本町1"}]).html
    )


def test_every_word_of_a_card_is_shown() -> None:
    button = {
        "type": "button",
        "style": "primary",
        "action": {"type": "uri", "label": "申し込む", "uri": "https://x"},
    }
    spans = {
        "type": "text",
        "contents": [{"type": "span", "text": "10:00"}, {"type": "span", "text": "から"}],
    }
    inner = {"type": "box", "layout": "baseline", "contents": [{"type": "text", "text": "会場"}, spans]}
    shown = show([_bubble(inner, footer={"type": "box", "layout": "vertical", "contents": [button]})])
    for word in ("会場", "10:00", "から", "申し込む"):
        assert word in shown.html
    assert spoken([_bubble(inner, button)]) == ["会場", "10:00", "から", "申し込む（ボタン）"]


def test_carousels_quick_replies_and_unknown_kinds_are_named() -> None:
    carousel = {
        "type": "flex",
        "altText": "2枚",
        "contents": {"type": "carousel", "contents": [_bubble()["contents"]] * 2},
    }
    last = {
        "type": "text",
        "text": "どれ",
        "quickReply": {"items": [{"action": {"type": "message", "label": "やめる", "text": "やめる"}}]},
    }
    shown = show([carousel, {"type": "video"}, last])
    assert shown.html.count("bubble--flex") == 2
    assert "video" in shown.html
    assert "<li>やめる</li>" in shown.html
    assert shown.bubbles == 3
    assert shown.alts == ("2枚", "", "どれ")


@pytest.mark.parametrize(
    "message",
    [
        {"type": "text", "text": EVIL},
        {"type": EVIL},
        _bubble({"type": "text", "text": EVIL, "color": EVIL, "size": EVIL, "align": EVIL, "weight": EVIL}),
        _bubble({"type": "button", "color": EVIL, "style": EVIL, "action": {"label": EVIL}}),
        _bubble(
            {
                "type": "box",
                "layout": EVIL,
                "spacing": EVIL,
                "paddingAll": EVIL,
                "backgroundColor": EVIL,
                "contents": [],
            }
        ),
        _bubble({"type": "separator", "margin": "1px;}*{display:none}"}),
        _bubble({"type": "text", "text": "x", "color": "#123456;background:url(//x)"}),
    ],
)
def test_nothing_written_becomes_markup_or_style(message: dict[str, Any]) -> None:
    shown = show([message])
    assert "<script" not in shown.html
    assert "<b " not in shown.html
    assert "style=" not in shown.html.replace("style=&#34;", "")
    assert not any(bad in shown.style for bad in ("url", "display", "script", "<"))


def test_colours_and_sizes_of_a_card_reach_the_style_sheet() -> None:
    shown = show([_bubble({"type": "text", "text": "x", "color": "#0017C1", "margin": "md", "flex": 2})])
    assert "{color:#0017C1}" in shown.style
    assert "{margin-top:8px}" in shown.style
    assert "flex-2" in shown.html


def test_nothing_to_show_is_no_error() -> None:
    assert show([]).bubbles == 0
