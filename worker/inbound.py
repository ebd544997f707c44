"""The job that answers residents: a handful of turns in one transaction, then their replies, until the inbox is empty."""

from __future__ import annotations

import functools
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

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
from bot_flows import distress
from worker import chores, runtime

HANDFUL = 50
GATHERING = 0.015
"""Seconds between two looks into the inbox while less than a handful waits: a look costs as much as several turns."""
MOST_UNDER_WAY = 300
"""Answers on their way at once; when LINE answers slowly, more would only grow old."""

_log = logs.get("inbound")


@functools.cache
def _towns() -> TownCache:
    """The loaded town of this process; it notices when the pack changes."""
    return TownCache(runtime.parts().sessions)


def warm_up() -> None:
    """Read the words of need and the town before the first resident waits; a town not there yet is read later."""
    distress.warm_up()
    try:
        _towns().town()
    except (AskPerson, DBAPIError) as error:
        _log.info("town_not_read", error=type(error).__name__)


def drain() -> None:
    """Take turns until no event waits and every answer has arrived, or the stretch is over.

    Answers travel while the next turns are taken. The job stays as long as one is on its way: whoever wrote meanwhile
    would otherwise wait for all of them and for the next job.
    """
    with runtime.job(DRAIN_INBOX) as parts:
        working, replying = runtime.until(runtime.STRETCH), Replying(parts)
        try:
            while working():
                taken = _turns(parts, replying)
                if not taken and not replying.under_way:
                    return
                if taken < HANDFUL:
                    time.sleep(GATHERING)
        finally:
            replying.finish()
        parts.queue.wake("reply", DRAIN_INBOX)


def wake_photos(parts: Parts) -> None:
    """Have photos fetched soon after they were sent: LINE does not keep them for ever."""
    with parts.sessions() as session:
        waits = photo_queries.has_due(session, parts.clock.now())
    if waits:
        parts.queue.wake("chores", FETCH_PHOTOS)


def _turns(parts: Parts, replying: Replying) -> int:
    """Take a handful of turns and send their answers; how many events were taken.

    What LINE took of earlier answers is noted in the same transaction.
    """
    with parts.sessions.begin() as session:
        replying.note(session)
        events, replies, world = _take(parts, session)
        has_photos = events > 0 and photo_queries.has_due(session, world.now)
    replying.noted()
    replying.start(replies)
    photo_actions.remove(parts.settings.photo_dir, world.files)
    for resident_id in dict.fromkeys(world.chose):
        parts.queue.wake("chores", LINK_MENU, resident_id)
    if world.gone:
        # In this process's memory alone: whoever deleted everything is not written into the queue.
        runtime.beside(lambda: chores.unlink_menus(parts, world.gone))
    if has_photos:
        parts.queue.wake("chores", FETCH_PHOTOS)
    return events


def _take(parts: Parts, session: Session) -> tuple[int, list[actions.Reply], effects.World]:
    """The turns of the oldest events: how many, what to answer, and what they changed."""
    town, now = _towns().town_in(session), parts.clock.now()
    world = effects.World(town=town, now=now, public_url=parts.settings.public_base_url)
    events = queries.next_events(session, now, HANDFUL)
    if not events:
        return 0, [], world
    residents = resident_queries.of_line_ids(session, [event.line_user_id for event in events])
    return len(events), actions.take_turns(session, events, residents, world), world


@dataclass
class Replying:
    """Answers on their way, many at once, but never two to the same resident: a second would overtake the first.

    Each is sent once: a reply has no retry key, so an answer that may have arrived is not repeated.
    """

    parts: Parts
    under_way: dict[Future[Answer], actions.Reply] = field(default_factory=dict)
    _answered: list[int] = field(default_factory=list)
    """Events whose answer LINE took; to be noted."""

    def start(self, replies: list[actions.Reply]) -> None:
        """Send these at the shared pace without waiting for them."""
        if not replies:
            return
        self._let_arrive({reply.resident_id for reply in replies})
        waits = self.parts.pace.reserve("reply", len(replies), lane="ordinary")
        for reply, pause in zip(replies, waits, strict=True):
            self.under_way[self.parts.line.send("reply", reply.body, delay=pause)] = reply

    def _let_arrive(self, residents: set[int]) -> None:
        """Wait for what is on its way to these, and for room."""
        wait([call for call, reply in self.under_way.items() if reply.resident_id in residents])
        while len(waiting := [call for call in self.under_way if not call.done()]) >= MOST_UNDER_WAY:
            wait(waiting, return_when=FIRST_COMPLETED)

    def note(self, session: Session) -> None:
        """Note what LINE took; ``noted`` once that is committed."""
        for call in [call for call in self.under_way if call.done()]:
            reply, answer = self.under_way.pop(call), call.result()
            if answer.status == 200:
                self._answered.append(reply.event_id)
            else:
                _log.warning("not_answered", event=reply.event_id, answer=answer.short)
        if self._answered:
            actions.replied(session, self._answered, self.parts.clock.now())

    def noted(self) -> None:
        self._answered.clear()

    def finish(self) -> None:
        """Wait for what is on its way, and note what LINE took."""
        wait(self.under_way)
        if self.under_way or self._answered:
            with self.parts.sessions.begin() as session:
                self.note(session)
            self.noted()
