"""The bodies of a batch of personal messages as they are kept until everybody has an outcome, and their keys. Pure.

Written once, before the first attempt: a retry opens the envelope and sends the very same bytes, it never
renders again. A hash per person finds a body that is not the one that was sealed.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

HASH = 32
"""Bytes of one packed SHA-256."""
_BETWEEN = b"\n"
"""JSON never holds a line break, so it parts the bodies without their lengths."""
_LEVEL = 1
"""Personal messages of one notice are nearly alike: the fastest level makes a tenth of them already."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """``seal`` is the SHA-256 over all hashes: it binds every body, also after they are gone."""

    bodies: bytes
    hashes: bytes
    seal: str


def close(bodies: Sequence[bytes]) -> Envelope:
    """In the order of the members."""
    hashes = b"".join([hashlib.sha256(body).digest() for body in bodies])
    return Envelope(zlib.compress(_BETWEEN.join(bodies), _LEVEL), hashes, hashlib.sha256(hashes).hexdigest())


class Broken(Exception):
    """The envelope is not the one that was sealed."""


def open_(envelope: Envelope) -> list[bytes | None]:
    """Every body; None for one that is not the same any more. Broken when nothing can be trusted."""
    if hashlib.sha256(envelope.hashes).hexdigest() != envelope.seal:
        raise Broken
    try:
        bodies = zlib.decompress(envelope.bodies).split(_BETWEEN)
    except zlib.error:
        raise Broken from None
    if len(bodies) * HASH != len(envelope.hashes):
        raise Broken
    sealed = (envelope.hashes[at : at + HASH] for at in range(0, len(envelope.hashes), HASH))
    return [
        body if hashlib.sha256(body).digest() == digest else None
        for body, digest in zip(bodies, sealed, strict=True)
    ]


def key_of(batch_key: UUID, resident_id: int) -> UUID:
    """A person's own retry key: always the same for this batch and this person, and nobody else's."""
    digest = hashlib.blake2b(resident_id.to_bytes(4, "little"), key=batch_key.bytes, digest_size=16)
    return UUID(bytes=digest.digest(), version=4)


def body(to: str, messages: bytes) -> bytes:
    """The exact bytes of a push; ``to`` is the 32 hex digits of a LINE user id."""
    return b'{"to":"U' + to.encode() + b'","messages":' + messages + b"}"
