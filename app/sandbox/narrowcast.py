"""Narrowcast and its progress (reference, "Send narrowcast message"): accepted at once, sent a little later."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from app.sandbox.answers import NOT_FOUND, Json, Refused, answer, refuse_all
from app.sandbox.clock import iso
from app.sandbox.sending import Call, accept, keyed, read_json
from app.sandbox.validation import problems
from app.sandbox.world import World, world_of

LEAST_REACH = 100
"""People an attribute filter must leave; the made-up people here have no attributes, so it keeps them all."""
LEAST_SENT = 50
KEPT_MS = 14 * 24 * 3600 * 1000


async def narrowcast(request: web.Request) -> web.Response:
    """``POST /v2/bot/message/narrowcast``: friends, or those an earlier narrowcast reached; audiences are not kept here."""
    world = world_of(request)
    raw, body = await read_json(request)
    call = keyed(request, Call("narrowcast", request["request_id"], raw, body))
    refuse_all(problems(body))
    limit = body.get("limit") or {}
    if limit.get("forbidPartialDelivery") and not limit.get("upToRemainingQuota"):
        raise Refused(400, "forbidPartialDelivery needs upToRemainingQuota")
    reach = _reach(world, body.get("recipient"))
    if body.get("filter") and len(reach) < LEAST_REACH:
        raise Refused(403, "Your account does not have enough friends")
    now = world.clock.ms()
    if not limit.get("upToRemainingQuota"):
        world.counts.check(len(reach), now)
    people = _limited(world, reach, limit)
    world.counts.reserved += len(reach)
    world.narrowcasts[call.request_id] = {"phase": "waiting", "acceptedTime": iso(now), "at": now}
    if call.key:
        spent = {
            "key": call.key,
            "endpoint": "narrowcast",
            "first_ms": call.first_ms,
            "request": call.request_id,
        }
        world.keys.on_sent(spent)
    world.webhooks.later(_send(world, call, people, len(reach)))
    return answer({}, 202)


async def get_progress(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/progress/narrowcast?requestId=``: kept for 14 days."""
    world = world_of(request)
    progress = world.narrowcasts.get(request.query.get("requestId", ""))
    if progress is None or world.clock.ms() - progress["at"] > KEPT_MS:
        raise Refused(404, NOT_FOUND)
    return answer({name: value for name, value in progress.items() if name not in ("at", "people")})


def _reach(world: World, recipient: Any) -> list[str]:
    if recipient is None:
        return world.platform.friends()
    if isinstance(recipient, dict) and recipient.get("type") == "redelivery":
        earlier = world.narrowcasts.get(recipient.get("requestId", ""))
        if earlier is not None and earlier["phase"] == "succeeded":
            return list(earlier["people"])
    raise Refused(400, "The property, recipient, in the request body is invalid (line: -, column: -)")


def _limited(world: World, reach: list[str], limit: Json) -> list[str]:
    most = limit.get("max", len(reach))
    if not isinstance(most, int) or (most < 1 and reach):
        raise Refused(400, "The property, limit.max, in the request body is invalid (line: -, column: -)")
    quota = world.options.quota
    if limit.get("upToRemainingQuota") and quota is not None:
        most = min(most, max(0, quota - world.counts.used(world.clock.ms())))
    return reach[:most]


async def _send(world: World, call: Call, people: list[str], reserved: int) -> None:
    progress = world.narrowcasts[call.request_id]
    await asyncio.sleep(world.options.bulk_seconds / 2)
    progress["phase"] = "sending"
    await asyncio.sleep(world.options.bulk_seconds / 2)
    world.counts.reserved -= reserved
    done = {"completedTime": iso(world.clock.ms())}
    if call.body.get("filter") and len(people) < LEAST_SENT:
        progress |= {"phase": "failed", "errorCode": 2, "failedDescription": "not enough recipients", **done}
        return
    try:
        accept(world, call, people)
    except Refused as refused:
        progress |= {"phase": "failed", "errorCode": 1, "failedDescription": str(refused), **done}
        return
    reached = sum(world.platform.reaches(user, world.clock.ms()) for user in people)
    counts = {"successCount": reached, "failureCount": len(people) - reached, "targetCount": len(people)}
    progress |= {"phase": "succeeded", "people": people, **counts, **done}
