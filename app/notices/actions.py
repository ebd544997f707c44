"""What staff do with a notice: each is one move of ``rules.MOVES`` and one audit row in the caller's transaction.

Everyone who changes a notice locks its row first, so two tabs or a double click make one change.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.notices import bonds, queries, rules
from app.notices.models import Notice, TrackedLink
from app.staff.models import Staff
from content.holes import names_in


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author writes, before anything is frozen."""

    type: str
    title: str
    fields: Mapping[str, str]
    rule: Mapping[str, Any]
    segment_id: int | None = None
    lane: str = "ordinary"
    bonds: rules.Bonds = field(default_factory=rules.Bonds)


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the approver will see and LINE will get, to the byte."""

    messages: bytes
    """LINE's ``messages`` array as JSON."""
    expected_count: int
    links: Sequence[tuple[str, str, str]] = ()
    """(id, label, url) of every tracked link inside the messages."""
    values_hash: str = ""
    """The list of what differs from person to person, looked at together with the messages; empty for none."""
    again_reason: str = ""
    """Why the same is sent again within a day; empty when it is new."""


Release = rules.Release


def new_token() -> str:
    """128 random bits for an address nobody can guess."""
    return secrets.token_urlsafe(16)


def draft(session: Session, what: Draft, *, by: Staff, now: datetime) -> Notice:
    """Start a notice."""
    notice = Notice(
        token=new_token(), state="draft", author_id=by.id, created_at=now, updated_at=now, sequence=0
    )
    _check_bonds(session, None, what, now)
    _write(notice, what)
    session.add(notice)
    session.flush()
    _record(session, "notice.draft", notice, by.login, now)
    return notice


def edit(session: Session, notice: Notice, what: Draft, *, by: Staff, now: datetime) -> None:
    """Change a notice; whatever was frozen or approved is void, and its author is who changed it."""
    move(session, notice, "edit", by=by.login, now=now)
    _check_bonds(session, notice.id, what, now)
    _write(notice, what)
    notice.author_id = by.id
    notice.messages = notice.content_hash = notice.expected_count = notice.submitted_at = None
    notice.scheduled_at = notice.expires_at = None
    notice.values_hash = notice.again_reason = ""
    _void_approval(notice)
    session.execute(delete(TrackedLink).where(TrackedLink.notice_id == notice.id))


def submit(session: Session, notice: Notice, frozen: Frozen, *, by: Staff, now: datetime) -> None:
    """Freeze content and count, and ask a second person."""
    if frozen.expected_count < 1:
        raise Refused("この条件に合う人は0人です。対象を選び直してください。")
    if (used := names_in(frozen.messages)) and not frozen.values_hash:
        raise Refused(f"「{{{{{used[0]}}}}}」の値がありません。人ごとの一覧を読み込んでください。")
    move(session, notice, "submit", by=by.login, now=now, detail={"count": frozen.expected_count})
    notice.author_id = by.id
    notice.messages = frozen.messages
    notice.expected_count = frozen.expected_count
    notice.values_hash = frozen.values_hash
    notice.again_reason = frozen.again_reason.strip()[:500]
    notice.content_hash = hash_of(notice)
    notice.submitted_at = now
    notice.sequence += 1
    notice.return_reason = ""
    session.execute(delete(TrackedLink).where(TrackedLink.notice_id == notice.id))
    session.add_all(
        TrackedLink(id=id_, notice_id=notice.id, label=label, url=url) for id_, label, url in frozen.links
    )


def give_back(session: Session, notice: Notice, *, reason: str, by: Staff, now: datetime) -> None:
    """The approver says no, with a reason the author can act on."""
    if not reason.strip():
        raise Refused("差し戻す理由を入力してください。")
    move(session, notice, "give_back", by=by.login, now=now)
    notice.return_reason = reason.strip()[:500]
    _void_approval(notice)


def approve(session: Session, notice: Notice, *, content_hash: str, by: Staff, now: datetime) -> None:
    """A second person agrees to exactly the frozen content and count: the hash they saw must still stand."""
    _lock(session, notice)
    rules.may_approve(author_id=notice.author_id, approver_id=by.id, roles=by.roles)
    if notice.content_hash != content_hash or notice.content_hash != hash_of(notice):
        raise Refused("内容が変更されたため、承認をやり直してください。")
    move(session, notice, "approve", by=by.login, now=now, detail={"hash": content_hash})
    notice.approver_id, notice.approved_at = by.id, now
    notice.approved_hash, notice.approved_count = notice.content_hash, notice.expected_count


def schedule(session: Session, notice: Notice, release: Release, *, by: Staff, now: datetime) -> None:
    """Set the instant. Nothing is queued: the instant in the database is the trigger."""
    _lock(session, notice)
    rules.check_schedule(release.at, now=now, night_reason=release.night_reason, lane=notice.lane)
    if notice.valid_until is not None and notice.valid_until <= release.at:
        raise Refused("有効期限より後の時刻です。期限より前の時刻を選んでください。")
    if release.typed_count != notice.approved_count:
        raise Refused(f"人数がちがいます。いまの人数は {notice.approved_count or 0:,}人 です。")
    if notice.restored_at is not None and not release.though_perhaps_sent:
        raise Refused(rules.PERHAPS_SENT)
    detail = {"at": release.at.isoformat()}
    if notice.restored_at is not None:
        detail["though_perhaps_sent"] = "yes"
    move(session, notice, "schedule", by=by.login, now=now, detail=detail)
    notice.scheduled_at, notice.restored_at = release.at, None
    notice.expires_at = notice.valid_until or release.at + rules.LIFETIME[notice.lane]
    notice.night_reason = release.night_reason.strip()[:500]
    notice.watch_seconds, notice.people_per_minute = release.watch_seconds, release.people_per_minute


def unschedule(session: Session, notice: Notice, *, by: Staff, now: datetime) -> None:
    """Take the instant back; the approval stays."""
    move(session, notice, "unschedule", by=by.login, now=now)
    notice.scheduled_at = notice.expires_at = None


def pause(
    session: Session, notice: Notice, *, reason: str = "staff", detail: str = "", by: str, now: datetime
) -> None:
    """Nothing new starts; what is under way ends. ``reason`` is a key of ``rules.PAUSE_WORDS``."""
    move(session, notice, "pause", by=by, now=now, detail={"reason": reason})
    notice.pause_reason, notice.pause_detail = reason, detail[:500]


def resume(session: Session, notice: Notice, *, by: Staff | None, now: datetime) -> None:
    """Go on where it stopped; one that was held before its release starts over at once. By nobody: by the clock."""
    _lock(session, notice)
    if notice.expires_at is not None and notice.expires_at <= now:
        raise Refused("有効期限を過ぎたため、もう送れません。新しいお知らせを作ってください。")
    if notice.released_at is not None and notice.released_at > now:
        raise Refused("予定の時刻の直前です。時刻を過ぎてから、もう一度押してください。")
    act: rules.Act = "release" if notice.released_at is None else "resume"
    move(session, notice, act, by=by.login if by else audit.SYSTEM, now=now)
    notice.pause_reason, notice.pause_detail, notice.restored_at = "", "", None
    if act == "release":
        notice.scheduled_at = now.replace(second=0, microsecond=0)
        if rules.is_night(notice.scheduled_at) and not notice.night_reason:
            notice.night_reason = "予定の時刻を過ぎたあと、職員が送ると決めました。"


def slow_down(
    session: Session, notice: Notice, people_per_minute: int | None, *, by: Staff, now: datetime
) -> None:
    """So many people a minute from now on, or as fast as LINE allows again; what is under way is not called back."""
    _lock(session, notice)
    if notice.state not in ("scheduled", "recipients_frozen", "running", "paused"):
        raise Refused(
            "このお知らせは、もう速さを変えられません。画面を開き直して、いまの状態を確認してください。"
        )
    notice.people_per_minute = people_per_minute
    _record(session, "notice.pace", notice, by.login, now, {"people_per_minute": people_per_minute})


def end_watch(session: Session, notice: Notice, *, by: Staff, now: datetime) -> None:
    """The first 50 look right: the rest follows at once."""
    _lock(session, notice)
    if notice.watch_until is None or notice.watch_until <= now:
        raise Refused("最初の50人のようすを見ている間だけ使えます。画面を開き直してください。")
    notice.watch_until = now
    _record(session, "notice.end_watch", notice, by.login, now)


def cancel(
    session: Session, notice: Notice, *, reason: str, by: Staff, now: datetime, withdrawn: bool = False
) -> None:
    """Stop for good. Batches that have not started never will; what LINE accepted cannot be taken back.

    ``withdrawn``: its content is wrong, also for those who have read it, so nothing may be built on it.
    """
    if not reason.strip():
        raise Refused("中止する理由を入力してください。")
    detail = {"withdrawn": True} if withdrawn else None
    move(session, notice, "cancel", by=by.login, now=now, detail=detail)
    notice.withdrawn = withdrawn
    notice.pause_reason = notice.pause_detail = ""
    notice.end_reason = reason.strip()[:500]
    notice.finished_at = now


def count_tap(session: Session, link_id: str) -> str | None:
    """Count a tap on a tracked link and say where it leads; None for an unknown or unreleased one."""
    link = queries.link(session, link_id)
    if link is None:
        return None
    session.execute(update(TrackedLink).where(TrackedLink.id == link_id).values(taps=TrackedLink.taps + 1))
    return link.url


def hash_of(notice: Notice) -> str:
    """The hash of what stands in the row now."""
    return rules.content_hash(
        messages=notice.messages or b"",
        rule=orjson.dumps(notice.rule, option=orjson.OPT_SORT_KEYS),
        type_=notice.type,
        fields=orjson.dumps(notice.fields, option=orjson.OPT_SORT_KEYS),
        bonds=bonds_of(notice),
        values=notice.values_hash,
    )


def bonds_of(notice: Notice) -> rules.Bonds:
    """What it says of other notices."""
    return rules.Bonds(notice.supersedes_id, notice.requires_id, notice.valid_until)


def _check_bonds(session: Session, own_id: int | None, what: Draft, now: datetime) -> None:
    """Only notices that were released can be named, never the notice itself."""
    if what.bonds == rules.Bonds():
        return
    named = {id_ for id_ in (what.bonds.supersedes, what.bonds.requires) if id_ is not None and id_ != own_id}
    bonds.check(what.bonds, queries.others(session, named, now, but=own_id), lane=what.lane, now=now)


def _write(notice: Notice, what: Draft) -> None:
    if not what.title.strip():
        raise Refused("お知らせの題名を入力してください。")
    notice.type, notice.title, notice.lane = what.type, what.title.strip()[:200], what.lane
    notice.fields, notice.rule, notice.segment_id = dict(what.fields), dict(what.rule), what.segment_id
    notice.supersedes_id, notice.requires_id = what.bonds.supersedes, what.bonds.requires
    notice.valid_until = what.bonds.valid_until


def _void_approval(notice: Notice) -> None:
    notice.approver_id = notice.approved_at = None
    notice.approved_hash = notice.approved_count = None


def _lock(session: Session, notice: Notice) -> None:
    """Take the row for this transaction and read it afresh; a row somebody else changed is seen as it is."""
    session.flush()
    session.refresh(notice, with_for_update=True)


def move(
    session: Session,
    notice: Notice,
    act: rules.Act,
    *,
    by: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Make one move of the table, with its audit row; the row is locked and read afresh first."""
    _lock(session, notice)
    notice.state = rules.after(notice.state, act)
    notice.updated_at = now
    _record(session, f"notice.{act}", notice, by, now, detail)


def _record(
    session: Session,
    action: str,
    notice: Notice,
    by: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(session, action, f"notice:{notice.id}", by=by, at=now, detail=detail)
