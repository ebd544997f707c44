"""A cheap LINE for measuring: answers every send after a fixed time, remembers keys, counts people.

``python -m tests.bench.stub PORT MILLISECONDS``; GET /count answers ``{"requests", "people", "repeats"}``.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import uuid4

from aiohttp import web


def make_app(seconds: float) -> web.Application:
    seen: set[str] = set()
    count = {"requests": 0, "people": 0, "repeats": 0}

    async def accept(request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(seconds)
        count["requests"] += 1
        key = request.headers.get("X-Line-Retry-Key", "")
        headers = {"X-Line-Request-Id": str(uuid4())}
        if key and key in seen:
            count["repeats"] += 1
            return web.json_response({}, status=409, headers=headers | {"X-Line-Accepted-Request-Id": key})
        seen.add(key)
        people = body[: body.find(b"]")].count(b'"U')
        count["people"] += people
        return web.json_response({}, headers=headers)

    async def tell(_: web.Request) -> web.Response:
        return web.json_response(count)

    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/v2/bot/message/{kind}", accept)
    app.router.add_get("/count", tell)
    return app


def main() -> None:
    port, milliseconds = int(sys.argv[1]), float(sys.argv[2])
    web.run_app(make_app(milliseconds / 1000), host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
