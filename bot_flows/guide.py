"""Where to turn: the town's pages and sections for everything the chat does not do itself (yet)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot_flows import postback
from bot_flows.outcomes import Card, Choice, Reply, Talk
from bot_flows.pack_facts import Link, Section
from bot_flows.values import replace
from content import messages as line
from content.limits import QUICK_LABEL

EMERGENCY, DISASTER, CARE = "emergency", "disaster", "care"
MOST_SERVICES = 3
_NOTE = re.compile("（([^（）]*[^ぁ-ん（）][^（）]*)）$")
MOST_LINKS = 4
"""A card holds at most four buttons (first promise of the conversation rules)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who answers for a subject and which of the town's pages belong to it."""

    section: str
    links: str


SUBJECTS: Mapping[str, Subject] = {
    "apply": Subject("apply", "apply"),
    "pay": Subject("tax", "pay"),
    "map": Subject("general", "map"),
    "bulky": Subject("bulky", "bulky"),
    "shelter": Subject("disaster", "shelter"),
    "alert": Subject("disaster", "alert"),
    "hazard": Subject("disaster", "hazard"),
    "children": Subject("childcare", "childcare"),
    "vaccination": Subject("health", "vaccination"),
    "events": Subject("events", "events"),
    "news": Subject("news", "news"),
    "report": Subject("roads", "report"),
    "safety": Subject("safety", "safety"),
    "language": Subject("language", "language"),
    "stop": Subject("general", "privacy"),
    "delete": Subject("general", "privacy"),
    "data": Subject("general", "privacy"),
    "code": Subject("general", "counter"),
    "contact": Subject("general", "contact"),
}
"""Doors answered with pages and a section. The sentence of each is ``guide.<subject>``."""

SECTION_IDS = frozenset(subject.section for subject in SUBJECTS.values()) | {"care"}
LINK_KINDS = frozenset(subject.links for subject in SUBJECTS.values())


def section(talk: Talk, section_id: str) -> Section:
    """The section of a subject; a pack without it has at least ``general``."""
    try:
        found = talk.facts.town.section(section_id)
    except LookupError:
        found = talk.facts.town.section("general")
    # Sentences put hours in brackets, and brackets within brackets are hard to read; a reading belongs to its word.
    return replace(found, hours=_NOTE.sub(r"、\1", found.hours)) if "（" in found.hours else found


def links(talk: Talk, kind: str) -> Sequence[Link]:
    """The pages of a kind; none when the pack has none."""
    try:
        return talk.facts.town.links(kind)
    except LookupError:
        return ()


@lru_cache(maxsize=4096)
def door(label: str, flow: str, act: str, **rest: str) -> Choice:
    """A choice that opens something at any time; remembered, since most stand below every answer of their kind."""
    return Choice(id=act, label=label, kind="door", opens=postback.door(flow, act, **rest))


def pages_door(label: str, name: str) -> Choice:
    """A choice that opens the town's own pages on a subject of ``SUBJECTS``."""
    return door(label, "guide", "pages", id=name)


def opener(choice: Choice) -> line.Action:
    """A door or page as the action of a button."""
    if choice.kind == "page":
        return line.uri(choice.label, choice.opens)
    return line.postback(choice.label, choice.opens, shown=choice.label)


def page(link: Link) -> Choice:
    """A choice that opens one of the town's pages."""
    return Choice(id=link.id, label=cut(link.label), kind="page", opens=link.url)


LONGEST_ALT = 60
"""Letters that the list of talks shows of an answer."""


def cut(label: str, longest: int = QUICK_LABEL) -> str:
    """A label as long as LINE's quick replies allow (20)."""
    return label if len(label) <= longest else label[: longest - 1] + "…"


def cut_quoted(talk: Talk, name: str) -> str:
    """A Japanese name of the town's lists as a label, for readers of other languages in 「」."""
    return cut(talk.quoted(name, QUICK_LABEL))


def subject_named(name: str) -> str:
    """The subject of that name; made-up ones are a matter of contact."""
    return name if name in SUBJECTS else "contact"


def subject(talk: Talk, name: str) -> Reply:
    """What the town offers for a subject: its pages as buttons, the section with its phone number."""
    about = SUBJECTS[name]
    who = section(talk, about.section)
    offered = [link for link in links(talk, about.links) if link.url][:MOST_LINKS]
    pages = [page(link) for link in offered]
    if not pages and who.url:
        pages = [Choice("page", talk.say("guide.open_page"), "page", opens=who.url)]
    choices = (*pages, call(talk, who))[:MOST_LINKS]
    first = talk.say(f"guide.{name}", section=who.name, phone=who.phone)
    rows = [(link.label, link.note) for link in offered if link.note]
    rows.append((talk.say("guide.row_contact"), f"{who.name} {who.phone}"))
    title = talk.say(f"guide.{name}_title")
    alt = first.splitlines()[0]
    text = f"{first}\n{talk.say('guide.reach', section=who.name, phone=who.phone, hours=who.hours)}"
    return Reply(text, choices, Card(title, alt, tuple(rows)))


def call(talk: Talk, who: Section) -> Choice:
    """A button that rings the section (chat check C11); the number stands in the text as well."""
    return Choice("call", talk.say("guide.call"), "page", opens=_ring(who.phone))


def cry(talk: Talk, kind: str, most: int = MOST_SERVICES) -> Reply:
    """Emergency and care words: the numbers that help now, first; never a list of search results. Where water or earth
    is coming, what saves is to go away from it, so that shelters come with the numbers.

    Nobody in the town hall hears of it: the last button leads to the town's own counter, for whoever wants that.
    """
    if kind == CARE:
        return _care(talk, [link for link in links(talk, CARE) if link.url][:most])
    if kind == DISASTER:
        ways = (door(talk.say(f"menu.title_{area}"), "menu", area) for area in ("shelter", "alert"))
        return Reply(talk.say("guide.cry_disaster"), tuple(ways))
    who = section(talk, "general")
    return Reply(talk.say("guide.cry_emergency", section=who.name, phone=who.phone, hours=who.hours))


def _care(talk: Talk, services: Sequence[Link]) -> Reply:
    who = section(talk, CARE)
    said = [(link.label, link.url.removeprefix("tel:"), link.note) for link in services]
    lines = [
        talk.say("guide.care_service", name=name, phone=reached, hours=hours or "-")
        for name, reached, hours in said or [(who.name, who.phone, who.hours)]
    ]
    choices = [
        Choice(
            link.id,
            cut(link.label),
            "page",
            opens=_ring(link.url) if link.url.startswith("tel:") else link.url,
        )
        for link in services
    ]
    counter = door(talk.say("guide.care_counter"), "person", "care")
    return Reply("\n".join([talk.say("guide.cry_care"), *lines]), (*choices, counter))


def _ring(number: str) -> str:
    return "tel:" + re.sub(r"[^0-9+]", "", number)
