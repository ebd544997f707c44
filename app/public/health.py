"""What machines ask: is this process ready, and its numbers for Prometheus."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import cast

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.circuits import queries as circuits
from app.heartbeats import queries as heartbeats
from app.notices import queries, rules
from app.parts import Parts

health = Blueprint("health", __name__)

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


def _parts() -> Parts:
    found: Parts = current_app.extensions["parts"]
    return found


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Ready when the database answers and has its tables; why not is in the log, never here."""
    try:
        with _parts().sessions() as session:
            session.execute(text("SELECT 1 FROM alembic_version"))
    except SQLAlchemyError:
        return {"status": "unavailable"}, 503
    return {"status": "ready"}


@health.get("/metrics")
def metrics() -> ResponseReturnValue:
    """For loopback, or for who knows METRICS_TOKEN; to everybody else there is no such page."""
    if not (_from_here() or _knows_token()):
        abort(404)
    with _parts().sessions() as session:
        registry = _numbers(session)
    _add_queue_memory(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _from_here() -> bool:
    """A request from this machine itself, not one that a proxy on this machine passes on."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _knows_token() -> bool:
    token = _parts().settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _numbers(session: Session) -> CollectorRegistry:
    """Read from the database, so that every web process says the same."""
    registry = CollectorRegistry()
    notices = Gauge("kairan_notices", "Notices by state", ["state"], registry=registry)
    counts = queries.counts_by_state(session)
    for state in rules.STATES:
        notices.labels(state).set(counts.get(state, 0))
    people = Gauge(
        "kairan_batch_people", "People in the ledger by state of their batch", ["state"], registry=registry
    )
    found = session.execute(
        text("SELECT state, sum(size) FROM batches WHERE state <> 'split' GROUP BY state")
    )
    for state, total in found:
        people.labels(state).set(total)
    sums = Gauge("kairan_open_sums", "Notices whose people do not add up", registry=registry)
    sums.set(len(queries.with_open_sums(session)))
    seen = Gauge(
        "kairan_process_seen_seconds", "Seconds since a process's last sign", ["process"], registry=registry
    )
    for process, seconds in heartbeats.ages(session).items():
        seen.labels(process).set(seconds)
    _add_silences(session, registry)
    waiting = Gauge("kairan_inbox_waiting", "Webhook events not answered yet", registry=registry)
    waiting.set(session.execute(text("SELECT count(*) FROM events WHERE state = 'new'")).scalar_one())
    return registry


def _add_silences(session: Session, registry: CollectorRegistry) -> None:
    silent = Gauge(
        "kairan_line_silent_seconds",
        "Seconds for which LINE has not answered, by endpoint; 0 while it does",
        ["endpoint"],
        registry=registry,
    )
    seconds = circuits.seconds_silent(session)
    for endpoint in ("multicast", "push"):
        silent.labels(endpoint).set(seconds.get(endpoint, 0))


def _add_queue_memory(registry: CollectorRegistry) -> None:
    """Asked of the queue itself; nothing is said while it does not answer, or has no limit."""
    try:
        memory = cast(dict[str, int], _parts().redis.info("memory"))
    except RedisError:
        return
    if limit := memory.get("maxmemory"):
        share = Gauge(
            "kairan_queue_memory_share", "Share of its memory the queue uses; full at 1", registry=registry
        )
        share.set(memory["used_memory"] / limit)
