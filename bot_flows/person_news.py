"""What residents get from staff: a reply under the section's name, and the end of the talk."""

from __future__ import annotations

from bot_flows.guide import door, opener
from bot_flows.types import Message
from content import messages as line
from content.sentences import say

LONGEST_SENDER = 20
"""``sender.name`` of a message (Messaging API reference, "Change icon and display name")."""


def reply(text: str, section_name: str, language: str) -> tuple[Message, ...]:
    """Words of staff, shown as 「職員（環境局）」 so that nobody takes them for an automatic answer."""
    staff = say("person.sender", language)
    name = f"{staff}（{section_name.split()[0]}）" if section_name.strip() else staff
    return ({**line.text(text), "sender": {"name": name if len(name) <= LONGEST_SENDER else staff}},)


def waiting(ahead: int, language: str) -> tuple[Message, ...]:
    """Ten minutes without an answer: how many are before the resident."""
    said = say("person.waiting", language, ahead=ahead) if ahead else say("person.waiting_next", language)
    return (line.text(said),)


def out_of_hours(opens: str, language: str) -> tuple[Message, ...]:
    """Staff went home before they came to an answer: when they are there again."""
    return (line.text(say("person.closed", language, opens=opens)),)


def photo_refused(why: str) -> tuple[Message, ...]:
    """A photo sent to staff could not be kept; ``why`` is the sentence that says so."""
    return (line.text(why),)


def closed(language: str) -> tuple[Message, ...]:
    """The resident is back with the automatic answers, and may ask on."""
    label = say("person.more", language)
    typed = say("way.by_words", language, label=label, words=label)
    more = opener(door(label, "menu", "contact"))
    return (line.text(f"{say('person.back', language)}\n\n{typed}", quick=[more]),)
