"""Asking the stub what it accepted."""

from __future__ import annotations

import json
import ssl
import urllib.request
from typing import Any

from tests.bench.common import Ground


def counted(ground: Ground) -> dict[str, int]:
    """Requests, people, repeated keys and requests above LINE's limit since the stub started."""
    found: dict[str, int] = _get(ground, "/count")
    return found


class Counting:
    """What the stub counted since this moment."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._before = ground, counted(ground)

    def __getitem__(self, name: str) -> int:
        return counted(self._ground)[name] - self._before[name]

    @property
    def above_line_limit(self) -> int:
        """Requests LINE would have answered with 429."""
        return self["too_fast"]


def taps(ground: Ground) -> dict[str, float]:
    """When each reply token was accepted, in monotonic seconds of this machine."""
    found: dict[str, float] = _get(ground, "/taps")
    return found


def last(ground: Ground) -> dict[str, float]:
    """When the end of each multicast's body (its messages) was last accepted, in seconds since 1970."""
    found: dict[str, float] = _get(ground, "/last")
    return found


def first(ground: Ground) -> dict[str, float]:
    """When the first request with these messages came, by the kernel, in seconds since 1970."""
    found: dict[str, float] = _get(ground, "/first")
    return found


def _get(ground: Ground, path: str) -> Any:
    with urllib.request.urlopen(ground.url + path, timeout=5, context=ssl.create_default_context()) as answer:
        return json.load(answer)
