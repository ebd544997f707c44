"""LINE's rules for Flex messages (reference, "Flex Message"): sizes, blocks, components, known properties."""

from __future__ import annotations

import re
from typing import Any

import orjson

from app.sandbox.answers import Json
from app.sandbox.checking import Check
from app.sandbox.validation_actions import BUTTON, FLEX, check_action

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
BUBBLES = 12
SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
_PLACED = "position offsetTop offsetBottom offsetStart offsetEnd"
KNOWN = {
    "box": "type layout contents backgroundColor borderColor borderWidth cornerRadius width maxWidth height maxHeight "
    "flex spacing margin paddingAll paddingTop paddingBottom paddingStart paddingEnd action justifyContent "
    f"alignItems background {_PLACED}",
    "button": f"type action flex margin height style color gravity adjustMode scaling {_PLACED}",
    "image": f"type url flex margin align gravity size aspectRatio aspectMode backgroundColor action animated {_PLACED}",
    "video": "type url previewUrl altContent aspectRatio action",
    "icon": f"type url margin size scaling aspectRatio {_PLACED}",
    "text": "type text contents adjustMode flex margin size align gravity wrap lineSpacing maxLines weight color "
    f"action style decoration scaling {_PLACED}",
    "span": "type text color size weight style decoration",
    "separator": "type margin color",
    "filler": "type flex",
}
_PROPERTIES = {kind: frozenset(names.split()) for kind, names in KNOWN.items()}
_BUBBLE = ("type", "size", "direction", "header", "hero", "body", "footer", "styles", "action")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_SPACE = re.compile(r"none|xs|sm|md|lg|xl|xxl|\d+(\.\d+)?(px|%)")
_TEXT_SIZE = re.compile(r"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|\d+(\.\d+)?px")
_IMAGE_SIZE = re.compile(r"xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|full|\d+(\.\d+)?(px|%)")
_RATIO = re.compile(r"[1-9]\d{0,5}(\.\d+)?:[1-9]\d{0,5}(\.\d+)?")
_PATTERNS = (
    (_COLOR, ("color", "backgroundColor", "borderColor")),
    (
        _SPACE,
        ("margin", "spacing", "paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"),
    ),
    (_RATIO, ("aspectRatio",)),
)
_CHOICES = {
    "layout": ("horizontal", "vertical", "baseline"),
    "weight": ("regular", "bold"),
    "align": ("start", "end", "center"),
    "gravity": ("top", "bottom", "center"),
    "position": ("relative", "absolute"),
    "aspectMode": ("cover", "fit"),
    "decoration": ("none", "underline", "line-through"),
    "adjustMode": ("shrink-to-fit",),
    "justifyContent": ("center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"),
    "alignItems": ("center", "flex-start", "flex-end"),
}


def check_flex(check: Check, contents: Any, path: str) -> None:
    """A bubble or a carousel of bubbles of one size."""
    if not check.object(contents, path) or not check.one_of(
        contents, f"{path}.type", ("bubble", "carousel"), required=True
    ):
        return
    if contents["type"] == "bubble":
        _bubble(check, contents, path)
        return
    check.items(contents, f"{path}.contents", 1, BUBBLES, _carousel_bubble)
    if len(orjson.dumps(contents)) > CAROUSEL_BYTES:
        check.fail(path, f"the carousel must be at most {CAROUSEL_BYTES} bytes")
    bubbles = contents.get("contents")
    if isinstance(bubbles, list) and len({b.get("size", "mega") for b in bubbles if isinstance(b, dict)}) > 1:
        check.fail(f"{path}.contents", "all bubbles of a carousel must have the same size")


def _carousel_bubble(check: Check, bubble: Any, path: str) -> None:
    if check.object(bubble, path) and check.one_of(bubble, f"{path}.type", ("bubble",), required=True):
        _bubble(check, bubble, path)
        if isinstance(bubble.get("hero"), dict) and bubble["hero"].get("type") == "video":
            check.fail(f"{path}.hero", "video can not be used in a carousel")


def _bubble(check: Check, bubble: Json, path: str) -> None:
    check.only(bubble, path, _BUBBLE)
    check.one_of(bubble, f"{path}.size", SIZES)
    check.one_of(bubble, f"{path}.direction", ("ltr", "rtl"))
    if len(orjson.dumps(bubble)) > BUBBLE_BYTES:
        check.fail(path, f"the bubble must be at most {BUBBLE_BYTES} bytes")
    if not any(block in bubble for block in ("header", "hero", "body", "footer")):
        check.fail(path, "At least one block must be specified")
    for block in ("header", "body", "footer"):
        if block in bubble:
            _component(check, bubble[block], f"{path}.{block}", ("box",))
    if "hero" in bubble:
        _component(check, bubble["hero"], f"{path}.hero", ("box", "image", "video"))
    if "action" in bubble:
        check_action(check, bubble["action"], f"{path}.action", FLEX)


_IN_BOX = ("box", "button", "image", "icon", "text", "separator", "filler", "span")
_INSIDE = {
    "horizontal": ("box", "button", "image", "text", "separator", "filler"),
    "vertical": ("box", "button", "image", "text", "separator", "filler"),
    "baseline": ("icon", "text", "filler"),
}


def _component(check: Check, component: Any, path: str, kinds: tuple[str, ...]) -> None:
    if not check.object(component, path) or not check.one_of(component, f"{path}.type", kinds, required=True):
        return
    kind = component["type"]
    check.only(component, path, _PROPERTIES[kind])
    _common(check, component, path, kind)
    match kind:
        case "box":
            _box(check, component, path)
        case "text":
            _text(check, component, path)
        case "span":
            check.text(component, f"{path}.text", 2000, required=True)
        case "button":
            check_action(check, component.get("action"), f"{path}.action", BUTTON)
            check.one_of(component, f"{path}.style", ("primary", "secondary", "link"))
            check.one_of(component, f"{path}.height", ("sm", "md"))
        case "image" | "icon":
            check.url(component, f"{path}.url", required=True)
            check.matches(component, f"{path}.size", _IMAGE_SIZE)
        case "video":
            check.url(component, f"{path}.url", required=True)
            check.url(component, f"{path}.previewUrl", required=True)
            _component(check, component.get("altContent"), f"{path}.altContent", ("box", "image"))


def _common(check: Check, component: Json, path: str, kind: str) -> None:
    for pattern, names in _PATTERNS:
        for name in names:
            if name in _PROPERTIES[kind]:
                check.matches(component, f"{path}.{name}", pattern)
    for name, values in _CHOICES.items():
        if name in _PROPERTIES[kind]:
            check.one_of(component, f"{path}.{name}", values)
    for name in ("wrap", "scaling", "animated"):
        check.flag(component, f"{path}.{name}")
    check.number(component, f"{path}.flex", 0, 1_000_000)
    if kind not in ("button", "separator") and "action" in component:
        check_action(check, component["action"], f"{path}.action", FLEX)


def _box(check: Check, box: Json, path: str) -> None:
    check.one_of(box, f"{path}.layout", tuple(_INSIDE), required=True)
    inside = _INSIDE.get(str(box.get("layout")), _IN_BOX)
    check.items(box, f"{path}.contents", 0, 10_000, lambda c, item, at: _component(c, item, at, inside))
    if "contents" not in box:
        check.fail(f"{path}.contents", "must be specified")


def _text(check: Check, text: Json, path: str) -> None:
    check.matches(text, f"{path}.size", _TEXT_SIZE)
    check.number(text, f"{path}.maxLines", 0, 1_000_000)
    check.one_of(text, f"{path}.style", ("normal", "italic"))
    if "contents" in text:
        check.items(
            text, f"{path}.contents", 1, 10_000, lambda c, item, at: _component(c, item, at, ("span",))
        )
    else:
        check.text(text, f"{path}.text", 2000, required=True)
