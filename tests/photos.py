"""Photos as telephones make them, drawn here: with a position and an owner's name in their Exif block."""

from __future__ import annotations

import io

from PIL import ExifTags, Image

OWNER = "Shiono Taro's phone"
HERE = (33.1450, 133.6050)


def _dms(value: float) -> tuple[float, float, float]:
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    return degrees, minutes, (value - degrees - minutes / 60) * 3600


def exif(position: tuple[float, float] | None = HERE, orientation: int = 1) -> Image.Exif:
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = orientation
    block[ExifTags.Base.Artist] = OWNER
    if position is not None:
        north, east = position
        block.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N" if north >= 0 else "S",
                ExifTags.GPS.GPSLatitude: _dms(abs(north)),
                ExifTags.GPS.GPSLongitudeRef: "E" if east >= 0 else "W",
                ExifTags.GPS.GPSLongitude: _dms(abs(east)),
            }
        )
    return block


def jpeg(block: Image.Exif | None = None, size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG with a red left half, so that turning it shows; its comment names the owner as well."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=block or exif(), comment=OWNER.encode())
    return out.getvalue()


def png(size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
