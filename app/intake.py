"""Store what many requests bring at the same moment in one transaction, each answered after the commit.

Whoever finds nobody writing writes for all who wait; while one commit is on its way the next group gathers. So the
busier the hour, the fewer commits an event costs. A group that cannot be stored is stored one by one, so that
nothing odd in one request is another's trouble.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.clock import Clock
from app.conversations import actions, rules


class NotStored(Exception):
    """Nothing of this request is in the database."""


class _Waiting:
    """A request whose thread waits until somebody has tried to store it, or until it is its turn to write for all."""

    __slots__ = ("after", "error", "inbox", "is_stored", "told", "writes")

    def __init__(self, inbox: rules.Inbox) -> None:
        self.inbox, self.writes, self.is_stored, self.error = inbox, False, False, "interrupted"
        self.after: _Waiting | None = None
        # A bare lock, held until there is news: an Event is made of two and costs several times as much.
        self.told = threading.Lock()
        self.told.acquire()


def _tell(one: _Waiting | None) -> None:
    if one is not None:
        one.told.release()


def _in_turn(waiting: Sequence[_Waiting]) -> _Waiting | None:
    """Let each tell the next, and answer the first: threads that are told together only wait for each other, since
    one at a time runs, and going to sleep again for that was a third of what a request cost."""
    for one, after in pairwise(waiting):
        one.after = after
    return waiting[0] if waiting else None


class Intake:
    """One per process; ``store`` is called by many threads."""

    def __init__(self, engine: Engine, clock: Clock, wake: Callable[[], object]) -> None:
        self._engine, self._clock, self._wake = engine, clock, wake
        self._gathering = threading.Lock()
        self._is_writing = False
        self._waiting: list[_Waiting] = []
        self._kept: Connection | None = None
        event.listen(engine, "engine_disposed", self._close)

    def store(self, inbox: rules.Inbox) -> None:
        """Back after the commit; NotStored when there was none."""
        mine = _Waiting(inbox)
        with self._gathering:
            self._waiting.append(mine)
            mine.writes = not self._is_writing
            self._is_writing = True
        if not mine.writes:
            # Told directly: nobody queues for a lock only to hear that the work is done.
            mine.told.acquire()
            _tell(mine.after)
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
            # Who writes next hears it last: meanwhile the others are answered, and what they are asked next joins.
            told = [one for one in group if not one.writes]
            if following is not None:
                following.writes = True
                told.append(following)
            _tell(_in_turn(told))
        return fresh

    def _write(self, group: Sequence[_Waiting]) -> int:
        """Store a group, or each by itself; answers how many events are new."""
        try:
            return self._commit(group)
        except (DBAPIError, PoolTimeout) as error:
            # A lost connection or none meets everybody alike, and trying again for each would only take long.
            is_away = (
                isinstance(error, PoolTimeout) or error.connection_invalidated or error.statement is None
            )
            if len(group) > 1 and not is_away:
                return sum(self._write([one]) for one in group)
            for one in group:
                one.error = type(error).__name__
            return 0

    def _commit(self, group: Sequence[_Waiting]) -> int:
        events = [each for one in group for each in one.inbox.events]
        odd = [each for one in group for each in one.inbox.odd]
        now = self._clock.now()
        if odd:
            # What is set aside and the events beside it: all or nothing.
            with self._engine.begin() as connection:
                fresh = actions.receive(connection, rules.Inbox(events, odd), now)
        else:
            fresh = self._send(rules.Inbox(events), now) if events else 0
        for one in group:
            one.is_stored = True
        return fresh

    def _send(self, inbox: rules.Inbox, now: datetime) -> int:
        """One statement is a transaction: one round trip instead of four, on a connection that is kept for it."""
        kept, self._kept = self._kept, None
        line = kept or self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            fresh = actions.receive(line, inbox, now)
        except DBAPIError as error:
            line.close()
            if kept is None or not error.connection_invalidated:
                raise
            # It died since the last group. The ids make a second time harmless, should the first have arrived; then
            # nothing would look new, so all count.
            self._send(inbox, now)
            return len(inbox.events)
        self._kept = line
        return fresh

    def _close(self, _: Engine) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            # Not given back: the pool it came from is gone.
            kept.detach()
            kept.close()
