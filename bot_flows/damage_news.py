"""News of a damage report: one line per change of its state, and the way to hear no more of it."""

from __future__ import annotations

from bot_flows import guide
from bot_flows.damage_facts import QuietReport
from bot_flows.outcomes import Reply, Talk
from bot_flows.types import Message
from content import messages as line
from content.sentences import say

LONGEST_NUMBER = 9


def receipt(number: int) -> str:
    """「R-1182」."""
    return f"R-{number}"


def news(number: int, kind: str, state: str, note: str, language: str) -> tuple[Message, ...]:
    """What everybody who follows a report reads when its state changes; ``note`` are the staff's own words."""
    words = {
        "receipt": receipt(number),
        "kind": say(f"damage.kind_{kind}", language),
        "state": say(f"damage.state_{state}", language),
    }
    text = "\n".join(part for part in (say("damage.news", language, **words), note) if part)
    choice = guide.door(say("damage.quiet_short", language), "damage", "quiet", id=str(number))
    return (line.text(text, quick=[guide.opener(choice)]),)


def photo_refused(number: int, reason: str, language: str) -> tuple[Message, ...]:
    """A photo that could not be kept, and why (``why_photo_refused``); the report itself stands."""
    stands = say("damage.photo_refused", language, receipt=receipt(number))
    return (line.text(f"{why_photo_refused(reason, language)}\n{stands}"),)


def why_photo_refused(reason: str, language: str) -> str:
    """heic · kind · large · broken, as residents read it."""
    return say(f"damage.photo_{reason}", language)


def quiet(talk: Talk, number: str) -> Reply:
    """「知らせを止める」: for this resident and this report alone; the application looks whose it is."""
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return Reply(talk.say("damage.quiet_gone"))
    said = talk.say("damage.quieted", receipt=receipt(int(number)))
    return Reply(said, effects=(QuietReport(int(number)),))
