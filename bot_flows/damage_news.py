"""News of a damage report: one line per change of its state, and the way to hear no more of it."""

from __future__ import annotations

import re

from bot_flows import guide
from bot_flows.damage_facts import QuietReport
from bot_flows.outcomes import Reply, Talk
from bot_flows.types import Message
from bot_flows.words import fold, labels
from content import messages as line
from content.sentences import say

LONGEST_NUMBER = 9
_RECEIPT = re.compile(r"(?a)r-?(\d{1,9})(?!\d)")
_LABEL = "damage.quiet_short"
_STOPS = ("止める", "とめる", "止めて", "通報を止める", "知らせを止める", "stop")


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
    label = say("damage.quiet_short", language)
    choice = guide.door(label, "damage", "quiet", id=str(number))
    typed = say("way.by_words", language, label=label, words=f"{label} {receipt(number)}")
    return (line.text(f"{text}\n\n{typed}", quick=[guide.opener(choice)]),)


def photo_refused(number: int, reason: str, language: str) -> tuple[Message, ...]:
    """A photo that could not be kept, and why (``why_photo_refused``); the report itself stands."""
    stands = say("damage.photo_refused", language, receipt=receipt(number))
    return (line.text(f"{why_photo_refused(reason, language)}\n{stands}"),)


def why_photo_refused(reason: str, language: str) -> str:
    """heic · kind · large · broken, as residents read it."""
    return say(f"damage.photo_{reason}", language)


def _is_stop(said: str) -> bool:
    return said in _STOPS or said in labels(_LABEL)


def names_all(text: str) -> bool:
    """Whether somebody typed the button's label alone: the application looks which reports they follow."""
    said = fold(text).rstrip("。.")
    return said in ("通報を止める", "知らせを止める") or said in labels(_LABEL)


def number_to_stop(text: str) -> str:
    """The receipt number of 「知らせを止める R-1182」, empty for anything else."""
    said = fold(text).rstrip("。.")
    found = _RECEIPT.search(said)
    rest = " ".join((said[: found.start()] + said[found.end() :]).split()) if found else ""
    return found[1] if found and _is_stop(rest.strip("のを: ")) else ""


def which(talk: Talk) -> Reply:
    """The label typed without a number: the only report this resident follows, or a choice among them."""
    followed = talk.facts.damage.followed
    if len(followed) <= 1:
        return quiet(talk, str(followed[0][0]) if followed else "")
    choices = tuple(
        guide.door(
            guide.cut(f"{receipt(number)} {talk.say(f'damage.kind_{kind}')}"),
            "damage",
            "quiet",
            id=str(number),
        )
        for number, kind in followed
    )
    return Reply(talk.say("damage.quiet_which"), choices)


def quiet(talk: Talk, number: str) -> Reply:
    """「知らせを止める」: for this resident and this report alone; the application looks whose it is."""
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return Reply(talk.say("damage.quiet_gone"))
    said = talk.say("damage.quieted", receipt=receipt(int(number)))
    return Reply(said, effects=(QuietReport(int(number)),))
