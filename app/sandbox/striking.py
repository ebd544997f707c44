"""How ordered faults look on the wire."""

from __future__ import annotations

import asyncio
import socket
import struct

from aiohttp import web

from app.sandbox.answers import QUOTA, RATE, UNAUTHORIZED, Refused
from app.sandbox.faults import Order

_GATEWAY_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)
_ERROR_BODY = b'{"message":"Internal Server Error"}'
_MALFORMED = b'{"sentMessages":[{"id":4612309668'


async def before(request: web.Request, orders: list[Order]) -> web.StreamResponse | None:
    """Let the faults strike that come before acceptance; the answer if one of them ends the call."""
    for order in orders:
        if order.when == "before":
            ended = await _strike(request, order, None)
            if ended is not None:
                return ended
    return None


async def after(request: web.Request, accepted: web.Response, orders: list[Order]) -> web.StreamResponse:
    """LINE has accepted; let the faults spoil its answer."""
    result: web.StreamResponse = accepted
    for order in orders:
        if order.when == "after":
            result = await _strike(request, order, accepted) or result
    return result


async def _strike(
    request: web.Request, order: Order, accepted: web.Response | None
) -> web.StreamResponse | None:
    match order.fault:
        case "latency":
            await asyncio.sleep(order.seconds)
            return None
        case "rate":
            raise Refused(429, RATE)
        case "quota":
            raise Refused(429, QUOTA)
        case "unauthorized":
            raise Refused(401, UNAUTHORIZED)
        case "redirect":
            return web.Response(
                status=307, headers={"Location": order.body or str(request.url.with_path("/moved"))}
            )
        case "error":
            return _error(order)
        case "malformed":
            return _with_body(200, (order.body or "").encode() or _MALFORMED, "application/json")
        case "content_type":
            return _with_body(200, order.body.encode() if order.body else _body(accepted), "text/html")
        case "silence" | "half_close":
            if order.fault == "half_close" and request.transport is not None:
                request.transport.write_eof()  # our side says goodbye, but the connection stays
            await asyncio.sleep(order.seconds)
            return _hang_up(request, rudely=False)
        case "cut" | "trickle":
            return await _in_pieces(request, order, _body(accepted))
        case _:
            return _hang_up(request, rudely=order.fault == "reset")


def _error(order: Order) -> web.Response:
    page = order.status == 502 and order.body is None
    body = order.body.encode() if order.body is not None else (_GATEWAY_PAGE if page else _ERROR_BODY)
    return _with_body(order.status, body, "text/html" if page else "application/json")


def _with_body(status: int, body: bytes, content_type: str) -> web.Response:
    return web.Response(status=status, body=body, content_type=content_type)


def _body(accepted: web.Response | None) -> bytes:
    return (
        accepted.body if accepted is not None and isinstance(accepted.body, bytes) else b'{"sentMessages":[]}'
    )


def _hang_up(request: web.Request, *, rudely: bool) -> web.Response:
    transport = request.transport
    if transport is not None:
        if rudely:  # SO_LINGER 0 makes the kernel send RST instead of FIN (socket(7))
            plug = transport.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)


async def _in_pieces(request: web.Request, order: Order, body: bytes) -> web.StreamResponse:
    """Half of the body and then the end (cut), or all of it over ``seconds`` (trickle)."""
    response = web.StreamResponse(
        headers={"Content-Type": "application/json", "Content-Length": str(len(body))}
    )
    response.headers["X-Line-Request-Id"] = request["request_id"]
    await response.prepare(request)
    try:
        if order.fault == "cut":
            await response.write(body[: len(body) // 2])
            _hang_up(request, rudely=False)
            return response
        for at in range(len(body)):
            await response.write(body[at : at + 1])
            await asyncio.sleep(order.seconds / len(body))
    except ConnectionError:  # the client gave up first
        return response
    return response
