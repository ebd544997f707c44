"""Buttons that ring: every telephone number an answer names can be tapped, and 110 and 119 too (chat check C11)."""

from __future__ import annotations

import re

from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.values import replace

MOST = 4
MOST_ON_A_CARD = 4
_NUMBER = re.compile(r"(?:0(?<![0-9-]0)[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,5}|1(?<![0-9-]1)1[09])(?![0-9m-])")
"""What must not stand before is asked after the first digit: Python looks only at the places where one stands."""


def with_calls(talk: Talk, answer: Reply) -> Reply:
    """The answer, with a button at its end for each number that no choice and no card of it rings already.

    A card has at most four buttons; numbers beyond that stay in the text, where the phone finds those with hyphens.
    """
    text = answer.text
    # Most answers name none, and looking for one letter is a tenth of looking for a number.
    named = dict.fromkeys(_NUMBER.findall(text)) if "-" in text or "11" in text else {}
    if not named:
        return answer
    rung = " ".join([choice.opens for choice in answer.choices])
    numbers = [number for number in named if _ring(number) not in rung]
    if numbers and answer.cards:
        rung = str(answer.cards)
        numbers = [number for number in numbers if _ring(number) not in rung]
    if not numbers:
        return answer
    room = min(MOST, MOST_ON_A_CARD - len(answer.choices)) if answer.card else MOST
    calls = [
        Choice(f"call_{number}", talk.say("guide.call_number", number=number), "page", opens=_ring(number))
        for number in numbers[: max(0, room)]
    ]
    return replace(answer, choices=(*answer.choices, *calls)) if calls else answer


def _ring(number: str) -> str:
    return f"tel:{number.replace('-', '')}"
