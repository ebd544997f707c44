"""How much a resident wants to hear, in words: for the card of settings and for flow R."""

from __future__ import annotations

from datetime import datetime

from bot_flows import topics
from bot_flows.outcomes import Talk


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
    usual = talk.say("stop.row_quiet", how=_how(talk), hours=hours(talk, talk.facts.resident.attention.quiet))
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


def _how(talk: Talk) -> str:
    now = talk.facts.resident.attention
    if now.stopped:
        return talk.say("stop.row_stopped_all" if now.stopped == "all" else "stop.row_stopped")
    if until := pause_end(talk):
        return talk.say("stop.row_paused", until=talk.written(until.date()))
    return talk.say("stop.row_digest" if now.digest else "stop.row_usual")
