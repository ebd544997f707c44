"""What counts as a photo, and what of it is kept: the picture, never what the camera wrote into it. Pure.

The type is read from the first bytes, not from what anybody calls it. A picture is drawn anew from its pixels, so
that nothing hidden in the file (position, owner, serial number, a second file behind it) is stored. The position is
read first: Exif 2.32, GPS tags 1–4 (references, then degrees, minutes, seconds as rationals).
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from PIL import ExifTags, Image, ImageOps

STATES = ("waiting", "kept", "refused", "gone")
Reason = Literal["heic", "kind", "large", "broken"]
REASONS: tuple[Reason, ...] = ("heic", "kind", "large", "broken")
LARGEST_BYTES = 10 * 1024 * 1024
"""LINE's own limit for an image message (Messaging API reference, "Image message")."""
MOST_PIXELS = 60_000_000
"""More than any telephone takes; a small file may unfold into far more and fill the memory."""
LONGEST_SIDE = 2048
QUALITY = 85
ATTEMPTS = 8
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_FORMATS = {"jpeg": "JPEG", "png": "PNG"}


class NoPhoto(ValueError):
    """The bytes are not kept; ``reason`` names the sentence the resident reads."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Clean:
    """A JPEG drawn anew; ``position`` is (latitude, longitude) as the camera had written it."""

    data: bytes
    width: int
    height: int
    position: tuple[float, float] | None


def kind_of(data: bytes) -> str:
    """``jpeg``, ``png``, ``heic`` (the whole family in an ISO media container) or an empty string."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "heic" if data[4:8] == b"ftyp" and data[8:12] in _HEIC else ""


def clean(data: bytes) -> Clean:
    """The picture alone. NoPhoto for what is too large, of another kind, or cannot be drawn."""
    if len(data) > LARGEST_BYTES:
        raise NoPhoto("large")
    kind = kind_of(data)
    if kind not in _FORMATS:
        raise NoPhoto("heic" if kind == "heic" else "kind")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
                return _drawn_anew(picture)
    except NoPhoto:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPhoto("large") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise NoPhoto("broken") from error


def _drawn_anew(picture: Image.Image) -> Clean:
    if picture.width * picture.height > MOST_PIXELS:
        raise NoPhoto("large")
    position = position_in(picture)
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    with_alpha = upright.convert("RGBA")
    # Only pixels go over: a new picture has no info, no profile and no comment to be saved along.
    paper = Image.new("RGB", with_alpha.size, "white")
    paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Clean(out.getvalue(), paper.width, paper.height, position)


def position_in(picture: Image.Image) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees from the GPS block; None when there is none that makes sense."""
    try:
        block: Mapping[int, Any] = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        north = _degrees(block[ExifTags.GPS.GPSLatitude], block[ExifTags.GPS.GPSLatitudeRef], "N", "S")
        east = _degrees(block[ExifTags.GPS.GPSLongitude], block[ExifTags.GPS.GPSLongitudeRef], "E", "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OSError, SyntaxError, OverflowError):
        return None
    sound = math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180
    # (0, 0) is what cameras write before they have found a satellite.
    return (north, east) if sound and (north, east) != (0.0, 0.0) else None


def _degrees(parts: Any, reference: Any, plus: str, minus: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    letter = reference.decode("ascii", "replace") if isinstance(reference, bytes) else str(reference)
    sign = {plus: 1.0, minus: -1.0}[letter.strip("\0 ").upper()]
    return sign * (degrees + minutes / 60 + seconds / 3600)


def try_again_after(attempts: int) -> timedelta:
    """4, 16, 64 … seconds, an hour at most: LINE keeps a photo for a while, but does not say how long."""
    return timedelta(seconds=min(3600, 4**attempts))
