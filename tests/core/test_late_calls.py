"""A call that missed its moment, because something stood still, waits for another one."""

from __future__ import annotations

import time
from uuid import UUID

from app.line.answers import Answer
from app.line.client import LineClient

PAUSE, NEXT = 0.1, 0.15


class Noting(LineClient):
    """Answers at once, and notes when it was asked."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "t")
        self.begun: list[float] = []

    async def post(self, endpoint: str, body: bytes, retry_key: UUID | None) -> Answer:
        self.begun.append(time.monotonic())
        return Answer(200)


def test_what_a_stall_has_gathered_does_not_go_together() -> None:
    line, asked = Noting(), list[float]()

    def again() -> float:
        asked.append(time.monotonic())
        return NEXT

    line.send("push", b"").result()
    line.call_soon(time.sleep, PAUSE)
    began = time.monotonic()
    calls = [line.send("push", b"", delay=0.02 + 0.001 * n, again=again) for n in range(20)]
    calls.append(line.send("push", b"", delay=PAUSE + 0.1, again=again))
    assert {call.result(5).status for call in calls} == {200}
    line.close()
    early = [at for at in line.begun[1:] if at < began + PAUSE + NEXT - 0.02]
    assert len(asked) >= 20 and len(early) <= 1, "only what was on time went at its own moment"
