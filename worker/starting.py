"""Let a notice go in its very instant. The clock does it, and the sender that stands ready for it; whoever comes second
finds it running.

A sender that has to be woken costs its notice a tenth of a second: the queue, the job, the first look at the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from app.closing import actions as closing_actions
from app.notices.models import Notice
from app.parts import Parts
from app.release import actions as release_actions
from app.restores import queries as restore_queries
from worker import runtime

AT_HAND = 1.0
"""Seconds before its instant from which on a sender stands ready for a notice."""
GLANCE = 0.05
"""Seconds between two looks whether other work waits for this sender."""


def start(parts: Parts, notice_id: int) -> bool:
    """Let a frozen notice go whose instant has come; True when it runs, whoever started it."""
    with parts.sessions.begin() as session:
        started = release_actions.start(session, notice_id, parts.clock.now())
        notice = session.get_one(Notice, notice_id)
        runs, replaced = notice.state == "running", notice.supersedes_id
    if started and replaced is not None:
        # What it replaces may still be under way.
        with parts.sessions.begin() as session:
            closing_actions.retire(session, replaced, parts.clock.now())
    return runs


def stand_ready(parts: Parts, notice_id: int, instant: datetime, others_wait: Callable[[], bool]) -> bool:
    """Wait for an instant that is at hand and let the notice go; True when it runs. Whatever else is to be done by this
    sender is not kept waiting: then the clock does it alone."""
    with parts.sessions() as session:
        if restore_queries.why_held(session, parts.outside):
            return False
    while (left := (instant - parts.clock.now()).total_seconds()) > 0:
        if left > AT_HAND or runtime.leaving.is_set() or others_wait():
            return False
        time.sleep(min(left, GLANCE))
    return start(parts, notice_id)
