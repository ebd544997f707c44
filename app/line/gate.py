"""Whether LINE answers at all, as one stream of requests sees it: after five without an answer the rest stays here.

Pure. What all processes know together is in ``app/circuits``; this is what stops a stream in the very moment.
"""

from __future__ import annotations

from app.line.answers import Answer

DOUBTS = 5
"""Requests in a row without an answer of LINE's own after which nothing more starts."""
UNDERSTOOD = frozenset({200, 400, 401, 403, 409, 413, 429})
"""Status codes by which LINE itself says something definite; silence and everything else may come from anywhere."""


def is_doubtful(answer: Answer) -> bool:
    """LINE did not say what became of the request, or could not be reached at all."""
    return answer.status not in UNDERSTOOD


class Gate:
    """Open, or shut with so many requests let through to ask whether LINE is there again."""

    def __init__(self) -> None:
        self.is_open = True
        self._doubts = 0
        self._passes = 0

    @property
    def lets(self) -> bool:
        """Whether another request may begin."""
        return self.is_open or self._passes > 0

    def begun(self) -> None:
        """A request begins, which ``lets`` allowed."""
        if not self.is_open:
            self._passes -= 1

    def heard(self, answer: Answer) -> None:
        """Any answer of LINE's own opens it."""
        if not is_doubtful(answer):
            self.is_open, self._doubts = True, 0
            return
        self._doubts += 1
        if self._doubts >= DOUBTS:
            self.is_open = False

    def let_one(self) -> None:
        """One more request may ask."""
        self.is_open, self._passes = False, self._passes + 1

    def shut(self) -> None:
        """Others have found that LINE does not answer; what asks may still go."""
        self.is_open = False

    def reopen(self) -> None:
        """Others have found that LINE answers; one more doubt, and it is shut again."""
        if not self.is_open:
            self.is_open, self._doubts, self._passes = True, DOUBTS - 1, 0
