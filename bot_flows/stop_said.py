"""Stop, pause and less, said while nothing asks for it: the words on their buttons, and wishes in one's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from bot_flows import settings, stop
from bot_flows.outcomes import Outcome, Start, Talk
from bot_flows.wishes import wish_in
from bot_flows.words import fold, labels

_AT_ONCE = ("week", "month", "less", "often")
"""Choices of 「どのように止めますか」 that say everything themselves."""
_ASKED = {"all": "everything", "quiet": "quiet"}
"""Those that ask something first, and where."""


@cache
def _printed() -> Mapping[str, str]:
    """The labels of these choices in every language, each with its choice."""
    return {said: choice for choice in (*_AT_ONCE, *_ASKED) for said in labels(f"stop.{choice}")}


def door_of(talk: Talk, text: str) -> Callable[[], Outcome] | None:
    """What a wish to hear less opens: one topic, a pause, the ways to hear less."""
    printed = _printed().get(fold(text), "")
    if printed:
        asks = _ASKED.get(printed)
        return partial(Start, "stop", asks) if asks else partial(stop.chosen, talk, printed)
    wish = wish_in(talk, text)
    if wish is None:
        return None
    if wish.is_for_topic:
        return partial(settings.one_topic, talk, wish.topic)
    length = next((each for each in ("week", "month") if each in wish.means), "")
    if not wish.topic and length and not wish.means.isdisjoint(("pause", "stop")):
        return partial(stop.chosen, talk, length)
    return partial(stop.door_here, talk) if wish.is_for_all else None
