"""The pretend LINE as a real process for tests: ``with SandboxServer(folder) as line: line.follow(user(1))``.

A product under test gets ``line.environment()``; residents act through the methods; ``line.record()`` is the
oracle that says who was accepted and who was reached.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

Json = dict[str, Any]
ROOT = Path(__file__).parents[1]


def user(number: int) -> str:
    """The id of the n-th made-up resident; 1 to 5 are seeded with phones."""
    return f"U{number:032x}"


def free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


class SandboxServer:
    """``python -m app.sandbox`` on a free port. ``stop`` and ``start`` again keep port and data."""

    def __init__(self, folder: Path, *, webhook_url: str = "http://127.0.0.1:9/", **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secrets.token_hex(16)
        self.token = secrets.token_urlsafe(32)
        self.bot_id = "U" + "b" * 32
        self._webhook_url = webhook_url
        self._more = environment
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """What the product needs in order to talk to this sandbox."""
        return {
            "LINE_API_BASE_URL": self.url,
            "LINE_CHANNEL_SECRET": self.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": self.token,
            "LINE_BOT_ID": self.bot_id,
            "CLOCK_OFFSET_FILE": str(self.clock_offset_file),
        }

    @property
    def clock_offset_file(self) -> Path:
        return self.folder / "clock-offset"

    def start(self) -> SandboxServer:
        """Start and wait until it answers (about half a second)."""
        own = {"SANDBOX_PORT": str(self.port), "SANDBOX_DATA": str(self.folder / "sandbox")}
        own["SANDBOX_WEBHOOK_URL"] = self._webhook_url
        environment = {**os.environ, "ENVIRONMENT": "demo", **self.environment(), **own, **self._more}
        self._process = subprocess.Popen([sys.executable, "-m", "app.sandbox"], cwd=ROOT, env=environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.call("GET", "/sandbox/health")
                return self
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise AssertionError("the sandbox did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=5)
            self._process = None

    def kill(self) -> None:
        """End it the hard way; ``start`` finds everything that was accepted."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=5)
        self._process = None

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Its process gets no turn meanwhile; what is sent waits in its sockets."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> SandboxServer:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    # residents

    def follow(self, who: str, name: str = "") -> Json:
        """Become a friend (a phone is made for an unknown id): {"event", "webhook": {"status", "reason", …}}."""
        return self.act(who, "follow", name=name)

    def block(self, who: str) -> Json:
        return self.act(who, "block")

    def says(self, who: str, text: str) -> Json:
        return self.act(who, "say", text=text)

    def taps(self, who: str, action: str | Json) -> Json:
        """Tap an action as the account sent it, or a postback with this data."""
        return self.act(
            who, "tap", action={"type": "postback", "data": action} if isinstance(action, str) else action
        )

    def sends(self, who: str, message: Json, base64: str = "") -> Json:
        """Any message: location, sticker, image (with the photo's bytes in base64 and ``contentType``), …"""
        return self.act(who, "send", message=message, base64=base64)

    def unsends(self, who: str, message_id: str) -> Json:
        return self.act(who, "unsend", id=message_id)

    def act(self, who: str, act: str, **fields: Any) -> Json:
        return self.control("POST", f"/sandbox/residents/{who}/{act}", fields)

    def inbox(self, who: str) -> list[Json]:
        """What the account sent to this phone: message objects, oldest first."""
        return [bubble["message"] for bubble in self.bubbles(who) if bubble["side"] == "bot"]

    def bubbles(self, who: str) -> list[Json]:
        """The whole chat with sides (bot, me, note), ids and times."""
        return list(self.control("GET", f"/sandbox/residents/{who}/inbox")["bubbles"])

    def crowd(self, count: int, *, first: int = 1000, standing: str = "friend") -> list[str]:
        """Many people without phones; their ids."""
        self.control("POST", "/sandbox/crowd", {"first": first, "count": count, "standing": standing})
        return [user(number) for number in range(first, first + count)]

    # the platform

    def order(self, fault: str, **fields: Any) -> None:
        """The next matching calls meet this fault: ``order("error", endpoint="push", when="after", status=500)``."""
        self.control("POST", "/sandbox/faults", {"fault": fault, **fields})

    def options(self, **values: Any) -> Json:
        return self.control("POST", "/sandbox/options", values)

    def record(self) -> list[Json]:
        """One line per accepted person: request_id, retry_key, endpoint, user, digest, at, delivered."""
        lines = (self.folder / "sandbox" / "record.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def calls(self, since: float = 0) -> list[Json]:
        """The last calls of LINE's endpoints, or those seen since then by the machine's own clock."""
        return list(self.control("GET", f"/sandbox/calls?since={since}")["calls"])

    def forward(self, seconds: float) -> None:
        """Move the clock that the sandbox and the product share."""
        self.control("POST", "/sandbox/clock", {"forward": seconds})

    def reset(self) -> None:
        self.control("POST", "/sandbox/reset", {})

    def control(self, method: str, path: str, body: Any = None) -> Json:
        """A call of the control API that must succeed."""
        status, answer = self.call(method, path, body)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Json]:
        """Any call; status and JSON."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        finally:
            connection.close()
