"""What is checked before a notice is frozen, and the freezing: messages to the byte, links, and the count."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import orjson
from flask import url_for
from sqlalchemy.orm import Session

from app.console import preview, writing
from app.errors import Refused
from app.notices import actions, queries
from app.notices.models import Notice
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules
from app.staff import queries as staff_queries
from app.staff.models import Staff
from app.town.rules import LoadedTown
from content import cards, limits

Level = Literal["ok", "look", "stop"]
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)")
_EMERGENCY = ("避難指示", "緊急安全確保", "ミサイル", "テロ", "大津波", "津波警報")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: ``stop`` must be put right first, ``look`` is for people to weigh."""

    level: Level
    sentence: str
    url: str = ""


def messages_of(notice: Notice, town: LoadedTown, base_url: str, links: cards.Links) -> list[dict[str, Any]]:
    """LINE's message objects of a notice as it stands."""
    return cards.notice_messages(writing.content_notice(notice), links, town.name)


def shown(notice: Notice, town: LoadedTown, base_url: str) -> preview.Shown:
    """What the phone will show: the frozen bytes once there are any, otherwise the draft as it would be."""
    if notice.messages is not None:
        return preview.show(orjson.loads(notice.messages))
    return preview.show(messages_of(notice, town, base_url, cards.Links(base_url)))


def count(db: Session, notice: Notice, *, today: date) -> int:
    """How many people the notice's rule means now."""
    return segment_queries.count(db, segment_rules.from_json(notice.rule), today)


def second_people(db: Session, author: Staff) -> Sequence[Staff]:
    return staff_queries.approvers(db, other_than=author.id)


def refuse_unfinished(checks: Sequence[Check]) -> None:
    """Submitting past a red line is not possible, whatever the browser sent."""
    stopped = [check.sentence for check in checks if check.level == "stop"]
    if stopped:
        raise Refused(f"直すところが{len(stopped)}つあります。{stopped[0]}")


def preflight(db: Session, notice: Notice, town: LoadedTown, *, today: date) -> list[Check]:
    return []


def freeze(db: Session, notice: Notice, town: LoadedTown, base_url: str, *, today: date) -> actions.Frozen:
    raise Refused("x")


def last_day(notice: Notice) -> date | None:
    return None
