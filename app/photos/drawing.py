"""Draw a photo anew: what is kept of it is the picture, never what the camera wrote into it.

It is drawn from its pixels, so that nothing hidden in the file (position, owner, serial number, a second file behind
it) is stored. The position is read first: Exif 2.32, GPS tags 1–4 (references, then degrees, minutes, seconds as
rationals). As a program it reads a photo from its standard input and answers a line of JSON, then the JPEG.
"""

from __future__ import annotations

import io
import math
import resource
import struct
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
import pi_heif
from PIL import ExifTags, Image, ImageOps

from app.photos import rules

_FORMATS = {"jpeg": ("JPEG",), "png": ("PNG",), "heic": ("HEIF", "AVIF")}

_FAULTS = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, RuntimeError, ArithmeticError, LookupError, TypeError,
    struct.error,
)  # fmt: skip
"""What decoders raise over a damaged file, or one that does not fit into the memory allowed. An import that fails, or
a name that is missing, is a fault of ours and no answer."""

pi_heif.register_heif_opener(thumbnails=False)
# How much may be unfolded is asked below, kind by kind, before a pixel is drawn.
Image.MAX_IMAGE_PIXELS = rules.MOST_PIXELS_IN_STEPS


def clean(data: bytes) -> rules.Clean:
    """The picture alone, reduced. NoPhoto for what is far too large, of another kind, or cannot be drawn."""
    if len(data) > rules.LARGEST_BYTES:
        raise rules.NoPhoto("large")
    kind = rules.kind_of(data)
    if kind not in _FORMATS:
        raise rules.NoPhoto("kind")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS[kind]) as picture:
                return _drawn_anew(picture)
    except rules.NoPhoto:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise rules.NoPhoto("large") from error
    except _FAULTS as error:
        raise rules.cannot_be_drawn(kind) from error


def _drawn_anew(picture: Image.Image) -> rules.Clean:
    if picture.width * picture.height > _most_pixels(picture):
        raise rules.NoPhoto("large")
    position = position_in(picture)
    # Reduced before it is turned: of a large JPEG only a fraction is ever unfolded.
    picture.thumbnail((rules.LONGEST_SIDE, rules.LONGEST_SIDE))
    with_alpha = ImageOps.exif_transpose(picture).convert("RGBA")
    # Only pixels go over: a new picture has no info, no profile and no comment to be saved along.
    paper = Image.new("RGB", with_alpha.size, "white")
    paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=rules.QUALITY, optimize=True)
    return rules.Clean(out.getvalue(), paper.width, paper.height, position)


def _most_pixels(picture: Image.Image) -> int:
    """A progressive JPEG is unfolded whole, whatever size is asked for."""
    in_steps = picture.format == "JPEG" and "progressive" not in picture.info
    return rules.MOST_PIXELS_IN_STEPS if in_steps else rules.MOST_PIXELS


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


def main(memory: int, seconds: int) -> None:
    """In the process: bound yourself, then draw."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    out = sys.stdout.buffer
    try:
        found = asdict(clean(sys.stdin.buffer.read()))
    except (rules.NoPhoto, MemoryError) as error:
        reason = error.reason if isinstance(error, rules.NoPhoto) else "large"
        out.write(orjson.dumps({"reason": reason}) + b"\n")
        return
    picture = found.pop("data")
    out.write(orjson.dumps({"reason": "", **found}) + b"\n" + picture)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
