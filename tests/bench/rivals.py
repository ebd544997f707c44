"""Web apps to compare our webhook with, each a granian factory: an empty route, and the usual way."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, request


def empty() -> Flask:
    """The least a Flask route can do."""
    app = Flask("empty")

    @app.post("/line/webhook")
    def receive() -> str:
        return ""

    return app


def usual() -> Flask:
    """What LINE's and RQ's guides show: the SDK's parser and one job per event. Nothing is stored before the 200."""
    from linebot.v3 import WebhookParser
    from redis import Redis
    from rq import Queue

    app = Flask("usual")
    parser = WebhookParser(os.environ["LINE_CHANNEL_SECRET"])
    queue = Queue("usual", connection=Redis.from_url(os.environ["REDIS_URL"]))

    @app.post("/line/webhook")
    def receive() -> str:
        events = parser.parse(request.get_data(as_text=True), request.headers["X-Line-Signature"])
        for event in events:
            queue.enqueue("tests.bench.rivals.job", event.to_dict())
        return ""

    return app


def job(event: dict[str, Any]) -> str:
    """Where a town would answer; nobody runs it here, only the enqueueing is measured."""
    return str(event.get("type", ""))
