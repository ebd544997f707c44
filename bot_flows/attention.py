"""How much a resident wants to hear, in words: for the card of settings and for flow R."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot_flows import topics
from bot_flows.outcomes import Talk
from bot_flows.stop_facts import Attention
from bot_flows.values import replace

PART = "how"
"""Its name among what 「もとに戻す」 can undo."""


def pause_end(talk: Talk) -> datetime | None:
    """When a pause ends that has not ended yet."""
    until = talk.facts.resident.attention.paused_until
    return until if until and until > talk.facts.now else None


def is_still(talk: Talk) -> bool:
    """Stopped or paused at this moment."""
    return bool(talk.facts.resident.attention.stopped or pause_end(talk))


def hours(talk: Talk, quiet: tuple[int, int]) -> str:
    """「21時〜7時」"""
    return talk.say("stop.quiet_hours", first=quiet[0], last=quiet[1])


def row(talk: Talk) -> str:
    """The row of the settings card: how notices come, the quiet hours, and what is left out."""
    usual = talk.say("stop.row_quiet", how=how(talk), hours=hours(talk, talk.facts.resident.attention.quiet))
    return "\n".join([usual, *_left_out(talk)])


def _left_out(talk: Talk) -> list[str]:
    """Topics of the own ward alone, kinds of garbage and the day without a reminder: nothing narrowed is hidden."""
    now = talk.facts.resident.attention
    near = topics.names(talk, now.near) if now.near else ""
    kinds = talk.listed(talk.of_pack(kind) for kind in sorted(now.unwanted))
    rests = now.rests_until
    left_out = talk.called(rests) if rests and rests >= talk.facts.now.date() else ""
    said = (
        ("settings.row_near", near),
        ("reminder.row_unwanted", kinds),
        ("reminder.row_rest", left_out),
    )
    return [talk.say("setup.line", label=talk.say(label), value=value) for label, value in said if value]


def how(talk: Talk) -> str:
    """「そのつど」, 「週1回にまとめる」, 「停止中」."""
    now = talk.facts.resident.attention
    if now.stopped:
        return talk.say("stop.row_stopped_all" if now.stopped == "all" else "stop.row_stopped")
    if until := pause_end(talk):
        return talk.say("stop.row_paused", until=talk.written(until.date()))
    return talk.say("stop.row_digest" if now.digest else "stop.row_usual")


def undo_of_how(talk: Talk) -> dict[str, Any]:
    """What 「もとに戻す」 goes back to after a stop, a pause, the summary of the week or other quiet hours."""
    now = talk.facts.resident.attention
    until = now.paused_until.isoformat() if now.paused_until else ""
    value = {"stopped": now.stopped, "until": until, "digest": now.digest, "quiet": list(now.quiet)}
    return {"undo": {"part": PART, "value": value, "at": talk.facts.now.isoformat()}}


def as_it_was(now: Attention, value: Mapping[str, Any]) -> Attention:
    """How much was heard before the change that ``undo_of_how`` remembers."""
    first, last = value["quiet"]
    until = datetime.fromisoformat(value["until"]) if value["until"] else None
    return replace(
        now,
        stopped=value["stopped"],
        paused_until=until,
        digest=bool(value["digest"]),
        quiet=(int(first), int(last)),
    )
