"""Line icons drawn by code on a 100 × 100 field: decoration only, every area has its word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import ImageDraw

Point = tuple[float, float]


class Pen:
    """Draws in the icon's own coordinates with one colour and one line width."""

    def __init__(self, draw: ImageDraw.ImageDraw, corner: Point, size: float, colour: str) -> None:
        self._draw, self._corner, self._scale, self._colour = draw, corner, size / 100, colour

    def _at(self, *points: Point) -> list[Point]:
        x, y = self._corner
        return [(x + px * self._scale, y + py * self._scale) for px, py in points]

    @property
    def _width(self) -> int:
        return max(2, round(6 * self._scale))

    def line(self, *points: Point) -> None:
        self._draw.line(self._at(*points), fill=self._colour, width=self._width, joint="curve")
        radius = self._width / 2
        for x, y in self._at(*points):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=self._colour)

    def circle(self, centre: Point, radius: float) -> None:
        (x, y) = self._at(centre)[0]
        r = radius * self._scale
        self._draw.ellipse((x - r, y - r, x + r, y + r), outline=self._colour, width=self._width)

    def dot(self, centre: Point, radius: float) -> None:
        (x, y) = self._at(centre)[0]
        r = radius * self._scale
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=self._colour)

    def box(self, first: Point, last: Point, round_by: float = 6) -> None:
        (x0, y0), (x1, y1) = self._at(first, last)
        self._draw.rounded_rectangle(
            (x0, y0, x1, y1), radius=round_by * self._scale, outline=self._colour, width=self._width
        )


def _bin(pen: Pen) -> None:
    pen.line((18, 28), (82, 28))
    pen.line((40, 28), (42, 16), (58, 16), (60, 28))
    pen.line((26, 28), (31, 86), (69, 86), (74, 28))
    for x in (42, 58):
        pen.line((x, 42), (x, 72))


def _split(pen: Pen) -> None:
    pen.circle((50, 22), 12)
    pen.line((50, 36), (50, 50), (22, 50), (22, 62))
    pen.line((50, 50), (78, 50), (78, 62))
    pen.box((8, 64), (36, 90))
    pen.box((64, 64), (92, 90))


def _map(pen: Pen) -> None:
    pen.circle((50, 38), 26)
    pen.line((27, 50), (50, 90), (73, 50))
    pen.dot((50, 38), 9)


def _paper(pen: Pen) -> None:
    pen.box((22, 10), (78, 90))
    for y in (32, 50, 68):
        pen.line((36, y), (64, y))


def _card(pen: Pen) -> None:
    pen.box((10, 24), (90, 78))
    pen.line((10, 42), (90, 42))
    pen.line((22, 62), (44, 62))


def _gear(pen: Pen) -> None:
    pen.circle((50, 50), 16)
    pen.circle((50, 50), 32)
    for a, b in (((50, 8), (50, 20)), ((50, 80), (50, 92)), ((8, 50), (20, 50)), ((80, 50), (92, 50))):
        pen.line(a, b)
    for a, b in (((20, 20), (28, 28)), ((72, 72), (80, 80)), ((80, 20), (72, 28)), ((20, 80), (28, 72))):
        pen.line(a, b)


def _sofa(pen: Pen) -> None:
    pen.line((24, 46), (24, 24), (76, 24), (76, 46))
    pen.line((24, 60), (24, 50), (10, 50), (10, 78), (90, 78), (90, 50), (76, 50), (76, 60), (24, 60))
    for x in (20, 80):
        pen.line((x, 78), (x, 90))


def _phone(pen: Pen) -> None:
    pen.box((30, 8), (70, 92), 10)
    pen.line((44, 80), (56, 80))


def _share(pen: Pen) -> None:
    for centre in ((24, 50), (76, 24), (76, 76)):
        pen.circle(centre, 12)
    pen.line((35, 45), (65, 30))
    pen.line((35, 55), (65, 70))


def _child(pen: Pen) -> None:
    pen.circle((34, 28), 15)
    pen.line((14, 86), (14, 66), (24, 52), (44, 52), (54, 66), (54, 86))
    pen.circle((74, 46), 11)
    pen.line((60, 86), (62, 72), (68, 64), (80, 64), (88, 72), (88, 86))


def _heart(pen: Pen) -> None:
    pen.line(
        (50, 86),
        (16, 52),
        (14, 32),
        (28, 18),
        (42, 22),
        (50, 34),
        (58, 22),
        (72, 18),
        (86, 32),
        (84, 52),
        (50, 86),
    )
    pen.line((50, 42), (50, 64))
    pen.line((39, 53), (61, 53))


def _calendar(pen: Pen) -> None:
    pen.box((14, 20), (86, 88))
    pen.line((14, 40), (86, 40))
    pen.line((34, 10), (34, 26))
    pen.line((66, 10), (66, 26))
    for x in (34, 50, 66):
        pen.dot((x, 58), 4.5)
        pen.dot((x, 74), 4.5)


def _megaphone(pen: Pen) -> None:
    pen.line((16, 42), (16, 62), (34, 62), (78, 82), (78, 20), (34, 42), (16, 42))
    pen.line((34, 62), (42, 86), (52, 86), (46, 67))


def _wrench(pen: Pen) -> None:
    pen.circle((66, 32), 20)
    pen.line((52, 46), (18, 82))
    pen.line((66, 32), (86, 14))


def _shield(pen: Pen) -> None:
    pen.line((50, 10), (84, 22), (82, 54), (50, 90), (18, 54), (16, 22), (50, 10))
    pen.line((36, 48), (47, 60), (66, 38))


def _house(pen: Pen) -> None:
    pen.line((10, 50), (50, 14), (90, 50))
    pen.line((22, 42), (22, 86), (78, 86), (78, 42))
    pen.line((42, 86), (42, 62), (58, 62), (58, 86))


def _warning(pen: Pen) -> None:
    pen.line((50, 12), (92, 86), (8, 86), (50, 12))
    pen.line((50, 40), (50, 62))
    pen.dot((50, 74), 4.5)


def _layers(pen: Pen) -> None:
    for y in (0, 18, 36):
        pen.line((12, 36 + y), (50, 54 + y), (88, 36 + y))
    pen.line((12, 36), (50, 16), (88, 36))


def _person(pen: Pen) -> None:
    pen.line((12, 18), (88, 18), (88, 66), (50, 66), (32, 86), (32, 66), (12, 66), (12, 18))
    for x in (34, 50, 66):
        pen.dot((x, 42), 4.5)


def _globe(pen: Pen) -> None:
    pen.circle((50, 50), 38)
    pen.line((12, 50), (88, 50))
    pen.line((50, 12), (36, 30), (32, 50), (36, 70), (50, 88))
    pen.line((50, 12), (64, 30), (68, 50), (64, 70), (50, 88))


ICONS: Mapping[str, Callable[[Pen], None]] = {
    "bin": _bin, "split": _split, "map": _map, "paper": _paper, "card": _card, "gear": _gear, "child": _child,
    "heart": _heart, "calendar": _calendar, "megaphone": _megaphone, "wrench": _wrench, "shield": _shield,
    "house": _house, "sofa": _sofa, "phone": _phone, "share": _share, "warning": _warning, "layers": _layers, "person": _person, "globe": _globe,
}  # fmt: skip
