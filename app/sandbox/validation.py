"""LINE's rules for messages (reference, "Message objects"), the same for sending and for ``/validate/…``."""

from __future__ import annotations

import re
from typing import Any

from app.sandbox.answers import Detail, Json
from app.sandbox.checking import Check, graphemes, utf16
from app.sandbox.validation_actions import IMAGE_CAROUSEL, QUICK, SCHEMES, TEMPLATE, check_action
from app.sandbox.validation_flex import check_flex

TYPES = (
    "text", "textV2", "sticker", "image", "video", "audio", "location", "imagemap", "template", "flex", "coupon",
)  # fmt: skip
TEMPLATES = ("buttons", "confirm", "carousel", "image_carousel")
_DIGITS = re.compile(r"\d{1,20}")
_COUPON = re.compile(r".{1,100}")
_KEY = re.compile(r"[0-9a-zA-Z_]{1,20}")


def problems(body: Json) -> list[Detail]:
    """Everything LINE would refuse in ``body["messages"]``."""
    check = Check()
    check.items(body, "messages", 1, 5, _message)
    return check.details


def _message(check: Check, message: Any, path: str) -> None:
    if not check.object(message, path) or not check.one_of(message, f"{path}.type", TYPES, required=True):
        return
    _BY_TYPE[message["type"]](check, message, path)
    if "quickReply" in message and check.object(message["quickReply"], f"{path}.quickReply"):
        check.items(message["quickReply"], f"{path}.quickReply.items", 1, 13, _quick_reply)
    if "sender" in message and check.object(message["sender"], f"{path}.sender"):
        _sender(check, message["sender"], f"{path}.sender")


def _sender(check: Check, sender: Json, path: str) -> None:
    check.text(sender, f"{path}.name", 20)
    check.url(sender, f"{path}.iconUrl")
    if "line" in str(sender.get("name", "")).lower():
        check.fail(f"{path}.name", "contains a word that can not be used")


def _quick_reply(check: Check, item: Any, path: str) -> None:
    if check.object(item, path) and check.one_of(item, f"{path}.type", ("action",), required=True):
        check.url(item, f"{path}.imageUrl")
        check_action(check, item.get("action"), f"{path}.action", QUICK)


def _text(check: Check, message: Json, path: str) -> None:
    check.text(message, f"{path}.text", 5000, required=True)
    text = message.get("text")
    check.items(message, f"{path}.emojis", 0, 20, lambda c, item, at: _emoji(c, item, at, text))


def _emoji(check: Check, emoji: Any, path: str, text: Any) -> None:
    if not check.object(emoji, path):
        return
    index = emoji.get("index")
    units = str(text).encode("utf-16-le", "surrogatepass")
    if (
        not isinstance(index, int)
        or not 0 <= index < len(units) // 2
        or units[index * 2 : index * 2 + 2] != b"$\0"
    ):
        check.fail(f"{path}.index", "must point at a $ of the text")
    check.text(emoji, f"{path}.productId", 100, required=True)
    check.text(emoji, f"{path}.emojiId", 100, required=True)


def _text_v2(check: Check, message: Json, path: str) -> None:
    check.text(message, f"{path}.text", 5000, required=True)
    values = message.get("substitution", {})
    if not check.object(values, f"{path}.substitution"):
        return
    if len(values) > 100:
        check.fail(f"{path}.substitution", "Size must be between 0 and 100")
    for key, value in values.items():
        at = f"{path}.substitution.{key}"
        if not _KEY.fullmatch(key) or not isinstance(value, dict):
            check.fail(at, "invalid key")
        elif (
            check.one_of(value, f"{at}.type", ("emoji", "mention"), required=True)
            and value["type"] == "mention"
        ):
            check.fail(at, "mentions can be used in groups and rooms only")


def _sticker(check: Check, message: Json, path: str) -> None:
    check.matches(message, f"{path}.packageId", _DIGITS, required=True)
    check.matches(message, f"{path}.stickerId", _DIGITS, required=True)


def _picture(check: Check, message: Json, path: str) -> None:
    check.url(message, f"{path}.originalContentUrl", required=True)
    check.url(message, f"{path}.previewImageUrl", required=True)
    if message["type"] == "video":
        check.text(message, f"{path}.trackingId", 100)


def _audio(check: Check, message: Json, path: str) -> None:
    check.url(message, f"{path}.originalContentUrl", required=True)
    check.number(message, f"{path}.duration", 1, 24 * 3600 * 1000, required=True)


def _location(check: Check, message: Json, path: str) -> None:
    check.text(message, f"{path}.title", 100, required=True)
    check.text(message, f"{path}.address", 100, required=True)
    check.number(message, f"{path}.latitude", -90, 90, required=True)
    check.number(message, f"{path}.longitude", -180, 180, required=True)


def _imagemap(check: Check, message: Json, path: str) -> None:
    check.url(message, f"{path}.baseUrl", required=True)
    check.text(message, f"{path}.altText", 1500, required=True)
    if check.object(message.get("baseSize"), f"{path}.baseSize"):
        check.number(message["baseSize"], f"{path}.baseSize.width", 1040, 1040, required=True)
        check.number(message["baseSize"], f"{path}.baseSize.height", 1, 100_000, required=True)
    check.items(message, f"{path}.actions", 1, 50, _imagemap_action)


def _imagemap_action(check: Check, action: Any, path: str) -> None:
    if not check.object(action, path):
        return
    if not check.one_of(action, f"{path}.type", ("uri", "message", "clipboard"), required=True):
        return
    check.text(action, f"{path}.label", 100)
    if action["type"] == "uri":
        check.url(action, f"{path}.linkUri", limit=1000, schemes=SCHEMES, required=True)
    elif action["type"] == "message":
        check.text(action, f"{path}.text", 400, required=True)
    else:
        check.text(action, f"{path}.clipboardText", 1000, required=True)
    if check.object(action.get("area"), f"{path}.area"):
        for side in ("x", "y", "width", "height"):
            check.number(action["area"], f"{path}.area.{side}", 0, 100_000, required=True)


def _template(check: Check, message: Json, path: str) -> None:
    check.text(message, f"{path}.altText", 1500, required=True)
    template, at = message.get("template"), f"{path}.template"
    if not check.object(template, at) or not isinstance(template, dict):
        return
    if not check.one_of(template, f"{at}.type", TEMPLATES, required=True):
        return
    match template["type"]:
        case "buttons":
            _card(check, template, at, 160, 4)
        case "confirm":
            check.text(template, f"{at}.text", 240, required=True, count=graphemes)
            check.items(template, f"{at}.actions", 2, 2, lambda c, a, p: check_action(c, a, p, TEMPLATE))
        case "carousel":
            check.items(template, f"{at}.columns", 1, 10, lambda c, column, p: _card(c, column, p, 120, 3))
            _same_shape(check, template.get("columns"), f"{at}.columns")
        case _:
            check.items(template, f"{at}.columns", 1, 10, _image_column)


def _card(check: Check, card: Any, path: str, text_limit: int, most_actions: int) -> None:
    if not check.object(card, path):
        return
    pictured = "title" in card or "thumbnailImageUrl" in card
    check.text(card, f"{path}.text", 60 if pictured else text_limit, required=True, count=graphemes)
    check.text(card, f"{path}.title", 40, count=graphemes)
    check.url(card, f"{path}.thumbnailImageUrl")
    check.items(card, f"{path}.actions", 1, most_actions, lambda c, a, p: check_action(c, a, p, TEMPLATE))
    if "defaultAction" in card:
        check_action(
            check, card["defaultAction"], f"{path}.defaultAction", TEMPLATE._replace(label_required=False)
        )


def _same_shape(check: Check, columns: Any, path: str) -> None:
    if not isinstance(columns, list) or not all(isinstance(column, dict) for column in columns):
        return
    shapes = {(len(c.get("actions") or ()), "title" in c, "thumbnailImageUrl" in c) for c in columns}
    if len(shapes) > 1:
        check.fail(
            path, "all columns must have the same number of actions and the same use of title and image"
        )


def _image_column(check: Check, column: Any, path: str) -> None:
    if check.object(column, path):
        check.url(column, f"{path}.imageUrl", required=True)
        check_action(check, column.get("action"), f"{path}.action", IMAGE_CAROUSEL)


def _flex(check: Check, message: Json, path: str) -> None:
    check.text(message, f"{path}.altText", 1500, required=True, count=utf16)
    check_flex(check, message.get("contents"), f"{path}.contents")


def _coupon(check: Check, message: Json, path: str) -> None:
    check.matches(message, f"{path}.couponId", _COUPON, required=True)
    check.text(message, f"{path}.deliveryTag", 30)


_BY_TYPE = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _picture,
    "video": _picture,
    "audio": _audio,
    "location": _location,
    "imagemap": _imagemap,
    "template": _template,
    "flex": _flex,
    "coupon": _coupon,
}
