"""Draws what stands in a chat as HTML, and says what a screen reader or a notification would say."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from app.sandbox.answers import Json
from app.sandbox.drawing_actions import buttons, linked, tappable
from app.sandbox.drawing_flex import draw_flex

STICKERS = {"1988": "ありがとう", "1989": "わかりました", "1990": "こまっています", "1991": "おはよう"}
"""Made-up stickers of the practice chat, by sticker id."""


def draw(message: Json, message_id: str) -> Markup:
    """The inside of a bubble."""
    match message["type"]:
        case "text":
            return Markup('<div class="balloon">{}</div>').format(linked(message["text"]))
        case "textV2":
            return Markup('<div class="balloon">{}</div>').format(linked(_plain(message)))
        case "flex":
            return draw_flex(message["contents"])
        case "template":
            return _template(message["template"])
        case "sticker":
            return Markup('<div class="sticker">{}</div>').format(_sticker(message))
        case "image":
            source = message.get("previewImageUrl") or f"/phone/content/{message_id}"
            return Markup('<img class="photo" alt="写真" src="{}">').format(source)
        case "location":
            lines = (message.get("title") or "位置情報", message.get("address"))
            words = Markup("<br>").join(line for line in lines if line)
            return Markup('<div class="balloon place">{}<br><small>{}, {}</small></div>').format(
                words, message["latitude"], message["longitude"]
            )
        case "imagemap":
            return _imagemap(message)
        case "unsent":
            return Markup('<div class="note">送信を取り消しました</div>')
        case "note":
            return Markup('<div class="note">{}</div>').format(message["text"])
    return Markup('<div class="balloon">{}</div>').format(spoken(message))


def _plain(message: Json) -> str:
    return str(message["text"]).replace("{{", "{").replace("}}", "}")


def _sticker(message: Json) -> str:
    return STICKERS.get(message["stickerId"], "スタンプ")


def _template(template: Json) -> Markup:
    match template["type"]:
        case "carousel" | "image_carousel":
            cards = Markup("").join(_card(column) for column in template["columns"])
            return Markup('<div class="carousel"><div class="cards" tabindex="0">{}</div></div>').format(
                cards
            )
    return _card(template)


def _card(card: Json) -> Markup:
    picture = card.get("thumbnailImageUrl") or card.get("imageUrl")
    image = Markup('<img class="thumb" alt="" src="{}">').format(picture) if picture else Markup("")
    title = Markup("<b>{}</b><br>").format(card["title"]) if card.get("title") else Markup("")
    actions = card.get("actions") or ([card["action"]] if "action" in card else [])
    return Markup(
        '<div class="flex f-kilo">{}<div class="f-body card">{}{}</div><div class="f-footer">{}</div></div>'
    ).format(image, title, escape(card.get("text", "")), buttons(actions, "f-button link sm"))


def _imagemap(message: Json) -> Markup:
    size = message["baseSize"]
    areas = []
    for action in message["actions"]:
        box = action["area"]
        css = (
            f"left:{box['x'] / size['width']:.4%};top:{box['y'] / size['height']:.4%};"
            f"width:{box['width'] / size['width']:.4%};height:{box['height'] / size['height']:.4%}"
        )
        act = {"type": "uri", "uri": action["linkUri"]} if action["type"] == "uri" else action
        label = action.get("label") or action.get("text") or "開く"
        areas.append(
            Markup('<button type="button" class="area" style="{}" aria-label="{}"{}></button>').format(
                css, label, tappable(act, role=False)
            )
        )
    return Markup('<div class="imagemap"><img alt="{}" src="{}/700">{}</div>').format(
        message["altText"], message["baseUrl"], Markup("").join(areas)
    )


def quick_replies(message: Json) -> list[Json]:
    """The actions of a message's quick replies."""
    return [item["action"] for item in (message.get("quickReply") or {}).get("items", [])]


def notification(message: Json) -> str:
    """What the notification tray and the talk list show."""
    match message["type"]:
        case "text" | "textV2":
            return str(message["text"])
        case "flex" | "template" | "imagemap":
            return str(message["altText"])
        case "note":
            return str(message["text"])
    kinds = {
        "image": "写真",
        "video": "動画",
        "audio": "音声",
        "sticker": "スタンプ",
        "location": "位置情報",
        "file": "ファイル",
    }
    return f"{kinds.get(message['type'], 'メッセージ')}が届きました"


def spoken(message: Json) -> str:
    """The order in which a screen reader reads a bubble."""
    match message["type"]:
        case "text" | "textV2":
            return str(message["text"])
        case "flex":
            return " ／ ".join(_words(message["contents"]))
        case "template":
            return " ／ ".join(_words(message["template"]))
        case "sticker":
            return f"スタンプ「{_sticker(message)}」"
        case "location":
            return f"位置情報 {message.get('title') or ''} {message.get('address') or ''}".strip()
        case "unsent":
            return "送信を取り消しました"
    return notification(message)


def _words(part: Any) -> list[str]:
    """Texts and button labels of a card, top to bottom."""
    if isinstance(part, list):
        return [word for one in part for word in _words(one)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "text" and "contents" in part:
        return ["".join(span["text"] for span in part["contents"])]
    if part.get("type") == "button":
        return [f"ボタン「{part['action'].get('label', '')}」"]
    words = [str(part[name]) for name in ("title", "text") if isinstance(part.get(name), str)]
    for name in ("header", "hero", "body", "footer", "contents", "columns"):
        words += _words(part.get(name))
    return words + [f"ボタン「{action.get('label', '')}」" for action in part.get("actions") or ()]
