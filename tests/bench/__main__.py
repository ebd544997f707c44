"""``make bench``: one JSON line per figure, each beside a limit measured or given in the same run.

``make bench ARGS="segment_count segment_list --people 100000"`` runs some; ``--list`` names them all.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from app.db import make_engine, make_sessions
from app.migrations import __main__ as migrations
from tests.bench import evening, many, paced, personal, pure, segments, sending, webhook
from tests.bench.common import Ground, crowd, running
from tests.bench.tls import certificate
from tests.sandbox import free_port

PEOPLE = 1_650_000
LATENCY_MS = 80
BENCHES: dict[str, Callable[[Ground], None]] = {
    "engine_turns": pure.engine_turns,
    "garbage_month": pure.garbage_month,
    "segment_count": segments.segment_count,
    "segment_list": segments.segment_list,
    "webhook_durable": webhook.webhook_durable,
    "webhook_vs_plain": webhook.webhook_vs_plain,
    "tap_to_reply": webhook.tap_to_reply,
    "send_vs_sdk_loop": sending.send_vs_sdk_loop,
    "send_vs_sdk_threads": sending.send_vs_sdk_threads,
    "push_unpaced": sending.push_unpaced,
    "multicast_unpaced": sending.multicast_unpaced,
    "multicast_paced": paced.multicast_paced,
    "push_paced": personal.push_paced,
    "emergency": paced.emergency,
    "emergencies_50": many.emergencies_50,
    "reminders_group": evening.reminders_group,
}


def main() -> None:
    reader = argparse.ArgumentParser(prog="make bench")
    reader.add_argument(
        "ids", nargs="*", choices=[*BENCHES, []], help="which benches; all when none is named"
    )
    reader.add_argument("--people", type=int, default=PEOPLE, help="residents in the database")
    reader.add_argument("--list", action="store_true", help="name the benches and end")
    asked = reader.parse_args()
    if asked.list:
        print("\n".join(BENCHES))
        return
    with tempfile.TemporaryDirectory(prefix="kairan-stub-") as folder:
        pem, key = certificate(Path(folder))
        port = free_port()
        os.environ |= environment(port, pem)
        url = os.environ["DATABASE_URL"]
        migrations.upgrade(url)
        ground = Ground(make_sessions(make_engine(url)), asked.people, port, Path(folder))
        crowd(ground.db, ground.people)
        stub = ["-m", "tests.bench.stub", str(port), str(LATENCY_MS), str(pem), str(key)]
        with running(stub, seconds=0):
            wait_for(port)
            failed = [name for name in asked.ids or BENCHES if not _measured(name, ground)]
    sys.exit(1 if failed else 0)


def _measured(name: str, ground: Ground) -> bool:
    """One that fails says so and keeps the others from nothing."""
    try:
        BENCHES[name](ground)
    except Exception as error:
        traceback.print_exc()
        print(json.dumps({"bench": name, "failed": f"{type(error).__name__}: {error}"[:200]}), flush=True)
        return False
    return True


def wait_for(port: int) -> None:
    """Until the stub listens; on a busy machine it takes seconds to start."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the stub does not start")


def environment(port: int, pem: Path) -> dict[str, str]:
    """Settings of the processes that are measured: they trust the stub's certificate and nobody else's."""
    return {
        "ENVIRONMENT": "demo",
        "SECRET_KEY": "bench",
        "LINE_CHANNEL_SECRET": "bench",
        "LINE_CHANNEL_ACCESS_TOKEN": "bench",
        "LINE_API_BASE_URL": f"https://127.0.0.1:{port}",
        "SSL_CERT_FILE": str(pem),
    }


if __name__ == "__main__":
    main()
