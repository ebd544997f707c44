"""Which kinds of garbage somebody is reminded of, and the next reminder: kinds on and off, one left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot_flows import topics
from bot_flows.guide import cut, door
from bot_flows.outcomes import Again, Answer, Choice, Outcome, Question, Reply, Step, Talk, Unclear
from bot_flows.pack_facts import Collection
from bot_flows.stop_facts import SetRest, SetUnwanted
from bot_flows.words import fold

AHEAD = timedelta(days=62)
"""Every kind has its day within two months, rare ones included."""
ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Next:
    """The next reminder: the day it tells of, when it comes, and of what."""

    day: date
    at: datetime
    kinds: tuple[str, ...]


def _coming(talk: Talk) -> list[Collection]:
    district = talk.facts.town.district(talk.facts.resident.district)
    if district is None:
        return []
    today = talk.facts.now.date()
    return list(talk.facts.town.collections(district.garbage_area, today, today + AHEAD))


def _own(talk: Talk) -> dict[str, str]:
    """Kinds as residents read them to the pack's own names, which are what is stored."""
    return {each.name: each.sign or each.name for each in talk.facts.town.categories}


def _offered(talk: Talk) -> dict[str, str]:
    """Kinds collected where they live: the pack's own name to what they read, in the pack's order."""
    collected = {kind for each in _coming(talk) for kind in each.categories}
    return {own: said for said, own in _own(talk).items() if said in collected}


def unwanted(talk: Talk) -> frozenset[str]:
    """What the open form says, else what is saved."""
    saved = talk.facts.resident.attention.unwanted
    return frozenset(talk.form["unwanted"]) if "unwanted" in talk.form else saved


def shown(talk: Talk, left_out: Iterable[str] | None = None) -> str:
    """「もえるごみ、びん・かん」: the kinds somebody is reminded of."""
    off = unwanted(talk) if left_out is None else frozenset(left_out)
    return talk.listed(said for own, said in _offered(talk).items() if own not in off) or talk.say(
        "topics.shown_none"
    )


def upcoming(talk: Talk, reminder: str, *, rests: bool = True) -> Next | None:
    """The next reminder at this hour; without ``rests`` as if none were left out."""
    before, _, clock = reminder.partition(" ")
    if not clock:
        return None
    off, names, until = unwanted(talk), _own(talk), talk.facts.resident.attention.rests_until
    for each in _coming(talk):
        day = each.day - timedelta(days=1) if before == "-1" else each.day
        at = datetime.combine(day, time.fromisoformat(clock), talk.facts.now.tzinfo)
        wanted = any(names.get(kind, kind) not in off for kind in each.categories)
        if wanted and at > talk.facts.now and not (rests and until and each.day <= until):
            return Next(each.day, at, tuple(each.categories))
    return None


def next_line(talk: Talk, reminder: str) -> str:
    """「つぎは あした 11月24日（火） 20時に、もえるごみをお知らせします。」, "" when nothing is coming."""
    found = upcoming(talk, reminder)
    if found is None:
        return ""
    minute = f"{found.at:%M}"
    hour = (
        talk.say("reminder.hour", hour=found.at.hour)
        if minute == "00"
        else talk.say("reminder.hour_minute", hour=found.at.hour, minute=minute)
    )
    when = talk.called(found.at.date())
    return talk.say("reminder.next", when=when, time=hour, what=talk.listed(found.kinds))


# ---- kinds on and off -------------------------------------------------------------------------------------


def _ask(talk: Talk) -> Question:
    off = unwanted(talk)
    kinds = tuple(
        Choice(own, cut(said), words=(said, own), marked=own not in off)
        for own, said in _offered(talk).items()
    )
    enough = Choice(ENOUGH, talk.say("settings.enough"), words=("ok", "よい", "完了", "つぎへ"))
    return Question(talk.say("reminder.ask_kinds"), (*kinds, enough))


def _take(talk: Talk, given: Answer) -> Outcome:
    if given.choice == ENOUGH:
        line = next_line(talk, talk.facts.resident.reminder)
        said = talk.say("reminder.kinds_now", kinds=shown(talk))
        return Reply(
            "\n".join(filter(None, (said, line))), (door(talk.say("settings.title"), "menu", "settings"),)
        )
    own = _named(talk, given)
    if not own:
        return Unclear(talk.say("reminder.unclear_second"))
    before = unwanted(talk)
    off = before - {own} if own in before else before | {own}
    key = "reminder.kind_on" if own in before else "reminder.kind_off"
    said = talk.say(key, kind=_offered(talk)[own], kinds=shown(talk, off))
    undo = {"undo": {"part": "kinds", "value": sorted(before), "at": talk.facts.now.isoformat()}}
    form = {**talk.form, "unwanted": sorted(off)}
    return Again(said, form, (SetUnwanted(frozenset(off)),), undo, quick=(ENOUGH,))


def _named(talk: Talk, given: Answer) -> str:
    """The kind an answer names, by the pack's own name."""
    offered = _offered(talk)
    if given.choice in offered:
        return given.choice
    said = fold(given.text)
    return next((own for own, name in offered.items() if said and said in (fold(own), fold(name))), "")


def can_choose(talk: Talk) -> bool:
    """Whether there is more than one kind to choose from."""
    return topics.GARBAGE in talk.facts.resident.topics and len(_offered(talk)) > 1


# ---- one left out --------------------------------------------------------------------------------------------


def rest(talk: Talk) -> Reply | None:
    """「しずかにする（今回だけ）」: the next reminder does not come; None when none was coming."""
    found = upcoming(talk, talk.facts.resident.reminder, rests=False)
    if found is None:
        return None
    said = talk.say("reminder.rested", when=talk.called(found.day), what=talk.listed(found.kinds))
    back = door(talk.say("reminder.unrest"), "settings", "unrest")
    return Reply(
        said, (back, door(talk.say("settings.title"), "menu", "settings")), effects=(SetRest(found.day),)
    )


def unrest(talk: Talk) -> Reply:
    """The reminder that was left out comes after all."""
    found = upcoming(talk, talk.facts.resident.reminder, rests=False)
    said = talk.say("reminder.unrested")
    if found is not None:
        said = f"{said}\n{talk.say('reminder.kinds_now', kinds=shown(talk))}"
    return Reply(said, (door(talk.say("settings.title"), "menu", "settings"),), effects=(SetRest(None),))


STEPS = {"kinds": Step("kinds", _ask, _take, shown)}
