"""The sandbox counts a call when it reached the machine: its own standstill neither blames nor forgives a caller."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection

from tests.sandbox import SandboxServer

CALLS = 30
PATH = "/v2/bot/message/multicast"


def sent_while_still(line: SandboxServer, apart: float) -> list[int]:
    """What so many calls are answered that came so many seconds apart while the sandbox stood still."""
    [who] = line.crowd(1)
    line.options(limits_factor=0.5, limits_burst=0.05)
    body = json.dumps({"to": [who], "messages": [{"type": "text", "text": "a"}]})
    headers = {"Authorization": f"Bearer {line.token}", "Content-Type": "application/json"}
    wires = [HTTPConnection("127.0.0.1", line.port, timeout=10) for _ in range(CALLS)]
    for wire in wires:
        wire.connect()
    with line.standing_still():
        for wire in wires:
            wire.request("POST", PATH, body, headers)
            time.sleep(apart)
    statuses = [wire.getresponse().status for wire in wires]
    for wire in wires:
        wire.close()
    return statuses


def came_at(line: SandboxServer) -> list[float]:
    """When the calls reached the machine, in seconds."""
    return sorted(call["came"] / 1000 for call in line.calls() if call["path"] == PATH)


def test_what_came_in_time_while_it_stood_still_is_not_too_fast(line: SandboxServer) -> None:
    assert sent_while_still(line, 0.015) == [200] * CALLS, "67 a second, of 100"


def test_what_came_at_once_while_it_stood_still_is_too_fast(line: SandboxServer) -> None:
    statuses = sent_while_still(line, 0.0)
    came = came_at(line)
    assert 0 < statuses.count(200) <= 5 + 100 * (came[-1] - came[0] + 0.02)


def test_a_fault_that_makes_it_slow_does_not_bunch_its_callers(line: SandboxServer) -> None:
    line.order("latency", endpoint="multicast", count=None, seconds=0.2)
    assert sent_while_still(line, 0.015) == [200] * CALLS
    came = came_at(line)
    assert came[-1] - came[0] >= 0.015 * (CALLS - 1) - 0.01


def test_a_clock_that_is_set_back_begins_anew(line: SandboxServer) -> None:
    line.forward(3600)
    sent_while_still(line, 0.0)
    line.forward(-3600)
    assert 200 in sent_while_still(line, 0.0)
