"""The pack as stored, and the one loaded town of a process."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Sessions
from app.errors import AskPerson, Problem
from app.garbage import queries as garbage_queries
from app.town.head import TOWN, read_settings
from app.town.models import PackFile
from app.town.rules import LoadedTown, read_pack


def stored(session: Session) -> dict[str, bytes]:
    """Every file of the pack by name."""
    return dict(session.execute(select(PackFile.name, PackFile.body)).all())


def version(session: Session) -> str:
    """Changes whenever any file does; empty when nothing is loaded."""
    ordered = select(PackFile).order_by(PackFile.name).subquery()
    listing = func.string_agg(ordered.c.name + ordered.c.sha256, ",")
    return session.scalar(select(func.md5(listing))) or ""


def head(session: Session) -> Mapping[str, Any]:
    """town.toml as loaded now, parsed once per version; empty when no town is loaded."""
    body = session.scalar(select(PackFile.body).where(PackFile.name == TOWN))
    return _read_head(body) if body else {}


@functools.lru_cache(maxsize=4)
def _read_head(body: bytes) -> Mapping[str, Any]:
    return read_settings(body)


def parsed(files: Mapping[str, bytes]) -> tuple[LoadedTown, list[Problem]]:
    """``read_pack``, once per process and pack: whoever loads a pack asks for its town next. BadTown as there."""
    return _parsed(tuple(sorted(files.items())))


@functools.lru_cache(maxsize=2)
def _parsed(files: tuple[tuple[str, bytes], ...]) -> tuple[LoadedTown, list[Problem]]:
    return read_pack(dict(files))


class TownCache:
    """Parses the pack once per process and version; asking costs two small queries.

    Registered changes of collection days are laid over it, so that every process answers with them at once.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._loaded: tuple[str, LoadedTown] | None = None
        self._changes = ""
        self._lock = threading.Lock()

    def town(self) -> LoadedTown:
        """The town as loaded now; AskPerson when nobody has loaded one."""
        with self._sessions() as session:
            return self.town_in(session)

    def town_in(self, session: Session) -> LoadedTown:
        """The same inside a transaction that is open already."""
        now = version(session)
        if not now:
            raise AskPerson("町のデータがまだありません。kairan town load で読み込んでください。")
        with self._lock:
            if self._loaded is None or self._loaded[0] != now:
                self._loaded, self._changes = (now, parsed(stored(session))[0]), ""
            changes = garbage_queries.version(session)
            if self._changes != changes:
                town = replace(self._loaded[1], overrides=garbage_queries.in_force(session))
                self._loaded, self._changes = (now, town), changes
            return self._loaded[1]
