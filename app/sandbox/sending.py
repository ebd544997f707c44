"""Reply, push, multicast, broadcast and their validation: what LINE accepts, refuses and delivers."""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

import orjson
from aiohttp import web

from app.sandbox import ids
from app.sandbox.answers import Json, Refused, answer, as_object, refuse_all
from app.sandbox.counts import COUNTED
from app.sandbox.validation import problems
from app.sandbox.world import World, world_of

QUOTABLE = ("text", "textV2", "sticker", "image", "video", "template", "flex")
MOST_TO = 500
MOST_BYTES = 2 * 1024 * 1024
_UNIT = re.compile(r"[a-zA-Z0-9_]{1,30}")
_ALL_USERS = re.compile(r"(U[0-9a-f]{32})(,U[0-9a-f]{32})*")


class Call(NamedTuple):
    """One sending call as it came in. ``first_ms`` is the first sight of its retry key."""

    endpoint: str
    request_id: str
    raw: bytes
    body: Json
    key: str | None = None
    first_ms: int = 0


async def read_json(request: web.Request) -> tuple[bytes, Json]:
    """The body and its object. Refused: 415 another media type, 413 over 2 MB, 400 broken JSON."""
    if request.content_type != "application/json":
        raise Refused(415, f"The content type, {request.content_type}, is not supported")
    raw = await request.read()
    if len(raw) > MOST_BYTES:
        raise Refused(413, "Request body is too large")
    return raw, as_object(raw)


async def reply(request: web.Request) -> web.Response:
    """``POST /v2/bot/message/reply``."""
    world, call = world_of(request), await _call(request, "reply")
    _check(call)
    token = call.body.get("replyToken")
    user = world.tokens.replying_to(token if isinstance(token, str) else "", world.clock.ms())
    return answer({"sentMessages": accept(world, call, [user])})


async def push(request: web.Request) -> web.Response:
    """``POST /v2/bot/message/push``: blocked and unfriended people are accepted, nobody's id is refused."""
    world, call = world_of(request), await _call(request, "push")
    to = call.body.get("to")
    if not isinstance(to, str) or not ids.TARGET.fullmatch(to):
        raise _invalid("to")
    _check(call)
    if to not in world.platform.standing:
        raise Refused(400, "Failed to send messages")
    return answer({"sentMessages": accept(world, call, [to])})


async def multicast(request: web.Request) -> web.Response:
    """``POST /v2/bot/message/multicast``: one malformed id refuses all; ids of nobody by the option ``foreign_ids``."""
    world, call = world_of(request), await _call(request, "multicast")
    to = users_of(call.body.get("to"), "to")
    _check(call)
    if world.options.foreign_ids == "refuse":
        standing = world.platform.standing
        for index, user in enumerate(to):
            if user not in standing:
                raise _invalid(f"to[{index}]")
    accept(world, call, to)
    return answer({})


async def broadcast(request: web.Request) -> web.Response:
    """``POST /v2/bot/message/broadcast``: all friends; unit names are not allowed here."""
    world, call = world_of(request), await _call(request, "broadcast")
    _check(call, units_allowed=False)
    accept(world, call, None)
    return answer({})


async def validate(request: web.Request) -> web.Response:
    """``POST /v2/bot/message/validate/{kind}`` looks at the messages alone."""
    _, body = await read_json(request)
    refuse_all(problems(body))
    return answer({})


def accept(world: World, call: Call, to: list[str] | None) -> list[Json]:
    """Take the call: spend key and quota, deliver, record. ``to`` None is every friend. Refused with 429 over quota."""
    now, platform = world.clock.ms(), world.platform
    people = to if to is not None else platform.friends()
    reached = sum(platform.arrivals(people, now))
    if call.endpoint in COUNTED:
        world.counts.check(reached, now)
    messages = call.body["messages"]
    sent = [_sent(message) for message in messages]
    world.commit(
        "sent",
        request=call.request_id,
        endpoint=call.endpoint,
        key=call.key,
        first_ms=call.first_ms,
        to=to,
        messages=messages,
        sent_messages=sent,
        quiet=bool(call.body.get("notificationDisabled", False)),
        units=call.body.get("customAggregationUnits") or [],
        digest=digest(orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)),
        body=digest(call.raw),
        reached=reached,
        reply_token=call.body.get("replyToken") if call.endpoint == "reply" else None,
    )
    return sent


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def _call(request: web.Request, endpoint: str) -> Call:
    raw, body = await read_json(request)
    return keyed(request, Call(endpoint, request["request_id"], raw, body))


def keyed(request: web.Request, call: Call) -> Call:
    """The call with its retry key. Refused: 400 no UUID, 409 already accepted."""
    key = request.headers.get("X-Line-Retry-Key")
    if key is None:
        return call
    world = world_of(request)
    first = world.keys.check(key, call.endpoint, world.clock.ms())
    return call._replace(key=key, first_ms=first)


def _sent(message: Json) -> Json:
    sent = {"id": ids.message_id()}
    if message["type"] in QUOTABLE:
        sent["quoteToken"] = ids.quote_token()
    return sent


def _check(call: Call, *, units_allowed: bool = True) -> None:
    refuse_all(problems(call.body))
    if not isinstance(call.body.get("notificationDisabled", False), bool):
        raise _invalid("notificationDisabled")
    units = call.body.get("customAggregationUnits")
    if units is None or (units == [] and units_allowed):
        return
    good = (
        isinstance(units, list)
        and len(units) == 1
        and isinstance(units[0], str)
        and _UNIT.fullmatch(units[0])
    )
    if not units_allowed or not good:
        raise _invalid("customAggregationUnits")


def users_of(value: Any, name: str) -> list[str]:
    """1 to 500 well-formed user ids. Refused with 400, naming the first that is not."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_TO:
        raise _invalid(name)
    if not all(isinstance(user, str) for user in value) or not _ALL_USERS.fullmatch(",".join(value)):
        for index, user in enumerate(value):
            if not isinstance(user, str) or not ids.USER.fullmatch(user):
                raise _invalid(f"{name}[{index}]")
    return value


def _invalid(name: str) -> Refused:
    return Refused(400, f"The property, {name}, in the request body is invalid (line: -, column: -)")
