"""What every call passes through: id, faults, token, rate, retry key, answer."""

from __future__ import annotations

import time

from aiohttp import web

from app.sandbox import arrival, control, ids, landing, oauth, phone, striking
from app.sandbox.answers import NOT_FOUND, Json, Refused, answer
from app.sandbox.endpoints import ENDPOINTS, Endpoint, Handler
from app.sandbox.faults import Order
from app.sandbox.settings import Settings
from app.sandbox.world import WORLD, World, world_of

MOST_BYTES = 24 * 1024 * 1024
"""For photos residents send; LINE's own endpoints refuse what is over 2 MB."""


def build(settings: Settings) -> web.Application:
    """The application: LINE's endpoints, the control API and the phone page on one origin."""
    app = web.Application(middlewares=[_answer_errors], client_max_size=MOST_BYTES)
    app[WORLD] = World(settings)
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, _as_line(endpoint))
    for routes in (control.routes, phone.routes, landing.routes, oauth.control_routes):
        app.add_routes(routes)
    app.on_cleanup.append(_close)
    return app


async def _close(app: web.Application) -> None:
    await app[WORLD].close()


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer bears a request id; what nobody serves, trailing slashes included, is LINE's 404."""
    request["request_id"] = ids.request_id()
    try:
        response = await handler(request)
    except Refused as refused:
        response = _refusal(refused)
    except web.HTTPRequestEntityTooLarge:
        response = answer({"message": "Request body is too large"}, 413)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        response = answer({"message": NOT_FOUND}, 404)
    except ConnectionResetError:
        # The caller went away in the middle of its request: nobody is left to answer.
        response = answer({"message": "The request ended early"}, 400)
    if not response.prepared:
        response.headers["X-Line-Request-Id"] = request["request_id"]
    return response


def _refusal(refused: Refused) -> web.Response:
    return answer(refused.body, refused.status, refused.headers)


def _as_line(endpoint: Endpoint) -> Handler:
    """The handler with all that LINE's front door does; every call is remembered with its status."""
    place = f"{endpoint.method} {endpoint.path}"

    async def serve(request: web.Request) -> web.StreamResponse:
        world = world_of(request)
        request["seen"] = time.time()
        request["came"] = world.clock.seconds() - arrival.waited(request)
        orders = world.faults.strike(endpoint.name, place)
        try:
            response = await _pass(request, endpoint, orders)
        except Refused as refused:
            response = _refusal(refused)
        world.calls.append(_remembered(request, endpoint, response.status, orders))
        return response

    return serve


async def _pass(request: web.Request, endpoint: Endpoint, orders: list[Order]) -> web.StreamResponse:
    world = world_of(request)
    ended = await striking.before(request, orders)
    if ended is not None:
        return ended
    if endpoint.needs_token:
        world.tokens.authorize(request.headers.get("Authorization", ""), world.clock.ms())
    world.limits.take(f"{endpoint.method} {endpoint.path}", endpoint.rate, request["came"])
    if "X-Line-Retry-Key" in request.headers and not endpoint.takes_key:
        raise Refused(400, "The request header, X-Line-Retry-Key, is not supported by this endpoint")
    response = await endpoint.handler(request)
    return await striking.after(request, response, orders) if isinstance(response, web.Response) else response


def _remembered(request: web.Request, endpoint: Endpoint, status: int, orders: list[Order]) -> Json:
    world = world_of(request)
    return {
        "at": world.clock.ms(),
        "came": int(request["came"] * 1000),
        "seen": request["seen"],
        "method": request.method,
        "path": request.path,
        "endpoint": endpoint.name,
        "status": status,
        "request_id": request["request_id"],
        "retry_key": request.headers.get("X-Line-Retry-Key"),
        "faults": [f"{order.fault} {order.when}" for order in orders],
    }
