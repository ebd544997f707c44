"""Which kinds of garbage somebody is reminded of, and the next reminder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot_flows import topics
from bot_flows.attention import pause_end
from bot_flows.guide import cut, door
from bot_flows.outcomes import Again, Answer, Choice, Outcome, Question, Reply, Step, Talk, Unclear
from bot_flows.pack_facts import Collection
from bot_flows.stop_facts import SetUnwanted
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


def _coming(talk: Talk, since: date | None = None) -> list[Collection]:
    district = talk.facts.town.district(talk.facts.resident.district)
    if district is None:
        return []
    first = since or talk.facts.now.date()
    return list(talk.facts.town.collections(district.garbage_area, first, first + AHEAD))


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
    """The next reminder at this hour that really comes; without ``rests`` as if none were left out."""
    before, _, clock = reminder.partition(" ")
    if not clock or talk.facts.resident.attention.stopped:
        return None
    off, names, ends = unwanted(talk), _own(talk), pause_end(talk)
    past = _past(talk, rests=rests)
    for each in _coming(talk, ends.date() if ends else None):
        day = each.day - timedelta(days=1) if before == "-1" else each.day
        at = datetime.combine(day, time.fromisoformat(clock), talk.facts.now.tzinfo)
        wanted = any(names.get(kind, kind) not in off for kind in each.categories)
        if wanted and at > talk.facts.now and each.day > past and not (ends and at < ends):
            return Next(each.day, at, tuple(each.categories))
    return None


def _past(talk: Talk, *, rests: bool) -> date:
    """The last day that no reminder will tell of: they were told of it, or it was left out."""
    now = talk.facts.resident.attention
    days = (now.reminded_of, now.rests_until if rests else None)
    return max((each for each in days if each), default=date.min)


def hour(talk: Talk) -> str:
    """The saved hour, "" while nothing of garbage comes."""
    return talk.facts.resident.reminder if topics.GARBAGE in talk.facts.resident.topics else ""


def next_line(talk: Talk, reminder: str, *, rests: bool = True) -> str:
    """「つぎは あした 11月24日（火） 20時に、もえるごみをお知らせします。」, "" when nothing is coming."""
    found = upcoming(talk, reminder, rests=rests)
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
        line = next_line(talk, hour(talk))
        said = talk.say("reminder.kinds_now", kinds=shown(talk))
        return Reply(
            "\n".join(filter(None, (said, line))), (door(talk.say("settings.title"), "menu", "settings"),)
        )
    named = _named(talk, given)
    if not named:
        return Unclear(talk.say("reminder.unclear_second"))
    offered, before = _offered(talk), unwanted(talk)
    on = topics.switched(set(offered) - before, named)
    off = frozenset(before - set(offered) | set(offered) - on)
    changed = talk.listed(said for own, said in offered.items() if own in before ^ off)
    key = "reminder.kind_on" if off < before else "reminder.kind_off"
    said = talk.say(key, kind=changed, kinds=shown(talk, off))
    form = {**talk.form, "unwanted": sorted(off)}
    return Again(said, form, (SetUnwanted(off),), undo_of(talk, "kinds", sorted(before)), quick=(ENOUGH,))


def _named(talk: Talk, given: Answer) -> list[str]:
    """The kinds an answer names, by the pack's own names: a button, numbers 「1と3」, a name; empty when it is not that."""
    offered = _offered(talk)
    if given.choice in offered:
        return [given.choice]
    if given.numbers:
        own = list(offered)
        fits = all(1 <= number <= len(own) for number in given.numbers)
        return [own[number - 1] for number in given.numbers] if fits else []
    said = fold(given.text)
    return [own for own, name in offered.items() if said and said in (fold(own), fold(name))][:1]


def undo_of(talk: Talk, part: str, value: Any) -> dict[str, Any]:
    """What 「もとに戻す」 goes back to."""
    return {"undo": {"part": part, "value": value, "at": talk.facts.now.isoformat()}}


def can_choose(talk: Talk) -> bool:
    """Whether there is more than one kind to choose from."""
    return topics.GARBAGE in talk.facts.resident.topics and len(_offered(talk)) > 1


# ---- one left out --------------------------------------------------------------------------------------------


def rest_day(value: Any) -> date | None:
    """The day an undo remembers; "" for none."""
    return date.fromisoformat(value) if value else None


def shown_rest(talk: Talk, value: Any) -> str:
    """「あした 11月24日（火）」: the day whose reminder is left out."""
    day = rest_day(value)
    return talk.called(day) if day else talk.say("topics.shown_none")


STEPS = {"kinds": Step("kinds", _ask, _take, shown)}
