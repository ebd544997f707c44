"""Insight (reference, "Insight"): made from what happened here; values under 20 are hidden, as LINE hides them."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from app.sandbox.answers import NOT_FOUND, Json, Refused, answer
from app.sandbox.clock import JST
from app.sandbox.quota import day_status
from app.sandbox.world import world_of

LEAST_SHOWN = 20
MOST_DAYS = {"summary": 396, "daily": 99, "aggregation": 30}
_COUNTERS = {"apiBroadcast": "broadcast", "apiPush": "push", "apiMulticast": "multicast", "apiReply": "reply"}


async def followers(request: web.Request) -> web.Response:
    """``GET /v2/bot/insight/followers?date=``."""
    world = world_of(request)
    status = day_status(request, world.clock.ms())
    if status != "ready":
        return answer({"status": status, "followers": None, "targetedReaches": None, "blocks": None})
    standings = list(world.platform.standing.values())
    friends, blocks = standings.count("friend"), standings.count("blocked")
    reach = friends if friends >= LEAST_SHOWN else None
    return answer(
        {"status": "ready", "followers": friends + blocks, "targetedReaches": reach, "blocks": blocks}
    )


async def deliveries(request: web.Request) -> web.Response:
    """``GET /v2/bot/insight/message/delivery?date=``."""
    world = world_of(request)
    status = day_status(request, world.clock.ms())
    if status != "ready":
        return answer({"status": status})
    day = request.query["date"]
    counters = {name: world.counts.day[day, endpoint] for name, endpoint in _COUNTERS.items()}
    return answer({"status": "ready", **{name: count for name, count in counters.items() if count}})


async def demographic(request: web.Request) -> web.Response:
    """``GET /v2/bot/insight/demographic``: made-up people have no attributes."""
    return answer({"available": False})


async def message_event(request: web.Request) -> web.Response:
    """``GET /v2/bot/insight/message/event?requestId=``: broadcasts and narrowcasts; nobody is watched while reading."""
    request_id = request.query.get("requestId", "")
    for call in world_of(request).calls:
        if call["request_id"] == request_id and call["endpoint"] in ("broadcast", "narrowcast"):
            overview: Json = {
                "requestId": request_id,
                "timestamp": call["at"] // 1000,
                "delivered": None,
                "uniqueImpression": None,
                "uniqueClick": None,
            }
            return answer({"overview": overview, "messages": [], "clicks": []})
    raise Refused(404, NOT_FOUND)


async def aggregation(request: web.Request) -> web.Response:
    """``GET /v2/bot/insight/message/event/aggregation``: at most 30 days."""
    _span(request, "aggregation")
    overview = {"uniqueImpression": None, "uniqueClick": None, "uniqueMediaPlayed": None}
    return answer({"overview": overview, "messages": [], "clicks": []})


async def rich_menu(request: web.Request) -> web.Response:
    """``GET /v2/bot/insight/richmenu/{id}/summary`` and ``/daily``: the id alone below 20 people."""
    menu = world_of(request).menus.find(request.match_info["menu_id"])
    _span(request, request.match_info["span"])
    return answer({"richMenuId": menu.id})


def _span(request: web.Request, kind: str) -> None:
    try:
        first, last = (
            datetime.strptime(request.query[name], "%Y%m%d").replace(tzinfo=JST) for name in ("from", "to")
        )
    except (KeyError, ValueError) as error:
        raise Refused(400, "The value for the 'from' parameter is invalid") from error
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS[kind]):
        raise Refused(400, "The value for the 'to' parameter is invalid")
