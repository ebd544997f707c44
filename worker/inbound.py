"""The job that answers residents: a handful of turns in one transaction, then their replies, until the inbox is empty."""

from __future__ import annotations

import functools
from concurrent.futures import Future
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from app import logs
from app.conversations import actions, effects, queries
from app.errors import AskPerson
from app.line.answers import Answer
from app.parts import Parts
from app.photos import actions as photo_actions
from app.photos import queries as photo_queries
from app.queue import DRAIN_INBOX, FETCH_PHOTOS, LINK_MENU
from app.residents import queries as resident_queries
from app.town.queries import TownCache
from worker import runtime

HANDFUL = 50

_log = logs.get("inbound")


@functools.cache
def _towns() -> TownCache:
    """The loaded town of this process; it notices when the pack changes."""
    return TownCache(runtime.parts().sessions)


def warm_up() -> None:
    """Read the town before the first resident waits for it; a town that is not there yet is read later."""
    try:
        _towns().town()
    except (AskPerson, DBAPIError) as error:
        _log.info("town_not_read", error=type(error).__name__)


def drain() -> None:
    """Take turns until no event waits or the stretch is over; the next turns are taken while answers travel."""
    with runtime.job(DRAIN_INBOX) as parts:
        working, more = runtime.until(runtime.STRETCH), True
        replying = Replying(parts)
        while more and working():
            replies, more, chose = _turns(parts)
            replying.finish()
            replying.start(replies)
            for resident_id in dict.fromkeys(chose):
                parts.queue.wake("chores", LINK_MENU, resident_id)
            wake_photos(parts)
        replying.finish()
        if more:
            parts.queue.wake("reply", DRAIN_INBOX)


def wake_photos(parts: Parts) -> None:
    """Have photos fetched soon after they were sent: LINE does not keep them for ever."""
    with parts.sessions() as session:
        waits = photo_queries.has_due(session, parts.clock.now())
    if waits:
        parts.queue.wake("chores", FETCH_PHOTOS)


def _turns(parts: Parts) -> tuple[list[actions.Reply], bool, list[int]]:
    """Replies to send, whether more may wait, and whose choices changed."""
    town = _towns().town()
    now = parts.clock.now()
    world = effects.World(town=town, now=now, public_url=parts.settings.public_base_url)
    with parts.sessions.begin() as session:
        events = queries.next_events(session, now, HANDFUL)
        if not events:
            return [], False, []
        residents = resident_queries.of_line_ids(session, [e.line_user_id for e in events])
        replies = actions.take_turns(session, events, residents, world)
    photo_actions.remove(parts.settings.photo_dir, world.files)
    return replies, True, world.chose


@dataclass
class Replying:
    """Answers on their way: one handful at a time, so that nobody's second answer overtakes the first.

    Each is sent once: a reply has no retry key, so an answer that may have arrived is not repeated.
    """

    parts: Parts
    calls: list[tuple[actions.Reply, Future[Answer]]] = field(default_factory=list)

    def start(self, replies: list[actions.Reply]) -> None:
        """Send these at the shared pace without waiting for them."""
        if not replies:
            return
        waits = self.parts.pace.reserve("reply", len(replies), lane="ordinary")
        self.calls = [
            (reply, self.parts.line.send("reply", reply.body, delay=wait))
            for reply, wait in zip(replies, waits, strict=True)
        ]

    def finish(self) -> None:
        """Wait for what is on its way, and note what LINE took."""
        calls, self.calls = self.calls, []
        answered = []
        for reply, call in calls:
            answer = call.result()
            if answer.status == 200:
                answered.append(reply.event_id)
            else:
                _log.warning("not_answered", event=reply.event_id, answer=answer.short)
        if answered:
            with self.parts.sessions.begin() as session:
                actions.replied(session, answered, self.parts.clock.now())
