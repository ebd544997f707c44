"""What a conversation remembers between turns: drafts (24 hours), undo (10 minutes)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot_flows.types import Incoming, State
from bot_flows.values import replace

DRAFT_LASTS = timedelta(hours=24)
UNDO_LASTS = timedelta(minutes=10)
HUSH = timedelta(seconds=60)
"""How long nothing is answered after somebody was asked to wait."""
DOUBLED = timedelta(seconds=3)
"""Within it the same button again is a doubled tap; later it is meant."""
BREAK = timedelta(minutes=30)
"""After a longer silence an open form is offered again instead of going on as if nothing happened."""
_LASTS = {"undo": UNDO_LASTS, "hush": HUSH, "press": UNDO_LASTS, "tab": timedelta.max}
"""What is kept for another time than a draft. LINE shows a tab until another is chosen, however long ago that was."""


def since(instant: str, now: datetime) -> timedelta:
    """How long ago an ISO instant was; very long when there is none or it cannot be read."""
    try:
        then = datetime.fromisoformat(instant)
    except ValueError:
        return timedelta.max
    if then.tzinfo is None:
        return timedelta.max
    return now - then


def forget_old(state: State, now: datetime) -> State:
    """The state without drafts, kept things and open questions that are past their time."""
    fresh = _without_old(state, now) if state.drafts or state.kept else state
    if state.at and since(state.at, now) >= DRAFT_LASTS:
        return replace(fresh, flow="", step="", data={}, misses=0)
    return fresh


def _without_old(state: State, now: datetime) -> State:
    drafts = {
        name: draft for name, draft in state.drafts.items() if since(draft.get("at", ""), now) < DRAFT_LASTS
    }
    kept = {
        name: thing
        for name, thing in state.kept.items()
        if since(thing.get("at", ""), now) < _LASTS.get(name, DRAFT_LASTS)
    }
    is_all_there = len(drafts) == len(state.drafts) and len(kept) == len(state.kept)
    return state if is_all_there else replace(state, drafts=drafts, kept=kept)


def with_kept(state: State, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is remembered after these changes; None forgets a thing."""
    if not changes:
        return state.kept
    return {name: thing for name, thing in {**state.kept, **changes}.items() if thing is not None}


def with_draft(state: State, now: datetime) -> State:
    """The open form put aside under its flow's name."""
    form, trail = state.data.get("form", {}), state.data.get("trail", [])
    version = state.data.get("v")
    draft = {"step": state.step, "form": form, "trail": trail, "v": version, "at": now.isoformat()}
    return replace(state, drafts={**state.drafts, state.flow: draft})


def without_draft(state: State, flow: str) -> State:
    """The state after a form was finished or thrown away."""
    if flow not in state.drafts:
        return state
    return replace(state, drafts={name: draft for name, draft in state.drafts.items() if name != flow})


def at_rest(
    state: State, doors: list[list[str]] | None = None, kept: Mapping[str, Any] | None = None
) -> State:
    """Nothing going on; ``doors`` are the (label, postback data) pairs a typed number opens, ``kept`` changes what is
    remembered."""
    data = {"doors": doors} if doors else {}
    return replace(state, flow="", step="", data=data, misses=0, kept=with_kept(state, kept or {}))


def with_tab(state: State, alias: str, now: datetime) -> State:
    """Remember which tab of the rich menu is open: its areas may open screens of LINE that tell us nothing."""
    return replace(state, kept={**state.kept, "tab": {"alias": alias[:32], "at": now.isoformat()}})


def _pressed(incoming: Incoming) -> str:
    return "&".join([incoming.text, *(f"{name}={value}" for name, value in sorted(incoming.params.items()))])


def is_doubled(state: State, incoming: Incoming, now: datetime) -> bool:
    """Whether this very button was the last thing done, and moments ago."""
    if incoming.kind != "postback" or "press" not in state.kept:
        return False
    last = state.kept["press"]
    if last.get("data") != _pressed(incoming):
        return False
    if incoming.at and last.get("ms"):
        return timedelta() <= timedelta(milliseconds=incoming.at - int(last["ms"])) < DOUBLED
    return timedelta() <= since(str(last.get("at", "")), now) < DOUBLED


def with_press(state: State, incoming: Incoming, now: datetime) -> State:
    """The state after a doubled tap: the turn it belongs to was done before."""
    return replace(state, kept=_with_press(state, incoming, now.isoformat()))


def after(state: State, incoming: Incoming, now: datetime) -> State:
    """The state as a turn leaves it: with its instant and, until something else is done, its button."""
    at = now.isoformat()
    return replace(state, at=at, kept=_with_press(state, incoming, at))


def _with_press(state: State, incoming: Incoming, at: str) -> Mapping[str, Any]:
    if incoming.kind == "postback":
        return {**state.kept, "press": {"data": _pressed(incoming), "at": at, "ms": incoming.at}}
    if "press" not in state.kept:
        return state.kept
    return {name: thing for name, thing in state.kept.items() if name != "press"}


def is_new_tab(state: State, now: datetime) -> bool:
    """Whether a tab was opened after the last turn, so that what comes now may come from its areas."""
    return since(str(state.kept.get("tab", {}).get("at", "")), now) < since(state.at, now)


def at_safe_tab(state: State) -> bool:
    """Whether the tab for emergencies was the last one opened (``safe``, ``safe-en``, …)."""
    return str(state.kept.get("tab", {}).get("alias", "")).partition("-")[0] == "safe"
