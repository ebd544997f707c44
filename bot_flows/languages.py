"""Flow V, languages: two taps, each choice in its own script, easy Japanese first; the answer is in the new language.

Only languages that are whole are offered (``content.languages.offered``): who picked half a language would read two.
Notices are another matter: they come in the language staff wrote them in, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from bot_flows.guide import door, pages_door
from bot_flows.menu import home
from bot_flows.outcomes import Reply, Talk
from bot_flows.town_spoken import as_read
from bot_flows.types import Facts, SetLanguage
from bot_flows.values import replace
from bot_flows.words import fold
from content.languages import language, offered
from content.sentences import FIRST_LANGUAGE

PART = "language"
"""Its name among what 「もとに戻す」 can undo."""


def door_here(talk: Talk) -> Reply:
    """「言語 Language」: the languages, and who helps in person."""
    choices = [door(each.name, "language", "set", id=each.code) for each in offered()]
    help_in_person = pages_door(talk.say("language.in_person"), "language")
    return Reply(talk.say("language.ask", now=shown(talk)), (*choices, help_in_person))


def named(text: str) -> str:
    """The code of an offered language whose own name a whole text is (「English」, 「やさしい日本語」), else ""."""
    return _by_own_name().get(fold(text), "")


@cache
def _by_own_name() -> Mapping[str, str]:
    return {fold(each.name): each.code for each in reversed(offered())}


def own_name(code: str) -> str:
    """「English」: how a language calls itself, which is also the word that chooses it."""
    return language(code).name


def shown(talk: Talk, code: str = "") -> str:
    """The language read now, by its own name."""
    return language(code or talk.facts.resident.language).name


def chosen(talk: Talk, code: str) -> Reply:
    """The choice, confirmed in the language chosen; one that is not offered (any more) asks again."""
    if code not in {each.code for each in offered()}:
        return door_here(talk)
    new = in_language(talk, code)
    undo = {"undo": {"part": PART, "value": talk.facts.resident.language, "at": talk.facts.now.isoformat()}}
    said = new.say("language.done", language=shown(new))
    if code != FIRST_LANGUAGE:
        said = f"{said}\n{new.say('language.notices')}"
    back = door(new.say("settings.undo"), "settings", "undo")
    start = (door(new.say("welcome.start"), "menu", "setup"),) if talk.facts.resident.is_new else ()
    return Reply(said, (*start, *home(new).choices, back), effects=(SetLanguage(code),), kept=undo)


def in_language(talk: Talk, code: str) -> Talk:
    """The same talk as a resident of another language has it."""
    return replace(talk, facts=facts_in(talk.facts, code))


def facts_in(facts: Facts, code: str) -> Facts:
    return as_read(replace(facts, resident=replace(facts.resident, language=code)))


def undone(talk: Talk, code: Any) -> tuple[Talk, SetLanguage]:
    """The talk in the language as it was, and the effect that makes it so."""
    known = str(code) if str(code) in {each.code for each in offered()} else FIRST_LANGUAGE
    return in_language(talk, known), SetLanguage(known)
