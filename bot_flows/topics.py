"""What a resident wants to hear: topics switched on and off by button, number or name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot_flows.guide import cut
from bot_flows.outcomes import Again, Answer, Card, Choice, Outcome, Part, Question, Step, Talk, Unclear
from bot_flows.words import answered, fold

GARBAGE, CHILDCARE = "garbage", "childcare"
"""Topic ids with a question of their own: when to announce, which months of birth."""
NEXT = "next"


def names(talk: Talk, ids: Iterable[str]) -> str:
    """「ごみ、子育て」 in the town's order; 「なし」 for none."""
    wanted = set(ids)
    found = [topic.name for topic in talk.facts.town.topics if topic.id in wanted]
    return talk.listed(found) or talk.say("topics.shown_none")


def widening(talk: Talk, ids: Iterable[str]) -> Choice:
    """「市全体のイベントも」: topics narrowed to the own ward from the whole town again."""
    label = talk.say("settings.whole_town", topic=names(talk, ids))
    return Choice("wide", cut(label), words=("市全体",))


def chosen(talk: Talk) -> list[str]:
    """Chosen topic ids that the town still has, in the town's order."""
    wanted = set(talk.form.get("topics", ()))
    return [topic.id for topic in talk.facts.town.topics if topic.id in wanted]


def choices(talk: Talk, on: Iterable[str]) -> tuple[Choice, ...]:
    """One choice per topic; the chosen ones are marked."""
    wanted = set(on)
    return tuple(
        Choice(topic.id, cut(topic.name, 18), words=(topic.name,), marked=topic.id in wanted)
        for topic in talk.facts.town.topics
    )


_ALL = frozenset(("全部", "ぜんぶ", "すべて", "全て", "みんな", "all", "everything"))


def named(talk: Talk, given: Answer) -> list[str]:
    """Topic ids an answer names: a button, numbers 「1と3」, names 「ごみと子育て」; empty when it is not that."""
    topics = talk.facts.town.topics
    if given.choice:
        return [given.choice] if any(topic.id == given.choice for topic in topics) else []
    if given.numbers:
        fits = all(1 <= number <= len(topics) for number in given.numbers)
        return [topics[number - 1].id for number in given.numbers] if fits else []
    by_name = {fold(topic.name): topic.id for topic in topics}
    parts = [part for part in re.split(r"[とや、,，・\s]+", answered(given.text)) if part]
    if len(parts) == 1 and parts[0] in _ALL:
        return [topic.id for topic in topics]
    if all(part in by_name for part in parts):
        return [by_name[part] for part in parts]
    return []


def switched(on: Iterable[str], ids: Iterable[str]) -> set[str]:
    """All of ``ids`` on when one of them was off, else all off: one rule for a tap and for 「1と3」."""
    before, wanted = set(on), set(ids)
    return before - wanted if wanted <= before else before | wanted


def _ask(talk: Talk) -> Question:
    following = Choice(
        NEXT, talk.say("topics.next"), words=("次へ", "次", "つぎ", "ok", "これでよい", "決定")
    )
    offered = choices(talk, chosen(talk))
    alt = talk.say("topics.alt", topics=names(talk, [topic.id for topic in talk.facts.town.topics]))
    text = f"{talk.say('topics.ask')}{talk.say('topics.ask_example')}"
    return Question(text, (*offered, following), Card(talk.say("topics.card"), alt, main=NEXT))


def _take(talk: Talk, given: Answer) -> Outcome:
    if given.choice == NEXT:
        if not chosen(talk):
            return Unclear(talk.say("topics.none_yet"), talk.say("topics.none_yet"))
        return Part("topics", {**talk.form, "topics": chosen(talk)})
    ids = named(talk, given)
    if not ids:
        return Unclear(talk.say("topics.unclear"), talk.say("topics.unclear_second"))
    on = switched(chosen(talk), ids)
    form = {**talk.form, "topics": [topic.id for topic in talk.facts.town.topics if topic.id in on]}
    if not on:
        return Again(talk.say("topics.chosen_none"), form)
    marked = talk.listed(f"✓{topic.name}" for topic in talk.facts.town.topics if topic.id in on)
    return Again(talk.say("topics.chosen", topics=marked), form, quick=(NEXT,))


STEPS = {"topics": Step("topics", _ask, _take, lambda talk: names(talk, chosen(talk)))}
