"""When garbage is announced: three usual times, a free one between 5:00 and 22:00, or never."""

from __future__ import annotations

from bot_flows import waste_kinds
from bot_flows.days import clock_time
from bot_flows.outcomes import Answer, Choice, Go, Outcome, Part, Question, Step, Talk, Unclear

USUAL = ("-1 18:00", "-1 20:00", "0 06:00")
EARLIEST, LATEST = (5, 0), (22, 0)
MORNING_ENDS = 9
"""A picked time before nine means the morning of the day itself, a later one the day before."""


def shown(talk: Talk, reminder: str | None = None) -> str:
    """「前の日 18時」, 「当日 6時30分」, 「なし」."""
    value = talk.form.get("reminder", "") if reminder is None else reminder
    day, _, time = str(value).partition(" ")
    if not time:
        return talk.say("reminder.shown_never")
    hour, minute = (int(part) for part in time.split(":"))
    words = (
        talk.say("reminder.hour_minute", hour=hour, minute=f"{minute:02d}")
        if minute
        else talk.say("reminder.hour", hour=hour)
    )
    return talk.say("reminder.before" if day == "-1" else "reminder.same", time=words)


def _ask(talk: Talk) -> Question:
    now = talk.form.get("reminder")
    usual = [Choice(value, shown(talk, value), marked=value == now) for value in USUAL]
    pick = Choice(
        "pick",
        talk.say("reminder.pick"),
        "time",
        limits=("19:00", "05:00", "22:00"),
        hint=talk.say("reminder.pick_hint"),
    )
    never = Choice(
        "never", talk.say("reminder.never"), words=("なし", "不要", "とめる", "止める"), marked=now == ""
    )
    kinds = (
        [Choice("kinds", talk.say("reminder.by_kind"), words=("種類", "種類ごと"))]
        if now and _can_by_kind(talk)
        else []
    )
    text = talk.say("reminder.ask_now", when=shown(talk)) if now else talk.say("reminder.ask")
    return Question(text, (*usual, pick, never, *kinds))


def _can_by_kind(talk: Talk) -> bool:
    """Only in the settings, whose form says what is left out: in the set-up nothing is chosen yet."""
    return "unwanted" in talk.form and waste_kinds.can_choose(talk)


def _take(talk: Talk, given: Answer) -> Outcome:
    if given.choice in USUAL:
        return _set(talk, given.choice)
    if given.choice == "kinds":
        return Go("kinds", talk.form)
    if given.choice == "never":
        return Part("reminder", {**talk.form, "reminder": ""})
    typed = clock_time(given.picked or given.text)
    if typed is None and len(given.numbers) == 1 and given.numbers[0] <= LATEST[0]:
        # A number beyond the choices is an hour: 「19」.
        typed = ("", given.numbers[0], 0)
    if typed is None:
        return Unclear(talk.say("reminder.unclear"), talk.say("reminder.unclear_second"))
    day, hour, minute = typed
    if not EARLIEST <= (hour, minute) <= LATEST:
        return Unclear(talk.say("reminder.too_late"), talk.say("reminder.too_late"))
    same = day == "same" or (day == "" and hour < MORNING_ENDS)
    return _set(talk, f"{'0' if same else '-1'} {hour:02d}:{minute:02d}")


def _set(talk: Talk, reminder: str) -> Part:
    return Part(
        "reminder", {**talk.form, "reminder": reminder}, talk.say("reminder.set", when=shown(talk, reminder))
    )


STEPS = {"reminder": Step("reminder", _ask, _take, shown)}
