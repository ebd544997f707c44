"""One shared pace of calls per channel and endpoint, for all workers together.

Slots are handed out evenly at 98.5 % of LINE's limit and never in a burst: time that passed unused is gone.
While an emergency is going out it gets nine slots in ten, whoever else is sending; of what others have, individual
and ordinary notices get half each while both are sending. A 429 halves the pace, which recovers by a tenth per minute. When Redis is away each process keeps to a small share of its own;
when it goes, comes back, or has forgotten the pace, whoever is sending leaves a gap as long as others may hold moments.

Limits: Messaging API reference, "Rate limits" (push 2,000/s, multicast 200/s since 2025-04-23).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from app.line.rhythm import FORGIVEN

LIMITS = {"push": 2000.0, "multicast": 200.0, "reply": 2000.0}
"""Requests per second and channel."""
SHARE_OF_LIMIT = 0.985
ORDINARY_SHARE_BESIDE_EMERGENCY = 0.1
SHARE_WITHOUT_REDIS = 0.1
"""At most so many processes send at once; together they stay below the limit."""
HANDOVER = 0.4
"""Seconds ahead for which others may hold moments of the shared pace (ten of them) or of their own share (a lot of it)."""
PAUSE = 0.03
"""Seconds between two tries meanwhile."""
LONGEST_LEAD = 0.5
"""Seconds that are given up at most, for the next answer to be as slow as the last one."""

# KEYS[1] the pace's hash · ARGV: slots wanted, requests per second, lane, ordinary share beside an emergency, seconds
# that nobody could use any more, and seconds to leave free: always, and when the pace is forgotten.
# The server's clock is used, so processes on several machines agree.
# Answer: that clock, and seconds until each slot.
# Each lane has its own next slot; one that begins, or goes on with a larger share, starts behind what others hold.
_RESERVE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
local function number(name, default) return tonumber(redis.call('HGET', KEYS[1], name) or default) end
local wanted, rate, lane, beside = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local f = math.min(1, number('factor', '1') + 0.1 * math.floor((now - number('slowed_at', '0')) / 60))
local other = lane == 'ordinary' and 'individual' or 'ordinary'
local share = 1
if lane == 'emergency' then
  share = 1 - beside
else
  if number('busy:emergency', '0') > now then share = beside end
  if number('busy:' .. other, '0') > now then share = share / 2 end
end
local free = tonumber(ARGV[5 + 2 - redis.call('EXISTS', KEYS[1])])
if free > 0 then
  redis.call('HSET', KEYS[1], 'from', string.format('%.6f', math.max(number('from', '0'), now + free)))
end
local slot = math.max(now + tonumber(ARGV[5]), number('next:' .. lane, '0'), number('from', '0'))
if number('share:' .. lane, '0') < share or number('busy:' .. lane, '0') <= now then
  for _, each in ipairs({'emergency', 'individual', 'ordinary'}) do
    if each ~= lane and number('share:' .. each, '0') + share > 1.0001 then
      slot = math.max(slot, number('next:' .. each, '0'))
    end
  end
end
local step = 1 / (rate * f * share)
local waits = {string.format('%.6f', now)}
for i = 1, wanted do
  waits[i + 1] = tostring(slot - now)
  slot = slot + step
end
redis.call('HSET', KEYS[1], 'busy:' .. lane, now + 2, 'share:' .. lane, share,
  'next:' .. lane, string.format('%.6f', slot))
redis.call('EXPIRE', KEYS[1], 3600)
return waits
"""

_SLOW_DOWN = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
local f = tonumber(redis.call('HGET', KEYS[1], 'factor') or '1')
local since = tonumber(redis.call('HGET', KEYS[1], 'slowed_at') or '0')
if now - since < 1 then return end
f = math.min(1, f + 0.1 * math.floor((now - since) / 60))
redis.call('HSET', KEYS[1], 'factor', math.max(0.02, f / 2), 'slowed_at', now,
  'from', string.format('%.6f', now + 0.5))
redis.call('EXPIRE', KEYS[1], 3600)
"""


class Pace:
    """Hands out moments to send; ``reserve`` says how long to wait, and waits itself only when Redis has just gone."""

    def __init__(
        self, redis: Redis, channel: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._channel = channel
        self._monotonic = monotonic
        self._reserve = redis.register_script(_RESERVE)
        self._slow_down = redis.register_script(_SLOW_DOWN)
        self._local_next: dict[str, float] = {}
        self._local: set[str] = set()
        """Endpoints whose last moments were of our own share."""
        self._held: dict[str, float] = {}
        """Until when our moments reach, by endpoint."""
        self._ahead = -math.inf
        """Our clock less the server's, as the quickest answers show it."""
        self._unusable = 0.0
        """Seconds of the next answer that will be over when it is here."""

    def reserve(self, endpoint: str, slots: int, *, lane: str) -> list[float]:
        """Seconds from now until each of the next ``slots`` moments; below 0 when the answer came too late for it."""
        rate = LIMITS[endpoint] * SHARE_OF_LIMIT
        asked = self._monotonic()
        is_sending = asked < self._held.get(endpoint, -math.inf) + HANDOVER
        beside = ORDINARY_SHARE_BESIDE_EMERGENCY
        arguments: list[int | float | str] = [slots, rate, lane, beside, self._unusable]
        told = self._ask(endpoint, arguments, asked, HANDOVER if is_sending else 0.0)
        if told is None:
            waits = self._reserve_locally(endpoint, slots, rate * SHARE_WITHOUT_REDIS)
            self._local.add(endpoint)
        else:
            since = self._since(asked, told[0])
            waits = [wait - since for wait in told[1:]]
            self._local.discard(endpoint)
        self._held[endpoint] = asked + max(waits, default=0.0)
        return waits

    def _ask(
        self, endpoint: str, arguments: list[int | float | str], asked: float, gap: float
    ) -> list[float] | None:
        """The server's clock and the waits; None while it is away. Who held moments of the shared pace asks until nobody
        holds any. Behind a closed connection may be a restart that forgot the last second of the pace."""
        is_local = endpoint in self._local
        free, end, tries = gap if is_local else 0.0, asked if is_local else asked + gap, 0
        while tries < 2 or self._monotonic() < end:
            if tries >= 2:
                time.sleep(PAUSE)
            try:
                told = self._reserve(keys=[self._key(endpoint)], args=[*arguments, free, gap])
                return [float(each) for each in told]
            except RedisConnectionError:
                free, tries = gap, tries + 1
            except RedisError:
                break
        return None

    def _since(self, asked: float, server: float) -> float:
        """Seconds since the server's clock showed this, as it told between ``asked`` and now: so a slow answer moves
        nobody's moments into those of others."""
        answered = self._monotonic()
        self._ahead = min(max(self._ahead, asked - server), answered - server)
        took = answered - asked
        self._unusable = min(took, LONGEST_LEAD) if took > FORGIVEN else 0.0
        return answered - (server + self._ahead)

    def slow_down(self, endpoint: str) -> None:
        """LINE said 429: half the pace from now on, for everybody."""
        try:
            self._slow_down(keys=[self._key(endpoint)])
        except RedisError:
            self._local_next[endpoint] = self._monotonic() + 1.0

    def _reserve_locally(self, endpoint: str, slots: int, rate: float) -> list[float]:
        now = self._monotonic()
        first = max(now, self._local_next.get(endpoint, 0.0))
        self._local_next[endpoint] = first + slots / rate
        return [first - now + i / rate for i in range(slots)]

    def _key(self, endpoint: str) -> str:
        return f"pace:{self._channel}:{endpoint}"
