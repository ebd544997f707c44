"""The last look at people before their batch is bound to a key: who is left out for good, and who is only asleep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.orm import Session

from app import logs
from app.attention import queries as attention
from app.attention.rules import Ceilings, Ration, manners
from app.clock import in_japan
from app.delivery import packing, queries
from app.delivery.actions import add_batches, settle
from app.delivery.models import Batch, Exclusion
from app.notices.models import Notice
from app.reminders import queries as reminders
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules

_log = logs.get("claiming")


@dataclass(frozen=True, slots=True)
class Look:
    """What one claim asks of everybody. ``rations`` are those of which somebody may have had enough; who ``moved`` to
    a reminder's hour may have been told at another."""

    asked: attention.Asked
    rations: Sequence[Ration]
    moved: Sequence[int]


def look(session: Session, notice: Notice, limits: Ceilings, now: datetime) -> Look | None:
    """What is asked this time; None when notices began to go out in between: look again."""
    rule = segment_rules.from_json(notice.rule)
    today = in_japan(notice.released_at or now).date()
    meant = segment_queries.where(rule, today)
    owes = manners(notice.lane, rule, automatic=notice.is_automatic)
    asked = attention.Asked(notice, meant, owes, now, attention.wanted(rule, today))
    moved = reminders.moved(session, notice, meant)
    used = []
    for ration in owes.rations(limits):
        counts = attention.has_to_count(session, notice, ration, now)
        if counts is None:
            return None
        if counts:
            used.append(ration)
    return Look(asked, used, moved)


def who_may(session: Session, look: Look, batches: Sequence[Batch], frozen: bytes) -> packing.People:
    """Who of these batches may be sent to at this moment, without those who have had enough."""
    found = queries.still_meant(session, frozen, attention.may(look.asked))
    found = found.without(reminders.told_by_another(session, look.asked.notice.id, look.moved), "opted_out")
    span = min(batch.first_id for batch in batches), max(batch.last_id for batch in batches)
    for ration in look.rations:
        found = found.without(attention.had_enough(session, look.asked, span, ration), ration.reason)
    return found


def leave_out(session: Session, look: Look, batches: Sequence[Batch], found: packing.People) -> None:
    """Keep who was found. The others wait for their morning, or are excluded by name and reason."""
    kept = set(packing.unpack(found.ids))
    gone = sorted({id_ for batch in batches for id_ in packing.unpack(batch.members)} - kept)
    if gone:
        asleep = _asleep(session, look, gone)
        later = _set_aside(session, look.asked.notice, batches, asleep)
        lost = [id_ for id_ in gone if id_ not in later]
        _exclude(
            session,
            look.asked,
            [id_ for id_ in lost if id_ not in found.dropped],
            attention.reason(look.asked),
        )
        _exclude_full(session, look.asked, found.dropped)
    for batch in batches:
        if batch.quiet_until is None:
            batch.members = packing.pack([id_ for id_ in packing.unpack(batch.members) if id_ in kept])
            batch.size = len(batch.members) // packing.RESIDENT_ID
            if not batch.size:
                settle(batch, "cancelled", "いま送る人がいません", look.asked.now)


def _exclude_full(session: Session, asked: attention.Asked, dropped: Mapping[int, str]) -> None:
    """Who has had enough. That the program itself sends so much is nothing usual: it is said loudly."""
    for reason in sorted(set(dropped.values())):
        ids = sorted(id_ for id_, why in dropped.items() if why == reason)
        _exclude(session, asked, ids, literal(reason))
        if reason == "cap":
            _tell_later(session, asked.notice, ids)
            _log.error("too_many_automatic", notice=asked.notice.id, people=len(ids))


def _tell_later(session: Session, digest: Notice, ids: Sequence[int]) -> None:
    """What a digest would have told them waits for the next one; no other notice tells of others."""
    again = update(Exclusion).where(Exclusion.told_by == digest.id, Exclusion.resident_id.in_(ids))
    session.execute(again.values(told_by=None), execution_options={"synchronize_session": False})


def _asleep(session: Session, look: Look, gone: Sequence[int]) -> dict[int, datetime]:
    """Whose morning comes before the notice is out of date."""
    expires = look.asked.notice.expires_at
    found = attention.waiting(session, look.asked, gone)
    return {id_: end for id_, end in found.items() if expires is None or end < expires}


def _set_aside(
    session: Session, notice: Notice, batches: Sequence[Batch], asleep: dict[int, datetime]
) -> dict[int, datetime]:
    """A batch that sleeps as one stays as it is until then; other sleepers get batches of their own."""
    groups: dict[datetime, list[int]] = defaultdict(list)
    for batch in batches:
        ids = packing.unpack(batch.members)
        ends = {asleep.get(id_) for id_ in ids}
        if len(ends) == 1 and (end := ends.pop()) is not None:
            batch.quiet_until = end
            continue
        for id_ in ids:
            if id_ in asleep:
                groups[asleep[id_]].append(id_)
    for end, ids in sorted(groups.items()):
        add_batches(session, notice, sorted(ids), "planned", quiet_until=end)
    return asleep


def _exclude(
    session: Session, asked: attention.Asked, ids: Sequence[int], reason: ColumnElement[str]
) -> None:
    """Name everybody who is left out, in one statement, since a whole ward may have stopped or paused."""
    if not ids:
        return
    people = queries.listed(ids)
    why = (
        select(literal(asked.notice.id), people.c.id, reason, literal(asked.now))
        .select_from(people)
        .outerjoin(Resident, Resident.id == people.c.id)
        .order_by(people.c.id)
    )
    session.execute(insert(Exclusion).from_select(["notice_id", "resident_id", "reason", "at"], why))


def sleeps_on(session: Session, look: Look, batch: Batch) -> bool:
    """Whether a request that is tried again would wake somebody: then it waits for the last of them."""
    if not look.asked.owes.quiet:
        return False
    batch.quiet_until = attention.latest_morning(session, packing.unpack(batch.members), look.asked)
    return batch.quiet_until is not None
