"""Store what many requests bring at the same moment in one transaction, each answered after the commit.

Whoever finds nobody writing writes for all who wait; while one commit is on its way the next group gathers. So the
busier the hour, the fewer commits an event costs. A group that cannot be stored is stored one by one, so that
nothing odd in one request is another's trouble.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.clock import Clock
from app.conversations import actions, rules
from app.db import Sessions


class NotStored(Exception):
    """Nothing of this request is in the database."""


@dataclass(slots=True)
class _Waiting:
    inbox: rules.Inbox
    told: threading.Event = field(default_factory=threading.Event)
    """Set once somebody has tried to store it, or when it is its turn to write for all who wait."""
    writes: bool = False
    is_stored: bool = False
    error: str = "interrupted"


class Intake:
    """One per process; ``store`` is called by many threads."""

    def __init__(self, sessions: Sessions, clock: Clock, wake: Callable[[], object]) -> None:
        self._sessions, self._clock, self._wake = sessions, clock, wake
        self._gathering = threading.Lock()
        self._is_writing = False
        self._waiting: list[_Waiting] = []

    def store(self, inbox: rules.Inbox) -> None:
        """Back after the commit; NotStored when there was none."""
        mine = _Waiting(inbox)
        with self._gathering:
            self._waiting.append(mine)
            mine.writes = not self._is_writing
            self._is_writing = True
        if not mine.writes:
            # Told directly: nobody queues for a lock only to hear that the work is done.
            mine.told.wait()
        if mine.writes and self._write_for_all():
            # Outside of the writing: a slow queue must not hold up the next group.
            self._wake()
        if not mine.is_stored:
            raise NotStored(mine.error)

    def _write_for_all(self) -> int:
        """Store everybody who waits, then hand the writing to one of those who came meanwhile."""
        with self._gathering:
            group, self._waiting = self._waiting, []
        fresh = 0
        try:
            fresh = self._write(group)
        finally:
            with self._gathering:
                following = self._waiting[0] if self._waiting else None
                self._is_writing = following is not None
            if following is not None:
                following.writes = True
                following.told.set()
            for one in group:
                one.told.set()
        return fresh

    def _write(self, group: Sequence[_Waiting]) -> int:
        """Store a group, or each by itself; answers how many events are new."""
        try:
            return self._commit(group)
        except (DBAPIError, PoolTimeout) as error:
            # A lost connection meets everybody alike, and trying again for each would only take long.
            is_away = not isinstance(error, DBAPIError) or error.connection_invalidated
            if len(group) > 1 and not is_away:
                return sum(self._write([one]) for one in group)
            for one in group:
                one.error = type(error).__name__
            return 0

    def _commit(self, group: Sequence[_Waiting]) -> int:
        events = [event for one in group for event in one.inbox.events]
        odd = [each for one in group for each in one.inbox.odd]
        with self._sessions.begin() as session:
            fresh = actions.receive(session, rules.Inbox(events, odd), self._clock.now())
        for one in group:
            one.is_stored = True
        return fresh
