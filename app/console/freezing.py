"""From a draft to what is frozen: messages to the byte, tracked links, the count, and the look before it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import orjson
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.census.rules import Count
from app.clock import in_japan
from app.console import checks, preview, writing
from app.errors import Refused
from app.notices import actions
from app.notices.models import Notice
from app.personal import actions as personal_actions
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules
from app.segments.words import All, AnyOf, Everyone, HasTopic, Rule
from app.staff import queries as staff_queries
from app.staff.models import Staff
from app.town.rules import LoadedTown
from bot_flows.postback import door
from content import cards
from content.lasting import days_of
from content.messages import Message
from content.notice import make

LINK_BYTES = 9
"""12 characters: 72 random bits, so that no address can be found by trying."""
LONGEST_TRACKED = 2_000
"""A longer address (a map of a very long place name) goes out as it is, uncounted."""
RECENT = timedelta(days=7)
AGAIN = timedelta(hours=24)
"""Within which the same again for the same people needs a reason."""


def shown(notice: Notice, town: LoadedTown, base_url: str) -> preview.Shown:
    """What the phone will show: the frozen bytes once there are any, otherwise the draft as it would be."""
    if notice.messages is not None:
        return preview.show(orjson.loads(notice.messages))
    return preview.show(messages_of(notice, town, links_of(notice, town, base_url)))


def links_of(notice: Notice, town: LoadedTown, base_url: str) -> cards.Links:
    """The addresses around a notice, not counted yet."""
    page = f"{base_url}/n/{notice.token}"
    names = {topic.id: topic.name for topic in town.topics}
    chosen = segment_rules.from_json(notice.rule)
    topics = tuple(names[each] for each in _topics(chosen) if each in names)
    ids = [each for each in _topics(chosen) if each in names]
    settings = door("settings", "topic", id=ids[0]) if len(ids) == 1 else door("menu", "settings")
    return cards.Links(page=page, calendar=f"{page}.ics", topics=topics, settings=settings)


def _topics(rule: Rule) -> tuple[str, ...]:
    """The topics whose choice leads to this notice; an excluded topic is no reason."""
    match rule:
        case HasTopic(topic):
            return (topic,)
        case All(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(topic for part in parts for topic in _topics(part)))
        case _:
            return ()


def messages_of(notice: Notice, town: LoadedTown, links: cards.Links) -> list[Message]:
    """LINE's message objects of a notice as it stands."""
    return cards.notice_messages(make(notice.type, notice.fields), links, town.name)


def count(db: Session, notice: Notice, *, now: datetime) -> int:
    """How many people the notice's rule means now who have not stopped or paused."""
    return segment_queries.hearers(db, segment_rules.from_json(notice.rule), lane=notice.lane, at=now)


def freeze(db: Session, notice: Notice, town: LoadedTown, base_url: str, *, now: datetime) -> actions.Frozen:
    """The bytes LINE will get, with a counted address behind every button that leads to a page."""
    tracked: list[tuple[str, str, str]] = []

    def track(label: str, url: str) -> str:
        if len(url) > LONGEST_TRACKED:
            return url
        link_id = secrets.token_urlsafe(LINK_BYTES)
        tracked.append((link_id, label, url))
        return f"{base_url}/l/{link_id}"

    plain = links_of(notice, town, base_url)
    links = replace(plain, track=track)
    messages = orjson.dumps(messages_of(notice, town, links))
    values_hash = personal_actions.look(db, notice, messages)
    return actions.Frozen(messages, count(db, notice, now=now), tuple(tracked), values_hash)


def preflight(
    db: Session, notice: Notice, town: LoadedTown, base_url: str, reached: Count, *, now: datetime
) -> list[checks.Check]:
    """Everything that is looked at before freezing, on the notice as it stands."""
    rule = segment_rules.from_json(notice.rule)
    today = in_japan(now).date()
    facts = checks.Facts(
        kind=writing.known_type(notice.type),
        fields=notice.fields,
        messages=messages_of(notice, town, links_of(notice, town, base_url)),
        reached=reached,
        everyone=rule == Everyone(),
        same_before=_same_before(db, notice, now),
        known_hosts=known_hosts(town),
        today=today,
    )
    return checks.look(facts)


def known_hosts(town: LoadedTown) -> frozenset[str]:
    """Hosts the town pack names: the sections' pages and every offered link."""
    urls = [section.url for section in town.sections]
    urls += [link.url for kind in LINK_KINDS for link in town.links(kind)]
    return frozenset(urlsplit(url).hostname or "" for url in urls)


LINK_KINDS = (
    "apply", "pay", "map", "bulky", "shelter", "alert", "hazard", "childcare", "vaccination", "events", "news",
    "report", "safety", "language", "counter", "contact", "privacy",
)  # fmt: skip


def _same_before(db: Session, notice: Notice, now: datetime) -> str:
    """「11月22日」 when the same fields went out in the last seven days."""
    found = db.scalar(
        select(Notice.released_at)
        .where(
            Notice.id != notice.id,
            Notice.type == notice.type,
            Notice.fields == notice.fields,
            Notice.released_at > now - RECENT,
        )
        .order_by(Notice.released_at.desc())
        .limit(1)
    )
    return f"{in_japan(found).month}月{in_japan(found).day}日" if found else ""


COMING = ("content_frozen", "approved", "scheduled", "paused")
"""Submitted, and not sent so far, or held before it could be: whoever submits the same after it is asked."""


_SUBMITTING = 0x5355424D
"""The advisory lock of those who submit: "SUBM"."""


def one_submits(db: Session) -> None:
    """Until the end of the transaction: two who submit the same in the same moment would not see each other."""
    db.execute(select(func.pg_advisory_xact_lock(_SUBMITTING)))


def why_again(db: Session, notice: Notice, now: datetime) -> str:
    """The same content for the same people went out within a day, or is going to, or waits for its approval: the sentence
    that asks for a reason; empty when it is new."""
    found = db.scalar(
        select(Notice.id)
        .where(
            Notice.id != notice.id,
            Notice.type == notice.type,
            Notice.fields == notice.fields,
            Notice.rule == notice.rule,
            Notice.values_hash == notice.values_hash,
            or_(
                Notice.released_at > now - AGAIN,
                and_(Notice.released_at.is_(None), Notice.state.in_(COMING)),
            ),
        )
        .order_by(Notice.id.desc())
        .limit(1)
    )
    if found is None:
        return ""
    return f"同じ内容を同じ対象に、24時間以内に送ったか、これから送ります（お知らせ{found}番）。もう一度送るときは、理由を書いてください。"


def last_day(notice: Notice, *, today: date) -> date | None:
    """The last day a notice speaks of; sending it later would be for nothing."""
    days = days_of(writing.known_type(notice.type), notice.fields, today)
    return max((day for _, day in days), default=None)


def second_people(db: Session, author: Staff) -> Sequence[Staff]:
    """Who could approve what this person wrote."""
    return staff_queries.approvers(db, other_than=author.id)


def refuse_unfinished(found: Sequence[checks.Check]) -> None:
    """Submitting past a red line is not possible, whatever the browser sent."""
    stopped = [check.sentence for check in found if check.level == "stop"]
    if stopped:
        raise Refused(f"直すところが{len(stopped)}つあります。{stopped[0]}")
