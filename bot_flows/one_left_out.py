"""「しずかにする（今回だけ）」 below a reminder: the next one is left out, or comes after all."""

from __future__ import annotations

from typing import Any

from bot_flows import settings, waste_kinds
from bot_flows.attention import pause_end
from bot_flows.guide import door
from bot_flows.outcomes import Choice, Outcome, Reply, Talk
from bot_flows.stop_facts import SetRest
from bot_flows.values import replace
from bot_flows.waste_kinds import Next


def _next(talk: Talk) -> Next | None:
    """What can be left out: the next reminder, none while nothing comes anyway."""
    return None if pause_end(talk) else waste_kinds.upcoming(talk, waste_kinds.hour(talk), rests=False)


def rest(talk: Talk) -> Outcome:
    """The next reminder does not come; who has none sees the settings."""
    found = _next(talk)
    if found is None:
        return settings.card(talk)
    said = talk.say("reminder.rested", when=talk.called(found.day), what=talk.listed(found.kinds))
    choices = (door(talk.say("reminder.unrest"), "settings", "unrest"), _to_settings(talk))
    return Reply(said, choices, effects=(SetRest(found.day),), kept=_undo(talk))


def unrest(talk: Talk) -> Outcome:
    """The reminder that was left out comes after all; who has none sees the settings, nothing left out any more."""
    if _next(talk) is None:
        return _lifted(talk)
    kinds = talk.say("reminder.kinds_now", kinds=waste_kinds.shown(talk))
    said = f"{talk.say('reminder.unrested')}\n{kinds}"
    return Reply(said, (_to_settings(talk),), effects=(SetRest(None),), kept=_undo(talk))


def _lifted(talk: Talk) -> Outcome:
    resident = talk.facts.resident
    if resident.attention.rests_until is None:
        return settings.card(talk)
    lifted = replace(resident, attention=replace(resident.attention, rests_until=None))
    shown = settings.card(replace(talk, facts=replace(talk.facts, resident=lifted)))
    return replace(shown, effects=(SetRest(None),)) if isinstance(shown, Reply) else shown


def _undo(talk: Talk) -> dict[str, Any]:
    before = talk.facts.resident.attention.rests_until
    return waste_kinds.undo_of(talk, "rest", before.isoformat() if before else "")


def _to_settings(talk: Talk) -> Choice:
    return door(talk.say("settings.title"), "menu", "settings")
