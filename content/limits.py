"""LINE's limits, counted the way LINE counts, in one place.

Sources: LINE Developers, Messaging API reference ("Message objects", "Action objects") and "Character counting in
a text": text is counted in UTF-16 code units, labels and displayed texts of actions in grapheme clusters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

TEXT = 5_000
ALT_TEXT = 1_500
MESSAGES = 5
QUICK_REPLIES = 13
BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
BUBBLES = 12
DATA = 300
MESSAGE_TEXT = 300
URI = 10_000
CLIPBOARD = 1_000
QUICK_LABEL = 20
BUTTON_LABEL = 40
LOCATION_WORDS = 100

_JOINER = "\u200d"
_ONE_EACH = re.compile("[ -~\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u4e00-\u9fff\uff01-\uff9d]*")
"""ASCII, kana, the common kanji, full and half widths: one code point, one grapheme. Nearly every label is such."""
_REGIONAL = range(0x1F1E6, 0x1F200)
_TONES = range(0x1F3FB, 0x1F400)
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0xE0020, 0xE0080))


@dataclass(frozen=True, slots=True)
class LimitProblem:
    """What LINE would refuse; ``path`` is written as LINE's error details write it: ``messages[0].text``."""

    path: str
    message: str


def utf16_len(text: str) -> int:
    """Length as LINE counts text: UTF-16 code units; most emoji and rare kanji are 2."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(maxsize=4096)
def grapheme_len(text: str) -> int:
    """Length as people and LINE's labels count: what is drawn as one is one (UAX #29, the part that occurs)."""
    if _ONE_EACH.fullmatch(text):
        return len(text)
    count, joined, flags = 0, False, 0
    for character in text:
        code = ord(character)
        flags = flags + 1 if code in _REGIONAL else 0
        second_flag = flags > 0 and flags % 2 == 0
        if not (count and (joined or second_flag or _extends(character, code))):
            count += 1
        joined = character == _JOINER
    return count


def _extends(character: str, code: int) -> bool:
    return (
        character == _JOINER
        or code in _TONES
        or any(code in selectors for selectors in _SELECTORS)
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )


def problems_in(messages: Sequence[Mapping[str, Any]]) -> tuple[LimitProblem, ...]:
    """Everything LINE would refuse in the messages of one send; empty means: fits."""
    found = list(_problems_in(messages))
    return tuple(LimitProblem(path, message) for path, message in found)


_Found = Iterator[tuple[str, str]]


def _problems_in(messages: Sequence[Mapping[str, Any]]) -> _Found:
    if not 1 <= len(messages) <= MESSAGES:
        yield "messages", f"Size must be between 1 and {MESSAGES}"
    for number, message in enumerate(messages):
        path = f"messages[{number}]"
        match message.get("type"):
            case "text":
                yield from _length(f"{path}.text", str(message.get("text", "")), TEXT, utf16_len)
            case "flex":
                yield from _flex(path, message)
            case "location":
                for name in ("title", "address"):
                    yield from _length(
                        f"{path}.{name}", str(message.get(name, "")), LOCATION_WORDS, utf16_len
                    )
        yield from _quick(path, message.get("quickReply"))


def _length(path: str, text: str, most: int, measure: Any, least: int = 1) -> _Found:
    length = measure(text)
    if not least <= length <= most:
        yield path, f"Length must be between {least} and {most}, is {length}"


def _flex(path: str, message: Mapping[str, Any]) -> _Found:
    yield from _length(f"{path}.altText", str(message.get("altText", "")), ALT_TEXT, utf16_len)
    contents = message.get("contents") or {}
    bubbles = contents.get("contents", []) if contents.get("type") == "carousel" else [contents]
    if not 1 <= len(bubbles) <= BUBBLES:
        yield f"{path}.contents", f"Size must be between 1 and {BUBBLES}"
    if contents.get("type") == "carousel" and len(orjson.dumps(contents)) > CAROUSEL_BYTES:
        yield f"{path}.contents", f"Must be at most {CAROUSEL_BYTES} bytes"
    for number, bubble in enumerate(bubbles):
        if len(orjson.dumps(bubble)) > BUBBLE_BYTES:
            yield f"{path}.contents[{number}]", f"Must be at most {BUBBLE_BYTES} bytes"
        yield from _inside(f"{path}.contents", bubble)


def _inside(path: str, part: Any) -> _Found:
    """Actions and empty words anywhere inside a bubble."""
    if isinstance(part, Mapping):
        if isinstance(part.get("action"), Mapping):
            label = BUTTON_LABEL if part.get("type") == "button" else None
            yield from action_problems(f"{path}.action", part["action"], label)
        if part.get("type") == "text" and not part.get("text") and not part.get("contents"):
            yield f"{path}.text", "May not be empty"
        for name, inner in part.items():
            if name != "action":
                yield from _inside(f"{path}.{name}", inner)
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _inside(f"{path}[{number}]", inner)


def _quick(path: str, quick: Any) -> _Found:
    if quick is None:
        return
    items = quick.get("items", [])
    if not 1 <= len(items) <= QUICK_REPLIES:
        yield f"{path}.quickReply.items", f"Size must be between 1 and {QUICK_REPLIES}"
    for number, item in enumerate(items):
        yield from action_problems(f"{path}.quickReply.items[{number}].action", item["action"], QUICK_LABEL)


def action_problems(path: str, action: Mapping[str, Any], label: int | None = None) -> _Found:
    """What LINE would refuse in one action; ``label`` is the most graphemes a required label may have."""
    if label is not None:
        yield from _length(f"{path}.label", str(action.get("label", "")), label, grapheme_len)
    for name, most, measure in _FIELDS.get(str(action.get("type")), ()):
        if name in action:
            yield from _length(f"{path}.{name}", str(action[name]), most, measure)
    if action.get("type") == "uri" and not str(action.get("uri", "")).startswith(_SCHEMES):
        yield f"{path}.uri", "invalid uri scheme"


_SCHEMES = ("https://", "http://", "tel:", "line:")
_FIELDS: Mapping[str, Sequence[tuple[str, int, Any]]] = {
    "postback": (("data", DATA, utf16_len), ("displayText", MESSAGE_TEXT, grapheme_len)),
    "datetimepicker": (("data", DATA, utf16_len),),
    "message": (("text", MESSAGE_TEXT, grapheme_len),),
    "uri": (("uri", URI, utf16_len),),
    "clipboard": (("clipboardText", CLIPBOARD, utf16_len),),
    "richmenuswitch": (("data", DATA, utf16_len),),
}
