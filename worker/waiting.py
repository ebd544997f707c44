"""The job that shows people whose answer is late that it is coming: LINE's loading animation (chat check C15).

Whoever answers knows nothing of it: it runs in another process, is tried once, and an animation that fails is no fault.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from uuid import uuid4

import orjson

from app import logs
from app.conversations import queries, rules
from app.line.answers import Answer
from app.parts import Parts
from app.queue import SHOW_WAITING
from content.sentences import say
from worker import runtime

AT_ONCE = 50
"""LINE takes 100 of these calls a second, and the clock asks twice a second at most."""

_log = logs.get("waiting")
_shown: dict[str, float] = {}
"""Until when LINE shows it, by person; a process that starts again asks once too often, which nobody sees."""


def show() -> None:
    """Show the animation to those who have waited for more than a second; it goes away with the answer."""
    with runtime.job(SHOW_WAITING) as parts:
        now, ticks = parts.clock.now(), time.monotonic()
        with parts.sessions() as session:
            people = queries.kept_waiting(session, now)
        for gone in [who for who, until in _shown.items() if until <= ticks]:
            del _shown[gone]
        new = [who for who in people if who not in _shown][:AT_ONCE]
        _shown.update(dict.fromkeys(new, ticks + rules.LOADING_SECONDS))
        _note([parts.line.send("loading", _body(who)) for who in new])
        _say_late(parts)


def _say_late(parts: Parts) -> None:
    """One line to those who have waited for more than ten seconds; tried once, like the animation.

    A line that came after its answer would say something untrue, so nothing is kept to be tried again.
    """
    with parts.sessions.begin() as session:
        people = queries.say_late(session, parts.clock.now(), AT_ONCE)
    if people:
        waits = parts.pace.reserve("push", len(people), lane="individual")
        calls = [
            parts.line.send("push", _words(who, language), retry_key=uuid4(), delay=wait)
            for (who, language), wait in zip(people.items(), waits, strict=True)
        ]
        _note(calls, accepted=200)


def _words(line_user_id: str, language: str) -> bytes:
    text = say("way.late", language)
    return orjson.dumps({"to": line_user_id, "messages": [{"type": "text", "text": text}]})


def _body(line_user_id: str) -> bytes:
    return orjson.dumps({"chatId": line_user_id, "loadingSeconds": rules.LOADING_SECONDS})


def _note(calls: list[Future[Answer]], accepted: int = 202) -> None:
    refused = [answer.short for call in calls if (answer := call.result()).status != accepted]
    if refused:
        _log.warning("not_shown", of=len(calls), refused=len(refused), first=refused[0])
