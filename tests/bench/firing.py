"""As many ready-made HTTP requests as a server takes: ``python -m tests.bench.firing URL FILE CONNECTIONS SECONDS RATE``.

FILE holds one whole request per line (base64), each sent once, over kept-alive connections. RATE 0: each
connection asks again as soon as it was answered. RATE > 0: offered evenly, and latency counts from the moment a request
was due, so that a server that stalls cannot hide it. Prints ``{"per_second", "p50_ms", "p99_ms", "answered", "failed"}``.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.common import part, pin


@dataclass
class Firing:
    requests: list[bytes]
    rate: float
    end: float = 0.0
    begin: float = 0.0
    next: int = 0
    failed: int = 0
    times: list[float] = field(default_factory=list)

    def take(self) -> tuple[bytes, float] | None:
        """The next request and when it is due; None when there are none or the time is over."""
        number = self.next
        due = self.begin + number / self.rate if self.rate else time.perf_counter()
        if number >= len(self.requests) or due >= self.end:
            return None
        self.next += 1
        return self.requests[number], due

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (taken := self.take()) is not None:
            request, due = taken
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            low = head.lower()
            at = low.find(b"content-length:")
            if at >= 0:
                await reader.readexactly(int(low[at + 15 : low.find(b"\r", at)]))
            self.times.append(1000 * (time.perf_counter() - due))
            self.failed += head[9:12] != b"200"
        writer.close()


async def fire(url: str, firing: Firing, connections: int, seconds: float) -> None:
    """All connections are opened before the clock starts."""
    parts = urlsplit(url)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    pairs = [
        await asyncio.open_connection(parts.hostname, parts.port, ssl=context) for _ in range(connections)
    ]
    firing.begin = time.perf_counter()
    firing.end = firing.begin + seconds
    await asyncio.gather(*(firing.connection(*pair) for pair in pairs))


def main() -> None:
    pin(0)
    url, file, connections, seconds, rate = sys.argv[1:]
    requests = [base64.b64decode(line) for line in Path(file).read_bytes().splitlines()]
    firing = Firing(requests, float(rate))
    asyncio.run(fire(url, firing, int(connections), float(seconds)))
    took = time.perf_counter() - firing.begin
    times = firing.times or [0.0]
    print(
        json.dumps(
            {
                "per_second": len(firing.times) / took,
                "p50_ms": part(times, 50),
                "p99_ms": part(times, 99),
                "answered": len(firing.times),
                "failed": firing.failed,
                "begin": firing.begin,
            }
        )
    )


if __name__ == "__main__":
    main()
