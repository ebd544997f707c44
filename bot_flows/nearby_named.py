"""What typed words name where a facility is looked for: one facility, several to choose from, or another kind. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot_flows import facility_card
from bot_flows.guide import cut
from bot_flows.nearby_found import nearest
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Question, Talk, Unclear
from bot_flows.private_numbers import said_back
from bot_flows.town_facts import KINDS, Facility
from bot_flows.words import fold

MOST = 9
"""Facilities of one name that are listed; of more, more of the name is asked for."""
LONGEST_SAID = 40
LABELS = {
    "shelter": ("nearby.kind_shelter", ("避難場所", "ひなん")),
    "toilet": ("nearby.kind_toilet", ("便所", "お手洗い", "公衆トイレ")),
    "aed": ("nearby.kind_aed", ("エーイーディー",)),
    "childcare": ("nearby.kind_childcare", ("保育園", "幼稚園", "子育てひろば")),
    "nursing": ("nearby.kind_nursing", ("授乳", "おむつ", "ベビーケア")),
    "public": ("nearby.kind_public", ("図書館", "区役所", "公民館", "市役所")),
    "medical": ("nearby.kind_medical", ("医者", "医療機関")),
    "wifi": ("nearby.kind_wifi", ("wifi", "wi-fi")),
}


def kinds(talk: Talk) -> list[str]:
    """The kinds the town has lists of, in the order residents are offered them."""
    return [kind for kind in KINDS if kind in talk.facts.town.facility_kinds]


def kind_said(talk: Talk, text: str) -> str:
    """The kind whose name a text is, "" for every other word."""
    said = fold(text)
    return next((each for each in kinds(talk) if said and said in _names_of(talk, each)), "")


def _names_of(talk: Talk, kind: str) -> set[str]:
    label, words = LABELS[kind]
    return {fold(talk.say(label)), *map(fold, words)}


def by_name(talk: Talk, given: Answer) -> Outcome | None:
    """The answer around the facility of that name, a list of several, another kind; None where it names neither."""
    found = _found(talk, given)
    if len(found) == 1:
        return _around(talk, found[0])
    if len(found) > MOST:
        return _more_of_it(talk)
    if found:
        return Go("among", {**_clean(talk), "said": said_back(given.text)[:LONGEST_SAID]})
    other = "" if given.means_else else kind_said(talk, given.text)
    return Go("area", {**_clean(talk), "kind": other}) if other else None


def _found(talk: Talk, given: Answer) -> Sequence[Facility]:
    """The facilities a text may mean: the one of that very name, else all that fit when no district does."""
    if not given.text:
        return ()
    found = talk.facts.town.find_facilities(given.text)
    very = [each for each in found if fold(given.text) in (fold(each.name), fold(each.kana))]
    if very:
        return very[:1]
    return () if given.means_else or talk.facts.town.find_districts(given.text) else found


def _around(talk: Talk, facility: Facility) -> Outcome:
    kind = str(talk.form.get("kind", ""))
    return nearest(talk, kind, (facility.latitude, facility.longitude), facility.name)


def _more_of_it(talk: Talk) -> Outcome:
    """Once more of the name is asked for, then another way is shown: the same is not asked twice."""
    if talk.form.get("many"):
        return Unclear(talk.say("nearby.unknown_second"), talk.say("nearby.unknown_second"))
    return Again(talk.say("nearby.many_named"), {**talk.form, "many": True})


def _clean(talk: Talk) -> dict[str, object]:
    return {name: value for name, value in talk.form.items() if name not in ("said", "many")}


def ask_among(talk: Talk) -> Question:
    """Which of them; and the other kind, where the word is its name, too: 「図書館」 while shelters are looked for."""
    said = str(talk.form.get("said", ""))
    found = talk.facts.town.find_facilities(said)[:MOST]
    choices = [Choice(each.id, cut(each.name), words=(each.name, each.kana)) for each in found]
    other = kind_said(talk, said)
    if other and other != talk.form.get("kind"):
        what = facility_card.called(talk, other)
        choices.append(Choice("kind", cut(talk.say("nearby.instead", what=what))))
    return Question(talk.say("nearby.ask_among"), tuple(choices))


def among_chosen(talk: Talk, choice: str) -> Outcome | None:
    """What a choice of that list leads to, None for any other answer."""
    if choice == "kind":
        return Go("area", {**_clean(talk), "kind": kind_said(talk, str(talk.form.get("said", "")))})
    facility = talk.facts.town.facility(choice) if choice else None
    return _around(talk, facility) if facility else None
