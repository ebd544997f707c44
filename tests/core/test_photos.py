"""What is kept of a photo: the picture. Position read and removed, nothing hidden survives, bad files are refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from app.photos import apart, drawing, rules
from tests import photos


def test_the_position_is_read_and_gone_from_what_is_kept() -> None:
    sent = photos.jpeg()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(ExifTags.IFD.GPSInfo), "the test's photo has a position to lose"
    assert photos.OWNER.encode() in sent
    clean = drawing.clean(sent)
    assert clean.position == pytest.approx(photos.HERE, abs=1e-6)
    with Image.open(io.BytesIO(clean.data)) as after:
        assert (after.format, after.size) == ("JPEG", (640, 480))
        assert not after.getexif()
        assert not set(after.info) & {"exif", "comment", "icc_profile", "photoshop", "xmp"}
    for hidden in (b"Exif", photos.OWNER.encode(), b"GPS", b"http://ns.adobe.com"):
        assert hidden not in clean.data


@pytest.mark.parametrize("position", [(-33.5, -70.25), (0.5, 179.9), (89.999, 0.001)])
def test_every_quarter_of_the_world_is_read(position: tuple[float, float]) -> None:
    clean = drawing.clean(photos.jpeg(photos.exif(position)))
    assert clean.position == pytest.approx(position, abs=1e-6)


@pytest.mark.parametrize("position", [None, (0.0, 0.0), (95.0, 10.0)])
def test_a_position_that_makes_no_sense_is_none(position: tuple[float, float] | None) -> None:
    assert drawing.clean(photos.jpeg(photos.exif(position))).position is None


def test_a_damaged_position_does_not_lose_the_photo() -> None:
    block = photos.exif(None)
    block.get_ifd(ExifTags.IFD.GPSInfo).update(
        {ExifTags.GPS.GPSLatitude: 5, ExifTags.GPS.GPSLatitudeRef: "?"}
    )
    assert drawing.clean(photos.jpeg(block)).position is None


def test_what_stands_on_its_side_is_turned() -> None:
    clean = drawing.clean(photos.jpeg(photos.exif(orientation=6)))
    assert (clean.width, clean.height) == (480, 640)
    with Image.open(io.BytesIO(clean.data)) as after:
        top, bottom = after.getpixel((240, 10)), after.getpixel((240, 630))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[1] < 60 and bottom[1] > 200, "the red half is on top now"


def test_a_second_file_behind_the_picture_is_not_kept() -> None:
    hidden = b"PK\x03\x04 a whole archive"
    assert hidden not in drawing.clean(photos.jpeg() + hidden).data


def test_a_large_picture_becomes_smaller_and_a_clear_one_gets_paper() -> None:
    clean = drawing.clean(photos.jpeg(size=(5000, 1000)))
    assert (clean.width, clean.height) == (2048, 410)
    clean = drawing.clean(photos.png())
    with Image.open(io.BytesIO(clean.data)) as after:
        assert after.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "sent", [photos.TURNED_HEIC, photos.avif(photos.exif(orientation=6))], ids=["heic", "avif"]
)
def test_a_telephone_s_own_format_is_opened_turned_and_loses_what_the_camera_wrote(sent: bytes) -> None:
    assert rules.kind_of(sent) == "heic" and photos.OWNER.encode() in sent
    clean = drawing.clean(sent)
    assert (clean.width, clean.height) == (120, 160)
    assert clean.position == pytest.approx(photos.HERE, abs=1e-6)
    with Image.open(io.BytesIO(clean.data)) as after:
        top, bottom = after.getpixel((60, 5)), after.getpixel((60, 155))
        assert after.format == "JPEG" and not after.getexif()
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[1] < 60 and bottom[1] > 200, "the red half is on top"
    assert photos.OWNER.encode() not in clean.data


def test_a_photo_of_more_pixels_than_fit_is_read_in_steps_and_reduced() -> None:
    sent = photos.jpeg(size=(9000, 7000))
    assert rules.MOST_PIXELS < 9000 * 7000
    clean = drawing.clean(sent)
    assert (clean.width, clean.height) == (2048, 1593)
    assert clean.position == pytest.approx(photos.HERE, abs=1e-6)


def _says(data: bytes, mark: bytes, after: int, shape: str, *sides: int) -> bytes:
    """The same file with other sides in its head."""
    at = data.index(mark) + after
    return data[:at] + struct.pack(shape, *sides) + data[at + struct.calcsize(shape) :]


def _progressive(height: int, width: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, "JPEG", progressive=True)
    return _says(out.getvalue(), b"\xff\xc2", 5, ">HH", height, width)


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
        (_progressive(8000, 8000), "large"),
        (_says(photos.jpeg(), b"\xff\xc0", 5, ">HH", 16000, 16000), "large"),
        (_says(photos.TURNED_HEIC, b"ispe", 8, ">II", 9000, 9000), "large"),
        (_says(photos.TURNED_HEIC, b"ispe", 8, ">II", 700, 800), "heic"),
        (photos.TURNED_HEIC[:500], "heic"),
        (photos.jpeg() + bytes(rules.LARGEST_BYTES), "large"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    with pytest.raises(rules.NoPhoto) as caught:
        drawing.clean(data)
    assert caught.value.reason == reason


def test_apart_it_is_drawn_alike_and_refused_alike() -> None:
    assert apart.clean(photos.TURNED_HEIC) == drawing.clean(photos.TURNED_HEIC)
    with pytest.raises(rules.NoPhoto, match="kind"):
        apart.clean(b"GIF89a")


def test_what_fills_the_memory_or_takes_for_ever_ends_alone() -> None:
    out = io.BytesIO()
    Image.new("RGB", (7700, 7700)).save(out, "PNG", compress_level=1)
    with pytest.raises(rules.NoPhoto, match="broken"):
        apart.clean(out.getvalue(), memory=256 * 1024 * 1024)
    with pytest.raises(rules.NotYet, match="broken") as caught:
        apart.clean(out.getvalue(), seconds=0)
    assert caught.value.most == rules.DRAWINGS, "it may have been the machine"


def test_a_process_that_cannot_draw_at_all_never_makes_the_photo_broken() -> None:
    with pytest.raises(rules.NotYet) as caught:
        apart.clean(photos.jpeg(size=(64, 48)), memory=2**70)
    assert caught.value.most == rules.ATTEMPTS


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
        clean = drawing.clean(bytes(sent))
    except rules.NoPhoto:
        return
    with Image.open(io.BytesIO(clean.data)) as after:
        assert not after.getexif()
