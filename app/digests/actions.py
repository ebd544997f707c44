"""Make Monday's digests: one notice per different list of notices, each notice once per person, ever.

They go out through the same ledger as everything else. Nobody approves them: their words are fixed in
``content``, and every notice they name was approved by two people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.delivery import queries as delivery_queries
from app.delivery.models import Exclusion
from app.digests import queries, rules
from app.digests.models import Digest
from app.notices.models import Notice
from app.reminders import making
from app.reminders.wording import Wording
from bot_flows.pack_facts import Town
from bot_flows.postback import door
from content.catalogue import notice_types
from content.lasting import days_of

TYPE = "town_news"


def gather_due(session: Session, town: Town, base_url: str, now: datetime) -> list[int]:
    """The digests of this Monday, when they are due and nobody made them yet; answers the notices' ids."""
    day = rules.due(now)
    if day is None:
        return []
    row = insert(Digest).values(day=day, notices=0, people=0, at=now)
    if not session.execute(row.on_conflict_do_nothing().returning(Digest.day)).all():
        return []
    known = queries.gathered(session, now - rules.KEPT)
    items = [_item(notice, replaced, base_url, day) for notice, replaced in known]
    news = [item for item in items if rules.is_news(item, now)]
    made, reached = [], 0
    found = queries.by_what_they_read(session, [item.id for item in news], now)
    for (ids, language), people in rules.readers(found).items():
        waiting = [item for item in news if item.id in ids]
        told = rules.newest(waiting)[: rules.MOST]
        notice = _make(session, town, told, rules.Readers(people, language), now)
        copies = {item.same_as for item in told}
        _mark(session, notice, [item.id for item in waiting if item.same_as in copies], people)
        made.append(notice.id)
        reached += len(people)
    digest = session.get_one(Digest, day)
    digest.notices, digest.people = len(made), reached
    return made


def _item(notice: Notice, replaced: bool, base_url: str, today: date) -> rules.Item:
    days = days_of(notice_types()[notice.type], notice.fields, today)
    return rules.Item(
        id=notice.id,
        title=notice.title,
        url=f"{base_url}/n/{notice.token}",
        state=notice.state,
        released_at=notice.released_at or notice.created_at,
        valid_until=notice.valid_until,
        last_day=max((last for _, last in days), default=None),
        superseded=replaced,
        same_as=notice.repeat_of_id or notice.id,
    )


def _make(
    session: Session, town: Town, told: Sequence[rules.Item], who: rules.Readers, now: datetime
) -> Notice:
    """One digest in its readers' language, which the title for staff names."""
    day = in_japan(now).date()
    at, section = rules.instant(day, now), town.section("general")
    title = rules.title(day, who.language)
    body = "\n".join(f"{item.title} {item.url}" for item in told)
    fields = {"件名": title, "内容": body, "問合先": section.name, "連絡先": section.phone}
    words = Wording(TYPE, title, fields, rules.text(told, day, who.language))
    opens = door("menu", "stop")
    lasts = at + rules.LIFETIME
    sending = making.Sending({}, len(who.people), at, lasts, settings=opens, language=who.language)
    notice = making.make(session, words, sending, act="digest.make", now=now)
    making.aim(notice, {"digest": notice.id})
    return notice


def _mark(session: Session, digest: Notice, notice_ids: Sequence[int], people: Sequence[int]) -> None:
    """These people are told of these notices by this digest."""
    readers = delivery_queries.listed(people)
    mark = update(Exclusion).where(
        Exclusion.notice_id.in_(notice_ids), Exclusion.resident_id == readers.c.id, queries.WAITS
    )
    session.execute(mark.values(told_by=digest.id), execution_options={"synchronize_session": False})
