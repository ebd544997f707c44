"""What steps are made of: a question with its choices, what came back, and what shall happen then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from typing import Any, Literal

from bot_flows import days
from bot_flows.types import Effect, Facts, Message
from bot_flows.values import checked
from content.languages import EASY, language, quoted
from content.sentences import FIRST_LANGUAGE, filled, spoken, whole

Form = Mapping[str, Any]
"""What a resident has answered so far; JSON values only."""

ChoiceKind = Literal["answer", "date", "time", "location", "camera", "album", "copy", "door", "page"]


@checked(frozen=True, slots=True)
class Choice:
    """One numbered way to answer. ``label`` is at most 20 characters, what a quick reply may show."""

    id: str
    label: str
    kind: ChoiceKind = "answer"
    words: tuple[str, ...] = ()
    """Other words that mean it."""
    own: tuple[str, ...] = ()
    """Words that mean it here although elsewhere they are a way out: 「取消」 is Chinese for 「やめる」, too."""
    opens: str = ""
    """A door's postback data, a page's address or ``copy:`` with what is copied, by kind."""
    typed: str = ""
    """A door's data for whoever types the number, where the button's address is secret: states keep none."""
    limits: tuple[str, str, str] = ("", "", "")
    """initial, min, max of a date or time picker."""
    hint: str = ""
    """What to say when a picker's number is typed: a PC has no picker."""
    marked: bool = False
    """The answer given earlier; printed with ✓."""


@checked(frozen=True, slots=True)
class Card:
    """A card under the text: an extra, never the only place of an answer (chat check C02)."""

    title: str
    alt: str
    rows: tuple[tuple[str, str], ...] = ()
    """Label and value; an empty label gives the value the whole width."""
    has_buttons: bool = True
    """The choices of the question or reply as buttons."""
    main: str = ""
    """The choice that stands out, the first unless named: of things to tick none may look ticked."""


@checked(frozen=True, slots=True)
class Question:
    """One question of one turn. The choices are printed under the text with their numbers."""

    text: str
    choices: tuple[Choice, ...] = ()
    card: Card | None = None


@checked(frozen=True, slots=True)
class Answer:
    """What a resident answered: a choice, several numbers, words, a picked date or time, a place."""

    choice: str = ""
    numbers: tuple[int, ...] = ()
    text: str = ""
    picked: str = ""
    """A picker's value: ``2024-05-03`` or ``18:00``."""
    position: tuple[float, float] | None = None
    message_id: str = ""
    """LINE's id of a photo."""
    is_photo: bool = False
    means_else: bool = False
    """The words also name something outside this question; take them only when they fit exactly."""


# ---- outcomes ----------------------------------------------------------------------------------------


@checked(frozen=True, slots=True)
class Go:
    """Ask another step of the same flow."""

    step: str
    form: Form
    lead: str = ""
    """Said before the question."""
    effects: tuple[Effect, ...] = ()


@checked(frozen=True, slots=True)
class Again:
    """The same question stays open: one short line and its quick replies."""

    line: str
    form: Form | None = None
    effects: tuple[Effect, ...] = ()
    kept: Form = field(default_factory=dict)
    """Merged into ``State.kept``; None removes."""
    quick: tuple[str, ...] = ()
    """Ids of the choices offered with the line; all when empty."""


@checked(frozen=True, slots=True)
class Unclear:
    """Not an answer to this question. ``hint`` the first time, ``second`` when it happens again."""

    hint: str = ""
    second: str = ""


@checked(frozen=True, slots=True)
class Part:
    """A part of a form is filled; the flow decides what comes after it."""

    name: str
    form: Form
    lead: str = ""


@checked(frozen=True, slots=True)
class Reply:
    """An answer that ends whatever was going on. The first line of ``text`` is the answer."""

    text: str
    choices: tuple[Choice, ...] = ()
    card: Card | None = None
    cards: tuple[Message, ...] = ()
    """Ready messages instead of a card, at most one."""
    on_cards: int = 0
    """How many of the choices, from the first on, those messages have a button for: no quick reply repeats them."""
    effects: tuple[Effect, ...] = ()
    kept: Form = field(default_factory=dict)


@checked(frozen=True, slots=True)
class Start:
    """Begin a flow at a step (its first one when empty)."""

    flow: str
    step: str = ""
    form: Form = field(default_factory=dict)
    lead: str = ""
    effects: tuple[Effect, ...] = ()
    resumes: bool = False
    """Go on with the open form or the draft of this flow when there is one."""


@checked(frozen=True, slots=True)
class Quiet:
    """Nothing is said: the words go to a person, who answers."""

    effects: tuple[Effect, ...] = ()


Outcome = Go | Again | Unclear | Part | Reply | Start | Quiet


# ---- flows ---------------------------------------------------------------------------------------------


@checked(frozen=True, slots=True)
class Talk:
    """What a step may look at. ``form`` is what was answered so far, ``kept`` what outlives flows."""

    facts: Facts
    form: Form = field(default_factory=dict)
    kept: Form = field(default_factory=dict)

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the catalogue in the resident's language."""
        language = self.facts.resident.language
        return filled(key, language, values) if values else whole(key, language)

    def written(self, day: date) -> str:
        """A day as the resident's language writes it, like everything below."""
        return days.written(day, self.facts.resident.language)

    def dated(self, day: date) -> str:
        return days.dated(day, self.facts.resident.language)

    def called(self, day: date) -> str:
        return days.called(day, self.facts.now.date(), self.facts.resident.language)

    def month(self, month: date) -> str:
        return days.month_written(month, self.facts.resident.language)

    def stretch(self, name: str) -> str:
        """「来週」 as the language calls it."""
        return language(self.facts.resident.language).stretches.get(name, name)

    @property
    def is_abroad(self) -> bool:
        """Whether the resident reads another language than Japanese, plain or easy."""
        return spoken(self.facts.resident.language) not in (FIRST_LANGUAGE, EASY)

    def weekdays(self, letters: str) -> str:
        """「月火水木金」, 「Mon, Tue, Wed, Thu, Fri」."""
        names = language(self.facts.resident.language).weekdays
        if names == tuple(days.WEEKDAYS) or not set(letters) <= set(days.WEEKDAYS):
            return self.quoted(letters)
        return self.listed(names[days.WEEKDAYS.index(each)] for each in letters)

    def quoted(self, text: str, longest: int = 0) -> str:
        """Text of the town's lists that nobody has translated."""
        return quoted(text, self.facts.resident.language, longest)

    def of_pack(self, text: str) -> str:
        """A line of the town's: as its names file has it in the resident's language, else quoted."""
        return self.facts.town.named(text, self.facts.resident.language) or self.quoted(text)

    def day_label(self, day: date) -> str:
        """「12/3（木）」, 「Thu 3 Dec」: short enough for a button."""
        known = language(self.facts.resident.language)
        return known.written(day, known.short)

    def row(self, label: str, value: str) -> str:
        """「場所：駅前町」, "Place: Ekimaecho"."""
        return f"{label}{language(self.facts.resident.language).colon}{value}"

    def listed(self, words: Iterable[str]) -> str:
        """「もえるごみ、びん・かん」."""
        return language(self.facts.resident.language).comma.join(words)


def _nothing(_: Talk) -> str:
    return ""


@checked(frozen=True, slots=True)
class Step:
    """One question of a flow: how it is asked, what its answer does, how an earlier answer reads."""

    part: str
    ask: Callable[[Talk], Question]
    take: Callable[[Talk, Answer], Outcome]
    shown: Callable[[Talk], str] = _nothing
    takes_photos: bool = False
    listens: bool = False
    """A person reads along: everything written is an answer, only the ways out and a button lead away."""


@checked(frozen=True, slots=True)
class Flow:
    """A table of steps. ``after`` says what follows a finished part."""

    name: str
    title: str
    """Key of the name residents read: 「設定」."""
    first: str
    steps: Mapping[str, Step]
    after: Callable[[Talk, Part], Outcome]
    afresh: Callable[[Talk], Outcome]
    """What 「はじめから」 does, once confirmed; ``talk.form`` is the form thrown away."""
    progress: Mapping[str, str] = field(default_factory=dict)
    """Part to 「1/4」."""
    keeps_draft: bool = False
    version: int = 1
    """Grows when steps change their meaning, so that older buttons count as old."""
    shows_again: tuple[str, ...] = ()
    """Values of the form that stay when the resident goes back, so that the earlier answer can be marked."""
    section: str = "general"
    """Who helps when the flow cannot."""
    section_of: Callable[[Talk], str] | None = None
    """The same where it depends on what is asked for."""
    stays: Callable[[Talk], str] = _nothing
    """What is as it was although the flow was left: said where leaving could be taken for doing."""

    def helper(self, talk: Talk) -> str:
        """The section that helps with this form."""
        return self.section_of(talk) if self.section_of else self.section
