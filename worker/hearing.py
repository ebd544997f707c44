"""What a sender says to the others of whether LINE answers, and when it asks them again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from app import logs
from app.circuits import actions, rules
from app.line.answers import Answer
from app.parts import Parts

PAUSE = 0.25
"""Seconds between two looks of a sender that was told to wait."""

_log = logs.get("delivery")


@dataclass
class Hearing:
    """One sender's part in it: while all is well it costs nothing, since there is no news."""

    parts: Parts
    endpoint: str
    is_news: bool = False
    """The others believe that LINE does not answer: that it does would be news."""
    is_answered: bool = False
    """The last that was heard was an answer of LINE's own."""
    _again_at: float = 0.0

    @property
    def waits(self) -> bool:
        """Told a moment ago that nothing may start."""
        return time.monotonic() < self._again_at

    def refused(self) -> None:
        """Others heard nothing from LINE. What is under way here may be answered still: that would be news."""
        self._again_at, self.is_news = time.monotonic() + PAUSE, True

    def hear(self, answers: Iterable[Answer | None]) -> bool:
        """Tell what came back, if it changes anything; True when everything may go on by it."""
        told = rules.heard(answers)
        self.is_answered = told.is_answered and not told.doubts
        if not told.doubts and not (told.is_answered and self.is_news):
            return False
        seconds, now = self.parts.settings.silence_seconds, self.parts.clock.now()
        with self.parts.sessions.begin() as session:
            circuit = actions.tell(session, self.endpoint, told, seconds, now)
        self.is_news = circuit.doubts > 0
        if circuit.held_until is not None:
            _log.warning("line_silent", endpoint=self.endpoint, doubts=circuit.doubts)
            return False
        self._again_at = 0.0
        return True
