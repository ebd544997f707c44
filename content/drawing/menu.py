"""Rich menu pictures: a strip of tabs over two rows of three areas, drawn for phones held by anybody.

LINE's limits (Messaging API reference, "Rich menu"): PNG or JPEG, 800–2,500 pixels wide, at most 1 MB. Words are
at least 100 pixels high of 2,500, about 15 points on a phone; every pair of colours has a contrast of 4.5 or more.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from content.drawing import font
from content.drawing.icons import ICONS, Pen

WIDTH, HEIGHT = 2500, 1686
TAB_HEIGHT = 250
COLUMNS, ROWS = 3, 2
AREAS = COLUMNS * ROWS
LABEL, SUBTITLE, TAB, LARGE = 124, 100, 104, 150
DOUBLE = 2
"""Areas of double height in the menu of a disaster."""
LARGEST = 1024 * 1024
BLUE, NAVY, WHITE, SKY, INK, GREY, LINE = (
    "#0017C1", "#00118F", "#FFFFFF", "#E8F1FE", "#1A1A1C", "#4D4D4D", "#C5D7FB",
)  # fmt: skip
PAIRS = ((INK, WHITE), (GREY, WHITE), (BLUE, WHITE), (WHITE, NAVY), (BLUE, SKY))
"""(ink, ground) of everything that is drawn."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One area: its word, a second smaller line, the name of an icon."""

    label: str
    subtitle: str
    icon: str


@dataclass(frozen=True, slots=True)
class Bounds:
    x: int
    y: int
    width: int
    height: int


def tab_bounds(number: int, count: int) -> Bounds:
    left, right = WIDTH * number // count, WIDTH * (number + 1) // count
    return Bounds(left, 0, right - left, TAB_HEIGHT)


def tile_bounds(number: int) -> Bounds:
    """The n-th area, row by row."""
    row, column = divmod(number, COLUMNS)
    left, right = WIDTH * column // COLUMNS, WIDTH * (column + 1) // COLUMNS
    step = (HEIGHT - TAB_HEIGHT) // ROWS
    return Bounds(left, TAB_HEIGHT + row * step, right - left, step)


def calm_bounds(number: int) -> Bounds:
    """The n-th area of the menu of a disaster: two of double height, below them two rows of two."""
    row, column = divmod(number, 2)
    step = HEIGHT // 4
    top, height = (0, 2 * step) if row == 0 else ((row + 1) * step, step)
    return Bounds(column * WIDTH // 2, top, WIDTH // 2, height)


@lru_cache(maxsize=64)
def draw(tabs: tuple[str, ...], active: int, tiles: tuple[Tile, ...]) -> bytes:
    """The PNG of one tab; ValueError when a word does not fit or cannot be drawn."""
    image = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    pencil = ImageDraw.Draw(image)
    for number, word in enumerate(tabs):
        _tab(pencil, tab_bounds(number, len(tabs)), word, active=number == active)
    for number, tile in enumerate(tiles):
        _tile(pencil, tile_bounds(number), tile)
    return _png(image)


@lru_cache(maxsize=64)
def draw_disaster(tiles: tuple[Tile, ...]) -> bytes:
    """The PNG of the menu everybody sees in a disaster: no tabs, few words, the first two twice as high."""
    image = Image.new("RGB", (WIDTH, HEIGHT), NAVY)
    pencil = ImageDraw.Draw(image)
    for number, tile in enumerate(tiles):
        (_large if number < DOUBLE else _wide)(pencil, calm_bounds(number), tile)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    few = image.quantize(colors=64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(out, "PNG", compress_level=6)
    if out.tell() > LARGEST:
        raise ValueError("the picture is larger than 1 MB")
    return out.getvalue()


def _tab(pencil: ImageDraw.ImageDraw, at: Bounds, word: str, *, active: bool) -> None:
    ground, ink = (SKY, BLUE) if active else (NAVY, WHITE)
    pencil.rectangle((at.x, at.y, at.x + at.width, at.y + at.height), fill=ground)
    if active:
        pencil.rectangle((at.x, at.y, at.x + at.width, at.y + 18), fill=BLUE)
    _word(pencil, (at.x + at.width / 2, at.y + at.height / 2), word, Letters(TAB, ink), at.width - 60)


def _tile(pencil: ImageDraw.ImageDraw, at: Bounds, tile: Tile) -> None:
    edge = 22
    frame = (at.x + edge, at.y + edge, at.x + at.width - edge, at.y + at.height - edge)
    pencil.rounded_rectangle(frame, radius=44, fill=WHITE, outline=LINE, width=5)
    middle, size = at.x + at.width / 2, 216
    ICONS[tile.icon](Pen(pencil, (middle - size / 2, at.y + 92), size, BLUE))
    _word(pencil, (middle, at.y + 424), tile.label, Letters(LABEL, INK, bold=True), at.width - 100)
    if tile.subtitle:
        _word(pencil, (middle, at.y + 574), tile.subtitle, Letters(SUBTITLE, GREY), at.width - 90)


def _large(pencil: ImageDraw.ImageDraw, at: Bounds, tile: Tile) -> None:
    edge = 26
    frame = (at.x + edge, at.y + edge, at.x + at.width - edge, at.y + at.height - edge)
    pencil.rounded_rectangle(frame, radius=44, fill=WHITE)
    middle, size = at.x + at.width / 2, 300
    ICONS[tile.icon](Pen(pencil, (middle - size / 2, at.y + 110), size, BLUE))
    _word(pencil, (middle, at.y + 530), tile.label, Letters(LARGE, INK, bold=True), at.width - 110)
    if tile.subtitle:
        _word(pencil, (middle, at.y + 700), tile.subtitle, Letters(SUBTITLE, GREY), at.width - 110)


def _wide(pencil: ImageDraw.ImageDraw, at: Bounds, tile: Tile) -> None:
    edge, size = 20, 170
    frame = (at.x + edge, at.y + edge, at.x + at.width - edge, at.y + at.height - edge)
    pencil.rounded_rectangle(frame, radius=36, fill=WHITE)
    ICONS[tile.icon](Pen(pencil, (at.x + 80, at.y + (at.height - size) / 2), size, BLUE))
    room = at.width - 300 - 60
    middle = at.x + 280 + room / 2
    up = 70 if tile.subtitle else 0
    _word(pencil, (middle, at.y + at.height / 2 - up), tile.label, Letters(LABEL, INK, bold=True), room)
    if tile.subtitle:
        _word(pencil, (middle, at.y + at.height / 2 + 90), tile.subtitle, Letters(SUBTITLE, GREY), room)


@dataclass(frozen=True, slots=True)
class Letters:
    """How a word is written: height in pixels, colour, weight."""

    size: int
    ink: str
    bold: bool = False


def _word(
    pencil: ImageDraw.ImageDraw, centre: tuple[float, float], word: str, letters: Letters, room: float
) -> None:
    if font.width(font.drawable(word), letters.size) > room:
        raise ValueError(f"「{word}」は{letters.size}ピクセルの文字では入りません。短くしてください。")
    pencil.text(
        centre,
        word,
        font=font.sized(letters.size),
        fill=letters.ink,
        anchor="mm",
        stroke_width=3 if letters.bold else 0,
        stroke_fill=letters.ink,
    )


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #RRGGBB colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Iterator[float]:
    for start in (1, 3, 5):
        part = int(colour[start : start + 2], 16) / 255
        yield part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
