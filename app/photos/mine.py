"""Photos somebody sent: the pictures with what is known of each, and how they go, with what they show or all at once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.photos import queries
from app.photos.models import Photo
from app.residents.models import Resident


def erase(session: Session, erasing: Erasing, which: ColumnElement[bool]) -> None:
    """These photos, their rows now and their files after the commit."""
    gone = session.scalars(delete(Photo).where(which).returning(Photo.name)).all()
    erasing.files.extend(name for name in gone if name)


def file_name(photo: Photo) -> str:
    """What a picture is called in the download, by when it was sent: 「2026-11-23-1a2b3c4d.jpg」."""
    return f"{in_japan(photo.created_at):%Y-%m-%d}-{photo.name[:8]}.jpg"


def pictures(photos: Sequence[Photo], folder: Path) -> bytes:
    """All of them in one file; a picture that a deletion has just taken is left out."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for photo in photos:
            try:
                archive.writestr(file_name(photo), (folder / photo.name).read_bytes())
            except FileNotFoundError:
                continue
    return packed.getvalue()


def _held(session: Session, resident: Resident) -> int:
    found = select(func.count()).select_from(Photo).where(Photo.resident_id == resident.id)
    return session.scalar(found.where(Photo.state.in_(("waiting", "kept")))) or 0


def _export(session: Session, reader: Reader) -> Exported:
    photos = queries.kept_of(session, reader.resident.id)
    data = [
        {
            "file": file_name(photo),
            "sent_at": instant(photo.created_at),
            "width": photo.width,
            "height": photo.height,
            "latitude": photo.latitude,
            "longitude": photo.longitude,
        }
        for photo in photos
    ]
    return Exported(data, [row for photo in photos for row in _rows(reader, photo)])


def _rows(reader: Reader, photo: Photo) -> list[Row]:
    """The place is the one the camera had written into the picture."""
    at, name = photo.created_at, file_name(photo)
    rows = [Row(reader.say("mydata.label_photos"), name, name, at)]
    if photo.latitude is not None and photo.longitude is not None:
        where = f"{photo.latitude:.5f},{photo.longitude:.5f}"
        rows.append(Row(reader.say("mydata.label_place"), where, name, at))
    return rows


def _erase(session: Session, erasing: Erasing) -> None:
    erase(session, erasing, Photo.resident_id == erasing.resident.id)


PART = Part("photos", _held, _export, _erase)
