"""The menu card, small replies, and what is said when nobody understood."""

from __future__ import annotations

from collections.abc import Mapping

from bot_flows.guide import door
from bot_flows.outcomes import Reply, Talk
from bot_flows.types import NoteUnknownWord
from bot_flows.words import masked
from content.sentences import FIRST_LANGUAGE, spoken

ON_THE_CARD = ("garbage", "sorting", "map", "apply", "pay", "settings", "contact")


def labels(talk: Talk) -> Mapping[str, str]:
    """Area to the words residents see on the menu."""
    return {area: talk.say(f"menu.area_{area}") for area in ON_THE_CARD}


def home(talk: Talk) -> Reply:
    """The menu as text and buttons, for PCs, screen readers and everyone who lost the rich menu."""
    choices = tuple(door(label, "menu", area) for area, label in labels(talk).items())
    text = talk.say("menu.home")
    language = talk.facts.resident.language
    if language != FIRST_LANGUAGE and spoken(language) == FIRST_LANGUAGE:
        text = f"{text}\n{talk.say('menu.no_translation')}"
    return Reply(text, choices)


def small_talk(talk: Talk, word: str) -> Reply:
    """One short answer to thanks and greetings, without pushing the menu."""
    return Reply(talk.say(f"menu.{word}"))


def insulted(talk: Talk) -> Reply:
    """One calm line and the way to a person; the words go on nobody's list."""
    return Reply(talk.say("menu.insult"), (door(talk.say("way.human_label"), "menu", "contact"),))


def not_understood(talk: Talk, text: str, misses: int) -> Reply:
    """First a card with everything, then numbers only; the word goes to the staff's list."""
    note = (NoteUnknownWord("question", masked(text)),) if masked(text) else ()
    choices = home(talk).choices
    key = "menu.unknown_first" if misses <= 1 else "menu.unknown_second"
    return Reply(talk.say(key), choices, effects=note)


def none_fits(talk: Talk, word: str) -> Reply:
    """None of what was offered: the card with everything, and the word for the staff's list."""
    note = (NoteUnknownWord("question", word),) if word else ()
    return Reply(talk.say("menu.unknown_first"), home(talk).choices, effects=note)


def unreadable(talk: Talk, kind: str, message_id: str = "") -> Reply:
    """A sticker, photo, voice or file while nothing is asked; a photo is most likely of something broken, and then
    it is the report's first one."""
    if kind == "photo":
        report = door(talk.say("menu.photo_report"), "damage", "photo", id=message_id)
        return Reply(talk.say("menu.photo"), (report, door(talk.say("menu.photo_other"), "menu", "home")))
    said = talk.say("menu.sticker") if kind == "sticker" else talk.say("menu.other")
    return Reply(said, home(talk).choices)


def old_button(talk: Talk, has_draft: bool) -> Reply:
    """A button of a question that has passed, while nothing is asked."""
    key = "menu.old_button_draft" if has_draft else "menu.old_button"
    return Reply(talk.say(key), home(talk).choices)
