"""LINE's webhook signature: Base64 of HMAC-SHA256 over the raw body, keyed with the channel secret.

Source: LINE Developers, "Verify webhook signature". The body must be the bytes as received.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def sign(body: bytes, channel_secret: str) -> str:
    return base64.b64encode(hmac.digest(channel_secret.encode(), body, hashlib.sha256)).decode("ascii")


def is_genuine(body: bytes, signature: str | None, channel_secret: str) -> bool:
    """Whether the header fits the body; compared in constant time, anything odd is simply not genuine."""
    if not signature or not channel_secret:
        return False
    expected = hmac.digest(channel_secret.encode(), body, hashlib.sha256)
    try:
        given = base64.b64decode(signature, validate=True)
    except ValueError:
        return False
    return hmac.compare_digest(expected, given)
