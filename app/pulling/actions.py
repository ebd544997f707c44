"""Take single people, or a list of them, out of a notice until the last moment before their batch is sealed (抜き取り)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.delivery import queries
from app.delivery.models import Pull
from app.errors import Refused
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.residents import queries as resident_queries
from app.staff.models import Staff

POSSIBLE = ("content_frozen", "approved", "scheduled", "recipients_frozen", "running", "paused")
MOST = 2000
"""People in one list."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of each name."""

    taken: int
    too_late: int
    unknown: tuple[str, ...]


def pull(
    session: Session, notice: Notice, names: Sequence[str], *, reason: str, by: Staff, now: datetime
) -> Pulled:
    """Take these people (resident numbers or LINE user ids) out of a notice.

    The notice's row is locked, so nobody of them is sealed meanwhile: who is not too late here is never sent to. Who is
    too late is noted as well: LINE may refuse their request, and its parts are sealed anew.
    """
    wanted, why = _wanted(names), reason.strip()[:200]
    if not why:
        raise Refused("抜き取る理由を入力してください。")
    locked = notice_queries.locked(session, notice.id)
    if locked is None or locked.state not in POSSIBLE:
        raise Refused("このお知らせは、もう抜き取れません。画面を開き直して、いまの状態を確認してください。")
    found = resident_queries.named(session, wanted)
    ids = sorted(set(found.values()))
    late = queries.started_among(session, notice.id, ids)
    row = {"notice_id": notice.id, "reason": why, "by_id": by.id, "at": now}
    if rows := [{**row, "resident_id": id_} for id_ in ids]:
        session.execute(insert(Pull).values(rows).on_conflict_do_nothing())
    taken = len(ids) - len(late)
    told = {"taken": taken, "too_late": len(late), "reason": why}
    audit.record(session, "notice.pull", f"notice:{notice.id}", by=by.login, at=now, detail=told)
    return Pulled(taken, len(late), tuple(name for name in wanted if name not in found))


def _wanted(names: Sequence[str]) -> list[str]:
    """The names somebody typed, each once."""
    wanted = list(dict.fromkeys(filter(None, (name.strip() for name in names))))
    if not wanted:
        raise Refused("抜き取る人の番号を入力してください。1行に1人です。")
    if len(wanted) > MOST:
        raise Refused(f"一度に抜き取れるのは{MOST:,}人までです。分けて入力してください。")
    return wanted
