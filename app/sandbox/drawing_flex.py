"""Draws Flex messages as HTML: sizes, spacing and flexing as LINE's reference describes them."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from app.sandbox.answers import Json
from app.sandbox.drawing_actions import tappable

_TEXT = {
    "xxs": 11,
    "xs": 13,
    "sm": 14,
    "md": 16,
    "lg": 19,
    "xl": 22,
    "xxl": 29,
    "3xl": 35,
    "4xl": 48,
    "5xl": 74,
}
_ICON = {**_TEXT}
_IMAGE = {
    "xxs": 40,
    "xs": 60,
    "sm": 80,
    "md": 100,
    "lg": 120,
    "xl": 140,
    "xxl": 160,
    "3xl": 180,
    "4xl": 200,
    "5xl": 220,
}
_SPACE = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
_EDGE = {"none": 0, "light": 0.5, "normal": 1, "medium": 2, "semi-bold": 3, "bold": 4}
_ROUND = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
_ALIGN = {"start": "left", "end": "right", "center": "center"}
_GRAVITY = {"top": "flex-start", "bottom": "flex-end", "center": "center"}
_SAFE = re.compile(r"#[0-9a-fA-F]{6,8}|\d+(\.\d+)?(px|%)")
_RATIO = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")


def draw_flex(contents: Json) -> Markup:
    """The HTML of a bubble or a carousel that was accepted."""
    if contents.get("type") == "carousel":
        cards = Markup("").join(_bubble(bubble) for bubble in contents["contents"])
        buttons = Markup(
            '<button type="button" class="turn" data-turn="-1" aria-label="前のカード">‹</button>'
            '<button type="button" class="turn" data-turn="1" aria-label="次のカード">›</button>'
        )
        return Markup('<div class="carousel"><div class="cards" tabindex="0">{}</div>{}</div>').format(
            cards, buttons
        )
    return _bubble(contents)


def _bubble(bubble: Json) -> Markup:
    blocks, styles = [], bubble.get("styles") or {}
    for name in ("header", "hero", "body", "footer"):
        if name not in bubble:
            continue
        style = styles.get(name) or {}
        line = (
            f"border-top:1px solid {_color(style.get('separatorColor')) or '#d8d8db'};"
            if style.get("separator")
            else ""
        )
        css = line + _rule("background", _color(style.get("backgroundColor")))
        inner = _component(bubble[name], "vertical")
        blocks.append(Markup('<div class="f-{}" style="{}">{}</div>').format(name, css, inner))
    size = bubble.get("size", "mega")
    attributes = tappable(bubble["action"]) if "action" in bubble else Markup("")
    direction = "rtl" if bubble.get("direction") == "rtl" else "ltr"
    return Markup('<div class="flex f-{}" dir="{}"{}>{}</div>').format(
        size, direction, attributes, Markup("").join(blocks)
    )


def _component(component: Json, layout: str, gap: str | None = None, *, first: bool = True) -> Markup:
    """One component inside a box of this layout; ``gap`` is the box's spacing."""
    outer = _placed(component, layout, gap, first)
    match component["type"]:
        case "box":
            return _box(component, outer)
        case "text":
            return _text(component, outer)
        case "button":
            return _button(component, outer)
        case "image":
            return _image(component, outer)
        case "icon":
            size = _length(component.get("size", "md"), _ICON)
            return Markup('<img class="f-icon" alt="" src="{}" style="{}height:{}">').format(
                component["url"], outer, size
            )
        case "separator":
            css = outer + _rule("border-color", _color(component.get("color")))
            return Markup('<div class="f-separator {}" role="presentation" style="{}"></div>').format(
                layout, css
            )
        case "video":
            return _component(component["altContent"], layout)
    return Markup('<div style="flex:1"></div>')


def _placed(component: Json, layout: str, gap: str | None, first: bool) -> str:
    """What the component's place in its parent says: flex, margin, offsets."""
    sideways = layout in ("horizontal", "baseline")
    flex = component.get("flex")
    fixed = "width" in component or component["type"] in ("icon", "separator")
    if flex is None:
        flex = 1 if sideways and not fixed else 0
    css = (
        f"flex:{flex:g} 1 0;min-width:0;"
        if flex and sideways
        else (f"flex:{flex:g} 0 auto;" if flex else "flex:none;")
    )
    margin = component.get("margin", None if first else gap)
    if margin and not first:
        css += f"margin-{'inline-start' if sideways else 'top'}:{_length(margin, _SPACE)};"
    if component.get("position") == "absolute":
        css += "position:absolute;"
    for name, side in (
        ("Top", "top"),
        ("Bottom", "bottom"),
        ("Start", "inset-inline-start"),
        ("End", "inset-inline-end"),
    ):
        if f"offset{name}" in component:
            css += f"{side}:{_length(component[f'offset{name}'], _SPACE)};"
    return css


def _box(box: Json, outer: str) -> Markup:
    layout = box["layout"]
    css = outer + _rule("background", _color(box.get("backgroundColor")))
    for name in ("width", "maxWidth", "height", "maxHeight"):
        if name in box:
            css += f"{_dashed(name)}:{_length(box[name], {})};"
    css += "".join(
        f"padding{side}:{_length(box[name], _SPACE)};"
        for name, side in (
            ("paddingAll", ""),
            ("paddingTop", "-top"),
            ("paddingBottom", "-bottom"),
            ("paddingStart", "-inline-start"),
            ("paddingEnd", "-inline-end"),
        )
        if name in box
    )
    if "borderWidth" in box or "borderColor" in box:
        width = _length(box.get("borderWidth", "normal"), _EDGE)
        css += f"border:{width} solid {_color(box.get('borderColor')) or '#00000033'};"
    if "cornerRadius" in box:
        css += f"border-radius:{_length(box['cornerRadius'], _ROUND)};overflow:hidden;"
    css += _rule("justify-content", box.get("justifyContent")) + _rule("align-items", box.get("alignItems"))
    background = box.get("background")
    if isinstance(background, dict) and background.get("type") == "linearGradient":
        start, end = _color(background.get("startColor")), _color(background.get("endColor"))
        css += f"background:linear-gradient({_angle(background.get('angle'))},{start},{end});"
    inner = Markup("").join(
        _component(part, layout, box.get("spacing"), first=index == 0)
        for index, part in enumerate(box["contents"])
    )
    action = tappable(box["action"]) if "action" in box else Markup("")
    return Markup('<div class="f-box {}" style="{}"{}>{}</div>').format(layout, css, action, inner)


def _text(text: Json, outer: str) -> Markup:
    css = outer + _font(text) + _rule("text-align", _ALIGN.get(text.get("align", "")))
    css += _rule("align-self", _GRAVITY.get(text.get("gravity", "")))
    if "lineSpacing" in text:
        css += f"line-height:calc(1.4em + {_length(text['lineSpacing'], _SPACE)});"
    kind = "wrap" if text.get("wrap") else "one-line"
    if text.get("wrap") and text.get("maxLines"):
        kind, css = "clamp", css + f"-webkit-line-clamp:{int(text['maxLines'])};"
    if "contents" in text:
        inner = Markup("").join(
            Markup('<span style="{}">{}</span>').format(_font(span, inherit=True), span["text"])
            for span in text["contents"]
        )
    else:
        inner = escape(text["text"])
    action = tappable(text["action"]) if "action" in text else Markup("")
    return Markup('<div class="f-text {}" style="{}"{}>{}</div>').format(kind, css, action, inner)


def _font(text: Json, *, inherit: bool = False) -> str:
    css = _rule("color", _color(text.get("color")))
    if "size" in text or not inherit:
        size = _length(text.get("size", "md"), _TEXT)
        css += f"font-size:calc({size} * var(--{'scale' if text.get('scaling') else 'one'}));"
    if text.get("weight") == "bold":
        css += "font-weight:700;"
    if text.get("style") == "italic":
        css += "font-style:italic;"
    return css + _rule(
        "text-decoration", text.get("decoration") if text.get("decoration") != "none" else None
    )


def _button(button: Json, outer: str) -> Markup:
    style, color = button.get("style", "link"), _color(button.get("color"))
    if color:
        outer += f"color:{color};" if style == "link" else f"background:{color};"
    kind = f"f-button {style} {button.get('height', 'md')}" + (" scaling" if button.get("scaling") else "")
    label = button["action"].get("label", "")
    return Markup('<button type="button" class="{}" style="{}"{}>{}</button>').format(
        kind, outer, tappable(button["action"], role=False), label
    )


def _image(image: Json, outer: str) -> Markup:
    size = image.get("size", "md")
    width = "100%" if size == "full" else _length(size, _IMAGE)
    ratio = _RATIO.fullmatch(image.get("aspectRatio", "1:1"))
    shape = f"{ratio[1]}/{ratio[2]}" if ratio else "1/1"
    fit = "cover" if image.get("aspectMode") == "cover" else "contain"
    css = f"width:{width};aspect-ratio:{shape};object-fit:{fit};" + _rule(
        "background", _color(image.get("backgroundColor"))
    )
    align = _ALIGN.get(image.get("align", "center"), "center")
    action = tappable(image["action"]) if "action" in image else Markup("")
    return Markup(
        '<div class="f-image" style="{}text-align:{}"{}><img alt="" src="{}" style="{}"></div>'
    ).format(outer, align, action, image["url"], css)


def _length(value: Any, names: dict[str, Any]) -> str:
    if value in names:
        return f"{names[value]}px"
    return str(value) if _SAFE.fullmatch(str(value)) else "0px"


def _color(value: Any) -> str:
    return str(value) if isinstance(value, str) and _SAFE.fullmatch(value) and value.startswith("#") else ""


def _angle(value: Any) -> str:
    return str(value) if re.fullmatch(r"\d{1,3}(\.\d+)?deg", str(value)) else "0deg"


def _rule(name: str, value: Any) -> str:
    return f"{name}:{value};" if value and re.fullmatch(r"[#\w-]+", str(value)) else ""


def _dashed(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
