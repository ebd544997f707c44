"""What a one-time link looks like, and how it is recognised. Pure."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

LIFE = timedelta(minutes=10)
"""Long enough to open a page and save a file, short for whoever finds the phone."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class For:
    """What a link opens, what that is about (empty when the resident says enough), and for how long."""

    purpose: str
    subject: str = ""
    life: timedelta = LIFE


def new_token() -> str:
    """192 random bits in 32 letters that need no escaping in an address."""
    return secrets.token_urlsafe(24)


def looks_right(token: str) -> bool:
    """Whether these can be letters of ours; anything else is not even looked up."""
    return _TOKEN.fullmatch(token) is not None


def hashed(token: str) -> str:
    """What is stored. The token is random, so a plain hash cannot be turned round by guessing."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def address(base: str, token: str, language: str) -> str:
    """The page's address. The phone's own browser opens it: LINE's may not save files (LINE URL schemes).

    The language is for the day the link is over: then nobody knows any more whose it was.
    """
    return f"{base}/my/{token}?openExternalBrowser=1&lang={language}"
