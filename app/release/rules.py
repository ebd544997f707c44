"""What a notice that goes to the readers of another one has to wait for. Pure."""

from __future__ import annotations

from app.notices.rules import ENDED
from app.segments.words import All, AnyOf, Not, Received, Rule, WantsReminder


def originals(rule: Rule) -> tuple[int, ...]:
    """The notices whose readers a rule asks for, ascending; usually none."""
    match rule:
        case Received(notice_id):
            return (notice_id,)
        case All(parts) | AnyOf(parts):
            return tuple(sorted({found for part in parts for found in originals(part)}))
        case Not(part):
            return originals(part)
        case _:
            return ()


def is_of_their_hour(rule: Rule) -> bool:
    """Whether everybody a rule means chose the hour it goes out at."""
    return isinstance(rule, All) and any(isinstance(part, WantsReminder) for part in rule.parts)


def still_grows(*, state: str, is_replaced: bool, is_sending: bool, is_open: bool) -> bool:
    """Whether more people may still become readers of an original.

    One that is replaced starts nothing more once it is paused: only what is under way counts. Any other one has to
    be over first.
    """
    if is_replaced:
        return state == "running" or is_sending
    return is_open if state in ENDED else True
