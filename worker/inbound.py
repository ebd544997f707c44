"""The job that answers residents: a handful of turns in one transaction, then their replies, until the inbox is empty."""

from __future__ import annotations

import functools
import time

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import logs
from app.conversations import actions, effects, queries
from app.errors import AskPerson
from app.parts import Parts
from app.photos import actions as photo_actions
from app.photos import queries as photo_queries
from app.queue import DRAIN_INBOX, FETCH_PHOTOS, LINK_MENU
from app.residents import queries as resident_queries
from app.town.queries import TownCache
from bot_flows import distress
from worker import chores, runtime
from worker.replying import Replying

HANDFUL = 50
GATHERING = 0.015
"""Seconds between two looks into the inbox while less than a handful waits: a look costs as much as several turns."""

_log = logs.get("inbound")


@functools.cache
def _towns() -> TownCache:
    """The loaded town of this process; it notices when the pack changes."""
    return TownCache(runtime.parts().sessions)


@functools.cache
def _replying() -> Replying:
    """This process's answers: what LINE's silence keeps back goes with the next job."""
    return Replying(runtime.parts())


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
        working, replying = runtime.until(runtime.STRETCH), _replying()
        try:
            while working():
                taken = _turns(parts, replying)
                if not taken and replying.is_empty:
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
