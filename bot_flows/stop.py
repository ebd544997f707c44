"""Flow R: stop everything, pause, hear less often, choose quiet hours, start again. What was chosen is never lost."""

from __future__ import annotations

import re
from datetime import timedelta

from bot_flows import mydata, settings, topics
from bot_flows.attention import hours, is_still, pause_end, undo_of_how
from bot_flows.days import add_months, clock_time
from bot_flows.guide import door
from bot_flows.outcomes import (
    Answer,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Question,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.stop_facts import Pause, Restart, SetDigest, SetNear, SetQuiet, StopAll, TellReason
from bot_flows.types import Effect
from bot_flows.waste_kinds import undo_of
from bot_flows.wishes import topic_named
from bot_flows.words import answered, fold

REASONS = ("many", "wrong", "hard", "secret")
USUAL_QUIET = ((21, 7), (20, 8), (22, 6))
_UNTIL = re.compile(r"から|~|〜|-|–|—|ー|到|至|부터|\bto\b|đến|\bden\b|देखि")
_ENDS = re.compile(r"(?:まで|까지|सम्म)$")
_WHOLE_HOUR = re.compile(r"(\d{1,2})(?::00)?(?:時|点|點|시|h|giờ)?")
_MIDNIGHT = re.compile(r"(?:夜|よる)の?12(?:時|じ)")


def door_here(talk: Talk) -> Outcome:
    """「配信停止」, 「休む・止める」"""
    return Start("stop")


# ---- step: how ----------------------------------------------------------------------------------------


def _ask_how(talk: Talk) -> Question:
    now = talk.facts.resident.attention
    again = [Choice("restart", talk.say("stop.restart"), words=("再開",))] if is_still(talk) else []
    often = Choice("often", talk.say("stop.often")) if now.digest else Choice("less", talk.say("stop.less"))
    wide = [topics.widening(talk, now.near)] if now.near else []
    choices = (
        *again,
        *wide,
        Choice("topic", talk.say("stop.topic"), words=("分野", "減らす")),
        Choice("week", talk.say("stop.week"), words=("1週間", "一週間")),
        Choice("month", talk.say("stop.month"), words=("1か月", "1ヶ月", "一か月", "休む")),
        often,
        Choice("quiet", talk.say("stop.quiet"), words=("夜", "しずかに")),
        Choice("all", talk.say("stop.all"), words=("全部", "ぜんぶ", "全部止める", "すべて止める")),
        Choice("erase", talk.say("stop.erase"), words=("データを消す", "削除")),
    )
    return Question(_state(talk), choices)


def _state(talk: Talk) -> str:
    now = talk.facts.resident.attention
    if now.stopped:
        return talk.say("stop.how_stopped")
    if until := pause_end(talk):
        return talk.say("stop.how_paused", until=talk.written(until.date()))
    return talk.say("stop.how_digest") if now.digest else talk.say("stop.how")


def _take_how(talk: Talk, given: Answer) -> Outcome:
    if topic := topic_named(talk, given.text):
        return settings.one_topic(talk, topic)
    return chosen(talk, given.choice)


def chosen(talk: Talk, way: str) -> Outcome:
    """One of the ways, also for whoever says it while nothing is asked."""
    match way:
        case "restart":
            return restart(talk)
        case "topic":
            return settings.change(talk, "topics")
        case "week" | "month":
            return _paused(talk, way)
        case "less":
            return _changed(talk, talk.say("stop.digest_on", day=talk.say("stop.monday")), SetDigest(on=True))
        case "often":
            return _changed(talk, talk.say("stop.digest_off"), SetDigest(on=False))
        case "wide":
            near = topics.names(talk, talk.facts.resident.attention.near)
            said = talk.say("settings.widened", topic=near)
            undo = undo_of(talk, "near", sorted(talk.facts.resident.attention.near))
            return Reply(said, settings.afterwards(talk), effects=(SetNear(frozenset()),), kept=undo)
        case "quiet":
            return Go("quiet", {})
        case "all":
            return Go("everything", {})
        case "erase":
            return mydata.delete_door(talk)
    return Unclear(talk.say("stop.unclear"), talk.say("stop.unclear"))


def _changed(talk: Talk, said: str, effect: Effect) -> Reply:
    return Reply(said, settings.afterwards(talk), effects=(effect,), kept=undo_of_how(talk))


def _paused(talk: Talk, length: str) -> Reply:
    """Until the morning of the day after the week or month, so that a day said is a whole day."""
    today = talk.facts.now.date()
    last = today + timedelta(days=7) if length == "week" else add_months(today, 1)
    until = talk.facts.now.replace(
        year=last.year, month=last.month, day=last.day, hour=23, minute=59, second=0, microsecond=0
    )
    again = (door(talk.say("stop.restart"), "menu", "restart"), *_after(talk))
    said = talk.say("stop.paused", until=talk.written(last))
    return Reply(said, again, effects=(Pause(until),), kept=undo_of_how(talk))


def _after(talk: Talk) -> tuple[Choice, ...]:
    return (door(talk.say("settings.title"), "menu", "settings"),)


# ---- step: everything -----------------------------------------------------------------------------------


def _ask_everything(talk: Talk) -> Question:
    keep = Choice("keep", talk.say("stop.keep_emergency"), words=("残す", "いいえ"))
    stop = Choice("stop", talk.say("stop.stop_emergency"), words=("止める", "はい"))
    return Question(talk.say("stop.everything"), (keep, stop))


def _take_everything(talk: Talk, given: Answer) -> Outcome:
    if given.choice not in ("keep", "stop"):
        return Unclear(talk.say("stop.unclear"), talk.say("stop.unclear"))
    said = talk.say("stop.stopped" if given.choice == "keep" else "stop.stopped_all")
    reasons = tuple(door(talk.say(f"stop.why_{reason}"), "stop", "why", id=reason) for reason in REASONS)
    effects = (StopAll(emergencies=given.choice == "stop"),)
    return Reply(f"{said}\n{talk.say('stop.why')}", reasons, effects=effects, kept=undo_of_how(talk))


def reason(talk: Talk, name: str) -> Reply:
    """The one optional answer after a stop."""
    told = next((TellReason(each) for each in ("many", "wrong", "hard", "secret") if each == name), None)
    again = (door(talk.say("stop.restart"), "menu", "restart"),)
    return Reply(talk.say("stop.thanks"), again, effects=(told,) if told else ())


def restart(talk: Talk) -> Reply:
    """「再開」: as it was before the stop or the pause."""
    on = [topic.id for topic in talk.facts.town.topics if topic.id in talk.facts.resident.topics]
    names = topics.names(talk, on)
    if not is_still(talk):
        return Reply(talk.say("stop.not_stopped", topics=names), _after(talk))
    said = talk.say("stop.restarted", topics=names)
    return Reply(said, _after(talk), effects=(Restart(),), kept=undo_of_how(talk))


# ---- step: quiet hours ------------------------------------------------------------------------------------


def _ask_quiet(talk: Talk) -> Question:
    now = talk.facts.resident.attention.quiet
    choices = tuple(
        Choice(f"{first}-{last}", hours(talk, (first, last)), marked=(first, last) == now)
        for first, last in USUAL_QUIET
    )
    return Question(talk.say("stop.ask_quiet", hours=hours(talk, now)), choices)


def _take_quiet(talk: Talk, given: Answer) -> Outcome:
    ends = [_hour(end) for end in _UNTIL.split(fold(given.choice or given.text).rstrip("。"))]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return Unclear(talk.say("stop.quiet_unclear"), talk.say("stop.quiet_unclear_second"))
    first, last = ends[0] or 24, ends[1]
    if not (18 <= first <= 24 and 5 <= last <= 12):
        return Unclear(talk.say("stop.quiet_range"), talk.say("stop.quiet_range"))
    said = talk.say("stop.quiet_set", hours=hours(talk, (first, last)))
    return _changed(talk, said, SetQuiet((first, last)))


def _hour(text: str) -> int | None:
    """A whole hour: 「22時」, 「夜9時」, 「朝の6時まで」, 「夜の12時」; None for anything else."""
    said = _ENDS.sub("", text if _ENDS.search(text) else answered(text)).strip()
    if whole := _WHOLE_HOUR.fullmatch(said):
        return int(whole[1])
    if _MIDNIGHT.fullmatch(said):
        return 24
    clock = clock_time(said)
    return clock[1] if clock and not clock[2] else None


def _done(talk: Talk, part: Part) -> Outcome:
    return settings.card(talk)


def _afresh(talk: Talk) -> Outcome:
    return Start("stop")


STEPS = {
    "how": Step("how", _ask_how, _take_how),
    "everything": Step("everything", _ask_everything, _take_everything),
    "quiet": Step("quiet", _ask_quiet, _take_quiet),
}
FLOW = Flow("stop", "stop.title", "how", STEPS, _done, _afresh)
