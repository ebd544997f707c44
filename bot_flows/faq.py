"""Flow P: answers to questions, a choice between a few, and what became of an answer that did not fit."""

from __future__ import annotations

from collections.abc import Sequence

from bot_flows import menu, place_card, sorting
from bot_flows.asked import Faq
from bot_flows.guide import LONGEST_ALT, call, cut, cut_quoted, door, links, page, section
from bot_flows.outcomes import Card, Choice, Outcome, Reply, Talk
from bot_flows.postback import TooLong
from bot_flows.types import NoteUnknownWord
from bot_flows.understanding import Candidate
from bot_flows.values import replace
from bot_flows.words import masked
from content.sentences import FIRST_LANGUAGE

ASKED = "asked"
"""Kept while an answer stands: what was asked, digits masked, for the staff's list if the answer was wrong."""
_MOST_PAGES = 2
_REPORTS = "report"
"""The kind of pages about what is broken in a street or a park."""


def _kept(talk: Talk, text: str) -> dict[str, object]:
    return {ASKED: {"word": masked(text), "at": talk.facts.now.isoformat()}}


def answer(talk: Talk, faq: Faq, text: str = "") -> Reply:
    """The answer first, its pages and its section, and two buttons to say whether it fitted."""
    who = section(talk, faq.section)
    offered = links(talk, faq.links) if faq.links else ()
    pages = [page(each) for each in offered if each.url and (each.id in faq.pages or not faq.pages)]
    if faq.links == _REPORTS:
        # It is reported here, in this talk: the door stands before the page.
        pages.insert(0, door(talk.say("menu.photo_report"), "menu", "report"))
    town = talk.say("faq.ask_section", section=who.name, phone=who.phone, hours=who.hours)
    language = talk.facts.resident.language
    translated = talk.facts.town.named(faq.answer, language)
    said = f"{translated or talk.quoted(faq.answer)}\n{town}"
    if language != FIRST_LANGUAGE and not translated:
        # The answer itself is the town's own text; this one nobody has translated, into easy Japanese neither.
        said = f"{said}\n{talk.say('menu.no_translation')}"
    choices = (
        *pages[:_MOST_PAGES],
        door(talk.say("faq.good_label"), "faq", "good"),
        door(talk.say("faq.wrong_label"), "faq", "wrong", id=faq.id),
    )
    alt = cut(translated, LONGEST_ALT) if translated else talk.quoted(faq.answer.split("。", 1)[0] + "。")
    title = talk.of_pack(faq.questions[0])
    contact = ((talk.say("faq.row_contact"), f"{who.name} {who.phone}"),)
    return Reply(said, choices, Card(title, alt, contact), kept=_kept(talk, text) if text else {})


def good(talk: Talk) -> Reply:
    """「役に立った」."""
    return Reply(talk.say("faq.good"), kept={ASKED: None})


def wrong(talk: Talk, faq_id: str) -> Reply:
    """「ちがう」: a person, and the question (without the person) for the staff."""
    faq = _entry(talk, faq_id)
    who = section(talk, faq.section if faq else "general")
    text = talk.say("faq.wrong", section=who.name, phone=who.phone, hours=who.hours)
    choices = (call(talk, who), door(talk.say("menu.label"), "menu", "home"))
    return Reply(text, choices, effects=_note(talk), kept={ASKED: None})


def _note(talk: Talk) -> tuple[NoteUnknownWord, ...]:
    word = str((talk.kept.get(ASKED) or {}).get("word", ""))
    return (NoteUnknownWord("question", word),) if word else ()


def several(talk: Talk, text: str, candidates: Sequence[Candidate]) -> Reply:
    """「この中にありますか。」: at most three titles, and a way out."""
    choices = [choice for each in candidates if (choice := _offer(talk, each))]
    none = door(talk.say("faq.none_label"), "faq", "none")
    return Reply(talk.say("faq.several"), (*choices, none), kept=_kept(talk, text))


def _offer(talk: Talk, candidate: Candidate) -> Choice | None:
    title = cut_quoted(talk, candidate.id)
    if candidate.kind == "faq":
        faq = _entry(talk, candidate.id)
        title = _title(talk, faq.questions[0]) if faq else ""
    elif candidate.kind == "area":
        return door(talk.say(f"menu.title_{candidate.id}"), "menu", candidate.id)
    try:
        return door(cut(title), "faq", candidate.kind, id=candidate.id) if title else None
    except TooLong:
        return None


def _title(talk: Talk, question: str) -> str:
    """On a button, and cut there: a title in quotation marks keeps both."""
    translated = talk.facts.town.named(question, talk.facts.resident.language)
    return cut(translated) if translated else cut_quoted(talk, question)


def none_of_these(talk: Talk) -> Reply:
    """「どれでもない」: everything there is, a person among it, and the word for the staff."""
    reply = menu.none_fits(talk, str((talk.kept.get(ASKED) or {}).get("word", "")))
    return replace(reply, kept={ASKED: None})


def _entry(talk: Talk, faq_id: str) -> Faq | None:
    return next((each for each in talk.facts.town.faq if each.id == faq_id), None)


def open_one(talk: Talk, kind: str, name: str, text: str = "") -> Outcome:
    """What a candidate of these kinds leads to; a name the town no longer has leads to the menu."""
    town = talk.facts.town
    if kind == "faq" and (faq := _entry(talk, name)):
        return answer(talk, faq, text)
    if kind == "place" and (place := town.named_place(name)):
        return place_card.answer(talk, place)
    if kind == "item" and name.strip():
        return sorting.named(talk, name)
    return Reply(talk.say("faq.gone"), menu.home(talk).choices)
