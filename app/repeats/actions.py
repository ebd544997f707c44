"""Start, pause and end a repeat; and make the notice of each instant, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import jpholiday
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.repeats import queries, rules
from app.repeats.models import Firing, Repeat
from app.staff.models import Staff

AHEAD = timedelta(minutes=1)
"""How long before its instant a notice is made, so that it is counted and planned in time."""


def is_holiday(day: date) -> bool:
    """A public holiday of Japan."""
    return bool(jpholiday.is_holiday(day))


def upcoming(pattern: rules.Pattern, now: datetime) -> list[datetime]:
    """The instants still to come, ascending."""
    return [instant for instant in rules.instants(pattern, is_holiday) if instant > now]


def start(
    session: Session,
    notice: Notice,
    pattern: rules.Pattern,
    *,
    by: Staff,
    now: datetime,
    though_perhaps_sent: bool = False,
) -> Repeat:
    """Repeat an approved notice; its content stays as it was approved. One of a restored copy may have gone out: as
    with a single time (``notices.actions.schedule``), somebody says that it did not."""
    locked = _repeatable(notice_queries.locked(session, notice.id))
    if locked.restored_at is not None and not though_perhaps_sent:
        raise Refused(notice_rules.PERHAPS_SENT)
    if queries.of_notice(session, notice.id) is not None:
        raise Refused("このお知らせは、もうくり返しに登録されています。")
    coming = upcoming(rules.check(pattern), now)
    if not coming:
        raise Refused("この条件では、送る日が1日もありません。曜日と期間を確認してください。")
    shape = rules.to_json(pattern)
    repeat = Repeat(notice_id=notice.id, pattern=shape, next_at=coming[0], by_id=by.id, created_at=now)
    session.add(repeat)
    session.flush()
    told = {"though_perhaps_sent": "yes"} if locked.restored_at is not None else {}
    locked.restored_at = None
    _record(session, "repeat.start", repeat, by.login, now, **told)
    return repeat


def _repeatable(notice: Notice | None) -> Notice:
    if notice is None or notice.state != "approved":
        raise Refused("くり返せるのは、承認済みで、まだ予約していないお知らせです。")
    if notice.is_personal:
        raise Refused("人ごとに内容がちがうお知らせは、くり返せません。")
    if notice_actions.bonds_of(notice) != notice_rules.Bonds():
        raise Refused("有効期限や、ほかのお知らせとの関係があるお知らせは、くり返せません。")
    return notice


def pause(session: Session, repeat: Repeat, *, by: Staff, now: datetime) -> None:
    _expect(repeat, "active")
    repeat.state = "paused"
    _record(session, "repeat.pause", repeat, by.login, now)


def resume(session: Session, repeat: Repeat, *, by: Staff, now: datetime) -> None:
    """Go on with the next instant; what was missed while it was paused is not made up for."""
    _expect(repeat, "paused")
    coming = upcoming(rules.from_json(repeat.pattern), now)
    if not coming:
        raise Refused("送る日が、もう残っていません。新しいくり返しを作ってください。")
    repeat.state, repeat.next_at, repeat.pause_reason = "active", coming[0], ""
    _record(session, "repeat.resume", repeat, by.login, now)


def end(session: Session, repeat: Repeat, *, by: Staff, now: datetime) -> None:
    if repeat.state == "ended":
        raise Refused("このくり返しは、もう終わっています。")
    repeat.state, repeat.next_at = "ended", None
    _record(session, "repeat.end", repeat, by.login, now)


def _expect(repeat: Repeat, state: str) -> None:
    if repeat.state != state:
        raise Refused("このくり返しの状態が変わっています。画面を開き直してください。")


def fire_due(session: Session, now: datetime) -> list[int]:
    """Every repeat whose instant has come, in one transaction; answers the ids of the notices made."""
    made = (fire(session, repeat_id, now) for repeat_id in queries.due(session, now + AHEAD))
    return [notice_id for notice_id in made if notice_id is not None]


def fire(session: Session, repeat_id: int, now: datetime) -> int | None:
    """Make the notice of the instant that has come; answers the notice's id, None when there is nothing to make.

    Of several missed instants only the last makes a notice, which the release then holds for a person because it
    is late; the others are written down as skipped.
    """
    repeat = queries.locked_due(session, repeat_id, now + AHEAD)
    if repeat is None:
        return None
    pattern = session.get_one(Notice, repeat.notice_id)
    if pattern.state != "approved":
        _stop(session, repeat, "もとのお知らせが変更されたため、止めました。承認をやり直してください。", now)
        return None
    try:
        instants = rules.instants(rules.from_json(repeat.pattern), is_holiday)
    except Refused as refused:
        # Kept before a rule of patterns changed: a person chooses anew, the other repeats go on.
        _stop(session, repeat, f"くり返しの条件が、いまの決まりに合いません。{refused.sentence}", now)
        return None
    come = [i for i in instants if repeat.next_at is not None and repeat.next_at <= i <= now + AHEAD]
    for instant in come[:-1]:
        _fire(session, repeat, instant, None)
    made = _copy(session, repeat, pattern, come[-1], now) if come else None
    repeat.next_at = next((i for i in instants if i > now + AHEAD), None)
    repeat.state = "active" if repeat.next_at else "ended"
    return made


def _stop(session: Session, repeat: Repeat, reason: str, now: datetime) -> None:
    repeat.state, repeat.pause_reason = "paused", reason
    _record(session, "repeat.stop", repeat, audit.SYSTEM, now)


def _copy(session: Session, repeat: Repeat, pattern: Notice, instant: datetime, now: datetime) -> int | None:
    """The pattern once more, to the byte, scheduled for this instant; None when somebody else was first."""
    copy = Notice(
        token=notice_actions.new_token(),
        state="scheduled",
        repeat_of_id=pattern.id,
        scheduled_at=instant,
        expires_at=instant + notice_rules.LIFETIME[pattern.lane],
        created_at=now,
        updated_at=now,
        **{name: getattr(pattern, name) for name in COPIED},
    )
    session.add(copy)
    session.flush()
    if not _fire(session, repeat, instant, copy.id):
        session.delete(copy)
        session.flush()
        return None
    audit.record(
        session, "repeat.fire", f"notice:{copy.id}", by=audit.SYSTEM, at=now, detail={"repeat": repeat.id}
    )
    return copy.id


COPIED = (
    "type", "title", "fields", "lane", "rule", "segment_id", "sequence", "author_id", "messages", "content_hash",
    "expected_count", "submitted_at", "approver_id", "approved_at", "approved_hash", "approved_count",
    "watch_seconds", "people_per_minute",
)  # fmt: skip
"""What two people agreed on, and how it is sent."""


def _fire(session: Session, repeat: Repeat, instant: datetime, notice_id: int | None) -> bool:
    """Write the instant down; False when it was there already."""
    row = insert(Firing).values(
        repeat_id=repeat.id, instant=instant, notice_id=notice_id, skipped=notice_id is None
    )
    return bool(session.execute(row.on_conflict_do_nothing().returning(Firing.repeat_id)).all())


def _record(session: Session, action: str, repeat: Repeat, by: str, now: datetime, **detail: object) -> None:
    audit.record(session, action, f"notice:{repeat.notice_id}", by=by, at=now, detail=detail)
