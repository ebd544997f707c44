"""Shows LINE message objects as HTML, so that staff see what the phone will show. Pure.

Covers what LINE's Messaging API reference ("Message objects", "Flex Message") lets our cards use: text with
quick replies, and Flex bubbles and carousels of boxes, texts, spans, buttons, separators and images. Values that
become CSS are checked against a narrow pattern and collected into one style sheet; everything else is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

Json = Mapping[str, Any]

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
_LENGTH = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?(px|%)")
_WORD_LENGTHS = {
    "none": "0",
    "xs": "2px",
    "sm": "4px",
    "md": "8px",
    "lg": "12px",
    "xl": "16px",
    "xxl": "20px",
}
_SIZES = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl")
_ALIGN = {"start": "flex-start", "flex-start": "flex-start", "center": "center", "end": "flex-end"}
_ALIGN |= {"flex-end": "flex-end", "space-between": "space-between", "space-around": "space-around"}
_PADDINGS = {"paddingAll": "padding", "paddingTop": "padding-top", "paddingBottom": "padding-bottom"}
_PADDINGS |= {"paddingStart": "padding-left", "paddingEnd": "padding-right"}


@dataclass(frozen=True, slots=True)
class Shown:
    """Messages as a page shows them: markup, its style sheet, what a notification says, and how many bubbles."""

    html: Markup
    style: Markup
    alts: tuple[str, ...]
    bubbles: int
    spoken: tuple[str, ...]
    """Every text in the order a screen reader meets it."""


@dataclass(slots=True)
class _Sheet:
    """Declarations met so far, each with a class of its own; the page's CSP allows no style attributes."""

    names: dict[str, str] = field(default_factory=dict)

    def name(self, declaration: str) -> str:
        return self.names.setdefault(declaration, f"pv{len(self.names)}")

    def css(self) -> Markup:
        return Markup("").join(
            Markup(".phone .{}{{{}}}").format(name, declaration) for declaration, name in self.names.items()
        )


def show(messages: Sequence[Json]) -> Shown:
    """Render LINE's ``messages`` array; unknown kinds are named instead of left out."""
    sheet = _Sheet()
    bubbles = Markup("").join(Markup("<li>{}</li>").format(_message(one, sheet)) for one in messages)
    html = Markup('<ol class="phone__talk" aria-label="届く順">{}</ol>').format(bubbles)
    html += _quick_replies(messages[-1] if messages else {})
    alts = tuple(str(m.get("altText") or m.get("text") or "") for m in messages)
    return Shown(
        html=html, style=sheet.css(), alts=alts, bubbles=len(messages), spoken=tuple(spoken(messages))
    )


def spoken(messages: Sequence[Json]) -> list[str]:
    """Every text in the order a screen reader meets it."""
    return [line for message in messages for line in _texts(message)]


def _texts(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        own = [str(node[key]) for key in ("text", "label") if isinstance(node.get(key), str)]
        if node.get("type") == "button":
            return [f"{own_label(node)}（ボタン）"]
        return own + [line for value in node.values() for line in _texts(value)]
    if isinstance(node, list | tuple):
        return [line for value in node for line in _texts(value)]
    return []


def own_label(button: Json) -> str:
    """What is written on a button."""
    action = button.get("action")
    return str(action.get("label", "")) if isinstance(action, Mapping) else ""


def _message(message: Json, sheet: _Sheet) -> Markup:
    match message.get("type"):
        case "text":
            return Markup('<div class="bubble bubble--text">{}</div>').format(message.get("text", ""))
        case "flex":
            return _container(message.get("contents", {}), sheet)
        case "image":
            return Markup('<div class="bubble bubble--other">写真</div>')
        case other:
            return Markup('<div class="bubble bubble--other">この画面では表示できない形（{}）</div>').format(
                other
            )


def _container(contents: Json, sheet: _Sheet) -> Markup:
    if contents.get("type") == "carousel":
        inner = Markup("").join(_bubble(one, sheet) for one in contents.get("contents", ()))
        return Markup(
            '<div class="carousel" tabindex="0" role="region" aria-label="横に並ぶカード">{}</div>'
        ).format(inner)
    return _bubble(contents, sheet)


def _bubble(bubble: Json, sheet: _Sheet) -> Markup:
    styles = bubble.get("styles", {})
    inner = Markup("")
    for part in ("header", "hero", "body", "footer"):
        if part in bubble:
            ground = _colour_class("background-color", styles.get(part, {}).get("backgroundColor"), sheet)
            inner += Markup('<div class="{} {}">{}</div>').format(
                f"part--{part}", ground, _node(bubble[part], sheet)
            )
    size = "bubble--kilo" if bubble.get("size") in ("nano", "micro", "deca", "hecto", "kilo") else ""
    return Markup('<div class="bubble bubble--flex {}">{}</div>').format(size, inner)


def _node(node: Json, sheet: _Sheet) -> Markup:
    match node.get("type"):
        case "box":
            return _box(node, sheet)
        case "text":
            return _text(node, sheet)
        case "button":
            return _button(node, sheet)
        case "separator":
            return Markup('<hr class="separator {}">').format(_common(node, sheet))
        case "image":
            return Markup('<span class="pictured {}">写真</span>').format(_common(node, sheet))
        case _:
            return Markup("")


def _box(box: Json, sheet: _Sheet) -> Markup:
    classes = [
        f"box box--{_word(box.get('layout'), ('horizontal', 'baseline'), 'vertical')}",
        _common(box, sheet),
    ]
    classes.append(_length_class("gap", box.get("spacing"), sheet))
    classes.append(_colour_class("background-color", box.get("backgroundColor"), sheet))
    classes.append(_length_class("border-radius", box.get("cornerRadius"), sheet))
    classes += [_length_class(css, box.get(key), sheet) for key, css in _PADDINGS.items()]
    for key, css in (("justifyContent", "justify-content"), ("alignItems", "align-items")):
        if box.get(key) in _ALIGN:
            classes.append(sheet.name(f"{css}:{_ALIGN[box[key]]}"))
    inner = Markup("").join(_node(one, sheet) for one in box.get("contents", ()))
    return Markup('<div class="{}">{}</div>').format(" ".join(filter(None, classes)), inner)


def _text(text: Json, sheet: _Sheet) -> Markup:
    spans = text.get("contents") or ()
    inner = (
        Markup("").join(
            Markup('<span class="{}">{}</span>').format(_letters(one, sheet), one.get("text", ""))
            for one in spans
        )
        if spans
        else escape(text.get("text", ""))
    )
    wrap = "" if text.get("wrap") else "one-line"
    align = _word(text.get("align"), ("center", "end"), "")
    classes = " ".join(filter(None, (_common(text, sheet), _letters(text, sheet), wrap, align)))
    return Markup('<p class="{}">{}</p>').format(classes, inner)


def _button(button: Json, sheet: _Sheet) -> Markup:
    style = _word(button.get("style"), ("primary", "secondary"), "link")
    colour = "color" if style == "link" else "background-color"
    classes = [
        f"press press--{style}",
        _colour_class(colour, button.get("color"), sheet),
        _common(button, sheet),
    ]
    if button.get("height") == "sm":
        classes.append("press--sm")
    return Markup('<span class="{}">{}</span>').format(" ".join(filter(None, classes)), own_label(button))


def _quick_replies(last: Json) -> Markup:
    items = (last.get("quickReply") or {}).get("items", ())
    if not items:
        return Markup("")
    inner = Markup("").join(Markup("<li>{}</li>").format(own_label(item)) for item in items)
    return Markup('<ul class="replies" aria-label="えらぶボタン">{}</ul>').format(inner)


def _letters(node: Json, sheet: _Sheet) -> str:
    size = node.get("size")
    found = [
        f"size-{size}" if size in _SIZES else "",
        "bold" if node.get("weight") == "bold" else "",
        {"underline": "line", "line-through": "struck"}.get(str(node.get("decoration")), ""),
        _colour_class("color", node.get("color"), sheet),
    ]
    return " ".join(filter(None, found))


def _common(node: Json, sheet: _Sheet) -> str:
    found = [_length_class("margin-top", node.get("margin"), sheet)]
    flex = node.get("flex")
    if isinstance(flex, int) and 0 <= flex <= 5:
        found.append(f"flex-{flex}")
    return " ".join(filter(None, found))


def _colour_class(css: str, value: Any, sheet: _Sheet) -> str:
    return sheet.name(f"{css}:{value}") if isinstance(value, str) and _COLOUR.fullmatch(value) else ""


def _length_class(css: str, value: Any, sheet: _Sheet) -> str:
    length = _WORD_LENGTHS.get(str(value), str(value))
    return sheet.name(f"{css}:{length}") if length == "0" or _LENGTH.fullmatch(length) else ""


def _word(value: Any, known: tuple[str, ...], otherwise: str) -> str:
    return str(value) if value in known else otherwise
