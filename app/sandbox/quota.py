"""Quota, consumption, delivery counts and unit names (reference, "Get quota", "Get number of sent messages")."""

from __future__ import annotations

import re
from datetime import datetime

from aiohttp import web

from app.sandbox.answers import Json, Refused, answer
from app.sandbox.clock import JST, in_japan
from app.sandbox.world import world_of

_BEGINNING = "20180331"
_START = re.compile(r"u(\d{1,6})")


async def get_quota(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/quota``."""
    quota = world_of(request).options.quota
    return answer({"type": "none"} if quota is None else {"type": "limited", "value": quota})


async def get_consumption(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/quota/consumption``."""
    world = world_of(request)
    return answer({"totalUsage": world.counts.used(world.clock.ms())})


async def get_delivery(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/delivery/{kind}?date=``: today is not ready until tomorrow, Japan's time."""
    world = world_of(request)
    status = day_status(request, world.clock.ms())
    if status != "ready":
        return answer({"status": status})
    key = (request.query["date"], request.match_info["kind"])
    return answer({"status": "ready", "success": world.counts.day[key]})


def day_status(request: web.Request, now_ms: int) -> str:
    """ready, unready or out_of_service for ``?date=yyyyMMdd``. Refused with 400 when it is no date."""
    text = request.query.get("date", "")
    try:
        datetime.strptime(text, "%Y%m%d").replace(tzinfo=JST)
    except ValueError as error:
        raise Refused(400, "The value for the 'date' parameter is invalid") from error
    if text < _BEGINNING:
        return "out_of_service"
    return "ready" if text < in_japan(now_ms).strftime("%Y%m%d") else "unready"


async def get_unit_count(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/aggregation/info``."""
    world = world_of(request)
    return answer({"numOfCustomAggregationUnits": len(world.counts.units_of_month(world.clock.ms()))})


async def get_units(request: web.Request) -> web.Response:
    """``GET /v2/bot/message/aggregation/list?limit=&start=``."""
    world = world_of(request)
    units = world.counts.units_of_month(world.clock.ms())
    limit = request.query.get("limit", "100")
    match = _START.fullmatch(request.query.get("start", "u0"))
    if match is None:
        raise Refused(400, "Invalid start param")
    if not limit.isdecimal() or not 1 <= int(limit) <= 100:
        raise Refused(400, "The value for the 'limit' parameter is invalid")
    begin, end = int(match[1]), int(match[1]) + int(limit)
    page: Json = {"customAggregationUnits": units[begin:end]}
    if end < len(units):
        page["next"] = f"u{end}"
    return answer(page)
