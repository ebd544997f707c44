"""One structured line per request and per job. LINE ids are masked; message text never appears."""

from __future__ import annotations

import errno
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_USER_ID = re.compile(r"\bU([0-9a-f]{4})[0-9a-f]{28}\b")


def mask(text: str) -> str:
    """Shorten every LINE user id in a text to its first four digits."""
    return _USER_ID.sub(r"U\1…", text)


def _mask_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = mask(value)
    return event


def configure() -> None:
    """Send everything to stdout as one JSON line each; the supervisor or the platform keeps it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> Any:
    return structlog.get_logger(part=name)


def short_of(error: BaseException | None) -> str:
    """What this process had too little of and how to give it more; empty when the error is of another kind."""
    while error is not None:
        if isinstance(error, MemoryError):
            return "memory: raise MemoryMax= (systemd) or ulimit -v"
        too_many = isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)
        if too_many or "Too many open files" in str(error):
            return "open files: raise LimitNOFILE= (systemd) or ulimit -n"
        error = error.__cause__ or error.__context__
    return ""
