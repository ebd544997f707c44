"""Which processes owe a sign of life, and after how long one is missed. Pure."""

from __future__ import annotations

from collections.abc import Collection

EVERY = 5.0
"""Seconds between two signs of a process."""
MISSED = 60.0
"""Seconds without one: longer than the longest job (34 s), so that a busy worker is never called dead."""
APART = 60.0
"""Seconds by which the clocks of two machines may differ: a minute is as fine as staff set an instant."""
PROCESSES = {
    "clock": "予約の時計",
    "emergency": "緊急のお知らせ",
    "reply": "住民への返信",
    "individual": "1人ずつのお知らせ",
    "ordinary": "通常のお知らせ",
    "chores": "送信の準備",
}
"""Every process of the Procfile except the web, as staff read it."""


def sentence(missed: Collection[str]) -> str:
    """What staff read while processes are missed; nothing while all is well."""
    if not missed:
        return ""
    names = "・".join(word for name, word in PROCESSES.items() if name in missed)
    return f"「{names}」の処理が1分以上止まっています。動き出すと、続きから自動で送ります。"


def apart_sentence(seconds: float) -> str:
    """What staff read while the machines' clocks differ by so much; nothing while they agree."""
    if seconds < APART:
        return ""
    return (
        f"サーバーとデータベースの時計が約{round(seconds / 60)}分ずれています。送信は続き、二重には届きませんが、"
        "予約や期限の時刻がそれだけずれることがあります。"
    )
