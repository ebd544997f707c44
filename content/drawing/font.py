"""The one font of pictures: Noto Sans JP from its package. A character it lacks is refused, never drawn as a box."""

from __future__ import annotations

import functools
from importlib.resources import files

from PIL import ImageFont

_MISSING = "\U0010fffd"


class NoGlyph(ValueError):
    """The font cannot draw these characters."""


def path() -> str:
    return str(files("pylopdf_fonts_jp") / "NotoSansJP-Regular.otf")


@functools.lru_cache(maxsize=32)
def sized(pixels: int) -> ImageFont.FreeTypeFont:
    """The font with this height in pixels."""
    return ImageFont.truetype(path(), pixels)


@functools.lru_cache(maxsize=4096)
def _has(character: str) -> bool:
    font = sized(40)
    return bytes(font.getmask(character)) != bytes(font.getmask(_MISSING))


def drawable(text: str) -> str:
    """The same text; NoGlyph names every character the font lacks."""
    lacking = "".join(dict.fromkeys(c for c in text if not c.isspace() and not _has(c)))
    if lacking:
        raise NoGlyph(f"「{text}」の「{lacking}」は、この書体で描けません。別の文字にしてください。")
    return text


def can_draw(text: str) -> bool:
    """Whether the font has every character of a text."""
    return all(c.isspace() or _has(c) for c in text)


def width(text: str, pixels: int) -> float:
    return float(sized(pixels).getlength(text))
