"""Pictures without photographers: faces of residents and sample photos to send, drawn when asked for."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO

SAMPLES = ("道路のあな", "消えた街灯", "たおれた木", "古いいす")
"""What the sample photos show, in order."""
_FACES = ("#5b7fa6", "#7c6a9c", "#4f8a7c", "#a0705a", "#7a8450", "#9a5f78")


def face(user: str, name: str) -> str:
    """An SVG with the first letter of a name."""
    colour = _FACES[hashlib.sha256(user.encode()).digest()[0] % len(_FACES)]
    letter = (name[:1] or "?").replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">'
        f'<rect width="40" height="40" rx="20" fill="{colour}"/>'
        f'<text x="20" y="27" font-size="18" text-anchor="middle" fill="#fff" font-family="sans-serif">{letter}</text></svg>'
    )


@lru_cache(maxsize=8)
def sample(number: int) -> bytes:
    """The n-th sample photo (0 to 3) as JPEG, 800 × 600."""
    from PIL import Image, ImageDraw  # slow to import and rarely needed

    picture = Image.new("RGB", (800, 600), "#b9d3ea")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 360, 800, 600), fill="#8b8f94" if number < 2 else "#8fae7d")
    if number == 0:
        pen.ellipse((270, 440, 540, 540), fill="#3c3f43")
        pen.ellipse((300, 455, 515, 525), fill="#26282b")
    elif number == 1:
        pen.rectangle((390, 120, 410, 420), fill="#4a4d52")
        pen.rectangle((300, 110, 410, 128), fill="#4a4d52")
        pen.ellipse((285, 120, 345, 160), fill="#70757b")
    elif number == 2:
        pen.line((120, 470, 640, 400), fill="#6b4a2f", width=34)
        pen.ellipse((520, 270, 780, 480), fill="#4c7a46")
    else:
        pen.rectangle((300, 220, 330, 500), fill="#7a5230")
        pen.rectangle((300, 360, 500, 390), fill="#8d6139")
        pen.rectangle((480, 380, 505, 500), fill="#7a5230")
    out = BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
