"""What a text says by itself, whoever wrote it and wherever. Pure.

Read once and remembered: most of what is sent are labels, numbers and words that everybody sends, and each of them
would be compared with some hundred others again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from bot_flows import (
    bulky_order_card,
    bulky_orders,
    counter,
    damage_news,
    damage_state,
    languages,
    one_left_out,
    person,
)
from bot_flows.bulky_words import number_said
from bot_flows.outcomes import Outcome, Talk
from bot_flows.values import checked
from bot_flows.words import door_word, fold, labels

_PRINTED: Mapping[str, Callable[[Talk], Outcome]] = {
    "person.more": person.door_here,
    "reminder.rest": one_left_out.rest,
    "reminder.unrest": one_left_out.unrest,
}


@checked(frozen=True, slots=True)
class Said:
    """``folded`` is the text as words are compared."""

    folded: str
    pushed: Callable[[Talk], Outcome] | None
    """What it opens when it is printed below a push; a push sets no numbers, since nobody asked for it."""
    is_paid: bool
    """「支払いました」."""
    is_order: bool
    """「予約を取り消したい」: of what, is not said."""
    is_code: bool
    """A code that links one person at the counter."""
    word: str
    """The door it names, else empty."""
    language: str
    """The language whose own name it is, else empty."""
    wants_somebody: bool
    """「人に聞く」 in any language."""


@lru_cache(maxsize=4096)
def read(text: str) -> Said:
    folded = fold(text)
    return Said(
        folded,
        _pushed(text),
        bulky_orders.says_paid(text),
        bulky_orders.means_an_order(text),
        counter.is_personal(text),
        door_word(text),
        languages.named(text),
        folded in labels("way.human_label"),
    )


def _pushed(text: str) -> Callable[[Talk], Outcome] | None:
    number = number_said(text)
    if number is not None:
        return lambda talk: bulky_order_card.show(talk, str(number))
    if report := damage_news.number_to_stop(text):
        return lambda talk: damage_news.quiet(talk, report)
    if damage_state.is_asked(text):
        return lambda talk: damage_state.told(talk, damage_state.number_asked(text))
    if bulky_orders.is_asked_for(text):
        return bulky_orders.mine
    if damage_news.names_all(text):
        return damage_news.which
    return next((opens for label, opens in _PRINTED.items() if fold(text) in labels(label)), None)
