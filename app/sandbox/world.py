"""Everything one sandbox holds, and the one way it changes: an entry goes to the journal, then it is applied."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from app.sandbox import ids
from app.sandbox.answers import Json
from app.sandbox.clock import Clock, iso
from app.sandbox.content import Contents
from app.sandbox.counts import Counts
from app.sandbox.faults import Faults
from app.sandbox.hub import Hub
from app.sandbox.journal import Journal
from app.sandbox.limits import Limits
from app.sandbox.menus import Menus
from app.sandbox.options import Options
from app.sandbox.platform import SEEDED, Platform
from app.sandbox.retrykeys import RetryKeys
from app.sandbox.settings import Settings
from app.sandbox.tokens import Tokens
from app.sandbox.webhooks import Webhooks

REMEMBERED_CALLS = 20_000


class World:
    """The state of the pretend platform. ``commit`` is the only writer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock(settings.clock_offset_file)
        self.journal = Journal(settings.data)
        self.hub = Hub()
        self.faults = Faults()
        self.calls: deque[Json] = deque(maxlen=REMEMBERED_CALLS)
        self._begin()
        self._replay()

    def _begin(self) -> None:
        self.options = Options(webhook_url=self.settings.webhook_url)
        self.platform = Platform()
        self.counts = Counts(self.options)
        self.keys = RetryKeys(self.options)
        self.limits = Limits(self.options)
        self.menus = Menus()
        self.contents = Contents(self.settings.data / "content")
        self.batches: dict[str, Json] = {}
        self.narrowcasts: dict[str, Json] = {}
        self.batch_keys: set[str] = set()
        self.tokens = Tokens(self.settings)
        self.webhooks = Webhooks(self.settings, self.options, self.clock)
        self.webhooks.redelivered = self.tokens.redelivered
        self._appliers: dict[str, tuple[Callable[[Json], None], ...]] = {
            "option": (lambda entry: self.options.change(entry["values"]),),
            "resident": (self.platform.on_resident,),
            "crowd": (self.platform.on_crowd,),
            "standing": (self.platform.on_standing,),
            "said": (self.platform.on_said,),
            "unsent": (self.platform.on_unsent, self.contents.on_unsent),
            "content": (self.contents.on_content,),
            "event": (self.tokens.on_event,),
            "sent": (self.platform.on_sent, self.keys.on_sent, self.counts.on_sent, self.tokens.on_sent),
            "menu": (self.menus.on_menu,),
            "link": (self.menus.on_link,),
        }

    def commit(self, kind: str, **facts: Any) -> None:
        """Write down what happened, make it so, and tell the open pages."""
        entry = {"kind": kind, "at": self.clock.ms(), **facts}
        self.journal.append(entry)
        if kind == "sent":
            self.journal.record(self._record_lines(entry))
        self._apply(entry)
        self._tell(entry)

    def _tell(self, entry: Json) -> None:
        to = entry.get("to")
        touched = self.platform.residents.keys() & to if to is not None else {entry.get("user", "*")}
        for user in touched:
            self.hub.tell(user)

    def _apply(self, entry: Json) -> None:
        for applier in self._appliers[entry["kind"]]:
            applier(entry)

    def _replay(self) -> None:
        last: tuple[str, bytes] | None = None
        for entry in self.journal.replay():
            if entry["kind"] == "sent":
                last = (entry["request"], self._record_lines(entry))
            self._apply(entry)
        if last is not None:
            self.journal.mend_record(*last)
        if not self.platform.residents:
            self._seed()

    def _seed(self) -> None:
        for number, name, about, language in SEEDED:
            self.commit("resident", user=ids.resident(number), name=name, about=about, language=language)

    def _record_lines(self, entry: Json) -> bytes:
        """One line per accepted person, before the entry is applied."""
        now = entry["at"]
        people = entry["to"] if entry["to"] is not None else self.platform.friends()
        shared = {
            "at": iso(now),
            "request_id": entry["request"],
            "retry_key": entry["key"],
            "endpoint": entry["endpoint"],
            "digest": entry["digest"],
            "body": entry["body"],
            "messages": len(entry["messages"]),
            "units": entry["units"],
        }
        head = orjson.dumps(shared)[:-1].decode() + ',"user":"'
        arrived, lost = '","delivered":true}\n', '","delivered":false}\n'
        arrivals = zip(people, self.platform.arrivals(people, now), strict=True)
        return "".join([head + user + (arrived if arrives else lost) for user, arrives in arrivals]).encode()

    def reset(self) -> None:
        """Forget everything, also faults and counts of limits; the seeded residents are strangers again."""
        self.journal.clear()
        self.contents.clear()
        self.faults.orders.clear()
        self.calls.clear()
        self._begin()
        self._seed()
        self.hub.tell("*")

    async def close(self) -> None:
        await self.webhooks.close()
        self.journal.close()


WORLD: web.AppKey[World] = web.AppKey("world", World)


def world_of(request: web.Request) -> World:
    return request.app[WORLD]
