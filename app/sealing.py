"""Personal fields encrypted at rest: AES-256-GCM, each text bound to the row it belongs to.

The setting FIELD_KEYS holds the keys, newest first, each 32 bytes in URL-safe base64, separated by commas. New texts
are sealed with the first; old ones open with whichever sealed them, because its id stands in front.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import AskPerson

VERSION = b"\x01"
_ID, _NONCE, _KEY = 4, 12, 32
MISSING = (
    "個人の情報を守る鍵（FIELD_KEYS）がないため、保存も表示もできません。システムの管理者に連絡してください。"
)


class Sealer:
    """Seals and opens texts. ``bound_to`` names the row (``bulky:1001``): a text moved elsewhere does not open."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._by_id = {_id_of(key): AESGCM(key) for key in keys}
        self._newest = _id_of(keys[0])

    def seal(self, plain: str, *, bound_to: str) -> bytes:
        """Version, key id, nonce, then the sealed text; the same text never looks the same twice."""
        nonce = os.urandom(_NONCE)
        head = VERSION + self._newest
        return (
            head + nonce + self._by_id[self._newest].encrypt(nonce, plain.encode(), head + bound_to.encode())
        )

    def open(self, sealed: bytes, *, bound_to: str) -> str:
        """The text; AskPerson when its key is gone or the bytes were changed or moved."""
        head, rest = sealed[: 1 + _ID], sealed[1 + _ID :]
        key = self._by_id.get(head[1:]) if head[:1] == VERSION else None
        try:
            if key is None:
                raise InvalidTag
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], head + bound_to.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise AskPerson(
                "保存した個人の情報を開けません。鍵（FIELD_KEYS）が変わっていないか、確かめてください。"
            ) from error


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"kairan field key" + key).digest()[:_ID]


@lru_cache(maxsize=4)
def sealer(field_keys: str) -> Sealer:
    """The sealer of the setting FIELD_KEYS; AskPerson when there is no key or one is not 32 bytes."""
    keys = tuple(_decoded(word.strip()) for word in field_keys.split(",") if word.strip())
    if not keys:
        raise AskPerson(MISSING)
    return Sealer(keys)


def _decoded(word: str) -> bytes:
    try:
        key = base64.b64decode(word, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY:
        raise AskPerson("FIELD_KEYSは、32バイトの鍵をbase64で書いたものを、コンマで区切って並べてください。")
    return key
