"""One sandbox for all contract tests of a process, emptied before each test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from linebot.v3.messaging import ApiClient, ApiException, Configuration, MessagingApi, MessagingApiBlob

from tests.sandbox import SandboxServer

Refusal = Callable[[Callable[[], Any]], tuple[int, dict[str, Any], Any]]


class Door:
    """A webhook that keeps what is posted and answers with ``statuses`` in turn (200 when none are left)."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str]] = []
        self.statuses: list[int] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                door.posts.append((body, self.headers["x-line-signature"]))
                self.send_response(door.statuses.pop(0) if door.statuses else 200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Tests keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/line/webhook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self) -> list[dict[str, Any]]:
        return [event for body, _ in self.posts for event in json.loads(body)["events"]]


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path_factory.mktemp("line")) as running:
        yield running


@pytest.fixture
def line(_server: SandboxServer) -> SandboxServer:
    """An empty sandbox that posts no webhooks until ``door`` is taken."""
    _server.control("POST", "/sandbox/clock", {"offset": 0})
    _server.reset()
    _server.options(webhook_active=False)
    return _server


@pytest.fixture
def door(line: SandboxServer) -> Iterator[Door]:
    """Takes the sandbox's webhooks."""
    open_door = Door()
    line.options(webhook_active=True, webhook_url=open_door.url, redelivery_seconds=0.05)
    yield open_door
    open_door.close()


@pytest.fixture
def _client(line: SandboxServer) -> Iterator[ApiClient]:
    configuration = Configuration(host=line.url, access_token=line.token)
    configuration.retries = False
    with ApiClient(configuration) as client:
        yield client


@pytest.fixture
def api(_client: ApiClient) -> MessagingApi:
    return MessagingApi(_client)


@pytest.fixture
def blob(_client: ApiClient) -> MessagingApiBlob:
    return MessagingApiBlob(_client)


@pytest.fixture
def refusal() -> Refusal:
    """Status, body and headers of the ApiException a call must raise."""

    def read(call: Callable[[], Any]) -> tuple[int, dict[str, Any], Any]:
        with pytest.raises(ApiException) as caught:
            call()
        body = caught.value.body
        return (
            caught.value.status,
            json.loads(body) if body.startswith("{") else {"raw": body},
            caught.value.headers,
        )

    return read
