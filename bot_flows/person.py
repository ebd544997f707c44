"""Flow Q, a person: the telephone in two touches, a chat with staff in three, a question left outside the hours.

While staff read along (step ``staff``) nothing is answered by itself: what is written becomes ``ToStaff``. The
ways out lead back at any time, and words of distress still get their numbers at once (``engine``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import guide
from bot_flows.outcomes import (
    Again,
    Answer,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Question,
    Quiet,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.person_facts import SUBJECTS, HandOver, ToStaff
from bot_flows.private_numbers import hide
from bot_flows.types import Effect, Incoming, NoteUnknownWord, State
from bot_flows.words import door_word, fold, masked, way_out

LONGEST_QUESTION = 300
"""What the engine reads of a text; a left question must be shorter, so that nothing is cut off unseen."""
LISTENING = "staff"
_LEAVING = frozenset({"もどる", "戻る", "やめる", "おわる", "終わる", "はじめから"})
_WAYS = ("way.back_label", "way.stop_label", "way.afresh_label")


def needs_thread(state: State) -> bool:
    """Whether this turn depends on staff still being there."""
    return state.flow == "person" and state.step == LISTENING


def leaves(talk: Talk, text: str) -> bool:
    """Whether words written to staff lead back to the automatic answers instead: the three of the contract alone.

    「0」, 「前」, 「最初から」 or 「キャンセル」 may be just what staff asked for.
    """
    said = fold(text).rstrip("。.!！")
    return bool(way_out(text)) and (said in _LEAVING or said in (fold(talk.say(label)) for label in _WAYS))


# ---- ways in ---------------------------------------------------------------------------------------------


def door_here(_: Talk) -> Outcome:
    """「相談・問い合わせ」."""
    return Start("person")


def door_at(section: str, lead: str = "", effects: tuple[Effect, ...] = ()) -> Start:
    """「人に聞く」 where the section is known already: the question what it is about is left out."""
    return Start("person", "way", {"section": section}, lead, effects)


def after_misses(talk: Talk, text: str) -> Start:
    """The third text in a row that nobody understood leads to a person; the word goes to the staff's list."""
    note = (NoteUnknownWord("question", masked(text)),) if masked(text) else ()
    return door_at("general", talk.say("menu.unknown_third"), note)


# ---- what is it about? -----------------------------------------------------------------------------------


def _ask_subject(talk: Talk) -> Question:
    now = talk.form.get("section")
    choices = tuple(Choice(each, talk.say(f"person.subject_{each}"), marked=each == now) for each in SUBJECTS)
    return Question(talk.say("person.ask_subject"), choices)


def _shown_subject(talk: Talk) -> str:
    section = str(talk.form.get("section", ""))
    return talk.say(f"person.subject_{section}") if section in SUBJECTS else ""


def _take_subject(talk: Talk, given: Answer) -> Outcome:
    if given.choice in SUBJECTS:
        return Part("subject", {"section": given.choice})
    return Unclear(talk.say("person.subject_unclear"))


# ---- telephone, chat, other ways -------------------------------------------------------------------------


def _section_id(form: Mapping[str, Any]) -> str:
    return str(form.get("section", "")) or "general"


def _chat_line(talk: Talk) -> str:
    known = talk.facts.person
    if not known.has_chat:
        return ""
    if known.is_open:
        return talk.say("person.open", until=known.until)
    return talk.say("person.closed", opens=known.opens)


def _ask_way(talk: Talk) -> Question:
    who, known = guide.section(talk, _section_id(talk.form)), talk.facts.person
    text = talk.say("guide.human", section=who.name, phone=who.phone, hours=who.hours)
    choices = [guide.call(talk, who)]
    if known.has_chat and known.is_open:
        words = ("つなぐ", "はい", "職員", "トーク", "チャット")
        choices.append(Choice("connect", talk.say("person.connect"), words=words))
    elif known.has_chat:
        choices.append(Choice("leave", talk.say("person.leave"), words=("質問", "残す", "のこす", "つなぐ")))
        choices.append(Choice("urgent", talk.say("person.urgent"), words=("急ぎ", "いそぎ")))
    choices.append(Choice("other", talk.say("person.other"), words=("fax", "手話", "外国語", "予約")))
    return Question("\n".join(line for line in (text, _chat_line(talk)) if line), tuple(choices))


def _take_way(talk: Talk, given: Answer) -> Outcome:
    section = _section_id(talk.form)
    match given.choice:
        case "call":
            return Again(talk.say("person.call_now", phone=guide.section(talk, section).phone))
        case "urgent":
            return Again(talk.say("person.urgent_now", phone=guide.section(talk, "general").phone))
        case "other":
            return _other(talk, section)
        case "connect":
            return Part("way", talk.form)
        case "leave":
            return Go("leave", talk.form)
    return Unclear(talk.say("person.way_unclear"))


def _other(talk: Talk, section: str) -> Reply:
    """Counter, fax, sign language, other languages: the pages and the numbers the town has."""
    who = guide.section(talk, section)
    page = (Choice("page", talk.say("guide.open_page"), "page", opens=who.url),) if who.url else ()
    languages = guide.pages_door(talk.say("person.languages"), "language")
    contact = guide.pages_door(talk.say("person.pages"), "contact")
    return Reply(
        talk.say("person.other_said", section=who.name, hours=who.hours), (*page, contact, languages)
    )


# ---- a question left outside the hours -------------------------------------------------------------------


def _ask_leave(talk: Talk) -> Question:
    return Question(talk.say("person.ask_leave"))


def _take_leave(talk: Talk, given: Answer) -> Outcome:
    if given.means_else and door_word(given.text):
        return Unclear()
    if not given.text:
        return Unclear(talk.say("person.leave_unclear"))
    if len(given.text) >= LONGEST_QUESTION:
        return Unclear(talk.say("person.leave_long", most=LONGEST_QUESTION))
    text, hidden = hide(given.text)
    said = talk.say("person.left_question", opens=talk.facts.person.opens or talk.say("person.soon"))
    if hidden:
        said = f"{said}\n{talk.say('person.hidden')}"
    return Reply(said, effects=(ToStaff(_section_id(talk.form), text, live=False),))


# ---- with staff ------------------------------------------------------------------------------------------


def _ask_staff(talk: Talk) -> Question:
    return Question(talk.say("person.staff"))


def heard(talk: Talk, incoming: Incoming) -> Again | Quiet:
    """What the resident sent while staff read along; private numbers are hidden before anybody sees them."""
    section = _section_id(talk.form)
    if incoming.kind == "photo" and incoming.message_id:
        photo = ToStaff(section, "", "photo", incoming.message_id)
        return _passed_on(talk, photo)
    text, hidden = hide(_as_words(talk, incoming))
    if not text:
        return Again(talk.say("person.words_please"))
    if hidden:
        return Again(talk.say("person.hidden"), effects=(ToStaff(section, text),))
    return _passed_on(talk, ToStaff(section, text))


def _passed_on(talk: Talk, message: ToStaff) -> Again | Quiet:
    """To staff without a word; once, when nobody is there, that and when they are again."""
    known = talk.facts.person
    if known.is_open or not known.opens or talk.form.get("told") == known.opens:
        return Quiet((message,))
    form = {**talk.form, "told": known.opens}
    return Again(talk.say("person.closed", opens=known.opens), form, effects=(message,))


def _as_words(talk: Talk, incoming: Incoming) -> str:
    if incoming.kind == "sticker":
        return talk.say("person.sticker")
    if incoming.position is not None:
        north, east = incoming.position
        return talk.say("person.position", north=f"{north:.5f}", east=f"{east:.5f}")
    return incoming.text.strip() if incoming.kind == "text" else ""


def _take_staff(talk: Talk, _: Answer) -> Outcome:
    return Again(talk.say("person.words_please"))


def _after(talk: Talk, part: Part) -> Outcome:
    if part.name == "subject":
        return Go("way", part.form)
    lead = talk.say("person.connected")
    return Go(LISTENING, part.form, lead, (HandOver(_section_id(part.form)),))


STEPS = {
    "subject": Step("subject", _ask_subject, _take_subject, _shown_subject),
    "way": Step("way", _ask_way, _take_way),
    "leave": Step("leave", _ask_leave, _take_leave),
    LISTENING: Step("staff", _ask_staff, _take_staff, listens=True),
}
FLOW = Flow(
    "person",
    "person.title",
    "subject",
    STEPS,
    _after,
    door_here,
    shows_again=("section",),
)
