"""``python -m app.sandbox``: the pretend LINE on 127.0.0.1."""

from __future__ import annotations

import logging
import os
import sys

from aiohttp import web

from app.sandbox.server import build
from app.sandbox.settings import Misconfigured, from_environment


def main() -> int:
    """Serve until a signal asks to stop. 2 when the environment does not allow it."""
    logging.basicConfig(level=logging.WARNING)
    try:
        settings = from_environment(os.environ)
    except Misconfigured as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    sys.stdout.write(f"sandbox: http://127.0.0.1:{settings.port}/phone\n")
    sys.stdout.flush()
    app = build(settings)
    web.run_app(app, host="127.0.0.1", port=settings.port, print=None, access_log=None, shutdown_timeout=1.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
