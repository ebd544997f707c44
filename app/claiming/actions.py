"""Take batches to send: a last look at every person, one key and one body for ever, a claim with a lease.

Personal messages are rendered here, once; a retry sends what was sealed.

One transaction, committed before the first byte leaves (reliability §2.1, 3 and 4): so no request exists that
the ledger does not know, and whoever withdrew before it is left out. Many batches are looked at by one query,
because a query per batch was the slowest part of a large send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.attention import rules as attention_rules
from app.circuits import actions as circuit_actions
from app.circuits import queries as circuit_queries
from app.claiming import binding, sealing
from app.delivery import packing, rules
from app.delivery.actions import add_batches, settle
from app.delivery.claims import Claim
from app.delivery.models import Batch
from app.envelopes import rules as envelopes
from app.leases import queries as leases
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.outcomes import rules as outcomes
from app.personal import queries as personal_queries
from content import holes

ROUNDS = 3
"""How many handfuls one claim may pass over, so that a stop never waits long for it."""
UNLIMITED = attention_rules.Ceilings(10_000, 10_000, 10_000, 10_000)
CHANGED = "送る内容が封をしたときと違います"


class NotRunning(Exception):
    """The notice is paused, stopped, over or out of date: nothing of it may start."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who claims, how much, for how long, and whether earlier claims of theirs are still under way."""

    owner: str
    limit: int
    lease_seconds: float
    is_busy: bool = False
    ceilings: attention_rules.Ceilings = UNLIMITED
    """The town's; where no town is loaded nobody is counted."""


def claim(session: Session, notice_id: int, sender: Sender, now: datetime) -> list[Claim]:
    """Take up to ``sender.limit`` batches; commit before sending any of them.

    A batch whose senders died again and again is taken alone, when nothing else is under way. Batches that turn
    out to wait for the morning, or to be for nobody, are passed over for a few rounds.

    The notice's row is share-locked, so a stop waits for this transaction and nothing is claimed after it.
    While LINE does not answer this raises ``Silent``, or takes the one batch that asks.
    """
    notice = session.get(Notice, notice_id, with_for_update={"read": True}, populate_existing=True)
    if notice is None or notice_queries.why_not_now(session, notice, now):
        raise NotRunning
    look = sealing.look(session, notice, sender.ceilings, now)
    if look is None:
        return []
    if notice.people_per_minute is not None:
        leases.alone(session, notice_id)
    until, passage = _passage(session, notice, sender)
    limit = 1 if passage.asks else sender.limit
    claims: list[Claim] = []
    for _ in range(ROUNDS):
        found = leases.claimable(session, notice, limit, now, suspect=False)
        if not found and not sender.is_busy:
            found = leases.claimable(session, notice, 1, now, suspect=True)
        claims = _claims(session, look, found, sender.owner, until)
        if claims or not found:
            break
        session.flush()
    if not claims or not passage.is_doubted:
        return claims
    passage.used()
    return [replace(each, asks=passage.asks is not None, is_news=True) for each in claims]


def _passage(session: Session, notice: Notice, sender: Sender) -> tuple[datetime, circuit_actions.Passage]:
    """Until when a claim made now holds, by the database's clock, and whether LINE answers: one query."""
    seen = circuit_queries.seen(session, "push" if notice.is_personal else "multicast")
    until = seen.now + timedelta(seconds=sender.lease_seconds)
    return until, circuit_actions.passage(session, seen, notice.lane)


def _claims(
    session: Session, look: sealing.Look, found: Sequence[Batch], owner: str, until: datetime
) -> list[Claim]:
    """Seal what was only planned, and claim everything whose people may hear it now."""
    notice, now = look.asked.notice, look.asked.now
    if notice.watch_seconds and notice.watch_until is None:
        _keep_small(session, notice, found)
    planned = [batch for batch in found if batch.state == "planned" and not _too_old(notice, batch, now)]
    bodies, bound = _seal(session, look, planned)
    claims = {each.batch.id: each.claim for each in bound}
    for batch in found:
        if batch.size == 0 or batch.state == "planned" or _too_old(notice, batch, now):
            continue
        if batch.id not in bodies and sealing.sleeps_on(session, look, batch):
            continue
        body, people = _bytes_of(notice, batch, bodies.get(batch.id))
        if body is None or batch.retry_key is None:
            settle(batch, "quarantined", CHANGED, now)
            continue
        _take(batch, owner, until, now)
        alone = batch.lost_leases >= rules.SUSPECT
        key = batch.retry_key
        claims[batch.id] = Claim(batch.id, batch.token, batch.endpoint, key, body, batch.size, alone, people)
    in_order = [claims[batch.id] for batch in found if batch.id in claims]
    binding.write(session, bound, owner, until, now)
    return in_order


def _keep_small(session: Session, notice: Notice, first: Sequence[Batch]) -> None:
    """Those who were to be watched are all left out, so the next are; no more of them than planned."""
    for batch in first:
        ids = packing.unpack(batch.members)
        if batch.state == "planned" and len(ids) > rules.WATCHED:
            watched, others = ids[: rules.WATCHED], ids[rules.WATCHED :]
            batch.members, batch.size, batch.last_id = packing.pack(watched), len(watched), watched[-1]
            add_batches(session, notice, others, "planned")


def _bytes_of(
    notice: Notice, batch: Batch, sealed: Sequence[bytes] | None
) -> tuple[bytes | None, dict[int, tuple[UUID, bytes]]]:
    """What goes to LINE: one body for all, or each person's own; no body when it is not what was sealed."""
    if batch.endpoint == "push":
        people = _people(batch, sealed)
        return (b"" if people else None), people
    return _sealed_body(notice, batch), {}


def _people(batch: Batch, bodies: Sequence[bytes] | None) -> dict[int, tuple[UUID, bytes]]:
    """Key and bytes of everybody of a personal batch who is still open; whose bytes changed is set aside."""
    if batch.retry_key is None:
        return {}
    ids, codes = packing.unpack(batch.members), bytearray(batch.outcomes or b"")
    found = {}
    for place, body in enumerate(bodies or _opened(batch)):
        if not outcomes.is_open(codes[place]):
            continue
        if body is None:
            codes[place], batch.answer = outcomes.QUARANTINED, CHANGED
        else:
            found[place] = (envelopes.key_of(batch.retry_key, ids[place]), body)
    batch.outcomes = bytes(codes)
    return found


def _opened(batch: Batch) -> Sequence[bytes | None]:
    envelope = envelopes.Envelope(batch.bodies or b"", batch.hashes or b"", batch.body_hash or "")
    try:
        return envelopes.open_(envelope)
    except envelopes.Broken:
        return [None] * batch.size


def _too_old(notice: Notice, batch: Batch, now: datetime) -> bool:
    """Past the life of its key, or of the notice: settled for good, never sent again."""
    end = rules.give_up_at(first_attempt_at=batch.first_attempt_at, expires_at=notice.expires_at or now)
    if now < end:
        return False
    settle(batch, rules.state_when_given_up(ambiguous=batch.ambiguous), batch.answer or "期限切れ", now)
    return True


def _take(batch: Batch, owner: str, until: datetime, now: datetime) -> None:
    batch.state, batch.owner, batch.lease_until = "sending", owner, until
    batch.token += 1
    batch.attempts += 1
    batch.first_attempt_at = batch.first_attempt_at or now


def _seal(
    session: Session, look: sealing.Look, batches: Sequence[Batch]
) -> tuple[Mapping[int, Sequence[bytes]], Sequence[binding.Bound]]:
    """Leave out whom it must not reach now, then bind the rest to one key and their bytes.

    Answers the bodies of personal messages, which are sealed now, and common ones, which are still to be written.
    """
    if not batches:
        return {}, []
    notice = look.asked.notice
    for batch in batches:
        batch.quiet_until = None
    frozen = b"".join(batch.members for batch in batches)
    # Read before the look at the people: whoever is found afterwards was on the list before.
    render = _renderer(session, notice, frozen)
    found = sealing.who_may(session, look, batches, frozen)
    if found.ids != frozen:
        sealing.leave_out(session, look, batches, found)
    kept = [batch for batch in batches if batch.size and batch.quiet_until is None]
    people = found.line_ids if found.ids == frozen else found.in_order_of(batch.members for batch in kept)
    parts = _shared_out(people, kept)
    if render is None:
        return {}, [binding.bind(batch, line_ids, notice.messages or b"[]") for batch, line_ids in parts]
    return {batch.id: _close(batch, line_ids, render) for batch, line_ids in parts}, []


def _shared_out(people: bytes, batches: Sequence[Batch]) -> Iterator[tuple[Batch, bytes]]:
    """Each batch with its own part of LINE user ids that are packed in the order of the batches."""
    start = 0
    for batch in batches:
        end = start + packing.LINE_ID * batch.size
        yield batch, people[start:end]
        start = end


Render = Callable[[int, str], bytes]
"""Of a resident and the digits of their LINE user id, the bytes of their own push."""


def _renderer(session: Session, notice: Notice, members: bytes) -> Render | None:
    """None when everybody reads the same."""
    listed = personal_queries.list_of(session, notice.id) if notice.is_personal else None
    if listed is None:
        return None
    words = personal_queries.words_of(session, notice.id, packing.unpack(members))
    template = holes.template(notice.messages or b"[]", listed.names)
    return lambda id_, line_id: envelopes.body(line_id, template.filled(words[id_]))


def _close(batch: Batch, line_ids: bytes, render: Render) -> Sequence[bytes]:
    """Bind a batch of personal messages to its bytes: an envelope with a body for each."""
    digits = line_ids.hex(",", packing.LINE_ID).split(",")
    bodies = [render(*person) for person in zip(packing.unpack(batch.members), digits, strict=True)]
    envelope = envelopes.close(bodies)
    batch.retry_key, batch.state = uuid4(), "sealed"
    batch.bodies, batch.hashes, batch.body_hash = envelope.bodies, envelope.hashes, envelope.seal
    batch.outcomes = outcomes.untried(batch.size)
    return bodies


def _sealed_body(notice: Notice, batch: Batch) -> bytes | None:
    """The bytes of an earlier attempt, or None when they are not the same any more."""
    body = packing.multicast_body(batch.line_ids or b"", notice.messages or b"[]")
    return body if hashlib.sha256(body).hexdigest() == batch.body_hash else None
