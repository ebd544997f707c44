"""Common messages that are sent for the first time: key, bytes and claim of a whole handful in one statement.

Row by row it took longer than all the rest of a claim. Whatever is tried again, or has words of its own for everybody,
is claimed one by one in ``actions``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    ColumnClause,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Uuid,
    bindparam,
    column,
    func,
    update,
)
from sqlalchemy.orm import Session

from app.delivery import packing
from app.delivery.claims import Claim
from app.delivery.models import Batch

_COLUMNS: list[ColumnClause[Any]] = [
    column("id", Integer()),
    column("key", Uuid()),
    column("hash", String()),
    column("starts", Integer()),
    column("bytes", Integer()),
]
_bound = (
    func.unnest(*(bindparam(f"each_{each.name}", type_=ARRAY(each.type)) for each in _COLUMNS))
    .table_valued(*_COLUMNS, name="bound")
    .render_derived()
)
_BIND = (
    update(Batch)
    .where(Batch.id == _bound.c.id)
    .values(
        retry_key=_bound.c.key,
        body_hash=_bound.c.hash,
        # As one value: an array of so many bytes would travel as text.
        line_ids=func.substr(bindparam("line_ids", type_=LargeBinary()), _bound.c.starts, _bound.c.bytes),
        state="sending",
        owner=bindparam("by", type_=String()),
        lease_until=bindparam("until", type_=DateTime(timezone=True)),
        token=Batch.token + 1,
        attempts=Batch.attempts + 1,
        first_attempt_at=func.coalesce(
            Batch.first_attempt_at, bindparam("now", type_=DateTime(timezone=True))
        ),
    )
    .execution_options(synchronize_session=False)
)
"""Put together once: that costs more than carrying it out."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A batch with its new key, the people it goes to now and the exact bytes."""

    batch: Batch
    key: UUID
    line_ids: bytes
    body: bytes

    @property
    def claim(self) -> Claim:
        """As ``write`` makes it."""
        batch = self.batch
        return Claim(batch.id, batch.token + 1, batch.endpoint, self.key, self.body, batch.size)


def bind(batch: Batch, line_ids: bytes, messages: bytes) -> Bound:
    return Bound(batch, uuid4(), line_ids, packing.multicast_body(line_ids, messages))


def write(session: Session, bound: Sequence[Bound], owner: str, until: datetime, now: datetime) -> None:
    """Seal and claim them; their rows are locked."""
    if not bound:
        return
    session.flush()
    lengths = [len(each.line_ids) for each in bound]
    values = {
        "each_id": [each.batch.id for each in bound],
        "each_key": [each.key for each in bound],
        "each_hash": [hashlib.sha256(each.body).hexdigest() for each in bound],
        "each_starts": [1 + before for before in accumulate(lengths, initial=0)][:-1],
        "each_bytes": lengths,
        "line_ids": b"".join(each.line_ids for each in bound),
    }
    session.execute(_BIND, {**values, "by": owner, "until": until, "now": now})
    for each in bound:
        session.expire(each.batch)
