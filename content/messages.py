"""LINE message objects as plain dictionaries, built so that they fit: a label that is too long is an error here,
not a refusal by LINE an hour later.

Shapes: LINE Developers, Messaging API reference, "Message objects", "Flex message elements", "Action objects".
Every word in a card wraps and follows the font size a resident has set (``scaling``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width

from content import limits

Message = dict[str, Any]
Action = dict[str, Any]
Component = dict[str, Any]

INK = "#1A1A1C"
QUIET = "#4D4D4D"
BLUE = "#0017C1"
"""The Digital Agency design system's blue 900: white on it has a contrast of 11.1."""
RULE = "#CCCCCC"
COLUMNS, LONGEST_WORD = 6, 6
"""The widest label, in Latin letters of which a kana takes two, and the longest word, that stand beside their value."""


class TooLong(ValueError):
    """Something does not fit LINE's limit; ``place`` says what, for the author of the sentence."""

    def __init__(self, place: str, text: str, most: int) -> None:
        super().__init__(f"{place}: {text!r} is longer than {most}")


def _fits(place: str, text: str, most: int, *, graphemes: bool = True) -> str:
    if 0 < (len(text) if graphemes else 2 * len(text)) <= most:
        # A character is one grapheme or two units at most: nearly every text is far below its limit.
        return text
    length = limits.grapheme_len(text) if graphemes else limits.utf16_len(text)
    if not 1 <= length <= most:
        raise TooLong(place, text, most)
    return text


# ---- actions -----------------------------------------------------------------------------------------


def message(label: str, said: str) -> Action:
    """The resident says ``said``."""
    return {"type": "message", "label": label, "text": _fits("message text", said, limits.MESSAGE_TEXT)}


def postback(label: str, data: str, *, shown: str = "") -> Action:
    """We get ``data``; ``shown`` is what the resident's own bubble reads."""
    if not 0 < 2 * len(data) <= limits.DATA or len(shown) > limits.MESSAGE_TEXT:
        # Looked at more closely only here: nearly every button is far below its limits.
        _fits("data", data, limits.DATA, graphemes=False)
        _fits("displayText", shown or label, limits.MESSAGE_TEXT)
    action = {"type": "postback", "label": label, "data": data}
    if shown:
        action["displayText"] = shown
    return action


def uri(label: str, url: str) -> Action:
    """Opens a page, a map or the telephone (``tel:``)."""
    return {"type": "uri", "label": label, "uri": _fits("uri", url, limits.URI, graphemes=False)}


def picker(label: str, data: str, mode: str, *, initial: str = "", least: str = "", most: str = "") -> Action:
    """LINE's own date or time picker; ``mode`` is date, time or datetime."""
    bounds = {"initial": initial, "min": least, "max": most}
    data = _fits("data", data, limits.DATA, graphemes=False)
    given = {name: value for name, value in bounds.items() if value}
    return {"type": "datetimepicker", "label": label, "data": data, "mode": mode} | given


def location(label: str) -> Action:
    """Opens LINE's location screen; quick replies only."""
    return {"type": "location", "label": label}


def camera(label: str) -> Action:
    return {"type": "camera", "label": label}


def camera_roll(label: str) -> Action:
    return {"type": "cameraRoll", "label": label}


def clipboard(label: str, copied: str) -> Action:
    """Copies a number; LINE 14 and newer."""
    copied = _fits("clipboardText", copied, limits.CLIPBOARD, graphemes=False)
    return {"type": "clipboard", "label": label, "clipboardText": copied}


# ---- messages ----------------------------------------------------------------------------------------


def text(body: str, *, quick: Sequence[Action] = ()) -> Message:
    return with_quick({"type": "text", "text": _fits("text", body, limits.TEXT, graphemes=False)}, quick)


def flex(alt: str, contents: Component, *, quick: Sequence[Action] = ()) -> Message:
    """A card; ``alt`` is what the notification and the talk list show, so it carries the content."""
    alt = _fits("altText", alt, limits.ALT_TEXT, graphemes=False)
    return with_quick({"type": "flex", "altText": alt, "contents": contents}, quick)


def carousel(bubbles: Sequence[Component]) -> Component:
    if not 1 <= len(bubbles) <= limits.BUBBLES:
        raise TooLong("carousel", f"{len(bubbles)} bubbles", limits.BUBBLES)
    return {"type": "carousel", "contents": list(bubbles)}


def with_quick(message_: Message, quick: Sequence[Action]) -> Message:
    """The same message with quick replies under it (none: the message itself)."""
    if not quick:
        return message_
    if len(quick) > limits.QUICK_REPLIES:
        raise TooLong("quick replies", f"{len(quick)} items", limits.QUICK_REPLIES)
    for action in quick:
        if not 0 < len(action["label"]) <= limits.QUICK_LABEL:
            _fits("quick reply label", action["label"], limits.QUICK_LABEL)
    return message_ | {"quickReply": {"items": [{"type": "action", "action": action} for action in quick]}}


# ---- parts of a card ---------------------------------------------------------------------------------


def words(body: str, *, size: str = "md", color: str = INK, bold: bool = False, **more: Any) -> Component:
    """A paragraph."""
    part = {"type": "text", "text": body, "size": size, "color": color, "wrap": True, "scaling": True}
    if bold:
        part["weight"] = "bold"
    return {**part, **more}


def box(layout: str, contents: Iterable[Component], **more: Any) -> Component:
    """``layout`` is vertical, horizontal or baseline."""
    return {"type": "box", "layout": layout, "contents": list(contents)} | more


def row(label: str, value: str, *, above: bool | None = None) -> Component:
    """A label with its value beside it, or below it: by itself only where its column would break it within a word."""
    if above if above is not None else is_wide(label):
        return box("vertical", [words(label, color=QUIET), words(value)], margin="md")
    return box(
        "horizontal",
        [words(label, color=QUIET, flex=2), words(value, flex=5)],
        spacing="sm",
        margin="md",
    )


@lru_cache(maxsize=1024)
def is_wide(label: str) -> bool:
    """At any size of letters the column of labels holds three kana or six Latin letters in a line."""
    columns = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in label)
    return columns > COLUMNS or any(len(word) > LONGEST_WORD and word.isascii() for word in label.split())


def separator(**more: Any) -> Component:
    return {"type": "separator", "color": RULE} | more


def button(action: Action, *, primary: bool = False) -> Component:
    """A full-width button; its label has at most 40 graphemes."""
    _fits("button label", str(action["label"]), limits.BUTTON_LABEL)
    look = {"style": "primary", "color": BLUE} if primary else {"style": "link", "color": BLUE}
    return {"type": "button", "action": action, "height": "sm", "scaling": True} | look


def bubble(body: Component, footer: Component | None = None, *, size: str = "mega") -> Component:
    card_ = {"type": "bubble", "size": size, "body": body}
    return card_ | ({"footer": footer} if footer is not None else {})


def card(
    alt: str,
    title: str,
    rows: Iterable[tuple[str, str] | str],
    buttons: Sequence[Action] = (),
    main: int = 0,
) -> Message:
    """The usual card: a title, rows (label and value, or one sentence), buttons; ``main`` is the one that stands out."""
    all_of_them = tuple(rows)
    # One label above its value puts all of the card above theirs: a column of some of them looks like a mistake.
    above = any(is_wide(line[0]) for line in all_of_them if not isinstance(line, str))
    lines = [
        words(line, margin="md") if isinstance(line, str) else row(*line, above=above) for line in all_of_them
    ]
    parts = [words(title, size="lg", bold=True), *lines]
    footer = None
    if buttons:
        footer = box("vertical", [button(b, primary=n == main) for n, b in enumerate(buttons)], spacing="sm")
    return flex(alt, bubble(box("vertical", parts), footer))
