"""What tests of the worker against the pretend LINE share: their moment, and what stands on the first resident's phone."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.sandbox import SandboxServer, user

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


def texts(line: SandboxServer) -> list[str]:
    return [message["text"] for message in line.inbox(user(1))]
