"""What is kept of a photo: the picture. Position read and removed, nothing hidden survives, bad files are refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from app.photos import rules
from tests import photos


def test_the_position_is_read_and_gone_from_what_is_kept() -> None:
    sent = photos.jpeg()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(ExifTags.IFD.GPSInfo), "the test's photo has a position to lose"
    assert photos.OWNER.encode() in sent
    clean = rules.clean(sent)
    assert clean.position == pytest.approx(photos.HERE, abs=1e-6)
    with Image.open(io.BytesIO(clean.data)) as after:
        assert (after.format, after.size) == ("JPEG", (640, 480))
        assert not after.getexif()
        assert not set(after.info) & {"exif", "comment", "icc_profile", "photoshop", "xmp"}
    for hidden in (b"Exif", photos.OWNER.encode(), b"GPS", b"http://ns.adobe.com"):
        assert hidden not in clean.data


@pytest.mark.parametrize("position", [(-33.5, -70.25), (0.5, 179.9), (89.999, 0.001)])
def test_every_quarter_of_the_world_is_read(position: tuple[float, float]) -> None:
    clean = rules.clean(photos.jpeg(photos.exif(position)))
    assert clean.position == pytest.approx(position, abs=1e-6)


@pytest.mark.parametrize("position", [None, (0.0, 0.0), (95.0, 10.0)])
def test_a_position_that_makes_no_sense_is_none(position: tuple[float, float] | None) -> None:
    assert rules.clean(photos.jpeg(photos.exif(position))).position is None


def test_a_damaged_position_does_not_lose_the_photo() -> None:
    block = photos.exif(None)
    block.get_ifd(ExifTags.IFD.GPSInfo).update(
        {ExifTags.GPS.GPSLatitude: 5, ExifTags.GPS.GPSLatitudeRef: "?"}
    )
    assert rules.clean(photos.jpeg(block)).position is None


def test_what_stands_on_its_side_is_turned() -> None:
    clean = rules.clean(photos.jpeg(photos.exif(orientation=6)))
    assert (clean.width, clean.height) == (480, 640)
    with Image.open(io.BytesIO(clean.data)) as after:
        top, bottom = after.getpixel((240, 10)), after.getpixel((240, 630))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[1] < 60 and bottom[1] > 200, "the red half is on top now"


def test_a_second_file_behind_the_picture_is_not_kept() -> None:
    hidden = b"PK\x03\x04 a whole archive"
    assert hidden not in rules.clean(photos.jpeg() + hidden).data


def test_a_large_picture_becomes_smaller_and_a_clear_one_gets_paper() -> None:
    clean = rules.clean(photos.jpeg(size=(5000, 1000)))
    assert (clean.width, clean.height) == (2048, 410)
    clean = rules.clean(photos.png())
    with Image.open(io.BytesIO(clean.data)) as after:
        assert after.getpixel((5, 5)) == (255, 255, 255)


def _bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is ``side`` × ``side``."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (photos.HEIC, "heic"),
        (b"\x00\x00\x00\x20ftypmif1" + bytes(20), "heic"),
        (b"GIF89a" + bytes(50), "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
        (b"", "kind"),
        (b"\xff\xd8\xff", "broken"),
        (photos.jpeg()[:2000], "broken"),
        (photos.png()[:40], "broken"),
        (_bomb(9000), "large"),
        (_bomb(60000), "large"),
        (photos.jpeg() + bytes(rules.LARGEST_BYTES), "large"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    with pytest.raises(rules.NoPhoto) as caught:
        rules.clean(data)
    assert caught.value.reason == reason


def test_the_type_is_read_from_the_content() -> None:
    assert rules.kind_of(photos.jpeg()) == "jpeg"
    assert rules.kind_of(photos.png()) == "png"
    assert rules.kind_of(b"\x00\x00\x00\x18ftypisom" + bytes(20)) == ""


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_gets_past_the_refusals(data: st.DataObject) -> None:
    sent = bytearray(photos.jpeg(size=(64, 48)))
    for place in data.draw(st.lists(st.integers(3, len(sent) - 1), min_size=1, max_size=20)):
        sent[place] = data.draw(st.integers(0, 255))
    try:
        clean = rules.clean(bytes(sent))
    except rules.NoPhoto:
        return
    with Image.open(io.BytesIO(clean.data)) as after:
        assert not after.getexif()
