"""Load a town pack: each file whole or not at all, the same files again change nothing."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.db import take_time
from app.errors import KairanError, Problem
from app.tables import read_table
from app.town import bulky, childcare, districts, events, head, places, queries
from app.town.models import PackFile

PATTERNS = (
    "town.toml",
    "districts.csv",
    "garbage/*.csv",
    "places/*.csv",
    "events/*.csv",
    "childcare/*.toml",
    "faq.toml",
    "synonyms.toml",
    "payment.toml",
    "bulky.toml",
    "menus/*.toml",
    "names/*.toml",
    "menus/words/*.toml",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. ``refused`` files keep their former version; ``problems`` name every fault."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[str, ...]
    problems: tuple[Problem, ...]


def folder_files(folder: Path) -> dict[str, bytes]:
    """The pack's files in a folder, by their path with forward slashes."""
    found = sorted(path for pattern in PATTERNS for path in folder.glob(pattern) if path.is_file())
    if not found:
        raise KairanError(f"{folder}：町のデータがありません。town.tomlのあるフォルダーを指定してください。")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def load(session: Session, folder: Path, *, now: datetime, by: str = audit.SYSTEM) -> Loaded:
    """Read a folder and store what can be used; an unusable file never replaces a good one."""
    return store(session, folder_files(folder), now=now, by=by)


def store(session: Session, files: Mapping[str, bytes], *, now: datetime, by: str) -> Loaded:
    take_time(session)  # a large town's files are read between what is stored and what replaces it
    before = queries.stored(session)
    fatal = {name: found for name, data in files.items() if (found := _fatal(name, data))}
    usable = {name: data for name, data in files.items() if name not in fatal}
    problems = [problem for found in fatal.values() for problem in found]
    try:
        _, listed = queries.parsed(before | usable)
        problems.extend(listed)
    except head.BadTown as error:
        problems.append(Problem(head.TOWN, None, "", "", error.sentence))
        return Loaded((), (), tuple(files), tuple(problems))
    changed = tuple(name for name, data in usable.items() if before.get(name) != data)
    for name in changed:
        _replace(session, name, usable[name], now)
    if changed:
        audit.record(session, "town.load", "town", by=by, at=now, detail={"files": list(changed)})
    unchanged = tuple(name for name in usable if name not in changed)
    return Loaded(changed, unchanged, tuple(fatal), tuple(problems))


@functools.lru_cache(maxsize=64)
def _fatal(name: str, data: bytes) -> list[Problem]:
    """Why a file cannot be used at all; empty when it can. The same file again is not read again."""
    try:
        if name == head.TOWN:
            head.read_settings(data)
        elif name == districts.FILE:
            return districts.rows(data)[1]
        elif name.startswith(places.FOLDER):
            return places.fatal(name, data)
        elif name.startswith(events.FOLDER):
            return events.fatal(name, data)
        elif name.startswith(childcare.FOLDER):
            return childcare.read_one(name, data)[1]
        elif name == bulky.BULKY:
            return bulky.parsed(data)[1]
        elif name.endswith(".csv"):
            read_table(data, name)
    except KairanError as error:
        return [Problem(name, None, "", "", error.sentence)]
    return []


def _replace(session: Session, name: str, data: bytes, now: datetime) -> None:
    row = {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "body": data, "loaded_at": now}
    values = insert(PackFile).values(row)
    session.execute(values.on_conflict_do_update(index_elements=["name"], set_=row))
