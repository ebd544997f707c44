"""Webhook settings over the API (reference, "Webhook settings")."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from app.sandbox.answers import Refused, answer, as_object
from app.sandbox.clock import iso
from app.sandbox.sending import read_json
from app.sandbox.world import world_of

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WORDS = {
    "ok": "OK",
    "could_not_connect": "COULD_NOT_CONNECT",
    "request_timeout": "REQUEST_TIMEOUT",
    "error_status_code": "ERROR_STATUS_CODE",
    "unclassified": "UNCLASSIFIED",
}


async def set_endpoint(request: web.Request) -> web.Response:
    """``PUT /v2/bot/channel/webhook/endpoint``: https, or http on loopback."""
    _, body = await read_json(request)
    url = _checked(body.get("endpoint"))
    world = world_of(request)
    world.options.change({"webhook_url": url})
    world.commit("option", values={"webhook_url": url})
    return answer({})


async def get_endpoint(request: web.Request) -> web.Response:
    """``GET /v2/bot/channel/webhook/endpoint``."""
    options = world_of(request).options
    if not options.webhook_url:
        raise Refused(404, "Webhook endpoint not found")
    return answer({"endpoint": options.webhook_url, "active": options.webhook_active})


async def test_endpoint(request: web.Request) -> web.Response:
    """``POST /v2/bot/channel/webhook/test``: posts no events and tells what came back."""
    world = world_of(request)
    raw = await request.read()
    body = as_object(raw) if raw else {}
    url = _checked(body["endpoint"]) if "endpoint" in body else world.options.webhook_url
    result = await world.webhooks.post(url, [])
    return answer(
        {
            "success": result["reason"] == "ok",
            "timestamp": iso(world.clock.ms()),
            "statusCode": result["status"],
            "reason": _WORDS[result["reason"]],
            "detail": result["detail"],
        }
    )


def _checked(url: Any) -> str:
    parts = urlsplit(url) if isinstance(url, str) and len(url) <= 500 else None
    secure = parts is not None and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )
    if not secure:
        raise Refused(400, "Invalid webhook endpoint URL")
    return str(url)
