"""When each claim was committed, by the database's own record of commits; what LINE saw is held against it.

A claim is the intent of one request: its key, its bytes and its people are in the row. So the n-th request with a key
may come only after the n-th claim of its batch is committed (reliability, I-4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Sessions
from app.delivery import packing
from app.envelopes import rules as envelopes
from app.setup import postgres

Commits = dict[str, set[datetime]]
"""By key, when each claim of it was committed; a personal batch has a key for everybody."""
SETTING = "track_commit_timestamp=on"
WATCHED = """
CREATE TABLE chaos_claims (batch_id integer NOT NULL, owner text NOT NULL);
CREATE INDEX ON chaos_claims (batch_id);
CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO chaos_claims VALUES (NEW.id, NEW.owner);
  RETURN NULL;
END $$;
CREATE TRIGGER note_claims AFTER UPDATE OF attempts ON batches FOR EACH ROW
  WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION note_claim();
"""
"""A row per claim that nobody ever changes, because the batch's own row is written again when its answer is recorded."""
_COMMITTED = text(
    "SELECT retry_key, endpoint, members, "
    "array(SELECT pg_xact_commit_timestamp(claim.xmin) FROM chaos_claims claim WHERE claim.batch_id = batches.id) "
    "FROM batches WHERE retry_key IS NOT NULL"
)


def server(home: Path) -> postgres.Postgres:
    """A prepared PostgreSQL that keeps when each transaction was committed."""
    made = postgres.prepare(home)
    return replace(made, settings=(*made.settings, SETTING))


def watch(sessions: Sessions) -> None:
    """Once, in the test's own database."""
    with sessions.begin() as session:
        session.execute(text(WATCHED))


def commits(session: Session) -> Commits:
    """Every key the ledger knows, with the instants at which its claims were committed."""
    found: Commits = {}
    for key, endpoint, members, instants in session.execute(_COMMITTED):
        if endpoint == "push":
            each = [str(envelopes.key_of(key, id_)) for id_ in packing.unpack(members)]
        else:
            each = [str(key)]
        found |= {name: set(instants) for name in each}
    return found


def joined(one: Commits, other: Commits) -> Commits:
    """What a ledger knows, and what one knew that a restore has taken away."""
    return {key: one.get(key, set()) | other.get(key, set()) for key in one.keys() | other.keys()}


def without(calls: Iterable[Mapping[str, Any]], accepted: Set[str], known: Commits) -> set[str]:
    """Keys LINE accepted that no ledger knows, and keys of which a request was seen before its claim was committed."""
    seen: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        if call["retry_key"] in known or (call["retry_key"] and call["path"].endswith("multicast")):
            seen[call["retry_key"]].append(call["seen"])
    early = {key for key, moments in seen.items() if _is_early(sorted(moments), known.get(key, set()))}
    return early | (accepted - known.keys())


def _is_early(moments: list[float], committed: Set[datetime]) -> bool:
    claims = sorted(instant.timestamp() for instant in committed)
    return len(claims) < len(moments) or any(c > m for c, m in zip(claims, moments, strict=False))
