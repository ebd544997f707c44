"""Photos as telephones make them, drawn here: with a position and an owner's name in their Exif block."""

from __future__ import annotations

import base64
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


def avif(block: Image.Exif | None = None) -> bytes:
    picture = Image.new("RGB", (160, 120), "white")
    picture.paste("red", (0, 0, 80, 120))
    out = io.BytesIO()
    picture.save(out, "AVIF", exif=block or exif())
    return out.getvalue()


TURNED_HEIC = base64.b85decode(
    """
    0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004@ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-+&a
    V*mgE07O6l0ssL300001#Q*^S000000027x0ssI200IC20RR9100000wg3PCIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB
    0000LX>Mj^0ssI300IC2MR;ju000004sdC7Z2$lO00031007`=aB^?}006*gaAR)(004Msc4I>U18@KU0FVFx0000U@BsY%`1k+-
    4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096iLID8-Z~y=U0FVFx0{{R603M(eAbDlFl1givfQEwt00093G5`Pr00IzV
    00968L;=Bauwp;}000wXZ)|dIV{CW;0RRmE27mwn02FC+aAg1h000000H6Q>0C)fZ01$9#cxeCt0009B2nYZG010VwZ*&6y000<i
    aBX1#00000000310R@2q0|bQt000_ka%E-!00000000hSWOHKx0ssL30RR91`E6ujbN~PVHz)zG8AgWpe1$jv_@RgXYg+%W!CovI
    oZ#Qn*1+Z?Kg&7^V1Ps8K%#&E00RI3g43{&1>iBD00006MR;ju002!*04e|g00;mB0TKWM0000100sa60XqN!0000K0000oh$R37
    000010000+00000Q)p>#Zf_t|VRCOLb0BbNZ*FA(00aO500IC200K?`0000200jU500RI30DJ%g00IC200Kn-0000400jU500RI3
    0F(d#0000003iSX0096100;m80096104e|g009610EGYm0096103-ka0096101^NI009
    """.replace(" ", "").replace("\n", "")
)
"""160 × 120 with a red left half, taken with the telephone on its side (orientation 6), ``exif()`` in it; drawn here
once and encoded by pillow-heif, since what opens HEIC in the product cannot write it."""
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
