"""Residents of a batch as the ledger stores them, packed in one order, and the bytes of a multicast made of them. Pure."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

RESIDENT_ID, LINE_ID = 4, 16
"""Bytes of one packed resident id, and of one packed LINE user id."""


def pack(ids: Sequence[int]) -> bytes:
    """Resident ids, ascending, as little-endian uint32."""
    return struct.pack(f"<{len(ids)}I", *ids)


def unpack(members: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(members) // 4}I", members))


def swapped(ids: bytes) -> bytes:
    """PostgreSQL's packed int4 (big-endian) in the ledger's order of bytes, and the other way round."""
    numbers = array("I", ids)
    numbers.byteswap()
    return numbers.tobytes()


@dataclass(frozen=True, slots=True)
class People:
    """Residents, packed in one order: ids as ``pack`` has them, LINE user ids as 16 bytes each."""

    ids: bytes
    line_ids: bytes
    dropped: Mapping[int, str] = field(default_factory=dict)
    """Who was taken out again by ``without``, and why."""

    def without(self, some: Collection[int], reason: str) -> People:
        """The others, in the same order."""
        ids = unpack(self.ids)
        kept = [n for n, id_ in enumerate(ids) if id_ not in some]
        if len(kept) == len(ids):
            return self
        line_ids = b"".join(self.line_ids[LINE_ID * n : LINE_ID * (n + 1)] for n in kept)
        dropped = {**self.dropped, **dict.fromkeys(set(ids) & set(some), reason)}
        return People(pack([ids[n] for n in kept]), line_ids, dropped)

    def in_order_of(self, lists: Iterable[bytes]) -> bytes:
        """The LINE user ids of these packed lists of residents, one list after the other."""
        at = {id_: LINE_ID * n for n, id_ in enumerate(unpack(self.ids))}
        starts = [at[id_] for members in lists for id_ in unpack(members)]
        return b"".join(self.line_ids[start : start + LINE_ID] for start in starts)


def pack_line_ids(user_ids: Sequence[str]) -> bytes:
    """``U`` + 32 hex digits each, as 16 bytes each."""
    return bytes.fromhex("".join(u[1:] for u in user_ids))


def multicast_body(line_ids: bytes, messages: bytes) -> bytes:
    """The exact bytes of a multicast: same people and same messages give the same bytes, always.

    ``line_ids`` are packed; ``hex`` writes a separator between every 16 of them.
    """
    to = line_ids.hex(",", LINE_ID).replace(",", '","U')
    return b'{"to":["U' + to.encode() + b'"],"messages":' + messages + b"}"
