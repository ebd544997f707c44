"""Expect a photo, keep or refuse what LINE gave, take it back; and keep the folder as the table says.

Files lie in a folder of their own, outside everything the web server serves, readable by this user alone. A file is
there before its row says ``kept``; what no row names is swept away, so a crash leaves nothing behind for long.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.line.content import Content
from app.photos import apart, queries, rules
from app.photos.models import Photo

CLAIMED = timedelta(minutes=2)
"""How long a photo being fetched is left alone by others; a worker that died is made good after that."""
UNNAMED_KEPT = 3600.0
"""Seconds a file may lie there without a row: it is just being written."""


def expect(session: Session, message_id: str, resident_id: int, now: datetime) -> None:
    """A photo to be fetched; known ones are left alone."""
    row = insert(Photo).values(
        message_id=message_id, resident_id=resident_id, next_attempt_at=now, created_at=now
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["message_id"]))


def claim(session: Session, now: datetime, limit: int) -> list[str]:
    """Photos to fetch now; nobody else takes them for two minutes."""
    worn = update(Photo).where(Photo.state == "waiting", Photo.attempts >= rules.ATTEMPTS)
    # What kills whoever draws it is not tried for ever.
    session.execute(worn.where(Photo.next_attempt_at <= now).values(state="gone"))
    ids = list(queries.due(session, now, limit))
    later = update(Photo).where(Photo.message_id.in_(ids))
    session.execute(later.values(next_attempt_at=now + CLAIMED, attempts=Photo.attempts + 1))
    return ids


def draw(content: Content) -> rules.Drawn:
    """What can be kept of LINE's answer. It may take most of a minute: no transaction may be open meanwhile, since the
    server ends one that stands still, and its locks would keep whoever takes the photo back waiting."""
    match content.status:
        case 200 if content.is_cut:
            return rules.NoPhoto("large")
        case 200:
            try:
                return apart.clean(content.data)
            except (rules.NoPhoto, rules.NotYet) as no:
                return no
        case 400 | 404 | 410:
            return None
        case _:
            return rules.NotYet()


def receive(session: Session, message_id: str, drawn: rules.Drawn, folder: Path, now: datetime) -> str:
    """Keep what was drawn; answers the photo's state then. Taken back in between stays taken back."""
    photo = session.get(Photo, message_id, with_for_update=True)
    if photo is None or photo.state != "waiting":
        return photo.state if photo else "gone"
    match drawn:
        case rules.Clean():
            _keep(photo, drawn, folder)
        case rules.NotYet(most=most) if photo.attempts < most:
            photo.next_attempt_at = now + rules.try_again_after(photo.attempts)
        case rules.NoPhoto(reason=str(reason)) | rules.NotYet(reason=str(reason)):
            photo.state, photo.reason = "refused", reason
        case _:
            photo.state = "gone"
    return photo.state


def _keep(photo: Photo, clean: rules.Clean, folder: Path) -> None:
    photo.name = store(folder, clean.data)
    photo.state, photo.width, photo.height = "kept", clean.width, clean.height
    photo.latitude, photo.longitude = clean.position or (None, None)


def store(folder: Path, data: bytes) -> str:
    """Write a picture under a name nobody can guess; answers the name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{uuid4().hex}.jpg"
    half = folder / f"{name}.half"
    half.touch(mode=0o600)
    half.write_bytes(data)
    half.rename(folder / name)
    return name


def take_back(session: Session, message_id: str, resident_id: int) -> None:
    """The resident unsent it: from now on nobody sees it; the file goes with the next sweep."""
    values = {"state": "gone", "name": "", "reason": "", "latitude": None, "longitude": None}
    mine = update(Photo).where(Photo.message_id == message_id, Photo.resident_id == resident_id)
    session.execute(mine.values(values))


def forget(session: Session, message_ids: list[str]) -> None:
    """These photos are past their keeping time; nothing may point at them any more."""
    session.execute(delete(Photo).where(Photo.message_id.in_(message_ids)))


def remove(folder: Path, names: Iterable[str]) -> None:
    """These files' rows are gone, and that is committed; what a crash leaves here is swept away later."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def sweep(session: Session, folder: Path) -> int:
    """Remove files that no kept photo names; answers how many."""
    if not folder.is_dir():
        return 0
    named, oldest, removed = queries.kept_names(session), time.time() - UNNAMED_KEPT, 0
    for path in folder.iterdir():
        if path.name not in named and path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
