"""Benches of the way out: our send path beside the official SDK and LINE's ceilings, over TLS, without a pacer."""

from __future__ import annotations

import base64
import statistics
import tempfile
from pathlib import Path

from tests.bench.common import RUNS, SHARE_OF_STUB, Ground, program, say
from tests.bench.sender import SDK_THREADS, multicast_body, push_body

LINE_PUSHES, LINE_MULTICASTS = 2000.0, 200.0
"""LINE's own ceilings per second (Messaging API reference, "Rate limits")."""
LOOP_GOAL, THREADS_GOAL, CPU_GOAL = 100.0, 1.5, 1 / 3
MULTICAST_GOAL, PUSH_GOAL = 15.0, 2.0
CEILING = {"push": (30_000, 3), "multicast": (5_000, 1)}
"""Ready-made requests, and for how many seconds the stub is asked; those of a multicast are large."""
PUSHES, MULTICASTS, LOOPED, THREADED = 6_000, 2_000, 20, 1_000


def send_vs_sdk_loop(ground: Ground) -> None:
    """Personal pushes a second beside the loop a town would write: one message after the other."""
    mine, loop = sides("push", PUSHES, "sdk_loop", LOOPED)
    ratio = mine["per_second"] / loop["per_second"]
    say(
        "send_vs_sdk_loop",
        per_second=round(mine["per_second"]),
        sdk_per_second=round(loop["per_second"], 1),
        failed=int(mine["failed"]),
        goal=LOOP_GOAL,
        limit=round(loop["per_second"], 1),
        ratio=ratio,
        **by_stub(ground, mine["per_second"]),
    )


def send_vs_sdk_threads(ground: Ground) -> None:
    """The same beside the SDK on 64 threads, with the CPU that 1,000 messages cost each side."""
    mine, threads = sides("push", PUSHES, "sdk_threads", THREADED)
    say(
        "send_vs_sdk_threads",
        threads=SDK_THREADS,
        per_second=round(mine["per_second"]),
        cpu_ms_per_1000=round(mine["cpu_ms"]),
        sdk_cpu_ms_per_1000=round(threads["cpu_ms"]),
        cpu_ratio=round(mine["cpu_ms"] / threads["cpu_ms"], 3),
        goal=THREADS_GOAL,
        cpu_goal=round(CPU_GOAL, 3),
        limit=round(threads["per_second"]),
        ratio=mine["per_second"] / threads["per_second"],
        **by_stub(ground, mine["per_second"]),
    )


def push_unpaced(ground: Ground) -> None:
    """Pushes a second without a pacer, beside LINE's 2,000."""
    unpaced(ground, "push", PUSHES, LINE_PUSHES, PUSH_GOAL)


def multicast_unpaced(ground: Ground) -> None:
    """Multicasts of 500 a second without a pacer, beside LINE's 200."""
    unpaced(ground, "multicast", MULTICASTS, LINE_MULTICASTS, MULTICAST_GOAL)


def unpaced(ground: Ground, endpoint: str, count: int, limit: float, goal: float) -> None:
    mine = middle([program("tests.bench.sender", endpoint, str(count)) for _ in range(RUNS)])
    say(
        f"{endpoint}_unpaced",
        per_second=round(mine["per_second"]),
        cpu_ms_per_1000=round(mine["cpu_ms"]),
        failed=int(mine["failed"]),
        goal=goal,
        limit=limit,
        ratio=mine["per_second"] / limit,
        **by_stub(ground, mine["per_second"], endpoint),
    )


def sides(way: str, count: int, other: str, other_count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Both ways in turn, so that a busy moment of the machine meets both."""
    pairs = [
        (
            program("tests.bench.sender", way, str(count)),
            program("tests.bench.sender", other, str(other_count)),
        )
        for _ in range(RUNS)
    ]
    return middle([mine for mine, _ in pairs]), middle([theirs for _, theirs in pairs])


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def by_stub(ground: Ground, rate: float, endpoint: str = "push") -> dict[str, float | bool]:
    """What the stub itself accepts, asked with ready-made requests of the same kind, and whether it limits ``rate``."""
    ceiling = stub_ceiling(ground, endpoint)
    return {"stub_per_second": round(ceiling), "limited_by_stub": rate > SHARE_OF_STUB * ceiling}


def stub_ceiling(ground: Ground, endpoint: str) -> float:
    body = push_body(1) if endpoint == "push" else multicast_body(1)
    path, (count, seconds) = f"/v2/bot/message/{endpoint}".encode(), CEILING[endpoint]
    head = b"POST %b HTTP/1.1\r\nHost: stub\r\nContent-Length: %d\r\n\r\n" % (path, len(body))
    with tempfile.TemporaryDirectory(prefix="kairan-fire-") as folder:
        file = Path(folder) / "requests"
        file.write_bytes(b"\n".join([base64.b64encode(head + body)] * count))
        found = program("tests.bench.firing", ground.url, str(file), "600", str(seconds), "0")
    return found["per_second"]
