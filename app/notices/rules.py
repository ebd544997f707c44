"""A notice's life as a table of moves, and who may make them. Pure.

The states are those of a broadcast whose content is frozen before approval and whose recipients are frozen
at release:

    draft → content_frozen → approved → scheduled → recipients_frozen → running ⇄ paused → finishing → done
                                                                        or cancelled, or expired
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.clock import in_japan
from app.errors import Refused

LANES = ("emergency", "individual", "ordinary")

Act = Literal[
    "submit", "give_back", "approve", "edit", "schedule", "unschedule", "recount", "hold", "release",
    "freeze", "start", "pause", "resume", "finish", "close", "cancel", "expire",
]  # fmt: skip

MOVES: dict[tuple[str, Act], str] = {
    ("draft", "submit"): "content_frozen",
    ("draft", "edit"): "draft",
    ("draft", "cancel"): "cancelled",
    ("content_frozen", "give_back"): "draft",
    ("content_frozen", "edit"): "draft",
    ("content_frozen", "approve"): "approved",
    ("content_frozen", "cancel"): "cancelled",
    ("approved", "edit"): "draft",
    ("approved", "schedule"): "scheduled",
    ("approved", "cancel"): "cancelled",
    ("approved", "expire"): "expired",
    ("scheduled", "edit"): "draft",
    ("scheduled", "unschedule"): "approved",
    # The audience at release is not the one that was approved: back to the approver.
    ("scheduled", "recount"): "content_frozen",
    # The instant was missed by too much: a person decides.
    ("scheduled", "hold"): "paused",
    ("scheduled", "freeze"): "recipients_frozen",
    ("scheduled", "cancel"): "cancelled",
    ("scheduled", "expire"): "expired",
    ("recipients_frozen", "start"): "running",
    ("recipients_frozen", "pause"): "paused",
    ("recipients_frozen", "cancel"): "cancelled",
    ("recipients_frozen", "expire"): "expired",
    ("running", "pause"): "paused",
    ("running", "finish"): "finishing",
    ("running", "cancel"): "cancelled",
    ("running", "expire"): "expired",
    # Held before its recipients were frozen: goes back to wait for the clock.
    ("paused", "release"): "scheduled",
    ("paused", "resume"): "running",
    ("paused", "cancel"): "cancelled",
    ("paused", "expire"): "expired",
    ("finishing", "close"): "done",
}

STATES = (
    "draft", "content_frozen", "approved", "scheduled", "recipients_frozen", "running", "paused",
    "finishing", "done", "cancelled", "expired",
)  # fmt: skip

ENDED = ("done", "cancelled", "expired")

STATE_WORDS = {
    "draft": "下書き",
    "content_frozen": "承認待ち",
    "approved": "承認済み",
    "scheduled": "予約",
    "recipients_frozen": "配信準備中",
    "running": "配信中",
    "paused": "一時停止",
    "finishing": "集計中",
    "done": "完了",
    "cancelled": "中止",
    "expired": "期限切れ",
}

PAUSE_WORDS = {
    "staff": "職員が一時停止しました。",
    "late": "予定の時刻を過ぎたため、送信を保留しました。今から送るか選んでください。",
    "quota": "今月の送信上限に達したため、停止しました。",
    "token": "LINEとの接続認証が切れました。管理者に連絡してください。新しいトークンで動かし直すと、1分ほどで続きから自動で送ります。",
    "message_refused": "LINEが内容を受け付けませんでした。内容を確認してください。",
    "sum": "人数の合計が合わないため、停止しました。管理者に連絡してください。",
    "watch": "最初の50人に送った結果、届かない人がいたため、停止しました。一覧を確認し、再開するか中止するか決めてください。",
    "refusals": "LINEに断られた宛先が5％をこえたため、停止しました。一覧を確認し、再開するか中止するか決めてください。",
    "restored": "バックアップから戻したデータベースのため、止めました。戻す前に送られていた場合、再開すると同じ人に二重に届きます。送ったかどうかを確かめてから、再開か中止を選んでください。",
    "correction": "訂正を送るため、止めました。訂正を送り始めると、のこりの人への送信は終わります。訂正をやめたときは、再開できます。",
    "requires": "もとになるお知らせが有効でないため、保留しました。もとのお知らせを確認してください。",
}


def after(state: str, act: Act) -> str:
    """The state an act leads to; Refused says in one sentence why it cannot be done now."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Refused(
            f"このお知らせは「{STATE_WORDS.get(state, state)}」です。画面を開き直して、いまの状態を確認してください。"
        ) from None


def states_before(act: Act) -> tuple[str, ...]:
    """Every state in which an act is allowed."""
    return tuple(state for (state, possible) in MOVES if possible == act)


def content_hash(
    *, messages: bytes, rule: bytes, type_: str, fields: bytes, bonds: Bonds, values: str = ""
) -> str:
    """SHA-256 over everything an approver sees; one changed character is another hash."""
    digest = hashlib.sha256()
    parts = [type_.encode(), fields, rule, messages]
    if bonds != Bonds():
        until = f":{bonds.valid_until.timestamp():.0f}" if bonds.valid_until else ""
        parts.append(f"{bonds.supersedes or ''}:{bonds.requires or ''}{until}".encode())
    if values:
        parts.append(f"values:{values}".encode())
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def may_approve(*, author_id: int, approver_id: int, roles: list[str]) -> None:
    """Every notice needs a second person, whatever its size (design, issue of the main path)."""
    if author_id == approver_id:
        raise Refused("自分で作ったお知らせは、自分では承認できません。ほかの承認者に依頼してください。")
    if "approver" not in roles:
        raise Refused("承認するには「承認」の役割が必要です。管理者に確認してください。")


NIGHT_FROM, NIGHT_TO = 21, 7
LATEST_AHEAD = timedelta(days=90)
LIFETIME = {
    "emergency": timedelta(hours=1),
    "individual": timedelta(hours=24),
    "ordinary": timedelta(hours=24),
}


PERHAPS_SENT = (
    "バックアップから戻したお知らせです。戻す前に送られていた場合、もう一度送ると同じ人に二重に届きます。"
    "送っていないことを確かめて、確認の欄に印を付けてください。"
)


@dataclass(frozen=True, slots=True)
class Release:
    """When, and whether the number typed is the number that will be reached."""

    at: datetime
    typed_count: int
    night_reason: str = ""
    watch_seconds: int = 0
    people_per_minute: int | None = None
    though_perhaps_sent: bool = False
    """Of a notice from a restored copy: whoever schedules it has made sure that it did not go out."""


def is_night(instant: datetime) -> bool:
    """21:00–7:00 in Japan, when a phone should stay quiet."""
    hour = in_japan(instant).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO


def check_schedule(at: datetime, *, now: datetime, night_reason: str, lane: str) -> None:
    """A release is to the minute, in the future, at most 90 days ahead; at night it needs a reason."""
    if at.second or at.microsecond:
        raise Refused("時刻は分までで指定してください。")
    if at <= now:
        raise Refused("過ぎた時刻です。いまより後の時刻を選んでください。")
    if at - now > LATEST_AHEAD:
        raise Refused("予約できるのは90日先までです。日付を確認してください。")
    if is_night(at) and lane != "emergency" and not night_reason.strip():
        raise Refused("21時から7時までに送るには、理由を書いてください。")


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the audience at release may be from the one approved (reliability §2.1)."""

    approved: int
    found: int

    @property
    def allowed(self) -> int:
        """5 % or 500 people, whichever is smaller, but at least 20."""
        return max(20, min(self.approved * 5 // 100, 500))

    @property
    def too_far(self) -> bool:
        return abs(self.found - self.approved) > self.allowed


@dataclass(frozen=True, slots=True)
class Bonds:
    """What a notice says of others, by id: it replaces one, or makes sense only while one stands; and how long it
    is true at all."""

    supersedes: int | None = None
    requires: int | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What became of a notice others build on."""

    state: str
    has_readers: bool
    """It was released, and LINE accepted it for somebody, or may have."""
    withdrawn: bool = False
    """Staff who stopped it said that it was wrong, also for those who have read it."""
    superseded: bool = False


def is_standing(order: Order) -> bool:
    """Whether something can be built on an order: it went out, nobody took it back, and nobody replaced it.

    How its sending ended does not matter: whoever read an evacuation order that was stopped half-way, or ran out of
    time, must hear that it is lifted.
    """
    goes_out = order.state in ("running", "finishing", "done")
    return (goes_out or order.has_readers) and not order.withdrawn and not order.superseded


def why_not_now(
    *,
    state: str,
    expires_at: datetime | None,
    now: datetime,
    superseded: bool,
    required_stands: bool,
) -> str:
    """Why nothing of a notice may be handed over at this moment; empty when it may.

    Asked at every hand-over, not only at release: a notice can go out of date while it is under way.
    """
    if state != "running":
        return "state"
    if expires_at is not None and expires_at <= now:
        return "expired"
    if superseded:
        return "superseded"
    return "" if required_stands else "requires"


def lateness_allowed(lane: str) -> timedelta:
    """How late a release may start by itself: 15 minutes, an emergency 5."""
    return timedelta(minutes=5) if lane == "emergency" else timedelta(minutes=15)


def until_token_is_tried(earlier: int) -> timedelta:
    """How long a notice that stopped for the token stays so, when it went on by itself so often before: LINE may know
    the token and still refuse the sending (403), and that is not asked every minute for ever."""
    return timedelta(minutes=min(60, 2 ** min(earlier, 6) - 1))
