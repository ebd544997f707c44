"""Whose token we hold: asked once when a worker starts ("Get bot info", Messaging API reference)."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import orjson

LONGEST = 65536
"""Bytes of the answer that are read."""


def user_id(base_url: str, headers: Mapping[str, str], timeout: float) -> str:
    """The account's own user id; empty when LINE cannot be asked or does not know our token. No redirect is followed."""
    url = urlsplit(base_url)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=timeout)
    try:
        connection.request("GET", url.path.rstrip("/") + "/v2/bot/info", headers=dict(headers))
        response = connection.getresponse()
        found = orjson.loads(response.read(LONGEST)) if response.status == 200 else {}
    except (HTTPException, OSError, ValueError):
        return ""
    finally:
        connection.close()
    return str(found.get("userId", "")) if isinstance(found, dict) else ""
