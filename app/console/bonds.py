"""The part of the form that binds a notice to others, and says until when it is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import JST, in_japan
from app.console.shell import jst, now
from app.errors import Refused
from app.notices import actions, queries, rules
from app.notices.models import Notice

OFFERED = timedelta(days=60)
"""Older notices are not offered any more; one that was chosen stays in the list."""
HELD = "もとのお知らせが中止または置き換えになると、送らずに止めます"


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as posted, or as stored."""

    supersedes: str = ""
    requires: str = ""
    day: str = ""
    hour: str = ""

    @property
    def says_something(self) -> bool:
        return any((self.supersedes, self.requires, self.day, self.hour))


def posted(form: Mapping[str, str]) -> Typed:
    names = ("supersedes", "requires", "until_day", "until_time")
    return Typed(*(form.get(name, "").strip()[:20] for name in names))


def stored(notice: Notice | None) -> Typed:
    if notice is None:
        return Typed()
    until = in_japan(notice.valid_until) if notice.valid_until else None
    day, hour = (f"{until:%Y-%m-%d}", f"{until:%H:%M}") if until else ("", "")
    return Typed(str(notice.supersedes_id or ""), str(notice.requires_id or ""), day, hour)


def meant(typed: Typed) -> rules.Bonds:
    """What was typed, read; a day alone means to its end."""
    return rules.Bonds(_number(typed.supersedes), _number(typed.requires), _until(typed))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("お知らせは、一覧から選んでください。")
    return int(text)


def _until(typed: Typed) -> datetime | None:
    if not (typed.day or typed.hour):
        return None
    try:
        return datetime.fromisoformat(f"{typed.day}T{typed.hour or '23:59'}").replace(tzinfo=JST)
    except ValueError:
        raise Refused("有効期限の日と時刻を入力してください。例：2026年12月5日 17時00分") from None


def offered(db: Session, notice: Notice | None, typed: Typed) -> list[tuple[str, str]]:
    """(number, words) of the notices that can be chosen, the newest first."""
    chosen = [int(text) for text in (typed.supersedes, typed.requires) if text.isascii() and text.isdigit()]
    found = queries.bondable(db, since=now() - OFFERED, chosen=chosen)
    own = notice.id if notice else None
    return [(str(each.id), _named(each)) for each in found if each.id != own]


def _named(notice: Notice) -> str:
    return f"{notice.id}番 {notice.title}（{jst(notice.released_at)}）"


def said(db: Session, notice: Notice) -> list[tuple[str, str]]:
    """(label, words) for whoever looks at a notice: what it replaces, needs, and until when it is true."""
    found = actions.bonds_of(notice)
    rows = []
    for label, id_, more in (("置き換え", found.supersedes, ""), ("もと", found.requires, HELD)):
        if id_ is not None and (other := queries.get(db, id_)) is not None:
            rows.append((label, _named(other) + (f"。{more}" if more else "")))
    if found.valid_until is not None:
        rows.append(("有効期限", f"{jst(found.valid_until)}まで。過ぎたら、送り残しがあっても送りません"))
    return rows
