"""Identifiers in the shapes LINE uses (reference, samples)."""

from __future__ import annotations

import re
import secrets
import time
import uuid

USER = re.compile(r"U[0-9a-f]{32}")
TARGET = re.compile(r"[UCR][0-9a-f]{32}")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_last = 0


def request_id() -> str:
    return str(uuid.uuid4())


def message_id() -> str:
    """18 digits as text, ever rising, also across restarts."""
    global _last
    _last = max(_last + 1, time.time_ns() // 1000)
    return f"5{_last:017d}"


def reply_token() -> str:
    return secrets.token_hex(16)


def quote_token() -> str:
    return secrets.token_urlsafe(24)


def rich_menu_id() -> str:
    return "richmenu-" + secrets.token_hex(16)


def event_id(ms: int) -> str:
    """A ULID: 48 bits of time and 80 of chance in 26 letters (https://github.com/ulid/spec)."""
    number = (ms << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def resident(number: int) -> str:
    """The user id of the n-th made-up resident."""
    return f"U{number:032x}"
