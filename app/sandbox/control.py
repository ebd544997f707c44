"""The control API under ``/sandbox``: JSON for tests, drills and the phone page (docs/sandbox.md)."""

from __future__ import annotations

import asyncio
import base64
import binascii
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from app.sandbox import acting, ids
from app.sandbox.answers import Json, Refused, answer, as_object
from app.sandbox.clock import JST, iso
from app.sandbox.platform import Resident, as_json
from app.sandbox.world import World, world_of

routes = web.RouteTableDef()


async def body_of(request: web.Request) -> Json:
    """The JSON object of a control call; an empty body is an empty object."""
    raw = await request.read()
    return as_object(raw) if raw else {}


@routes.get("/sandbox/health")
async def health(request: web.Request) -> web.Response:
    return answer({"ready": True})


@routes.get("/sandbox/residents")
async def residents(request: web.Request) -> web.Response:
    world = world_of(request)
    return answer({"residents": [_resident(world, person) for person in world.platform.residents.values()]})


@routes.post("/sandbox/residents")
async def add_resident(request: web.Request) -> web.Response:
    """``{"user"?, "name"?, "about"?, "language"?}``: a phone for somebody who is not a friend yet."""
    world, body = world_of(request), await body_of(request)
    user = body.get("user") or ids.resident(len(world.platform.residents) + 1)
    if not ids.USER.fullmatch(user):
        raise Refused(400, "a user id is U and 32 hexadecimal digits")
    name = str(body.get("name") or f"住民{len(world.platform.residents) + 1}")
    language = str(body.get("language") or "ja")
    world.commit("resident", user=user, name=name, about=str(body.get("about") or ""), language=language)
    return answer(_resident(world, world.platform.residents[user]), 201)


@routes.post("/sandbox/crowd")
async def crowd(request: web.Request) -> web.Response:
    """Many people at once, without phones: ``{"users": [...]}`` or ``{"first": n, "count": n}``, ``standing``."""
    world, body = world_of(request), await body_of(request)
    standing = body.get("standing", "friend")
    if standing not in ("friend", "blocked", "stranger", "gone"):
        raise Refused(400, "standing is friend, blocked, stranger or gone")
    users = body.get("users")
    if users is None:
        first, count = int(body.get("first", 1000)), int(body.get("count", 0))
        users = [ids.resident(number) for number in range(first, first + count)]
    if not all(isinstance(user, str) and ids.USER.fullmatch(user) for user in users):
        raise Refused(400, "a user id is U and 32 hexadecimal digits")
    world.commit("crowd", users=users, standing=standing)
    return answer({"people": len(world.platform.standing)}, 201)


@routes.get("/sandbox/residents/{user}/inbox")
async def inbox(request: web.Request) -> web.Response:
    """All bubbles of a chat, oldest first."""
    resident = acting.person(world_of(request), request.match_info["user"])
    return answer({"bubbles": [as_json(bubble) for bubble in resident.inbox]})


@routes.post("/sandbox/residents/{user}/{act:follow|block|leave|say|send|tap|unsend|event}")
async def act(request: web.Request) -> web.Response:
    """One thing a resident does; answers when the webhook was answered, unless ``{"wait": false}``."""
    world, body = world_of(request), await body_of(request)
    doing = _doing(world, request.match_info["user"], request.match_info["act"], body)
    if body.get("wait", True):
        return answer(await doing)
    world.webhooks.later(doing)
    return answer({}, 202)


async def _doing(world: World, user: str, name: str, body: Json) -> Json:
    match name:
        case "follow":
            return await acting.follow(world, user, str(body.get("name") or ""))
        case "block":
            return await acting.block(world, user)
        case "leave":
            return await acting.leave(world, user)
        case "say":
            return await acting.send(world, user, {"type": "text", "text": str(body.get("text", ""))})
        case "send":
            return await acting.send(world, user, _message(body), _data(body))
        case "tap":
            return await acting.tap(world, user, _message(body, "action"))
        case "unsend":
            return await acting.unsend(world, user, str(body.get("id", "")))
    return await acting.raw_event(world, user, body.get("event"))


def _message(body: Json, name: str = "message") -> Json:
    value = body.get(name)
    if not isinstance(value, dict) or "type" not in value:
        raise Refused(400, f"give {name} with its type")
    return value


def _data(body: Json) -> bytes:
    try:
        return base64.b64decode(body.get("base64", ""), validate=True)
    except (binascii.Error, TypeError) as error:
        raise Refused(400, "base64 is not base64") from error


@routes.post("/sandbox/acts")
async def acts(request: web.Request) -> web.Response:
    """Many acts at once, ``{"acts": [{"user", "act", …}]}``: the storm of taps after a broadcast."""
    world, body = world_of(request), await body_of(request)
    doings = [_doing(world, str(one.get("user")), str(one.get("act")), one) for one in body.get("acts", [])]
    results = await asyncio.gather(*doings, return_exceptions=True)
    return answer({"results": [r if isinstance(r, dict) else {"error": str(r)} for r in results]})


@routes.post("/sandbox/faults")
async def order_faults(request: web.Request) -> web.Response:
    """One order or a list of orders, appended to the script."""
    try:
        values: Any = orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise Refused(400, "faults are JSON") from error
    return answer({"orders": [order.as_json() for order in world_of(request).faults.add(values)]}, 201)


@routes.get("/sandbox/faults")
async def faults(request: web.Request) -> web.Response:
    return answer({"orders": [order.as_json() for order in world_of(request).faults.orders]})


@routes.delete("/sandbox/faults")
async def clear_faults(request: web.Request) -> web.Response:
    world_of(request).faults.orders.clear()
    return answer({"orders": []})


@routes.get("/sandbox/options")
async def options(request: web.Request) -> web.Response:
    return answer(world_of(request).options.as_json())


@routes.post("/sandbox/options")
async def change_options(request: web.Request) -> web.Response:
    world, body = world_of(request), await body_of(request)
    world.options.change(body)
    world.commit("option", values=body)
    return answer(world.options.as_json())


@routes.get("/sandbox/clock")
async def clock(request: web.Request) -> web.Response:
    return answer(_clock(world_of(request)))


@routes.post("/sandbox/clock")
async def move_clock(request: web.Request) -> web.Response:
    """``{"offset": seconds}``, ``{"forward": seconds}`` or ``{"at": ms since 1970}``."""
    world, body = world_of(request), await body_of(request)
    try:
        if "at" in body:
            offset = world.clock.offset() + float(body["at"]) / 1000 - world.clock.seconds()
        else:
            offset = float(body.get("offset", world.clock.offset())) + float(body.get("forward", 0))
    except (TypeError, ValueError) as error:
        raise Refused(400, "the clock moves by numbers") from error
    world.clock.move_to(offset)
    world.hub.tell("*")
    return answer(_clock(world))


def set_clock_to(world: World, value: str) -> Json:
    """Set the shared clock to ``2026-11-24T10:00``, Japan's time."""
    try:
        wanted = datetime.fromisoformat(value).replace(tzinfo=JST).timestamp()
    except ValueError as error:
        raise Refused(400, "日時は 2026-11-24T10:00 の形で入力してください。") from error
    world.clock.move_to(world.clock.offset() + wanted - world.clock.seconds())
    world.hub.tell("*")
    return _clock(world)


def _clock(world: World) -> Json:
    now = world.clock.ms()
    return {"ms": now, "iso": iso(now), "offset": world.clock.offset()}


@routes.get("/sandbox/record")
async def record(request: web.Request) -> web.StreamResponse:
    """The record of accepted people, JSON lines."""
    path = world_of(request).journal.record_path
    return web.FileResponse(path, headers={"Content-Type": "application/x-ndjson"})


@routes.get("/sandbox/calls")
async def calls(request: web.Request) -> web.Response:
    """The last calls of LINE's endpoints with their statuses, refused ones too; ``?since`` a moment of ``seen``."""
    since = float(request.query.get("since", 0))
    return answer({"calls": [call for call in world_of(request).calls if call["seen"] >= since]})


@routes.get("/sandbox/webhooks")
async def webhooks(request: web.Request) -> web.Response:
    """Statistics by LINE's reasons, and the last posts with their events."""
    sender = world_of(request).webhooks
    return answer({"statistics": dict(sender.statistics), "log": list(sender.log)})


@routes.post("/sandbox/webhooks")
async def post_webhook(request: web.Request) -> web.Response:
    """Post anything: ``{"body": text, "signature"?: text}``, or ``{"events": [...]}`` as they are."""
    world, body = world_of(request), await body_of(request)
    url = world.options.webhook_url
    if "events" in body:
        return answer(await world.webhooks.post(url, body["events"]))
    raw = str(body.get("body", "")).encode()
    return answer(await world.webhooks.post_raw(url, raw, signature=body.get("signature")))


@routes.get("/sandbox/statistics")
async def statistics(request: web.Request) -> web.Response:
    world = world_of(request)
    standings = list(world.platform.standing.values())
    return answer(
        {
            "people": {standing: standings.count(standing) for standing in sorted(set(standings))},
            "used_this_month": world.counts.used(world.clock.ms()),
            "delivered": {f"{day} {endpoint}": n for (day, endpoint), n in world.counts.day.items()},
            "calls": len(world.calls),
            "webhooks": dict(world.webhooks.statistics),
        }
    )


@routes.post("/sandbox/reset")
async def reset(request: web.Request) -> web.Response:
    world = world_of(request)
    await world.webhooks.close()
    world.reset()
    return answer({})


def _resident(world: World, person: Resident) -> Json:
    return {
        "user": person.user,
        "name": person.name,
        "about": person.about,
        "language": person.language,
        "standing": world.platform.standing[person.user],
        "bubbles": len(person.inbox),
    }
