"""Answers on their way to LINE: many at once, in each resident's order, and never more than LINE takes.

Nothing here waits for LINE, so that turns are taken while it is slow or silent: what cannot go yet is kept as long as
its token lives. While LINE gives no answer of its own, one goes each second and asks. Unlike for what is sent (see
``app/circuits``) each process finds that out by itself: an answer is for somebody who waits, and lives for a minute.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app import logs
from app.conversations import actions
from app.line.answers import Answer
from app.line.gate import Gate
from app.parts import Parts

MOST_UNDER_WAY = 300
"""Answers on their way at once; when LINE answers slowly, more would only grow old."""
KEPT = 45.0
"""Seconds an answer is kept back at most: its token works for a minute from the moment LINE told us."""
ASK_AGAIN = 1.0
"""Seconds between two answers that go while LINE is silent."""

_log = logs.get("inbound")


@dataclass
class Replying:
    """One process's answers. Never two to the same resident at once: a second would overtake the first.

    Each is sent once: a reply has no retry key, so an answer that may have arrived is not repeated.
    """

    parts: Parts
    under_way: dict[Future[Answer], actions.Reply] = field(default_factory=dict)
    _kept: deque[tuple[float, actions.Reply]] = field(default_factory=deque)
    """What cannot go yet, and until when it may, in order."""
    _answered: list[int] = field(default_factory=list)
    """Events whose answer LINE took; to be noted."""
    _gate: Gate = field(default_factory=Gate)
    _ask_at: float = 0.0

    @property
    def is_empty(self) -> bool:
        return not self.under_way and not self._kept

    def start(self, replies: Iterable[actions.Reply] = ()) -> None:
        """Send these, and what was kept back, as far as they may go now, at the shared pace."""
        now = time.monotonic()
        self._kept.extend((now + KEPT, reply) for reply in replies)
        going = self._going(now)
        if not going:
            return
        if not self._gate.is_open:
            self._ask_at = now + ASK_AGAIN
        waits = self.parts.pace.reserve("reply", len(going), lane="ordinary")
        for reply, pause in zip(going, waits, strict=True):
            self.under_way[self.parts.line.send("reply", reply.body, delay=pause)] = reply

    def _going(self, now: float) -> list[actions.Reply]:
        """Whose turn it is; the others stay, and what is too old is given up."""
        waiting = [reply for call, reply in self.under_way.items() if not call.done()]
        room = MOST_UNDER_WAY - len(waiting) if self._gate.is_open else int(now >= self._ask_at)
        busy = {reply.resident_id for reply in waiting}
        going: list[actions.Reply] = []
        kept: deque[tuple[float, actions.Reply]] = deque()
        for until, reply in self._kept:
            if until <= now:
                _log.warning("not_answered", of=reply.event_id, answer="LINE is silent")
                continue
            if len(going) < room and reply.resident_id not in busy:
                going.append(reply)
            else:
                kept.append((until, reply))
            busy.add(reply.resident_id)
        self._kept = kept
        return going

    def note(self, session: Session) -> None:
        """Note what LINE took; ``noted`` once that is committed."""
        for call in [call for call in self.under_way if call.done()]:
            reply, answer = self.under_way.pop(call), call.result()
            self._hear(answer)
            if answer.status == 200:
                self._answered.append(reply.event_id)
            else:
                _log.warning("not_answered", of=reply.event_id, answer=answer.short)
        if self._answered:
            actions.replied(session, self._answered, self.parts.clock.now())

    def _hear(self, answer: Answer) -> None:
        was_open = self._gate.is_open
        self._gate.heard(answer)
        if was_open and not self._gate.is_open:
            _log.error("line_silent", endpoint="reply", answer=answer.short)

    def noted(self) -> None:
        self._answered.clear()

    def finish(self) -> None:
        """Wait for what is on its way, and note what LINE took; what LINE's silence keeps back stays for the next job."""
        while self.under_way or self._answered:
            wait(self.under_way)
            with self.parts.sessions.begin() as session:
                self.note(session)
            self.noted()
            if self._gate.is_open:
                self.start()
